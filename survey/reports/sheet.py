"""What a sheet of a workbook is made of: columns, rows, charts; and how a share stands in its cells. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from survey.insight.rounding import RoundedShare, Shown
from survey.reports import drawing

Cell = str | int | None


@dataclass(frozen=True)
class Column:
    """``width`` in characters; ``percent``: whole numbers in it are percents."""

    title: str
    width: int
    percent: bool = False


@dataclass(frozen=True)
class Chart:
    """Drawn from the sheet's own cells. ``kind``: "line" or "bar"; ``alt``: what it shows, in words.

    ``first`` and ``last``: the rows it is drawn from; ``labels`` and ``values``: their columns, of
    which those after the first are limits. ``beside``: it stands beside its own rows, else below the table.
    """

    kind: str
    title: str
    alt: str
    first: int
    last: int
    labels: int
    values: tuple[int, ...]
    beside: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: a heading, sentences, a table, charts."""

    name: str
    title: str
    words: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    charts: tuple[Chart, ...] = ()
    plain_table: bool = False


def plotted(share: Shown) -> int | None:
    """Where a chart may put a mark: nowhere for what is withheld, nor for fifths, which are no points."""
    return share.centre if isinstance(share, RoundedShare) and drawing.is_point(share) else None


def ends(share: Shown) -> tuple[Cell, Cell, Cell]:
    """Lower and upper end of the interval, and the band of answers."""
    return (share.lower, share.upper, share.n.text) if isinstance(share, RoundedShare) else (None, None, None)
