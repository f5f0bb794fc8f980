"""What a visits file would lead to, found by reading alone: the dry run, and the plan of the real run.

The file goes by in blocks. Kept in memory are counts, the first faults, and the visits recent enough to be
asked about; of all others a client's visits are kept as short tags, to count which visit of a client it is.

No transaction is open while the file is read: each block is compared in a short one of its own, so that
SQLite can begin its log anew and no table of PostgreSQL is held, however long the file is. What changes
between two blocks is seen when the plan is carried out, which looks at everything once more.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from survey import clock
from survey.invitations import knowing
from survey.invitations.asking import Circumstances, Decision, PracticeClosed, Surveys, decide_all
from survey.invitations.eligibility import Reason, is_too_long_ago
from survey.keys.contact import Tags
from survey.keys.files import KeyFiles
from survey.practice import mail_scheduling
from survey.practice.model import Practice
from survey.practice.schedule import FROM_HOUR, UNTIL_HOUR
from survey.visits import importing, recognising
from survey.visits.blocks import as_they_come
from survey.visits.importing import ImportOutcome, SortedVisits
from survey.visits.model import KEPT_DAYS, VisitStatus
from survey.visits.recognising import ImportedVisit, Likeness, Recogniser
from survey.visits.visit_file import RowError, VisitRow, VisitSource

#: Visits that are looked at together; a block of them is written in well under a second.
TOGETHER: Final = 1000
#: Faults, and visits of long ago, that are listed one by one; the others are counted.
LISTED: Final = 1000
#: Opens a short transaction to read in, or hands out the one in which everything is done.
Look = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class FileRead:
    """What went by: visits, and faults. ``errors`` are the first ones, ``refused`` how many there were."""

    rows: int
    errors: tuple[RowError, ...]
    refused: int
    ignored: tuple[str, ...]


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
    hours: tuple[int, int] = (FROM_HOUR, UNTIL_HOUR)

    @property
    def mornings(self) -> Mapping[date, int]:
        """How many mails go out on which day, from ``hours[0]`` on and before ``hours[1]``."""
        days = Counter(decision.morning for decision in self.decisions if decision.morning)
        return {day: days[day] for day in sorted(days)}


@dataclass(frozen=True)
class Plan:
    """Everything decided, nothing written. ``joined`` is what another program's visits were found to be.

    ``wanted`` has the morning of each visit that is to be asked about, by its tag.
    """

    intake: Intake
    given: Circumstances
    joined: Mapping[bytes, bytes]
    wanted: Mapping[bytes, date]


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
    """The visits of a source, one by one, while what cannot be read or is much too old is counted."""

    def __init__(self, source: VisitSource, tags: Tags, practice: Practice, *, today: date) -> None:
        self._source, self._recogniser = source, Recogniser(tags, practice)
        self._oldest = today - timedelta(days=KEPT_DAYS + 1)  # a day may be another one in other time zones
        self.rows = self.refused = self.too_old = 0
        self.errors: list[RowError] = []

    def __iter__(self) -> Iterator[ImportedVisit]:
        for found in self._source:
            if isinstance(found, VisitRow):
                self.rows += 1
                if found.day < self._oldest:
                    self.too_old += 1
                else:
                    yield self._recogniser.recognise(found)
                continue
            self.refused += 1
            if len(self.errors) < LISTED:
                self.errors.append(found)

    @property
    def read(self) -> FileRead:
        return FileRead(self.rows, tuple(self.errors), self.refused, self._source.ignored)


def plan(look: Look, files: KeyFiles, practice: Practice, source: VisitSource, *, now: datetime) -> Plan:
    """Read, compare, decide. Raises UnreadableFile, NoSurveyPublished or PracticeClosed."""
    with look() as db:
        given = circumstances(db, practice, now=now)
    tags = Tags(files, practice.id)
    counted, kept = Counted(source, tags, practice, today=given.today), _Gathering(given.today)
    _compare(look, practice, counted, kept)
    again = Counted(source, tags, practice, today=given.today)
    joined = _settle(look, practice, again, kept)
    kept.outcome += ImportOutcome(too_old=counted.too_old)
    unnumbered = {visit.client_tag for visit in kept.recent if visit.row.number is None}
    given = replace(given, flagged=frozenset(kept.flagged), history=kept.attended.of(unnumbered))
    with look() as db:
        decisions = decide_all(db, practice, kept.recent, given)
    wanted = {decision.visit.visit_tag: decision.morning for decision in decisions if decision.morning}
    hours = given.schedule.from_hour, given.schedule.until_hour
    return Plan(replace(_intake(counted.read, kept, decisions), hours=hours), given, joined, wanted)


def _compare(
    look: Look,
    practice: Practice,
    visits: Iterable[ImportedVisit],
    kept: _Gathering,
    joined: Mapping[bytes, bytes] | None = None,
) -> None:
    for block in as_they_come(visits, TOGETHER):
        with look() as db:
            found = importing.sort_out(db, practice, block, today=kept.today, joined=joined)
            kept.add(found, to_withdraw(db, practice.id, found))


def _settle(look: Look, practice: Practice, again: Counted, kept: _Gathering) -> dict[bytes, bytes]:
    """Decide the undecided by looking at all of the file once more; add them to what is kept."""
    if not kept.undecided:
        return {}
    undecided, kept.undecided = kept.undecided, {}
    joined = recognising.settle(again, {tag: likeness for tag, (_, likeness) in undecided.items()})
    _compare(look, practice, (visit for visit, _ in undecided.values()), kept, joined)
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
    """Day and rules for visits that come in now. Raises NoSurveyPublished or PracticeClosed."""
    if practice.closed_on is not None:
        raise PracticeClosed(f"{practice.name} is closed and takes no visits. Open it again first.")
    schedule = mail_scheduling.schedule_of(db, practice)
    given = Circumstances(schedule, clock.local_day(now, practice.time_zone))
    # a file is refused even where nobody in it would be asked
    Surveys(db, practice, schedule.types).on(practice.instrument, given.first_morning)
    return given


def to_withdraw(db: Session, practice_id: int, found: SortedVisits) -> tuple[bytes, ...]:
    """Ids of waiting invitations of visits that may not be asked about any more."""
    return knowing.waiting(db, practice_id, [v.visit_tag for v in found.all if not _may_be_asked(v)])


def _may_be_asked(visit: ImportedVisit) -> bool:
    return visit.row.status is VisitStatus.ATTENDED and not visit.row.do_not_survey
