"""The only read of results: unions of whole atoms, by clinician or for the practice.

Must never split an atom, cross two items, filter by an answer, give a clinician what was joined at
practice level, or mix printed cards with anything else: anybody can fill in several. What comes out are
exact counts: they go through ``rounding`` before anybody sees them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from survey.instruments.model import BLANK
from survey.practice.model import CARDS, Cell
from survey.releases.model import Atom, Comment, Tally
from survey.responses.model import Kind

Counts = Mapping[str, int]
#: Joined atoms have no cell.
WITHOUT_CARDS = or_(Cell.visit_type.is_(None), Cell.visit_type != CARDS)
NO_COUNTS: Counts = MappingProxyType({})


@dataclass(frozen=True)
class MonthResults:
    """All answers released in one month: ``n`` of them, and per item how many chose each value."""

    month: str
    n: int
    items: Mapping[str, Counts]


@dataclass(frozen=True)
class Results:
    """Results by release month, oldest first. A month without an atom is absent."""

    months: tuple[MonthResults, ...] = ()

    @property
    def newest(self) -> str | None:
        """The newest month that has an atom."""
        return self.months[-1].month if self.months else None

    def n(self, months: Iterable[str] | None = None) -> int:
        """Answers in these months (None: all)."""
        return sum(each.n for each in self._in(months))

    def counts(self, item: str, months: Iterable[str] | None = None) -> dict[str, int]:
        """Value to number for an item over these months (None: all)."""
        total: dict[str, int] = {}
        for each in self._in(months):
            for value, number in each.items.get(item, NO_COUNTS).items():
                total[value] = total.get(value, 0) + number
        return total

    def answered(self, item: str, months: Iterable[str] | None = None) -> int:
        """How many answered an item, "does not apply" included, blank left out."""
        return sum(n for value, n in self.counts(item, months).items() if value != BLANK)

    def _in(self, months: Iterable[str] | None) -> tuple[MonthResults, ...]:
        if months is None:
            return self.months
        return tuple(self._by_month[month] for month in dict.fromkeys(months) if month in self._by_month)

    @cached_property
    def _by_month(self) -> Mapping[str, MonthResults]:
        """A page asks for single months thousands of times."""
        return {each.month: each for each in self.months}


@dataclass(frozen=True)
class ReleasedComment:
    """Released words and the month of their own atom."""

    month: str
    box: str
    text: str


@dataclass
class _Gathered:
    n: dict[str, int] = field(default_factory=dict)
    items: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)

    def results(self) -> Results:
        return Results(
            tuple(MonthResults(month, self.n[month], self.items.get(month, {})) for month in sorted(self.n))
        )


def read_results(
    db: Session,
    practice_id: int,
    *,
    instrument: str,
    clinician_id: int | None,
    months: Sequence[str] | None,
    items: Sequence[str] | None = None,
) -> Results:
    """A clinician's results, or (None) the practice's: all clinicians' atoms and the joined ones.

    ``months`` None reads every month, ``items`` None every item.
    """
    atoms = _ratings(practice_id, instrument=instrument, months=months).where(WITHOUT_CARDS)
    if clinician_id is not None:
        atoms = atoms.where(Cell.clinician_id == clinician_id)
    return _gather(db, atoms, items=items)


def read_cards(db: Session, practice_id: int, *, instrument: str, months: Sequence[str] | None) -> Results:
    """Results of printed cards alone: so many cards, not so many people."""
    declared = select(Cell.id).where(Cell.practice_id == practice_id, Cell.visit_type == CARDS)
    if db.scalar(declared.limit(1)) is None:
        return Results()
    atoms = _ratings(practice_id, instrument=instrument, months=months)
    return _gather(db, atoms.where(Cell.visit_type == CARDS))


def _gather(db: Session, atoms: Select[bytes], *, items: Sequence[str] | None = None) -> Results:
    gathered = _Gathered()
    rows = atoms.with_only_columns(Atom.month, func.sum(Atom.n)).group_by(Atom.month)
    for month, n in db.execute(rows):
        gathered.n[month] = int(n)
    tallies = _with_tallies(atoms).with_only_columns(Atom.month, Tally.item, Tally.value, func.sum(Tally.n))
    if items is not None:
        tallies = tallies.where(Tally.item.in_(items))
    for month, item, value, n in db.execute(tallies.group_by(Atom.month, Tally.item, Tally.value)):
        gathered.items.setdefault(month, {}).setdefault(item, {})[value] = int(n)
    return gathered.results()


def read_by_clinician(
    db: Session, practice_id: int, *, instrument: str, months: Sequence[str] | None, items: Sequence[str]
) -> dict[int, Results]:
    """Results of some items for each clinician who has any, in two statements."""
    atoms = _ratings(practice_id, instrument=instrument, months=months).where(Cell.clinician_id.is_not(None))
    found: dict[int | None, _Gathered] = {}
    rows = atoms.with_only_columns(Cell.clinician_id, Atom.month, func.sum(Atom.n))
    for clinician_id, month, n in db.execute(rows.group_by(Cell.clinician_id, Atom.month)):
        found.setdefault(clinician_id, _Gathered()).n[month] = int(n)
    keys = (Cell.clinician_id, Atom.month, Tally.item, Tally.value)
    tallies = _with_tallies(atoms).where(Tally.item.in_(items))
    for clinician_id, month, item, value, n in db.execute(
        tallies.with_only_columns(*keys, func.sum(Tally.n)).group_by(*keys)
    ):
        found[clinician_id].items.setdefault(month, {}).setdefault(item, {})[value] = int(n)
    return {key: gathered.results() for key, gathered in found.items() if key is not None}


def clinicians_with_results(
    db: Session, practice_id: int, *, instrument: str, months: Sequence[str] | None
) -> int:
    """How many clinicians have an atom in these months."""
    atoms = _ratings(practice_id, instrument=instrument, months=months).where(Cell.clinician_id.is_not(None))
    query = atoms.with_only_columns(func.count(Cell.clinician_id.distinct()))
    return db.scalar(query) or 0


def mark(db: Session, practice_id: int, *, instrument: str) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever a result is added: atoms are never altered, only added, and joined once a month.

    Of each month how many atoms and how many answers.
    """
    atoms = select(Atom.month, func.count(), func.sum(Atom.n)).where(
        Atom.practice_id == practice_id, Atom.instrument == instrument, Atom.kind == Kind.RATINGS
    )
    rows = db.execute(atoms.group_by(Atom.month).order_by(Atom.month))
    return tuple((month, int(count), int(n)) for month, count, n in rows)


