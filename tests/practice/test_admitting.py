"""Accounts: who gets in, with which password, by which link."""

from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path

import argon2
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from survey.clock import SimulatedClock
from survey.db import transaction
from survey.practice import admitting, invites, passwords, recording
from survey.practice.admitting import CannotAdmit
from survey.practice.invites import BadInvite
from survey.practice.model import AuditEntry, Practice, Role, Staff, StaffSession
from survey.practice.passwords import PasswordRefused, Refusal
from survey.practice.signing_in import prove, sign_in
from survey.runtime import Runtime
from tests import builders

GOOD = "four odd words walking"
SECRET = "s" * 40
#: Taken before any test runs: during tests another takes its place.
shipped_hasher = passwords._hasher


def add_olu(runtime: Runtime, practice: Practice) -> Staff:
    with transaction(runtime.engine, practice.id) as db:
        return admitting.add_staff(
            db, practice.id, email=" Olu@Example.org ", name="Olu Bello", role=Role.OWNER
        )


def test_an_address_is_kept_in_one_spelling(runtime: Runtime, practice: Practice) -> None:
    olu = add_olu(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        found = admitting.staff_by_email(db, practice.id, "OLU@example.ORG")
    assert olu.email == "olu@example.org"
    assert found is not None
    assert found.id == olu.id


@pytest.mark.parametrize(
    ("email", "name", "role", "field"),
    [
        ("no address", "Olu", Role.OWNER, "email"),
        ("two@example.org,one@example.org two@x", "Olu", Role.OWNER, "email"),
        ("olu@example.org\r\nBcc: x@example.org", "Olu", Role.OWNER, "email"),
        ("olu@example.org", " ", Role.OWNER, "name"),
        ("olu@example.org", "Olu\nBello", Role.OWNER, "name"),
        ("ana@example.org", "Ana", Role.CLINICIAN, "clinician"),
    ],
)
def test_an_unusable_account_is_refused_and_the_field_named(
    runtime: Runtime, practice: Practice, email: str, name: str, role: Role, field: str
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        with pytest.raises(CannotAdmit, match=field):
            admitting.add_staff(db, practice.id, email=email, name=name, role=role)
        assert db.scalar(select(Staff.id)) is None


def test_the_same_address_gets_no_second_account(runtime: Runtime, practice: Practice) -> None:
    add_olu(runtime, practice)
    with pytest.raises(CannotAdmit, match="already"):
        add_olu(runtime, practice)


def test_a_clinician_of_another_practice_cannot_be_tied_to_an_account(
    runtime: Runtime, practice: Practice
) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    stranger = builders.make_clinician(runtime, other)
    with (
        transaction(runtime.engine, practice.id) as db,
        pytest.raises(CannotAdmit, match="not known"),
    ):
        admitting.add_staff(
            db,
            practice.id,
            email="ana@example.org",
            name="Ana",
            role=Role.CLINICIAN,
            clinician_id=stranger.id,
        )


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("tiny", Refusal.TOO_SHORT),
        ("elevenchars", Refusal.TOO_SHORT),
        ("x" * 257, Refusal.TOO_LONG),
        ("aaaaaaaaaaaaaaaa", Refusal.TOO_COMMON),
        ("Password2026!", Refusal.TOO_COMMON),
        ("pass word pass word", Refusal.TOO_COMMON),
        ("123456789012", Refusal.TOO_COMMON),
        ("olu@example.org", Refusal.TOO_COMMON),
        ("Afterword 2026", Refusal.TOO_COMMON),
        ("Psychologist!", Refusal.TOO_COMMON),
        ("SonyEricsson", Refusal.TOO_COMMON),
        ("justin bieber 1994", Refusal.TOO_COMMON),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, reason: Refusal) -> None:
    with pytest.raises(PasswordRefused) as caught:
        passwords.check_new(password, email="olu@example.org")
    assert caught.value.reason is reason
    assert password not in str(caught.value)


def stolen() -> list[str]:
    return gzip.decompress(passwords.STOLEN.read_bytes()).decode().splitlines()


def refused(password: str) -> bool:
    try:
        passwords.check_new(password, email="olu@example.org")
    except PasswordRefused:
        return True
    return False


def test_those_that_were_stolen_most_often_and_are_long_enough_are_refused() -> None:
    known = stolen()
    assert len(set(known)) == 10_000
    assert all(len(each) >= passwords.LEAST for each in known)
    assert all(refused(each.upper()) for each in known[::500])
    assert not refused(known[0] + known[-1])


def test_a_list_that_is_empty_would_be_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = stolen()[::500]
    monkeypatch.setattr(passwords, "STOLEN", tmp_path / "none.gz")
    passwords.STOLEN.write_bytes(gzip.compress(b""))
    assert not all(refused(each) for each in listed)


@pytest.mark.parametrize("password", [GOOD, "ñandú größe 日本 lange", "1!aB" * 16])
def test_any_characters_make_a_good_password(password: str) -> None:
    passwords.check_new(password, email="olu@example.org")


def cost(kept: str) -> tuple[int, int]:
    """KiB of memory and rounds that the hash says it took."""
    parameters = argon2.extract_parameters(kept)
    return parameters.memory_cost, parameters.time_cost


def test_a_password_costs_a_thief_what_is_recommended(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cost(passwords.hash_new(GOOD)) < (19 * 1024, 2), (
        "tests hash at the least cost: this would be noticed"
    )
    monkeypatch.setattr(passwords, "_hasher", shipped_hasher)
    assert cost(passwords.hash_new(GOOD)) >= (19 * 1024, 2), "OWASP's least for argon2id"


def test_a_password_is_kept_as_argon2id_and_found_again_however_it_is_composed() -> None:
    kept = passwords.hash_new("caf\u00e9 am Ufer morgens")
    assert kept.startswith("$argon2id$")
    assert passwords.holds(kept, "cafe\u0301 am Ufer morgens")
    assert not passwords.holds(kept, "cafe am Ufer morgens")


def test_an_account_without_a_password_matches_nothing() -> None:
    assert not passwords.holds("", "")
    assert not passwords.holds("", GOOD)


def test_a_new_password_ends_every_sign_in(
    runtime: Runtime, practice: Practice, clock: SimulatedClock
) -> None:
    olu = add_olu(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        admitting.set_password(db, olu, GOOD)
        sign_in(db, prove(db, practice.id, email=olu.email, password=GOOD), now=clock.now())
        assert db.scalar(select(StaffSession.staff_id)) == olu.id
        admitting.set_password(db, olu, GOOD + " again")
        assert db.scalar(select(StaffSession.staff_id)) is None


def test_an_invitation_sets_the_password_once(
    runtime: Runtime, practice: Practice, clock: SimulatedClock
) -> None:
    olu = add_olu(runtime, practice)
    signed = invites.make_invite(SECRET, olu, now=clock.now())
    with transaction(runtime.engine, practice.id) as db:
        admitting.accept_invite(db, SECRET, signed, password=GOOD, now=clock.now())
    with transaction(runtime.engine, practice.id) as db:
        assert prove(db, practice.id, email=olu.email, password=GOOD).staff_id == olu.id
        with pytest.raises(BadInvite):
            admitting.accept_invite(db, SECRET, signed, password=GOOD + " two", now=clock.now())
        assert db.scalars(select(AuditEntry.action)).all() == ["set a password"]
        assert recording.first_broken(db, practice.id) is None


def test_an_invitation_ends_after_48_hours(
    runtime: Runtime, practice: Practice, clock: SimulatedClock
) -> None:
    signed = invites.make_invite(SECRET, add_olu(runtime, practice), now=clock.now())
    invites.read_invite(SECRET, signed, now=clock.now() + timedelta(hours=47, minutes=59))
    with pytest.raises(BadInvite):
        invites.read_invite(SECRET, signed, now=clock.now() + timedelta(hours=48))


@pytest.mark.parametrize("harm", ["cut", "other key", "other purpose", "changed", "empty"])
def test_a_forged_invitation_is_refused(
    runtime: Runtime, practice: Practice, clock: SimulatedClock, harm: str
) -> None:
    olu = add_olu(runtime, practice)
    kind = invites.FORGOTTEN if harm == "other purpose" else invites.INVITATION
    key = "x" * 40 if harm == "other key" else SECRET
    signed = invites.make_invite(key, olu, now=clock.now(), kind=kind)
    forged = {"cut": signed[:-4], "changed": "A" + signed[1:], "empty": ""}.get(harm, signed)
    with pytest.raises(BadInvite):
        invites.read_invite(SECRET, forged, now=clock.now())


def test_an_invitation_dies_with_a_changed_address_and_a_closed_account(
    runtime: Runtime, practice: Practice, clock: SimulatedClock
) -> None:
    olu = add_olu(runtime, practice)
    signed = invites.make_invite(SECRET, olu, now=clock.now())
    with transaction(runtime.engine, practice.id) as db:
        staff = admitting.invited_staff(db, SECRET, signed, now=clock.now())
        staff.email = "someone@example.org"
        db.flush()
        with pytest.raises(BadInvite):
            admitting.invited_staff(db, SECRET, signed, now=clock.now())
        staff.email = olu.email
        admitting.close_account(db, staff)
        with pytest.raises(BadInvite):
            admitting.invited_staff(db, SECRET, signed, now=clock.now())


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.AUDITOR])
def test_front_desk_and_auditor_get_nobodys_results(runtime: Runtime, practice: Practice, role: Role) -> None:
    ana = builders.make_clinician(runtime, practice)
    with transaction(runtime.engine, practice.id) as db, pytest.raises(CannotAdmit, match="sees no results"):
        admitting.add_staff(
            db,
            practice.id,
            email="fay@example.org",
            name="Fay",
            role=role,
            clinician_id=ana.id,
        )


@pytest.mark.parametrize("values", [{"role": "janitor"}, {"role": "front_desk"}, {"role": "auditor"}])
def test_the_database_refuses_a_role_that_there_is_not_and_results_for_one_that_sees_none(
    runtime: Runtime, practice: Practice, values: dict[str, str]
) -> None:
    ana = builders.make_clinician(runtime, practice)
    person = Staff(
        practice_id=practice.id, id=1, email="x@example.org", name="X", clinician_id=ana.id, **values
    )
    with pytest.raises(IntegrityError), transaction(runtime.engine, practice.id) as db:
        db.add(person)
