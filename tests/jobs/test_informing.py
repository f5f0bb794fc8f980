"""New feedback is ready: once a month, to those who have some, without a figure, and never twice."""

from __future__ import annotations

import logging
import re
from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from survey import informing, jobs
from survey.clock import at_local
from survey.db import reading, transaction
from survey.invitations.mailer import (
    HandoverUnknown,
    PermanentRefusal,
    RelayUnreachable,
    TemporaryRefusal,
)
from survey.practice.model import Clinician, Practice, Staff
from survey.runtime import Runtime
from tests import builders
from tests.jobs.box import Box
from tests.web.desk import make_clinician_account, make_owner
from tests.web.stage import month_counts


@pytest.fixture
def people(runtime: Runtime, practice: Practice) -> tuple[Clinician, ...]:
    """Ana and Ben have results of March, Cy has none; all three and an owner have accounts."""
    counts = month_counts(builders.load_instrument(runtime), best=18, problem=2)
    made = tuple(builders.make_clinician(runtime, practice, name) for name in ("Ana", "Ben", "Cy"))
    with transaction(runtime.engine, practice.id) as db:
        for person in made[:2]:
            builders.make_atom(db, practice, counts=counts, clinician=person, month="2026-03")
        builders.make_atom(db, practice, counts=counts, joined=True, month="2026-03")
    for person in made:
        make_clinician_account(runtime, practice, person, email=f"{person.name.lower()}@example.org")
    make_owner(runtime, practice)
    return made


def at(practice: Practice, day: int, hour: int, month: int = 4) -> datetime:
    return at_local(date(2026, month, day), hour, practice.time_zone)


def tell(runtime: Runtime, practice: Practice, box: Box, now: datetime) -> int:
    return informing.tell_clinicians(runtime, practice.id, box, now=now)


def change(runtime: Runtime, practice: Practice, email: str, **values: object) -> None:
    with transaction(runtime.engine, practice.id) as db:
        staff = db.scalars(select(Staff).where(Staff.practice_id == practice.id, Staff.email == email)).one()
        for name, value in values.items():
            setattr(staff, name, value)


def test_those_with_new_results_are_told_once_a_month(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...]
) -> None:
    box = Box()
    for day in range(1, 31):
        for hour in (2, 9, 10, 18):
            tell(runtime, practice, box, at(practice, day, hour))
    assert box.who == ["ana@example.org", "ben@example.org"]
    for day in (1, 2):
        assert tell(runtime, practice, box, at(practice, day, 9, month=5)) == 0, "nothing new in April"


def test_the_mail_holds_no_figure_and_no_name_and_says_how_to_stop_it(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...]
) -> None:
    for language, word in (("en", "New feedback"), ("es", "opiniones nuevas")):
        with transaction(runtime.engine, practice.id) as db:
            db.get_one(Practice, practice.id).mail_language = language
        for email in ("ana@example.org", "ben@example.org"):
            change(runtime, practice, email, news_month="")
        box = Box()
        hour = {"en": 9, "es": 10}[language]
        assert tell(runtime, practice, box, at(practice, 1, hour)) == 2
        texts = [content.decode().partition("\r\n\r\n")[2] for _, content in box.sent]
        assert texts[0] == texts[1], "the same words to everybody"
        assert word in texts[0]
        assert "/staff/news" in texts[0]
        words = re.sub(r"https?://\S+|=[0-9A-F]{2}|=\r\n", "", texts[0])
        assert not re.search(r"\d", words)
        for name in ("Ana", "Ben", "Cy"):
            assert name not in texts[0]


def test_a_figure_in_the_mail_would_be_noticed() -> None:
    assert re.search(r"\d", "New feedback: 12 answers")


@pytest.mark.parametrize(
    "declined",
    [{"news": False}, {"active": False}, {"password_hash": ""}, {"news_month": "2026-03"}],
)
def test_who_declined_has_left_never_came_or_was_told_gets_none(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...], declined: dict[str, object]
) -> None:
    change(runtime, practice, "ana@example.org", **declined)
    box = Box()
    tell(runtime, practice, box, at(practice, 1, 9))
    assert box.who == ["ben@example.org"]


def test_an_owner_who_sees_patients_is_told_too(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...]
) -> None:
    change(runtime, practice, "olu@example.org", clinician_id=people[0].id)
    box = Box()
    tell(runtime, practice, box, at(practice, 1, 9))
    assert "olu@example.org" in box.who


def test_what_was_certainly_not_taken_is_tried_again_in_an_hour_and_not_before(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...]
) -> None:
    box = Box()
    for hour, trouble in ((9, TemporaryRefusal(450)), (10, RelayUnreachable("down"))):
        box.trouble = trouble
        if isinstance(trouble, RelayUnreachable):
            with pytest.raises(RelayUnreachable):
                tell(runtime, practice, box, at(practice, 1, hour))
        else:
            assert tell(runtime, practice, box, at(practice, 1, hour)) == 0
    box.trouble = None
    assert tell(runtime, practice, box, at(practice, 1, 10) + timedelta(minutes=5)) == 0
    assert tell(runtime, practice, box, at(practice, 1, 11)) == 2


@pytest.mark.parametrize("trouble", [HandoverUnknown("cut"), PermanentRefusal(550)])
def test_what_may_have_arrived_or_never_will_is_not_sent_again(
    runtime: Runtime,
    practice: Practice,
    people: tuple[Clinician, ...],
    trouble: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    box = Box()
    box.trouble = trouble
    with caplog.at_level(logging.DEBUG):
        tell(runtime, practice, box, at(practice, 1, 9))
    box.trouble = None
    assert tell(runtime, practice, box, at(practice, 1, 10)) == 0
    assert "ana@" not in caplog.text


def test_two_workers_tell_nobody_twice(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where both believe that this hour is theirs."""
    monkeypatch.setattr(informing, "insert_once", lambda *_, **__: True)
    together, box = Barrier(2), Box()

    def work() -> None:
        together.wait()
        tell(runtime, practice, box, at(practice, 1, 9))

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert box.who == ["ana@example.org", "ben@example.org"]


def test_without_the_claim_they_would(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: every worker trusts what it has read."""
    monkeypatch.setattr(informing, "insert_once", lambda *_, **__: True)
    monkeypatch.setattr(informing, "_move", lambda *_, **__: True)
    box = Box()
    for _ in range(2):
        tell(runtime, practice, box, at(practice, 1, 9))
    assert len(box.sent) == 4


def test_the_morning_of_a_practice_does_it(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...]
) -> None:
    box, now = Box(), at(practice, 2, 9)
    with reading(runtime.engine) as db:
        here = db.get_one(Practice, practice.id)
    jobs.run_practice(runtime, box, here, now)
    assert box.who == ["ana@example.org", "ben@example.org"]
