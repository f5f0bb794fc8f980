"""Whoever forgot the password gets one mail with a link; nothing else happens, and no log tells of it."""

from __future__ import annotations

import email
import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email import policy
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import jobs, readmitting
from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.invitations.mailer import (
    HandoverUnknown,
    PermanentRefusal,
    RelayUnreachable,
    TemporaryRefusal,
)
from survey.practice import admitting, forgetting_passwords, invites
from survey.practice.forgetting_passwords import Request
from survey.practice.model import Practice, Staff
from survey.practice.neutrality import telling
from survey.practice.password_request_model import PasswordRequest
from survey.runtime import Runtime
from tests.jobs.box import Box
from tests.web.desk import make_owner


@pytest.fixture
def olu(runtime: Runtime, practice: Practice) -> Staff:
    return make_owner(runtime, practice)


def ask(runtime: Runtime, practice: Practice, *emails: str, now: datetime) -> None:
    with transaction(runtime.engine, practice.id) as db:
        for each in emails:
            forgetting_passwords.ask(db, runtime.files, practice.id, each, now=now)


def waiting(runtime: Runtime, practice: Practice) -> int:
    with reading(runtime.engine, practice.id) as db:
        return len(db.scalars(select(PasswordRequest.id)).all())


def work(runtime: Runtime, practice: Practice, box: Box, now: datetime) -> int:
    return readmitting.mail_links(runtime, practice.id, box, now=now)


@pytest.mark.parametrize(
    ("language", "subject", "sentences"),
    [
        (
            "en",
            "Riverside Practice: choose a new password",
            ("Somebody asked for a new password", "once, and for 60 minutes", "your password stays as it is"),
        ),
        (
            "es",
            "Riverside Practice: elija una contraseña nueva",
            ("Alguien pidió una contraseña nueva", "una vez y durante 60 minutos", "sigue siendo la misma"),
        ),
    ],
)
def test_the_mail_says_what_to_do_in_the_practices_language(
    runtime: Runtime,
    practice: Practice,
    olu: Staff,
    clock: SimulatedClock,
    language: str,
    subject: str,
    sentences: Sequence[str],
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).mail_language = language
    ask(runtime, practice, olu.email, now=clock.now())
    box = Box()
    assert work(runtime, practice, box, clock.now()) == 1
    ((to, content),) = box.sent
    mail = email.message_from_bytes(content, policy=policy.default)
    text = mail.get_content()
    (link,) = re.findall(r"http\S+", text)
    assert (to, mail["To"], mail["Subject"]) == (olu.email, olu.email, subject)
    for sentence in sentences:
        assert sentence in text
    assert "{" not in text
    assert telling(f"{mail['Subject']} {text.replace(link, '')}") == ()
    assert olu.name not in text
    assert link.startswith(f"{runtime.settings.base_url}/staff/new-password/")
    key, signed = runtime.settings.secret_key, link.rpartition("/")[2]
    with reading(runtime.engine, practice.id) as db:
        found = admitting.invited_staff(db, key, signed, now=clock.now(), kind=invites.FORGOTTEN)
    assert found.id == olu.id


def test_an_address_without_an_account_gets_no_mail_and_leaves_nothing(
    runtime: Runtime, practice: Practice, olu: Staff, clock: SimulatedClock
) -> None:
    ask(runtime, practice, "nobody@example.org", now=clock.now())
    box = Box()
    assert work(runtime, practice, box, clock.now()) == 0
    assert (box.tried, waiting(runtime, practice)) == (0, 0)


def test_who_asked_several_times_gets_one_mail(
    runtime: Runtime, practice: Practice, olu: Staff, clock: SimulatedClock
) -> None:
    ask(runtime, practice, *[olu.email] * 3, now=clock.now())
    box = Box()
    assert [work(runtime, practice, box, clock.now()) for _ in range(2)] == [1, 0]


def at_once(runtime: Runtime, practice: Practice, box: Box, now: datetime) -> None:
    """Two workers at the same moment."""
    together = Barrier(2)

    def one() -> None:
        together.wait()
        work(runtime, practice, box, now)

    workers = [Thread(target=one) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def test_two_workers_send_one_mail(
    runtime: Runtime, practice: Practice, olu: Staff, clock: SimulatedClock
) -> None:
    box = Box()
    for _ in range(5):
        ask(runtime, practice, olu.email, now=clock.now())
        at_once(runtime, practice, box, clock.now())
    assert len(box.sent) == 5


def test_reading_first_and_deleting_later_would_send_two(
    runtime: Runtime, practice: Practice, olu: Staff, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: both have read before either deletes."""

    def take(db: Session, practice_id: int, *, now: datetime) -> list[Request]:
        rows = db.scalars(select(PasswordRequest).where(PasswordRequest.practice_id == practice_id))
        return [Request(row.id, row.address_tag, row.hour) for row in rows]

    monkeypatch.setattr(forgetting_passwords, "take", take)
    ask(runtime, practice, olu.email, now=clock.now())
    box = Box()
    at_once(runtime, practice, box, clock.now())
    assert len(box.sent) == 2


def test_what_a_relay_did_not_take_waits_and_a_relay_that_is_down_is_left_alone(
    runtime: Runtime, practice: Practice, olu: Staff, clock: SimulatedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    runtime = replace(runtime, settings=replace(runtime.settings, mail="smtp"))
    eve = make_owner(runtime, practice, "eve@example.org")
    ask(runtime, practice, olu.email, eve.email, "nobody@example.org", now=clock.now())
    box, now = Box(), clock.now()
    box.trouble = RelayUnreachable("down")
    assert (work(runtime, practice, box, now), box.tried, waiting(runtime, practice)) == (0, 1, 2)
    assert (work(runtime, practice, box, now), box.tried) == (0, 1)
    box.trouble = None
    assert work(runtime, practice, box, now + timedelta(minutes=1)) == 2
    assert waiting(runtime, practice) == 0
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("trouble", "left"),
    [(TemporaryRefusal("later"), 1), (PermanentRefusal("no"), 0), (HandoverUnknown("cut"), 0)],
)
def test_a_mail_that_may_have_arrived_is_not_sent_again(
    runtime: Runtime, practice: Practice, olu: Staff, clock: SimulatedClock, trouble: Exception, left: int
) -> None:
    ask(runtime, practice, olu.email, now=clock.now())
    box = Box()
    box.trouble = trouble
    assert work(runtime, practice, box, clock.now()) == 0
    assert waiting(runtime, practice) == left


def test_the_minutes_waking_works_requests_off_even_while_mail_to_patients_is_paused(
    runtime: Runtime, practice: Practice, olu: Staff, clock: SimulatedClock
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).sending = False
    ask(runtime, practice, olu.email, now=clock.now())
    box = Box()
    jobs.run_due(runtime, box)
    assert [to for to, _ in box.sent] == [olu.email]
