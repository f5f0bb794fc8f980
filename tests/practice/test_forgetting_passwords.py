"""What is kept of a request for a new password: no address, no moment, and only until it is worked off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.keys import contact
from survey.practice import admitting, forgetting_passwords
from survey.practice.forgetting_passwords import KEPT, Request
from survey.practice.model import AuditEntry, Practice
from survey.practice.password_request_model import PasswordRequest
from survey.runtime import Runtime
from tests import builders
from tests.web.desk import make_owner


def ask(runtime: Runtime, practice: Practice, email: str, now: datetime) -> None:
    with transaction(runtime.engine, practice.id) as db:
        forgetting_passwords.ask(db, runtime.files, practice.id, email, now=now)


def take(runtime: Runtime, practice: Practice, now: datetime) -> Sequence[Request]:
    with transaction(runtime.engine, practice.id) as db:
        return forgetting_passwords.take(db, practice.id, now=now)


def asked_for(runtime: Runtime, practice: Practice, requests: Sequence[Request]) -> list[str]:
    with reading(runtime.engine, practice.id) as db:
        found = forgetting_passwords.accounts(db, runtime.files, practice.id, requests)
        return [staff.email for _, staff in found]


def test_neither_the_address_nor_the_moment_is_kept(
    runtime: Runtime, practice: Practice, clock: SimulatedClock
) -> None:
    now = clock.now() + timedelta(minutes=17, seconds=4)
    ask(runtime, practice, "nobody@example.org", now)
    with reading(runtime.engine, practice.id) as db:
        row = db.scalars(select(PasswordRequest)).one()
        entry = db.scalars(select(AuditEntry)).one()
    assert row.hour == clock.now()
    assert row.address_tag == contact.staff_tag(runtime.files, practice.id, "nobody@example.org")
    assert row.address_tag != contact.contact_tag(runtime.files, practice.id, "nobody@example.org")
    assert (entry.actor, entry.action, entry.subject) == ("not signed in", "asked for a new password", "")


def test_a_request_is_taken_once_and_can_be_given_back(
    runtime: Runtime, practice: Practice, clock: SimulatedClock
) -> None:
    ask(runtime, practice, "olu@example.org", clock.now())
    taken = take(runtime, practice, clock.now())
    assert len(taken) == 1
    assert take(runtime, practice, clock.now()) == []
    with transaction(runtime.engine, practice.id) as db:
        forgetting_passwords.give_back(db, practice.id, taken)
    assert take(runtime, practice, clock.now()) == taken


def test_a_request_older_than_a_day_is_forgotten(
    runtime: Runtime, practice: Practice, clock: SimulatedClock
) -> None:
    ask(runtime, practice, "olu@example.org", clock.now())
    assert take(runtime, practice, clock.now() + KEPT) == []
    with reading(runtime.engine, practice.id) as db:
        assert not forgetting_passwords.waits(db, practice.id)


def test_open_accounts_are_found_whatever_the_spelling_and_once_each(
    runtime: Runtime, practice: Practice, clock: SimulatedClock
) -> None:
    make_owner(runtime, practice)
    for spelling in (" OLU@example.ORG ", "olu@example.org", "nobody@example.org"):
        ask(runtime, practice, spelling, clock.now())
    assert asked_for(runtime, practice, take(runtime, practice, clock.now())) == ["olu@example.org"]


def test_an_account_that_is_closed_or_waits_for_its_first_password_is_not_found(
    runtime: Runtime, practice: Practice, clock: SimulatedClock
) -> None:
    olu, eve = make_owner(runtime, practice), make_owner(runtime, practice, "eve@example.org")
    with transaction(runtime.engine, practice.id) as db:
        admitting.close_account(db, olu)
        admitting.void_password(db, eve)
    for email in (olu.email, eve.email):
        ask(runtime, practice, email, clock.now())
    assert asked_for(runtime, practice, take(runtime, practice, clock.now())) == []


def test_a_request_counts_for_its_own_practice(
    runtime: Runtime, practice: Practice, clock: SimulatedClock
) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    make_owner(runtime, practice)
    make_owner(runtime, other)
    ask(runtime, practice, "olu@example.org", clock.now())
    assert take(runtime, other, clock.now()) == []
    taken = take(runtime, practice, clock.now())
    assert asked_for(runtime, practice, taken) == ["olu@example.org"]
    assert asked_for(runtime, other, taken) == []
