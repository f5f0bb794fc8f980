"""The states of a mail: counted, and moved only in ways that there are."""

from __future__ import annotations

import itertools

import pytest

from survey.db import reading, transaction
from survey.invitations import outbox
from survey.invitations.model import MOVES, Invitation, InvitationState
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.invitations.post import invite_people, states

S = InvitationState
FINAL = (S.FAILED, S.SUPPRESSED, S.CANCELLED)


@pytest.mark.parametrize(("before", "after"), list(itertools.product(S, S)))
def test_only_known_moves_can_be_written_down(before: S, after: S) -> None:
    if after in MOVES[before]:
        assert outbox.moving(1, before, after) is not None
    else:
        with pytest.raises(outbox.ImpossibleMove, match=f"from {before} to {after}"):
            outbox.moving(1, before, after)


@pytest.mark.parametrize("state", FINAL)
def test_nothing_leads_out_of_a_final_state(state: S) -> None:
    assert MOVES[state] == frozenset()


def test_a_mail_is_moved_from_its_state_only(runtime: Runtime, practice: Practice) -> None:
    invite_people(runtime, practice, "ana", "ben")
    with transaction(runtime.engine, practice.id) as db:
        assert outbox.move(db, outbox.moving(practice.id, S.HANDING_OVER, S.SENT)) == 0
        assert outbox.move(db, outbox.moving(practice.id, S.DUE, S.CLAIMED)) == 2
    assert states(runtime, practice) == {"claimed": 2}


def test_every_state_is_counted(runtime: Runtime, practice: Practice) -> None:
    invite_people(runtime, practice, "ana", "ben", "eva")
    with transaction(runtime.engine, practice.id) as db:
        tag = db.query(Invitation.id).limit(1).scalar()
        outbox.move(db, outbox.moving(practice.id, S.DUE, S.CANCELLED).where(Invitation.id == tag))
    with reading(runtime.engine, practice.id) as db:
        counted = outbox.states(db, practice.id)
    assert counted == dict.fromkeys(S, 0) | {S.DUE: 2, S.CANCELLED: 1}
