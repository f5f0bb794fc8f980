"""The outbox: how many mails stand where, and the only way in which a mail changes its state.

Every change is one statement that names the state before it, so two processes never both make it; a move
that ``MOVES`` does not know cannot even be written down.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Update, bindparam, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from survey.invitations.model import MOVES, Invitation, InvitationState

#: The states in which a mail is in the hands of a worker.
IN_HAND = (InvitationState.CLAIMED, InvitationState.HANDING_OVER)


class ImpossibleMove(Exception):
    """A change of state that there is no reason for."""


def moving(practice_id: int, before: InvitationState, after: InvitationState) -> Update:
    """The statement that moves mails of a practice; narrow it with ``where``, add to it with ``values``.

    Raises ImpossibleMove for a move that is not in ``MOVES``.
    """
    if after not in MOVES[before]:
        raise ImpossibleMove(f"a mail never goes from {before} to {after}")
    return (
        update(Invitation)
        .where(Invitation.practice_id == practice_id, Invitation.state == before)
        .values(state=after)
        .execution_options(synchronize_session=False)
    )


def move(db: Session, statement: Update) -> int:
    """Carry out a ``moving`` statement; how many mails it moved."""
    result = db.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def states(db: Session, practice_id: int) -> Mapping[InvitationState, int]:
    """How many mails stand in each state; every state is there."""
    query = (
        select(Invitation.state, func.count())
        .where(Invitation.practice_id == practice_id)
        .group_by(Invitation.state)
    )
    counts = {InvitationState(state): int(count) for state, count in db.execute(query)}
    return {state: counts.get(state, 0) for state in InvitationState}


def move_mine(db: Session, statement: Update, claims: Mapping[bytes, int]) -> frozenset[bytes]:
    """Carry out a ``moving`` or ``renewing`` statement for the mails of these ids, each only while the claim
    of its fence number holds; the ids that it moved.
    """
    by_fence: dict[int, list[bytes]] = {}
    for name, fence in claims.items():
        by_fence.setdefault(fence, []).append(name)
    moved: set[bytes] = set()
    wanted = Invitation.id.in_(bindparam("names", expanding=True)), Invitation.fence == bindparam("held")
    held = statement.where(*wanted).returning(Invitation.id)
    for fence, names in by_fence.items():
        rows = db.execute(held, {"names": names, "held": fence})
        moved.update(bytes(row.id) for row in rows)
    return frozenset(moved)


def renewing(practice_id: int, lease_until: datetime) -> Update:
    """The statement by which a worker keeps what it has in hand; changes no state."""
    return (
        update(Invitation)
        .where(Invitation.practice_id == practice_id, Invitation.state.in_(IN_HAND))
        .values(lease_until=lease_until)
        .execution_options(synchronize_session=False)
    )
