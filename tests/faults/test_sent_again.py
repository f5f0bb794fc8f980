"""An answer that is sent again (row 21), at once or days later: the same thanks, and it counts once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from survey import jobs
from survey.clock import SimulatedClock
from survey.db import transaction
from survey.invitations.mailer import FolderMailer
from survey.practice.model import Practice
from survey.responses.model import Spent
from survey.runtime import Runtime
from tests import builders
from tests.databases import SQLITE_FIRST
from tests.web.patients import Kept, kept, send, told_apart

WORDS = "The waiting room was calm."


@pytest.fixture
def token(runtime: Runtime, practice: Practice) -> str:
    return builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))


def sleep(runtime: Runtime, clock: SimulatedClock, *, days: int) -> None:
    """So many nights, each with all that is due then."""
    for _ in range(days):
        clock.advance(timedelta(days=1))
        jobs.run_due(runtime, FolderMailer(runtime.settings.mailbox))


@pytest.mark.parametrize("days", [0, 1, pytest.param(9, marks=pytest.mark.slow)])
def test_it_is_thanked_for_alike_and_counted_once(
    client: FlaskClient, runtime: Runtime, practice: Practice, clock: SimulatedClock, token: str, days: int
) -> None:
    first = send(client, token, box_works_well=WORDS)
    assert first.status_code == 200
    sleep(runtime, clock, days=days)
    before = kept(runtime, practice)
    again = send(client, token, box_works_well="Something else.")
    assert told_apart(first, again) == set()
    assert WORDS not in again.text
    after = kept(runtime, practice)
    assert (after.spent, after.waiting) == (before.spent, before.waiting) == (1, 2)


@SQLITE_FIRST
def test_once_its_keys_are_destroyed_the_page_says_that_the_link_is_over(
    client: FlaskClient, runtime: Runtime, practice: Practice, clock: SimulatedClock, token: str
) -> None:
    assert send(client, token).status_code == 200
    sleep(runtime, clock, days=24)
    before = kept(runtime, practice)
    again = send(client, token, box_works_well=WORDS)
    assert (again.status_code, "This link is no longer open" in again.text) == (410, True)
    assert kept(runtime, practice) == before


def test_a_night_that_forgets_who_answered_would_be_noticed(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    """The broken variant."""
    send(client, token)
    with transaction(runtime.engine, practice.id) as db:
        db.execute(delete(Spent))
    send(client, token)
    assert kept(runtime, practice) == Kept(1, 4, 0)
