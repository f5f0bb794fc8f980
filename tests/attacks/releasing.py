"""What a night publishes, by the product's own rules, and the truth about it: who is in it, who was left out.

Only the sealing is left out: which answers become an atom is decided by ``releases.atoms.plan`` and written
by ``releases.publication.publish``, months are compacted and quarters frozen by the product's own functions.
What was counted is read back from the database, so nothing is assumed about how the lot was drawn.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import clock
from survey.actions import measuring
from survey.db import transaction
from survey.instruments.model import BLANK
from survey.releases import atoms, compacting, publication, ticks
from survey.releases.atoms import Batch, Rules
from survey.releases.model import Atom, Tally
from survey.reports import freezing
from survey.responses.model import Kind
from tests.attacks.histories import WEEK, Counted, History, Plan, Released, arrivals


def live(history: History, drawn: Plan) -> Iterator[tuple[date, str]]:
    """Live through the weeks; yields (day, what just happened) whenever a screen may have changed."""
    for day, happened in arrivals(history, drawn):
        if happened == WEEK:
            yield from night(history, day, before=day - timedelta(weeks=1))
        else:
            yield day, happened


def night(history: History, monday: date, *, before: date) -> Iterator[tuple[date, str]]:
    """The Monday's flush, compaction and freezing, with a stop wherever something can be seen."""
    engine, practice = history.runtime.engine, history.practice
    for ahead in range(1, 8):  # the other nights of the week publish nothing, but quarters begin and freeze
        day = before + timedelta(days=ahead)
        last = clock.quarter_before(clock.quarter_of(day))
        if day == clock.quarter_end(last) + timedelta(days=1):
            yield day, "a quarter begins"
        if day == freezing.freezing_day(last):
            with transaction(engine, practice.id) as db:
                freezing.freeze(db, practice, last, today=day)
            yield day, "a quarter is frozen"
    with transaction(engine, practice.id) as db:
        published = sum(_flush(db, history, kind, monday) for kind in Kind)
    if published:
        yield monday, "after the tick"
    with transaction(engine, practice.id) as db:
        joined = compacting.compact(db, practice.id, before_month=clock.month_of(monday))
    if joined:
        yield monday, "after compaction"
    with transaction(engine, practice.id) as db:
        measured = measuring.measure_due(db, practice, today=monday)
    if measured:
        yield monday, "after an outcome"


def _flush(db: Session, history: History, kind: Kind, today: date) -> int:
    practice, instrument = history.practice, history.instrument
    decided = atoms.plan(history.waiting[kind], _rules(history, kind, today), today=today)
    mine = Atom.practice_id == practice.id, Atom.kind == kind
    known = set(db.scalars(select(Atom.id).where(*mine)))
    month, versions = clock.month_of(today), {instrument.label: instrument}
    publication.publish(db, practice, kind, decided.published, versions=versions, month=month)
    db.flush()
    history.waiting[kind] = list(decided.kept)
    written = {row.cell_id: row.id for row in db.scalars(select(Atom).where(*mine)) if row.id not in known}
    assert set(written) == {batch.cell_id for batch in decided.published}
    for batch in decided.published:
        counts = _counted(db, practice.id, written[batch.cell_id])
        released = _released(history, batch, month, counts)
        history.released[kind].append(released)
        if kind is Kind.RATINGS:
            _leave_out(history, released)
    return len(decided.published)


def _rules(history: History, kind: Kind, today: date) -> Rules:
    practice = history.practice
    least = practice.k_ratings if kind is Kind.RATINGS else practice.k_comments
    words = 0 if kind is Kind.RATINGS else practice.least_texts
    return Rules(
        enough=lambda rows: len(rows) >= least and atoms.texts(rows) >= words,
        hold=ticks.HOLD[kind],
        tick=ticks.is_due(kind, today, None),
        instrument_of=dict.fromkeys(history.clinicians, history.instrument.id),
    )


def _counted(db: Session, practice_id: int, atom_id: bytes) -> Counted:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    query = select(Tally.item, Tally.value, Tally.n)
    for item, value, n in db.execute(query.where(Tally.practice_id == practice_id, Tally.atom_id == atom_id)):
        counts[item][value] = n
    return dict(counts)


def _released(history: History, batch: Batch, month: str, counts: Counted) -> Released:
    people = frozenset(int.from_bytes(row.content, "big") for row in batch.rows)
    clinician = None if batch.cell_id is None else history.clinicians[batch.cell_id]
    drawn = {
        item.key: _missing(Counter(history.answers[one][place] for one in people), counts[item.key])
        for place, item in enumerate(history.instrument.items)
        if item.key in counts
    }
    return Released(clinician, month, people, counts, drawn)


def _missing(given: Counter[str], counted: Counter[str]) -> str:
    """The answer that was given once more than it was counted; blank where there is none."""
    missing = given - counted
    assert missing.total() <= 1, "more than one answer was left out"
    return next(iter(missing), BLANK)


def _leave_out(history: History, released: Released) -> None:
    """In what was counted, one person with the answer that was drawn is blank: any, for they are alike."""
    for place, item in enumerate(history.instrument.items):
        drawn = released.drawn[item.key]
        if drawn != BLANK:
            person = min(one for one in released.people if history.answers[one][place] == drawn)
            values = history.counted[person]
            history.counted[person] = (*values[:place], BLANK, *values[place + 1 :])
