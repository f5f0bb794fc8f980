"""Colleagues' accounts: no practice is left without an owner, and a link that was voided stays void."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from survey.clock import SimulatedClock
from survey.db import transaction
from survey.practice import admitting, invites, staffing
from survey.practice.invites import BadInvite
from survey.practice.model import Practice, Role, Staff
from survey.practice.staffing import CannotChange
from survey.runtime import Runtime
from tests.web.desk import make_front_desk, make_owner

SECRET = "k" * 40
Deed = Callable[[Session, Staff], None]
LOSING: dict[str, Deed] = {
    "role": lambda db, olu: staffing.change_role(db, olu, role=Role.FRONT_DESK, clinician_id=None),
    "closed": staffing.shut_out,
    "started over": lambda db, olu: staffing.start_over(db, olu, by=0, factor_too=False),
}


def owners_left(runtime: Runtime, olu: Staff, deed: Deed) -> int:
    """Owners who can sign in after somebody tried to take the place of this one."""
    with transaction(runtime.engine, olu.practice_id) as db:
        try:
            deed(db, staffing.colleague(db, olu.practice_id, olu.id))
        except CannotChange:
            db.rollback()
    with transaction(runtime.engine, olu.practice_id) as db:
        found = staffing.colleagues(db, olu.practice_id, now=runtime.clock.now())
        return sum(each.role is Role.OWNER and each.standing == "open" for each in found)


@pytest.mark.parametrize("deed", LOSING.values(), ids=LOSING)
def test_the_last_owner_stays_also_beside_one_who_cannot_sign_in(
    runtime: Runtime, practice: Practice, deed: Deed
) -> None:
    olu = make_owner(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        admitting.add_staff(db, practice.id, email="new@example.org", name="New", role=Role.OWNER)
    assert owners_left(runtime, olu, deed) == 1


@pytest.mark.parametrize("deed", LOSING.values(), ids=LOSING)
def test_the_check_finds_a_practice_that_may_lose_its_last_owner(
    runtime: Runtime, practice: Practice, deed: Deed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staffing, "_require_other_owner", lambda *_: None)
    assert owners_left(runtime, make_owner(runtime, practice), deed) == 0


@pytest.mark.parametrize("deed", LOSING.values(), ids=LOSING)
def test_one_of_two_owners_may_go(runtime: Runtime, practice: Practice, deed: Deed) -> None:
    olu = make_owner(runtime, practice)
    make_owner(runtime, practice, email="second@example.org")
    assert owners_left(runtime, olu, deed) == 1


def test_a_closed_account_that_is_opened_again_does_not_revive_an_old_link(
    runtime: Runtime, practice: Practice, clock: SimulatedClock
) -> None:
    fay = make_front_desk(runtime, practice)
    signed = invites.make_invite(SECRET, fay, now=clock.now())
    with transaction(runtime.engine, practice.id) as db:
        found = staffing.colleague(db, practice.id, fay.id)
        assert admitting.invited_staff(db, SECRET, signed, now=clock.now()).id == fay.id
        staffing.shut_out(db, found)
        staffing.let_in_again(db, found)
        with pytest.raises(BadInvite):
            admitting.invited_staff(db, SECRET, signed, now=clock.now())
