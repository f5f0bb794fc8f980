"""Where a trend breaks: months in which a question was first counted in other words. Pure.

Figures on both sides of a break answer different questions: they may stand beside each other, and must never
be added up or called a change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from survey.insight.reading import Results


@dataclass(frozen=True)
class Break:
    """``item`` (its id) was asked as revision ``old`` before, and from release month ``month`` on as ``new``.

    In the month itself both may have been counted: answers to both wordings may wait for the same release.
    """

    month: str
    item: str
    old: int
    new: int


def breaks(results: Results, items: Iterable[str]) -> tuple[Break, ...]:
    """Every break of these item ids, oldest first and then in their order."""
    seen: dict[str, dict[int, str]] = {item: {} for item in items}
    for each in results.months:
        for key in each.items:
            item, _, rest = key.partition(".")
            if item in seen:  # of several choices the option follows: better.2.billing
                seen[item].setdefault(int(rest.partition(".")[0]), each.month)
    found = [_breaks(item, months) for item, months in seen.items()]
    return tuple(sorted((one for many in found for one in many), key=lambda one: one.month))


def _breaks(item: str, months: dict[int, str]) -> list[Break]:
    """From each revision to the next; one that came back late or never is no break."""
    made: list[Break] = []
    newest: int | None = None
    for revision, month in sorted(months.items(), key=lambda each: (each[1], each[0])):
        if newest is None or revision > newest:
            if newest is not None:
                made.append(Break(month=month, item=item, old=newest, new=revision))
            newest = revision
    return made
