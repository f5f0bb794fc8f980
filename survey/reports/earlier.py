"""A quarter beside earlier ones: its course over up to eight quarters, and what changed against any of them.

Pure. Shares are rounded here and now; a change rests on exact counts and leaves as a word. The likely
difference is made of the two rounded shares alone, so that it tells nothing more than they do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from survey.clock import quarter_months, quarter_of
from survey.insight.breaks import breaks
from survey.insight.comparison import newcombe
from survey.insight.period import quarter_of_month, quarters_back
from survey.insight.reading import Results
from survey.insight.rounding import RoundedShare, Shown
from survey.insight.verdict import RULE, Change
from survey.reports import family
from survey.reports.facts import Frame, ItemFacts, QuarterShare
from survey.reports.family import Unit

#: Quarters of a course, the one reported included.
QUARTERS = 8
#: The likely difference is shown outward to so many points.
GRID = 5


@dataclass(frozen=True)
class ItemAgainst:
    """An item's share in the earlier quarter, and whether it is another one now."""

    item: str
    then: Shown
    change: Change


@dataclass(frozen=True)
class Against:
    """All items against one earlier quarter."""

    quarter: str
    items: tuple[ItemAgainst, ...]


def with_quarters(
    facts: Sequence[ItemFacts], frame: Frame, results: Results, *, quarter: str
) -> tuple[ItemFacts, ...]:
    """The facts of each item with its course; quarters before the first results are left out."""
    first = quarter_of_month(results.months[0].month) if results.months else quarter
    kept = [each for each in quarters_back(quarter, QUARTERS) if each >= min(first, quarter)]
    months = {month for each in kept for month in quarter_months(each)}
    items = {item.key: item for item in frame.instrument.counted}
    return tuple(
        replace(
            fact,
            quarters=tuple(
                QuarterShare(each, frame.best(items[fact.item], results, quarter_months(each)))
                for each in kept
            ),
            breaks=tuple(one.month for one in breaks(results, [items[fact.item].id]) if one.month in months),
        )
        for fact in facts
    )


def against_all(
    frame: Frame, units: Sequence[Unit], *, quarter: str, results: Results, today: date
) -> tuple[Against, ...]:
    """A closed quarter against every earlier one that has results, newest first; nothing while it runs.

    ``units``: all that the report gives a verdict on, so that the quarter before is judged here as there.
    """
    if quarter >= quarter_of(today):
        return ()
    found = {quarter_of_month(each.month) for each in results.months}
    return tuple(
        _against(frame, units, quarter=quarter, then=each, results=results)
        for each in sorted(found, reverse=True)
        if each < quarter
    )


def _against(frame: Frame, units: Sequence[Unit], *, quarter: str, then: str, results: Results) -> Against:
    months = quarter_months(then)
    changes = family.changes(frame, units, now=quarter_months(quarter), then=months)
    return Against(
        quarter=then,
        items=tuple(
            ItemAgainst(item.key, frame.best(item, results, months), changes[item.key])
            for item in frame.instrument.counted
        ),
    )


def likely_difference(now: Shown, then: Shown) -> tuple[int, int] | None:
    """Between which points the difference probably lies (Newcombe, 95 %); None under 30 answers on a side."""
    if not (isinstance(now, RoundedShare) and isinstance(then, RoundedShare)):
        return None
    if min(now.n.low, then.n.low) < RULE.least:
        return None
    counts = [part for share in (now, then) for part in (share.centre / 100 * share.n.low, share.n.low)]
    limits = newcombe(*counts)
    # Nine digits: 0.15000000000000002 must not become the next step.
    down = GRID * math.floor(round(100 * limits.lower / GRID, 9))
    up = GRID * math.ceil(round(100 * limits.upper / GRID, 9))
    return max(down, -100), min(up, 100)
