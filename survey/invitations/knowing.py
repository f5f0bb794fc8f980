"""What the database knows of a batch of visits before it is decided who is asked; a few questions in all.

Only reads. Never asks whether somebody answered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.invitations.model import CapMark, Invitation, InvitationState, OptOut
from survey.practice import declaring
from survey.visits.blocks import in_blocks
from survey.visits.model import Visit, VisitStatus
from survey.visits.recognising import ImportedVisit


@dataclass(frozen=True)
class Known:
    """Opt-outs, weeks of the last mail, visits that have an invitation, earlier visits by client.

    ``left`` are names of clinicians who are asked about no more.
    """

    opted_out: frozenset[bytes]
    asked_weeks: Mapping[bytes, int]
    invited: frozenset[bytes]
    visits_of: Mapping[bytes, Mapping[bytes, int]]
    left: frozenset[str] = frozenset()

    def number_of(self, visit: ImportedVisit) -> int:
        """Which visit of this client it is, counted from those we know: 1 for the first."""
        days = self.visits_of.get(visit.client_tag, {})
        earlier = [tag for tag, day in days.items() if (day, tag) < (visit.day.toordinal(), visit.visit_tag)]
        return len(earlier) + 1


def about(
    db: Session,
    practice_id: int,
    visits: Sequence[ImportedVisit],
    history: Mapping[bytes, Mapping[bytes, int]],
) -> Known:
    """Everything the decisions about these visits need. ``history``: attended visits by client as the file
    has them, day (as ordinal) by visit tag."""
    contacts = sorted({visit.contact_tag for visit in visits if visit.contact_tag})
    unnumbered = [visit for visit in visits if visit.row.number is None]
    return Known(
        opted_out=opted_out(db, practice_id, contacts),
        asked_weeks=asked_weeks(db, practice_id, contacts),
        invited=_invited(db, practice_id, [visit.visit_tag for visit in visits]),
        visits_of=_attended(db, practice_id, unnumbered, history),
        left=_left(db, practice_id),
    )


def opted_out(db: Session, practice_id: int, contact_tags: Sequence[bytes]) -> frozenset[bytes]:
    """Those of the people who asked for no more mail."""
    found: set[bytes] = set()
    for block in in_blocks(contact_tags):
        query = select(OptOut.contact_tag).where(
            OptOut.practice_id == practice_id, OptOut.contact_tag.in_(block)
        )
        found.update(db.scalars(query))
    return frozenset(found)


def asked_weeks(db: Session, practice_id: int, contact_tags: Sequence[bytes]) -> dict[bytes, int]:
    """The week in which each of the people was last asked; those never asked are not there."""
    found: dict[bytes, int] = {}
    for block in in_blocks(contact_tags):
        query = select(CapMark.contact_tag, CapMark.week).where(
            CapMark.practice_id == practice_id, CapMark.contact_tag.in_(block)
        )
        found.update(db.execute(query).all())
    return found


#: Mails in these states take no room on a day.
GONE = (InvitationState.SUPPRESSED, InvitationState.CANCELLED)


def planned(db: Session, practice_id: int, first: date) -> dict[date, int]:
    """How many mails go, or went, out on each day from the first on."""
    query = (
        select(Invitation.send_day, func.count())
        .where(
            Invitation.practice_id == practice_id,
            Invitation.send_day >= first,
            Invitation.state.not_in(GONE),
        )
        .group_by(Invitation.send_day)
    )
    return {day: int(count) for day, count in db.execute(query)}


def waiting(db: Session, practice_id: int, visit_tags: Sequence[bytes]) -> tuple[bytes, ...]:
    """Ids of invitations about these visits that still wait to be sent."""
    found: list[bytes] = []
    for block in in_blocks(visit_tags):
        query = select(Invitation.id).where(
            Invitation.practice_id == practice_id,
            Invitation.visit_tag.in_(block),
            Invitation.state == InvitationState.DUE,
        )
        found.extend(db.scalars(query))
    return tuple(found)


def clinicians(db: Session, practice_id: int, visit_tags: Sequence[bytes]) -> dict[bytes, int]:
    """Who was seen at each of these visits: as it is stored, or the record that one was merged into."""
    into = declaring.merges(db, practice_id)
    found: dict[bytes, int] = {}
    for block in in_blocks(visit_tags):
        query = select(Visit.visit_tag, Visit.clinician_id).where(
            Visit.practice_id == practice_id, Visit.visit_tag.in_(block)
        )
        found.update({tag: declaring.kept(into, one) for tag, one in db.execute(query)})
    return found


def _left(db: Session, practice_id: int) -> frozenset[str]:
    """Every name, former ones too, that means somebody who has left."""
    here = {one.id for one in declaring.clinicians(db, practice_id) if one.active}
    return frozenset(
        name for name, one in declaring.clinician_ids(db, practice_id).items() if one not in here
    )


def _invited(db: Session, practice_id: int, visit_tags: Sequence[bytes]) -> frozenset[bytes]:
    found: set[bytes] = set()
    for block in in_blocks(visit_tags):
        query = select(Invitation.visit_tag).where(
            Invitation.practice_id == practice_id, Invitation.visit_tag.in_(block)
        )
        found.update(db.scalars(query))
    return frozenset(found)


def _attended(
    db: Session,
    practice_id: int,
    visits: Sequence[ImportedVisit],
    history: Mapping[bytes, Mapping[bytes, int]],
) -> dict[bytes, dict[bytes, int]]:
    """Day (as ordinal) by visit tag, by client, of attended visits: stored ones and those of this file."""
    found: dict[bytes, dict[bytes, int]] = defaultdict(dict)
    clients = sorted({visit.client_tag for visit in visits})
    for block in in_blocks(clients):
        query = select(Visit.client_tag, Visit.visit_tag, Visit.day).where(
            Visit.practice_id == practice_id,
            Visit.client_tag.in_(block),
            Visit.status == VisitStatus.ATTENDED,
        )
        for client, tag, day in db.execute(query):
            found[client][tag] = day.toordinal()
    for client in clients:
        found[client].update(history.get(client, {}))
    return dict(found)