def clinicians_of_month(db: Session, practice_id: int, *, instrument: str, month: str) -> frozenset[int]:
    """The clinicians who have an atom of ratings in a month."""
    atoms = _ratings(practice_id, instrument=instrument, months=(month,)).where(WITHOUT_CARDS)
    found = db.scalars(atoms.with_only_columns(Cell.clinician_id).distinct())
    return frozenset(one for one in found if one is not None)


def months_with_results(db: Session, practice_id: int, *, instrument: str) -> tuple[str, ...]:
    """Release months that have an atom of ratings, printed cards left out, oldest first."""
    atoms = _ratings(practice_id, instrument=instrument, months=None).where(WITHOUT_CARDS)
    return tuple(db.scalars(atoms.with_only_columns(Atom.month).distinct().order_by(Atom.month)))


def read_comments(
    db: Session,
    practice_id: int,
    *,
    instrument: str,
    clinician_id: int | None,
    months: Sequence[str] | None,
    management: bool,
    newest: int | None = None,
    most: int | None = None,
) -> tuple[ReleasedComment, ...]:
    """Released comments, newest month first, in random order inside a month; hidden ones are left out.

    ``clinician_id`` None: the whole practice. ``management`` adds what was meant for the management only.
    ``newest``: of the newest so many months that have any; ``most``: the first so many of all. The order
    inside a month is that of random keys, so it is random and yet the same on each reading.
    """
    query = (
        select(Atom.month, Comment.box, Comment.text)
        .join(Atom, (Atom.practice_id == Comment.practice_id) & (Atom.id == Comment.atom_id))
        .where(Comment.practice_id == practice_id, Comment.hidden.is_(False), Atom.instrument == instrument)
        .order_by(Atom.month.desc(), Comment.id)
    )
    if clinician_id is not None:
        query = query.join(Cell, (Cell.practice_id == Atom.practice_id) & (Cell.id == Atom.cell_id)).where(
            Cell.clinician_id == clinician_id
        )
    if months is not None:
        query = query.where(Atom.month.in_(months))
    if not management:
        query = query.where(Comment.audience == "all")
    if newest is not None:
        kept = query.with_only_columns(Atom.month).order_by(None).distinct()
        query = query.where(Atom.month.in_(kept.order_by(Atom.month.desc()).limit(newest)))
    return tuple(ReleasedComment(month, box, words) for month, box, words in db.execute(query.limit(most)))


def _ratings(practice_id: int, *, instrument: str, months: Sequence[str] | None) -> Select[bytes]:
    """Atoms of ratings beside their cell; joined atoms have none."""
    query = (
        select(Atom.id)
        .select_from(Atom)
        .outerjoin(Cell, (Cell.practice_id == Atom.practice_id) & (Cell.id == Atom.cell_id))
        .where(Atom.practice_id == practice_id, Atom.instrument == instrument, Atom.kind == Kind.RATINGS)
    )
    return query if months is None else query.where(Atom.month.in_(months))


def _with_tallies(atoms: Select[bytes]) -> Select[bytes]:
    return atoms.join(Tally, (Tally.practice_id == Atom.practice_id) & (Tally.atom_id == Atom.id))
