"""How often the verdicts cry wolf, and how soon they see a true drop: ``python benchmarks/false_alarms.py``.

Draws made-up practices of ten questions in which nothing changes for two years, releases their answers in
atoms of five or more as the product does, and applies the product's own rule at the end of a quarter. Prints
in how many of 100 practices any question is said to "need attention", and any to have changed. Then one
question of ten drops by 20 points, and it prints how many quarters it takes until that question needs
attention.

Three worlds: ordinary practices, hard ones, in which every question stands exactly at the limit
(one in ten gives the worst answer), and those at both limits (and half the best), where any "needs attention"
is as easily false as it can be. The rule is that of the pages: the whole report as one family of changes,
each question also against the frozen year before.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from numpy.typing import NDArray

from survey.insight.baseline import course
from survey.insight.comparison import QuarterCount, quarter_changes
from survey.insight.scoring import Score
from survey.insight.verdict import Change, Finding, Verdict, change_of, judge

ITEMS, MONTHS, LEAST = 10, 24, 5
QUARTER, YEAR = 3, 12
SIZES = (10, 20, 30, 50, 100, 200, 500)
DROP, LATER = 0.20, 4
QUARTERS = [f"{year}-Q{number}" for year in range(2024, 2030) for number in range(1, 5)]


class Practice:
    """Released answers: ``n`` a month, and of them best and worst answers, one row a question."""

    def __init__(self, n: NDArray[np.int_], best: NDArray[np.int_], worst: NDArray[np.int_]) -> None:
        # Summed up once, so that any span is one difference.
        self._n = [0, *np.cumsum(n).tolist()]
        self._best = [[0, *row] for row in np.cumsum(best, axis=1).tolist()]
        self._worst = [[0, *row] for row in np.cumsum(worst, axis=1).tolist()]

    def score(self, item: int, months: slice) -> Score:
        n, best, worst = (
            row[months.stop] - row[months.start] for row in (self._n, self._best[item], self._worst[item])
        )
        return Score(n, best, best, worst)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--practices", type=int, default=4000, help="Practices of each size.")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    generator = np.random.default_rng(given.seed)
    for world in ("ordinary", "at the limit", "at both limits"):
        print(f"\nNothing changes, {world}: false alarms in 100 practices and quarters")
        print("| answers a quarter | attention | changed |\n|---|---|---|")
        for size in SIZES:
            print(f"| {size} | " + " | ".join(false_alarms(generator, size, world, given.practices)) + " |")
    print(f"\nOne question of ten drops by {DROP * 100:.0f} points: it needs attention, of 100 practices")
    print("| answers a quarter | " + " | ".join(f"within {one}" for one in range(1, LATER + 1)) + " |")
    print("|---" * (LATER + 1) + "|")
    for size in SIZES:
        print(f"| {size} | " + " | ".join(found(generator, size, given.practices // 4)) + " |", flush=True)


def false_alarms(generator: np.random.Generator, size: int, world: str, practices: int) -> Iterator[str]:
    """Attention and change of any question."""
    told = np.zeros((practices, 2), dtype=bool)
    for place in range(practices):
        findings = judged(draw(generator, size, world), MONTHS)
        told[place] = (
            any(one.verdict is Verdict.ATTENTION for one in findings),
            any(one.change in (Change.FELL, Change.ROSE) for one in findings),
        )
    return (f"{100 * share:.1f}" for share in told.mean(axis=0))


def found(generator: np.random.Generator, size: int, practices: int) -> Iterator[str]:
    """How often the question that dropped has been seen by the first, second ... quarter after it."""
    seen = np.zeros(LATER)
    for _ in range(practices):
        practice = draw(generator, size, "ordinary", drop=True)
        for quarter in range(LATER):
            if judged(practice, MONTHS + QUARTER * (quarter + 1))[0].verdict is Verdict.ATTENTION:
                seen[quarter:] += 1
                break
    return (f"{100 * share / practices:.0f}" for share in seen)


def draw(generator: np.random.Generator, size: int, world: str, *, drop: bool = False) -> Practice:
    """Two years of a practice, and another in which its first question is 20 points lower if it drops."""
    best = (
        generator.uniform(0.60, 0.92, ITEMS)
        if world == "ordinary"
        else np.full(ITEMS, 0.60 if world == "at the limit" else 0.50)
    )
    worst = generator.uniform(0.02, 0.07, ITEMS) if world == "ordinary" else np.full(ITEMS, 0.10)
    best[0] = 0.85 if drop else best[0]
    n = np.array(list(atoms(generator.poisson(size / QUARTER, MONTHS + LATER * QUARTER * drop))))
    shares = np.tile(best[:, None], len(n))
    if drop:
        shares[0, MONTHS:] -= DROP
    top = generator.binomial(n, shares)
    return Practice(n, top, generator.binomial(n - top, worst[:, None] / (1 - shares)))


def atoms(arriving: NDArray[np.int_]) -> Iterator[int]:
    """Answers released each month: the pool waits until it holds five."""
    pool = 0
    for number in arriving:
        pool += int(number)
        yield pool if pool >= LEAST else 0
        pool = 0 if pool >= LEAST else pool


def judged(practice: Practice, end: int) -> list[Finding]:
    """All questions as one family: a quarter against the one before, and a year against a frozen one."""
    recent, before = slice(end - QUARTER, end), slice(end - 2 * QUARTER, end - QUARTER)
    names = QUARTERS[end // QUARTER - 2 : end // QUARTER]
    counts = [
        QuarterCount(f"{item}", name, score.best, score.n)
        for item in range(ITEMS)
        for name, months in zip(names, (before, recent), strict=True)
        for score in [practice.score(item, months)]
    ]
    changes = {change.unit: change for change in quarter_changes(counts, least=30)}
    return [
        judge(
            practice.score(item, slice(end - YEAR, end)),
            recent=practice.score(item, recent),
            before=practice.score(item, before),
            change=change_of(changes.get(f"{item}")),
            signal=course(
                practice.score(item, slice(month, month + 1)) for month in range(end - MONTHS, end)
            ),
        )
        for item in range(ITEMS)
    ]


if __name__ == "__main__":
    main()
