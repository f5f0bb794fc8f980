"""What a visits file would lead to, found by reading alone: the dry run, and the plan of the real run.

The file goes by in blocks. Kept in memory are counts, the first faults, and the visits recent enough to be
asked about; of all others a client's visits are kept as short tags, to count which visit of a client it is.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from survey import clock
from survey.instruments.model import Instrument
from survey.invitations import knowing
from survey.invitations.eligibility import Candidate, Reason, decide, is_too_long_ago
from survey.invitations.send_days import next_send_day
from survey.keys.contact import Tags
from survey.keys.files import KeyFiles
from survey.practice import publishing
from survey.practice.model import Practice
from survey.visits import importing, recognising
from survey.visits.blocks import as_they_come
from survey.visits.importing import ImportOutcome, SortedVisits
from survey.visits.model import VisitStatus
from survey.visits.recognising import ImportedVisit, Likeness
from survey.visits.visit_file import RowError, VisitRow, VisitSource

#: Visits that are looked at together; a block of them is written in well under a second.
TOGETHER: Final = 2000
#: Faults, and visits of long ago, that are listed one by one; the others are counted.
LISTED: Final = 1000


class NoSurveyPublished(Exception):
    """There is no survey to ask with; the text says which and what to do."""


@dataclass(frozen=True)
class FileRead:
    """What went by: visits, and faults. ``errors`` are the first ones, ``refused`` how many there were."""

    rows: int
    errors: tuple[RowError, ...]
    refused: int
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """One newly attended visit: asked about, or the reason why not."""

    visit: ImportedVisit
    reason: Reason | None


@dataclass(frozen=True)
class Intake:
    """What a file led to, or in a dry run would lead to.

    ``withdrawn`` counts waiting invitations that were taken back because the file now says that the visit did
    not take place, or that the person is not to be asked. Of visits of too long ago ``decisions`` has the
    first ones only; ``skipped`` counts them all.
    """

    file: FileRead
    outcome: ImportOutcome
    invited: int
    skipped: Mapping[Reason, int]
    withdrawn: int = 0
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class Circumstances:
    """What holds for all visits of one file. ``flagged`` are people of whom any line says not to ask."""

    instrument: Instrument
    today: date
    send_day: date
    flagged: Collection[bytes] = ()
    history: Mapping[bytes, Mapping[bytes, int]] = field(default_factory=dict)

    @property
    def week(self) -> int:
        return clock.week_number(self.send_day)


@dataclass(frozen=True)
class Plan:
    """Everything decided, nothing written. ``joined`` is what another program's visits were found to be."""

    intake: Intake
    given: Circumstances
    joined: Mapping[bytes, bytes]
    wanted: frozenset[bytes]


