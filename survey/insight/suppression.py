"""Which units of a printed tree the Friends and Family Test hides. Pure.

For tables that go to NHS England only. This rule leaks (the share left on a second hidden unit gives the
first back), so it must never guard anything this product shows: that is ``rounding`` over whole atoms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: 1 to 4 answers are hidden; 0 is shown.
THRESHOLD = 5


@dataclass(frozen=True)
class Hidden:
    """Why a unit is hidden: few answers itself, next to one that is, or below a parent that is."""

    primary: bool
    secondary: bool
    cascade: bool


def fft_suppression(n: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, Hidden]]:
    """What is hidden in each unit of each parent, from their numbers of answers.

    Primary: 1 to 4 answers. Secondary: the second smallest that is not 0, where exactly one sibling is
    hidden. Cascade: the two smallest, not 0, of a parent that is itself hidden among the parents by the same
    two rules. ValueError for a negative number.
    """
    if any(number < 0 for units in n.values() for number in units.values()):
        raise ValueError("a number of answers is not negative")
    above = hidden({parent: sum(units.values()) for parent, units in n.items()})
    return {parent: _units(units, below=parent in above) for parent, units in n.items()}


def hidden(n: Mapping[str, int]) -> frozenset[str]:
    """The siblings that are hidden by the first two rules."""
    first = _primary(n)
    return first | _secondary(n, first)


def _units(n: Mapping[str, int], *, below: bool) -> dict[str, Hidden]:
    first = _primary(n)
    second = _secondary(n, first)
    cascade = _smallest(n, 2) if below else frozenset()
    return {unit: Hidden(unit in first, unit in second, unit in cascade) for unit in n}


def _primary(n: Mapping[str, int]) -> frozenset[str]:
    return frozenset(unit for unit, number in n.items() if 0 < number < THRESHOLD)


def _secondary(n: Mapping[str, int], first: Iterable[str]) -> frozenset[str]:
    return _smallest(n, 2) - frozenset(first) if first else frozenset()


def _smallest(n: Mapping[str, int], count: int) -> frozenset[str]:
    filled = sorted((number, unit) for unit, number in n.items() if number)
    return frozenset(unit for _, unit in filled[:count])
