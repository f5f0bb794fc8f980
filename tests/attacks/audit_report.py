"""Audit many small practices and write the figures down: ``python -m tests.attacks.audit_report``.

Every history is audited for groups, and another world is tried for everybody in it; the integer search, which
takes longer, runs over the first ``searched`` ones, and over the same ones lived through without the lot.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path

from survey import migrating
from survey.clock import SimulatedClock, monotonic
from survey.runtime import Runtime, open_runtime
from survey.settings import load_settings
from tests.attacks import likelihood
from tests.attacks.collecting import Reader, follow
from tests.attacks.histories import MOODS, History, Plan, begin, draw
from tests.attacks.leaking import without_the_lot
from tests.attacks.reconstructing import Findings, audit, smallest_group
from tests.attacks.telling import Book
from tests.attacks.worlds import Truth, truth_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "anonymity-audit.md"
TEXT = Path(__file__).with_name("anonymity-audit.txt")
READERS = {
    "together": "everybody together",
    "owner": "the owner alone",
    "clinician": "one clinician alone",
}
MOOD_WORDS = {
    "usual": "usual (7 in 10 best, 1 in 10 worst)",
    "mixed": "mixed (every answer equally likely)",
    "swinging": "swinging (half the months, 97 of 100 agree on the worst)",
}
WEEKS = (6, 12)
NOBODY = 10**6
"""More than any group; stands where nothing was found yet."""


@dataclass
class Tally:
    """Batches times items searched; where all agreed, by answer; where this was certain; where undecided."""

    batches: int = 0
    agreed: Counter[str] = field(default_factory=Counter)
    certain: Counter[str] = field(default_factory=Counter)
    undecided: int = 0

    def take(self, found: Findings) -> None:
        """Add what one audit found."""
        self.batches += found.batches
        self.agreed += found.agreed
        self.certain += Counter(one.choice for one in found.certain)
        self.undecided += len(found.undecided)

    def row(self, name: str) -> str:
        """A Markdown row."""
        parts = [f"{self.agreed[choice]} | {self.certain[choice]}" for choice in ("problem", "best", "rest")]
        return f"| {name} | {self.batches} | {' | '.join(parts)} | {self.undecided} |"


@dataclass
class Figures:
    """What was found over all histories. ``worlds``: people times questions for whom another world was tried,
    ``stood``: where it stood. ``asked``, ``unsolved``: see ``Findings``."""

    histories: int = 0
    searched: int = 0
    answers: int = 0
    atoms: int = 0
    joins: int = 0
    statements: int = 0
    smallest: int = NOBODY
    comment_atoms: int = 0
    comment_statements: int = 0
    smallest_comments: int = NOBODY
    worlds: int = 0
    stood: int = 0
    asked: int = 0
    unsolved: int = 0
    readers: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in READERS})
    moods: dict[str, Tally] = field(default_factory=lambda: {mood: Tally() for mood in MOODS})

    @property
    def together(self) -> Tally:
        return self.readers["together"]

    @property
    def certain(self) -> int:
        """Over all answers and all readers."""
        return sum(tally.certain.total() for tally in self.readers.values())

    @property
    def undecided(self) -> int:
        return sum(tally.undecided for tally in self.readers.values())


def measure(
    runtime: Runtime, seeds: Iterable[int], *, weeks: tuple[int, int], searched: int, lot: bool = True
) -> Figures:
    """Live through histories, one a seed, and audit what everybody, the owner, one clinician could read.

    ``searched``: seeds below this are searched for certainty. ``lot`` False: as if nothing were left out.
    """
    figures = Figures()
    with nullcontext() if lot else without_the_lot():
        for seed in seeds:
            drawn = draw(seed, weeks=weeks)
            history = begin(runtime, drawn)
            reader = Reader(history)
            follow(history, drawn, [reader])
            truth = truth_of(history, lot=lot)
            _count(figures, history, reader, truth)
            _search(figures, drawn, reader, truth, search=seed < searched)
    return figures


def _count(figures: Figures, history: History, reader: Reader, truth: Truth) -> None:
    figures.histories += 1
    figures.answers += len(history.answers)
    figures.atoms += len(history.atoms)
    figures.joins += sum(atom.clinician_id is None for atom in history.atoms)
    figures.comment_atoms += sum(map(len, history.released.values())) - len(history.atoms)
    figures.comment_statements += len(reader.comments.told)
    found = smallest_group(reader.comments, k=history.practice.k_comments) or NOBODY
    figures.smallest_comments = min(figures.smallest_comments, found)
    figures.worlds += len(truth.batch) * len(history.instrument.items)
    figures.stood += sum(map(len, truth.otherwise.values()))


def _search(figures: Figures, drawn: Plan, reader: Reader, truth: Truth, *, search: bool) -> None:
    books: dict[str, Book] = {"together": reader.book}
    if search:
        first = next(iter(reader.history.clinicians.values()))
        books |= {"owner": reader.own[None], "clinician": reader.own[first]}
    figures.searched += search
    for name, book in books.items():
        found = audit(book, truth) if search else audit(book, truth, choices=[])
        figures.smallest = min(figures.smallest, found.smallest or NOBODY)
        figures.statements += found.figures * (name == "together")
        figures.asked += found.asked
        figures.unsolved += found.unsolved
        if search:
            figures.readers[name].take(found)
        if search and name == "together":
            figures.moods[drawn.mood].take(found)


def page(figures: Figures, without: Figures) -> str:
    """The page as Markdown. ``without``: the same practices without the lot."""
    return TEXT.read_text("utf-8").format(
        figures=figures,
        without=without,
        readers=_rows(figures.readers, READERS),
        moods=_rows(figures.moods, MOOD_WORDS),
        readers_without=_rows(without.readers, READERS),
        moods_without=_rows(without.moods, MOOD_WORDS),
        sizes=" | ".join(f"{size} people" for size in likelihood.SIZES),
        rule="|---" * (len(likelihood.SIZES) + 2) + "|",
        likelihood=likelihood.table(),
    )


def _rows(tallies: dict[str, Tally], words: dict[str, str]) -> str:
    return "\n".join(tallies[name].row(text) for name, text in words.items())


def add(one: Figures, other: Figures) -> Figures:
    """Both together."""
    for each in fields(Figures):
        mine, theirs = getattr(one, each.name), getattr(other, each.name)
        if each.name.startswith("smallest"):
            setattr(one, each.name, min(mine, theirs))
        elif isinstance(mine, int):
            setattr(one, each.name, mine + theirs)
    for name, tally in [*other.readers.items(), *other.moods.items()]:
        into = one.readers[name] if name in one.readers else one.moods[name]
        into.batches += tally.batches
        into.agreed += tally.agreed
        into.certain += tally.certain
        into.undecided += tally.undecided
    return one


def on_its_own(seeds: list[int], searched: int, lot: bool, end: float) -> Figures:
    """Measure in an installation made for it and thrown away; nothing once the time is over."""
    if monotonic() > end:
        return Figures()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = load_settings({}, instance=place / "instance", keys=place / "keys", mail="folder")
        settings.data.mkdir(parents=True)
        runtime = open_runtime(settings, SimulatedClock(datetime(2026, 3, 2, 15, 0, tzinfo=UTC)))
        migrating.upgrade(runtime.engine)
        figures = measure(runtime, seeds, weeks=WEEKS, searched=searched, lot=lot)
        runtime.engine.dispose()
    return figures


def measure_many(
    histories: int, searched: int, *, processes: int = 2, minutes: float = 60
) -> tuple[Figures, Figures]:
    """Figures with the lot, and of the searched histories without it.

    Five histories at a time; after ``minutes`` no more are begun, and the figures say how many there were.
    """
    end = monotonic() + 60 * minutes
    with ProcessPoolExecutor(processes) as pool:

        def parts(numbers: range, lot: bool) -> list[Future[Figures]]:
            some = [list(numbers[start : start + 5]) for start in range(0, len(numbers), 5)]
            return [pool.submit(on_its_own, seeds, searched, lot, end) for seeds in some]

        first = range(min(searched, histories))
        with_lot, without = parts(first, True), parts(first, False)
        with_lot += parts(range(searched, histories), True)
        both = [reduce(add, [part.result() for part in some], Figures()) for some in (with_lot, without)]
    return both[0], both[1]


def main() -> None:
    """Write docs/anonymity-audit.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=300)
    parser.add_argument("--searched", type=int, default=30)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=60)
    given = parser.parse_args()
    figures = measure_many(given.histories, given.searched, processes=given.processes, minutes=given.minutes)
    text = page(*figures)
    PAGE.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
