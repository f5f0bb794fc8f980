"""Signing in: one text for every refusal, sign-ins that end, a cookie that is worth nothing afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.practice import admitting, passwords, recording
from survey.practice.model import AuditEntry, Practice, Role, Staff, StaffSession
from survey.practice.signing_in import (
    IDLE,
    LONGEST,
    SignInRefused,
    StaffMember,
    note_activity,
    prove,
    sign_in,
    sign_out,
    staff_of,
)
from survey.runtime import Runtime
from tests import builders

GOOD = "four odd words walking"


@pytest.fixture(scope="module")
def good_hash() -> str:
    return passwords.hash_new(GOOD)


@pytest.fixture
def olu(runtime: Runtime, practice: Practice, good_hash: str) -> Staff:
    with transaction(runtime.engine, practice.id) as db:
        staff = admitting.add_staff(
            db, practice.id, email="olu@example.org", name="Olu Bello", role=Role.OWNER
        )
        staff.password_hash = good_hash
    return staff


def enter(runtime: Runtime, practice: Practice, password: str = GOOD, email: str = "olu@example.org") -> str:
    """Sign in the way the page does: check while reading, then write."""
    with reading(runtime.engine, practice.id) as db:
        proof = prove(db, practice.id, email=email, password=password)
    with transaction(runtime.engine, practice.id) as db:
        return sign_in(db, proof, now=runtime.clock.now())


def who(
    runtime: Runtime, practice: Practice, secret: str, seen: datetime | None = None
) -> StaffMember | None:
    now = runtime.clock.now()
    with reading(runtime.engine, practice.id) as db:
        return staff_of(db, practice.id, secret, seen=seen or now, now=now)


def test_a_right_password_opens_a_session_of_which_only_a_hash_is_kept(
    runtime: Runtime, practice: Practice, olu: Staff
) -> None:
    secret = enter(runtime, practice)
    member = who(runtime, practice, secret)
    assert member is not None
    assert (member.staff_id, member.role, member.practice_id) == (olu.id, Role.OWNER, practice.id)
    with reading(runtime.engine, practice.id) as db:
        row = db.scalars(select(StaffSession)).one()
    assert secret.encode() not in row.secret_hash
    assert len(row.secret_hash) == 32


def test_each_sign_in_has_a_secret_of_its_own(runtime: Runtime, practice: Practice, olu: Staff) -> None:
    assert enter(runtime, practice) != enter(runtime, practice)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("olu@example.org", "wrong words entirely"),
        ("nobody@example.org", GOOD),
        ("olu@example.org", ""),
        ("olu@example.org", "x" * 5000),
        ("", ""),
        ("olu@example.org' OR '1'='1", GOOD),
    ],
)
def test_every_refusal_has_the_same_text_and_no_session(
    runtime: Runtime, practice: Practice, olu: Staff, email: str, password: str
) -> None:
    with pytest.raises(SignInRefused) as caught:
        enter(runtime, practice, password=password, email=email)
    assert str(caught.value) == "address and password do not match an account here"
    with reading(runtime.engine, practice.id) as db:
        assert db.scalar(select(StaffSession.staff_id)) is None


def test_an_unknown_account_costs_a_real_password_check(
    runtime: Runtime, practice: Practice, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    real = passwords._hasher().verify

    class Watching:
        def verify(self, kept: str, password: str) -> bool:
            checked.append(kept)
            return real(kept, password)

    passwords._stand_in()
    monkeypatch.setattr(passwords, "_hasher", Watching)
    with reading(runtime.engine, practice.id) as db:
        for practice_id, email in [
            (practice.id, "olu@example.org"),
            (practice.id, "no@x.org"),
            (None, "no@x.org"),
        ]:
            prove(db, practice_id, email=email, password="wrong words entirely")
    assert len(checked) == 3
    assert all(kept.startswith("$argon2id$") for kept in checked)


def test_refusals_are_noted_without_what_was_typed(runtime: Runtime, practice: Practice, olu: Staff) -> None:
    for email in ("olu@example.org", "typed-a-secret-here"):
        with reading(runtime.engine, practice.id) as db:
            proof = prove(db, practice.id, email=email, password="wrong words entirely")
        with transaction(runtime.engine, practice.id) as db:
            try:
                sign_in(db, proof, now=runtime.clock.now())
            except SignInRefused:
                continue
    with reading(runtime.engine, practice.id) as db:
        entries = [
            (row.actor, row.action) for row in db.scalars(select(AuditEntry).order_by(AuditEntry.number))
        ]
        assert recording.first_broken(db, practice.id) is None
    assert entries == [("olu@example.org", "sign-in refused"), ("unknown account", "sign-in refused")]


def test_an_account_of_another_practice_does_not_open_this_one(
    runtime: Runtime, practice: Practice, olu: Staff
) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    with pytest.raises(SignInRefused):
        enter(runtime, other)
    secret = enter(runtime, practice)
    assert who(runtime, other, secret) is None


def test_fifteen_idle_minutes_end_the_sign_in(
    runtime: Runtime, practice: Practice, olu: Staff, clock: SimulatedClock
) -> None:
    secret, started = enter(runtime, practice), clock.now()
    clock.advance(IDLE - timedelta(seconds=1))
    assert who(runtime, practice, secret, seen=started) is not None
    clock.advance(timedelta(seconds=1))
    assert who(runtime, practice, secret, seen=started) is None


def test_noted_activity_keeps_the_sign_in(
    runtime: Runtime, practice: Practice, olu: Staff, clock: SimulatedClock
) -> None:
    secret, started = enter(runtime, practice), clock.now()
    clock.advance(timedelta(minutes=14))
    with transaction(runtime.engine, practice.id) as db:
        note_activity(db, practice.id, secret, now=clock.now())
    clock.advance(timedelta(minutes=14))
    assert who(runtime, practice, secret, seen=started) is not None


def test_twelve_hours_end_it_however_busy(
    runtime: Runtime, practice: Practice, olu: Staff, clock: SimulatedClock
) -> None:
    secret = enter(runtime, practice)
    clock.advance(LONGEST - timedelta(seconds=1))
    assert who(runtime, practice, secret) is not None
    clock.advance(timedelta(seconds=1))
    assert who(runtime, practice, secret) is None


def test_a_cookie_kept_after_signing_out_is_worth_nothing(
    runtime: Runtime, practice: Practice, olu: Staff
) -> None:
    secret = enter(runtime, practice)
    for _ in range(2):
        with transaction(runtime.engine, practice.id) as db:
            sign_out(db, practice.id, secret, now=runtime.clock.now())
    assert who(runtime, practice, secret) is None
    with reading(runtime.engine, practice.id) as db:
        actions = db.scalars(select(AuditEntry.action).order_by(AuditEntry.number)).all()
    assert actions == ["signed in", "signed out"]


def test_closing_an_account_ends_its_sign_ins(runtime: Runtime, practice: Practice, olu: Staff) -> None:
    secret = enter(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        admitting.close_account(db, olu)
    assert who(runtime, practice, secret) is None
    with pytest.raises(SignInRefused):
        enter(runtime, practice)


def test_a_password_changed_during_the_check_refuses_the_old_one(
    runtime: Runtime, practice: Practice, olu: Staff
) -> None:
    with reading(runtime.engine, practice.id) as db:
        proof = prove(db, practice.id, email="olu@example.org", password=GOOD)
    with transaction(runtime.engine, practice.id) as db:
        admitting.set_password(db, olu, "quite other words here")
    with transaction(runtime.engine, practice.id) as db, pytest.raises(SignInRefused):
        sign_in(db, proof, now=runtime.clock.now())


def test_old_sign_ins_are_forgotten_at_the_next_one(
    runtime: Runtime, practice: Practice, olu: Staff, clock: SimulatedClock
) -> None:
    enter(runtime, practice)
    clock.advance(LONGEST)
    enter(runtime, practice)
    with reading(runtime.engine, practice.id) as db:
        assert len(db.scalars(select(StaffSession)).all()) == 1