class _Gathering:
    """What is kept of the visits that go by."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.outcome = ImportOutcome()
        self.recent: list[ImportedVisit] = []
        self.long_ago: list[ImportedVisit] = []
        self.too_long_ago = 0
        self.flagged: set[bytes] = set()
        self.withdrawn: set[bytes] = set()
        self.undecided: dict[bytes, tuple[ImportedVisit, Likeness]] = {}
        self.attended = _Attended()

    def add(self, found: SortedVisits, withdrawn: Sequence[bytes]) -> None:
        self.outcome += found.outcome
        self.withdrawn.update(withdrawn)
        self.undecided.update(found.undecided or {})
        for visit in found.all:
            if visit.row.do_not_survey and visit.contact_tag:
                self.flagged.add(visit.contact_tag)
            if visit.row.status is VisitStatus.ATTENDED:
                self.attended.add(visit)
        for visit in found.newly_attended:
            self._consider(visit)

    def _consider(self, visit: ImportedVisit) -> None:
        if not is_too_long_ago(visit.day, today=self.today):
            self.recent.append(visit)
            return
        self.too_long_ago += 1
        if len(self.long_ago) < LISTED:
            self.long_ago.append(visit)


class _Attended:
    """Client, visit and day of every attended visit of the file, in 40 bytes each."""

    def __init__(self) -> None:
        self._tags = bytearray()
        self._days = array("i")

    def add(self, visit: ImportedVisit) -> None:
        self._tags += visit.client_tag + visit.visit_tag
        self._days.append(visit.day.toordinal())

    def of(self, clients: Collection[bytes]) -> dict[bytes, dict[bytes, int]]:
        """Day (as ordinal) by visit tag, by client."""
        found: dict[bytes, dict[bytes, int]] = {client: {} for client in clients}
        for place, day in enumerate(self._days):
            client = bytes(self._tags[32 * place : 32 * place + 16])
            if client in found:
                found[client][bytes(self._tags[32 * place + 16 : 32 * place + 32])] = day
        return found


class Counted:
    """The visits of a source, one by one, while what cannot be read is counted."""

    def __init__(self, source: VisitSource, tags: Tags, practice: Practice) -> None:
        self._source, self._tags, self._practice = source, tags, practice
        self.rows = self.refused = 0
        self.errors: list[RowError] = []

    def __iter__(self) -> Iterator[ImportedVisit]:
        for found in self._source:
            if isinstance(found, VisitRow):
                self.rows += 1
                yield recognising.recognise(self._tags, self._practice, found)
                continue
            self.refused += 1
            if len(self.errors) < LISTED:
                self.errors.append(found)

    @property
    def read(self) -> FileRead:
        return FileRead(self.rows, tuple(self.errors), self.refused, self._source.ignored)


def plan(db: Session, files: KeyFiles, practice: Practice, source: VisitSource, *, now: datetime) -> Plan:
    """Read, compare, decide. Raises UnreadableFile or NoSurveyPublished."""
    given = circumstances(db, practice, now=now)
    tags = Tags(files, practice.id)
    counted, kept = Counted(source, tags, practice), _Gathering(given.today)
    for block in as_they_come(counted, TOGETHER):
        found = importing.sort_out(db, practice, block, today=given.today)
        kept.add(found, to_withdraw(db, practice.id, found))
    joined = _settle(db, practice, Counted(source, tags, practice), kept)
    unnumbered = {visit.client_tag for visit in kept.recent if visit.row.number is None}
    given = replace(given, flagged=frozenset(kept.flagged), history=kept.attended.of(unnumbered))
    decisions = decide_all(db, practice.id, kept.recent, given)
    wanted = frozenset(decision.visit.visit_tag for decision in decisions if decision.reason is None)
    return Plan(_intake(counted.read, kept, decisions), given, joined, wanted)


def _settle(db: Session, practice: Practice, again: Counted, kept: _Gathering) -> dict[bytes, bytes]:
    """Decide the undecided by looking at all of the file once more; add them to what is kept."""
    if not kept.undecided:
        return {}
    undecided, kept.undecided = kept.undecided, {}
    joined = recognising.settle(again, {tag: likeness for tag, (_, likeness) in undecided.items()})
    for block in as_they_come((visit for visit, _ in undecided.values()), TOGETHER):
        found = importing.sort_out(db, practice, block, today=kept.today, joined=joined)
        kept.add(found, to_withdraw(db, practice.id, found))
    return joined


def _intake(read: FileRead, kept: _Gathering, decisions: Sequence[Decision]) -> Intake:
    reasons = Counter(decision.reason for decision in decisions if decision.reason)
    reasons[Reason.TOO_LONG_AGO] += kept.too_long_ago
    listed = [*decisions, *(Decision(visit, Reason.TOO_LONG_AGO) for visit in kept.long_ago)]
    return Intake(
        file=read,
        outcome=kept.outcome,
        invited=sum(decision.reason is None for decision in decisions),
        skipped={reason: reasons[reason] for reason in Reason if reasons[reason]},
        withdrawn=len(kept.withdrawn),
        decisions=tuple(sorted(listed, key=lambda decision: decision.visit.row.line)),
    )


def circumstances(db: Session, practice: Practice, *, now: datetime) -> Circumstances:
    """Day and survey for visits that come in now. Raises NoSurveyPublished."""
    today = clock.local_day(now, practice.time_zone)
    send_day = next_send_day(today)
    instrument = publishing.version_on(db, practice.id, practice.instrument, send_day)
    if instrument is None:
        raise NoSurveyPublished(
            f"No version of the survey {practice.instrument} is in force on {send_day.isoformat()}; "
            "publish one first. Nothing was imported."
        )
    return Circumstances(instrument, today, send_day)


def to_withdraw(db: Session, practice_id: int, found: SortedVisits) -> tuple[bytes, ...]:
    """Ids of waiting invitations of visits that may not be asked about any more."""
    return knowing.waiting(db, practice_id, [v.visit_tag for v in found.all if not _may_be_asked(v)])


def _may_be_asked(visit: ImportedVisit) -> bool:
    return visit.row.status is VisitStatus.ATTENDED and not visit.row.do_not_survey


def decide_all(
    db: Session, practice_id: int, visits: Sequence[ImportedVisit], given: Circumstances
) -> tuple[Decision, ...]:
    """The newest visit of a person comes first: it is the one they remember, and the cap keeps the rest."""
    newest_first = sorted(visits, key=lambda visit: (-visit.day.toordinal(), visit.row.line))
    known = knowing.about(db, practice_id, newest_first, given.history)
    marks = dict(known.asked_weeks)
    decisions = []
    for visit in newest_first:
        candidate = Candidate(
            attended=True,
            day=visit.day,
            has_address=visit.contact_tag is not None,
            do_not_survey=visit.row.do_not_survey or visit.contact_tag in given.flagged,
            opted_out=visit.contact_tag in known.opted_out,
            invited=visit.visit_tag in known.invited,
            asked_week=marks.get(visit.contact_tag) if visit.contact_tag else None,
            number=visit.row.number or known.number_of(visit),
        )
        reason = decide(candidate, today=given.today, asked_from_visit=given.instrument.asked_from_visit)
        if reason is None and visit.contact_tag is not None:
            marks[visit.contact_tag] = given.week
        decisions.append(Decision(visit, reason))
    return tuple(sorted(decisions, key=lambda decision: decision.visit.row.line))
