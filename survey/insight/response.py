"""How many of those who were asked were heard: ten-point bands, closed quarters only.

The one place right of the wall that walks through the counting door, and it reads totals of sent
invitations, nothing else. Answers given on printed cards have no invitation and are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.clock import quarter_end, quarter_months
from survey.insight.rounding import Band, n_band
from survey.insight.words import Translate
from survey.invitations import counting
from survey.practice.model import Cell
from survey.releases.model import Atom
from survey.responses.model import Kind

LEAST_SENT = 20
TOP = 70


@dataclass(frozen=True)
class Response:
    """A response rate as it may be shown: ``low`` to ``low`` + 10 percent, 70 meaning 70 or more."""

    low: int
    sent: Band

    def words(self, _: Translate) -> str:
        """``"20–30%"``, ``"under 10%"`` or ``"70% or more"``."""
        if self.low == 0:
            return _("under 10%")
        if self.low == TOP:
            return _("{percent}% or more").format(percent=TOP)
        return _("{low}–{high}%").format(low=self.low, high=self.low + 10)


def response_band(released: int, sent: int) -> Response | None:
    """The band of answers released per invitation sent; None under 20 invitations."""
    if sent < LEAST_SENT:
        return None
    return Response(low=min(10 * (10 * released // sent), TOP), sent=n_band(sent))


def read_response(
    db: Session, practice_id: int, *, instrument: str, quarters: Collection[str], today: date
) -> Response | None:
    """The practice's response over closed quarters; None under 20 invitations or while one is running."""
    if any(quarter_end(quarter) >= today for quarter in quarters):
        return None
    months = {month for quarter in quarters for month in quarter_months(quarter)}
    sent = counting.sent_by_month(db, practice_id)
    query = select(Cell.id).where(Cell.practice_id == practice_id, Cell.instrument == instrument)
    cells = set(db.scalars(query))
    asked = {key: number for key, number in sent.items() if key[0] in cells}
    released = _released(db, practice_id, instrument=instrument, months=months, asked=asked)
    return response_band(released, sum(number for (_, month), number in asked.items() if month in months))


def _released(
    db: Session,
    practice_id: int,
    *,
    instrument: str,
    months: Collection[str],
    asked: Mapping[tuple[int, str], int],
) -> int:
    """Answers in the atoms of cells that were sent invitations, and in joined atoms."""
    cells = {cell_id for cell_id, _ in asked}
    query = select(Atom.cell_id, Atom.n).where(
        Atom.practice_id == practice_id,
        Atom.instrument == instrument,
        Atom.kind == Kind.RATINGS,
        Atom.month.in_(months),
    )
    return sum(n for cell_id, n in db.execute(query) if cell_id is None or cell_id in cells)
