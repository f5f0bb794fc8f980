"""Owners are told once that a quarter's report is ready, and where to sign in."""

from __future__ import annotations

from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest

from survey import announcing
from survey.announcing import announce
from survey.clock import at_local
from survey.db import transaction
from survey.invitations.mailer import (
    HandoverUnknown,
    PermanentRefusal,
    RelayUnreachable,
    TemporaryRefusal,
)
from survey.practice.model import Practice
from survey.reports.freezing import freeze
from survey.runtime import Runtime
from tests.jobs.box import Box
from tests.reports.building import three_clinicians
from tests.web.desk import make_front_desk, make_owner

DAY = date(2026, 7, 3)


@pytest.fixture
def ready(runtime: Runtime, practice: Practice) -> Practice:
    """A frozen quarter, an owner, and somebody from the front desk."""
    three_clinicians(runtime, practice)
    make_owner(runtime, practice)
    make_front_desk(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        freeze(db, practice, "2026-Q2", today=DAY)
    return practice


def told(runtime: Runtime, practice: Practice, post: Box, day: date = DAY, hour: int = 8) -> int:
    return announce(runtime, practice.id, post, now=at_local(day, hour, practice.time_zone))


def test_the_owner_alone_is_told_once(runtime: Runtime, ready: Practice) -> None:
    post = Box()
    assert told(runtime, ready, post, hour=6) == 0
    assert [told(runtime, ready, post, hour=hour) for hour in (8, 8, 9)] == [1, 0, 0]
    assert told(runtime, ready, post, day=date(2026, 7, 4)) == 0
    assert [to for to, _ in post.sent] == ["olu@example.org"]


def test_the_mail_has_a_link_to_the_sign_in_and_no_figure_and_no_file(
    runtime: Runtime, ready: Practice
) -> None:
    post = Box()
    told(runtime, ready, post)
    message = cast(EmailMessage, message_from_bytes(post.sent[0][1], policy=policy.default))
    assert message["Subject"] == "Riverside Practice: your quarterly report is ready"
    assert not list(message.iter_attachments())
    words = message.get_content()
    assert f"{runtime.settings.base_url}/staff/riverside/sign-in" in words
    assert "%" not in words
    assert "+" not in words


def test_it_speaks_the_language_of_the_letters(runtime: Runtime, ready: Practice) -> None:
    with transaction(runtime.engine, ready.id) as db:
        db.get_one(Practice, ready.id).mail_language = "es"
    post = Box()
    told(runtime, ready, post)
    message = cast(EmailMessage, message_from_bytes(post.sent[0][1], policy=policy.default))
    assert "su informe trimestral está listo" in message["Subject"]
    assert "Inicie sesión" in message.get_content()


@pytest.mark.parametrize("trouble", [TemporaryRefusal(451), RelayUnreachable()])
def test_what_was_not_taken_is_tried_again_an_hour_later(
    runtime: Runtime, ready: Practice, trouble: Exception
) -> None:
    assert told(runtime, ready, Box(trouble)) == 0
    post = Box()
    assert [told(runtime, ready, post, hour=hour) for hour in (8, 9, 10)] == [0, 1, 0]


@pytest.mark.parametrize("trouble", [PermanentRefusal(550), HandoverUnknown()])
def test_what_may_have_been_taken_is_never_sent_twice(
    runtime: Runtime, ready: Practice, trouble: Exception
) -> None:
    assert told(runtime, ready, Box(trouble)) == 0
    assert told(runtime, ready, Box(), hour=9) == 0


def test_without_the_note_the_mail_would_go_twice(
    runtime: Runtime, ready: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deliberately broken variant: each hour has notes of its own."""
    post, hours = Box(), iter(range(100))
    monkeypatch.setattr(announcing, "mark_of", lambda quarter, staff_id: f"told {next(hours)}")
    assert [told(runtime, ready, post, hour=hour) for hour in (8, 9)] == [1, 1]


def test_a_quarter_in_which_nothing_was_heard_is_no_news(runtime: Runtime, ready: Practice) -> None:
    day = date(2025, 10, 3)
    with transaction(runtime.engine, ready.id) as db:
        freeze(db, ready, "2025-Q3", today=day)
    post = Box()
    assert told(runtime, ready, post, day=day) == 0
    assert post.sent == []


def test_nobody_is_told_of_a_quarter_that_is_not_frozen_or_long_past(
    runtime: Runtime, ready: Practice
) -> None:
    post = Box()
    assert told(runtime, ready, post, day=date(2026, 7, 20)) == 0
    assert told(runtime, ready, post, day=date(2026, 10, 3)) == 0
