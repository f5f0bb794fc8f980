"""Audit many small practices and write the figures down: ``python -m tests.attacks.audit_report``.

Every history is audited for groups; the integer search, which takes long, runs over the first
``searched`` ones.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path

from survey import migrating
from survey.clock import SimulatedClock, monotonic
from survey.runtime import Runtime, open_runtime
from survey.settings import load_settings
from tests.attacks.collecting import Reader, follow
from tests.attacks.histories import MOODS, begin, draw
from tests.attacks.reconstructing import audit

PAGE = Path(__file__).resolve().parents[2] / "docs" / "anonymity-audit.md"
TEXT = Path(__file__).with_name("anonymity-audit.txt")


@dataclass
class Tally:
    """Batches times items searched; where all agreed in "worst answer"; where this was certain."""

    batches: int = 0
    agreed: int = 0
    certain: int = 0
    undecided: int = 0

    def row(self, name: str) -> str:
        return f"| {name} | {self.batches} | {self.agreed} | {self.certain} | {self.undecided} |"


@dataclass
class Figures:
    """What was found over all histories."""

    histories: int = 0
    searched: int = 0
    answers: int = 0
    atoms: int = 0
    joins: int = 0
    statements: int = 0
    smallest: int = 10**6
    together: Tally = field(default_factory=Tally)
    owner: Tally = field(default_factory=Tally)
    clinician: Tally = field(default_factory=Tally)
    moods: dict[str, Tally] = field(default_factory=lambda: {mood: Tally() for mood in MOODS})


def measure(
    runtime: Runtime,
    seeds: Iterable[int],
    *,
    weeks: tuple[int, int],
    searched: int,
    seconds: float = float("inf"),
) -> Figures:
    """Live through histories, one a seed, and audit what everybody, the owner, one clinician could read.

    Stops early after ``seconds``; the figures say how many histories there were.
    """
    figures, end = Figures(), monotonic() + seconds
    for number, seed in enumerate(seeds):
        if monotonic() > end:
            break
        drawn = draw(seed, weeks=weeks)
        history = begin(runtime, drawn)
        first = next(iter(history.clinicians.values()))
        readers = {
            "together": Reader(history),
            "owner": Reader(history, [None]),
            "clinician": Reader(history, [first]),
        }
        search = number < searched
        follow(history, drawn, list(readers.values()) if search else [readers["together"]])
        figures.histories += 1
        figures.searched += search
        figures.answers += len(history.answers)
        figures.atoms += len(history.atoms)
        figures.joins += sum(atom.clinician_id is None for atom in history.atoms)
        for name, reader in readers.items():
            if not reader.book.told:
                continue
            found = audit(reader.book, history.categories(), choices=["problem"] if search else [])
            figures.smallest = min(figures.smallest, found.smallest or figures.smallest)
            if name == "together":
                figures.statements += found.figures
            if search:
                tallies = [getattr(figures, name)] + [figures.moods[drawn.mood]] * (name == "together")
                for tally in tallies:
                    tally.batches += found.batches
                    tally.agreed += found.agreed
                    tally.certain += len(found.certain)
                    tally.undecided += len(found.undecided)
    return figures


def page(figures: Figures) -> str:
    """The page as Markdown."""
    moods = {
        "usual": "usual (7 in 10 best, 1 in 10 worst)",
        "mixed": "mixed (every answer equally likely)",
        "swinging": "swinging (half the months, 97 of 100 agree on the worst)",
    }
    return TEXT.read_text("utf-8").format(
        figures=figures,
        readers="\n".join(
            [
                figures.together.row("everybody together"),
                figures.owner.row("the owner alone"),
                figures.clinician.row("one clinician alone"),
            ]
        ),
        moods="\n".join(figures.moods[mood].row(words) for mood, words in moods.items()),
    )


def add(one: Figures, other: Figures) -> Figures:
    """Both together."""
    for name in ("histories", "searched", "answers", "atoms", "joins", "statements"):
        setattr(one, name, getattr(one, name) + getattr(other, name))
    one.smallest = min(one.smallest, other.smallest)
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("together", "owner", "clinician")]
    for mine, theirs in [*pairs, *((one.moods[mood], other.moods[mood]) for mood in MOODS)]:
        for name in ("batches", "agreed", "certain", "undecided"):
            setattr(mine, name, getattr(mine, name) + getattr(theirs, name))
    return one


def on_its_own(seeds: list[int], searched: int, seconds: float) -> Figures:
    """Measure in an installation made for it and thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = load_settings({}, instance=place / "instance", keys=place / "keys", mail="folder")
        settings.data.mkdir(parents=True)
        runtime = open_runtime(settings, SimulatedClock(datetime(2026, 3, 2, 15, 0, tzinfo=UTC)))
        migrating.upgrade(runtime.engine)
        figures = measure(runtime, seeds, weeks=(6, 12), searched=searched, seconds=seconds)
        runtime.engine.dispose()
    return figures


def main() -> None:
    """Write docs/anonymity-audit.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=300)
    parser.add_argument("--searched", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    number = given.processes
    with ProcessPoolExecutor(number) as pool:
        parts = [
            pool.submit(
                on_its_own,
                list(range(first, given.histories, number)),
                given.searched // number,
                60 * given.minutes,
            )
            for first in range(number)
        ]
        figures = reduce(add, [part.result() for part in parts])
    PAGE.write_text(page(figures), "utf-8")
    print(page(figures))


if __name__ == "__main__":
    main()
