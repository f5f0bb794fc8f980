"""How many of those who were asked were heard: ten-point bands, closed quarters only.

The one place right of the wall that walks through the counting door, and it reads totals of sent
invitations, nothing else. Answers given on printed cards have no invitation and are left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.clock import month_of, quarter_before, quarter_end, quarter_months, quarter_of
from survey.insight.figures import numbers
from survey.insight.intervals import Interval
from survey.insight.period import months_back, quarters_back
from survey.insight.rounding import Band, n_band
from survey.insight.words import Translate
from survey.invitations import counting
from survey.practice.model import Cell
from survey.releases.model import Atom
from survey.responses.model import Kind

LEAST_SENT = 20
#: Below so many invitations to one group its response is not set beside that of the practice.
LEAST_COMPARED = 50
TOP = 70
#: Answers released, by cell (None: joined) and month.
Heard = Mapping[tuple[int | None, str], int]
#: Over so many whole months invitations are counted to look ahead.
SENDING_MONTHS = 3


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
    db: Session,
    practice_id: int,
    *,
    instrument: str,
    quarters: Collection[str],
    today: date,
    totals: Mapping[tuple[int, str], int] | None = None,
    heard: Heard | None = None,
) -> Response | None:
    """The practice's response over closed quarters; None under 20 invitations or while one is running.

    ``totals`` and ``heard``: what was sent and released, where the caller has read it already. Only answers
    of cells that were sent invitations count, and joined ones.
    """
    if any(quarter_end(quarter) >= today for quarter in quarters):
        return None
    months = {month for quarter in quarters for month in quarter_months(quarter)}
    sent = counting.sent_by_month(db, practice_id) if totals is None else totals
    query = select(Cell.id).where(Cell.practice_id == practice_id, Cell.instrument == instrument)
    cells = set(db.scalars(query))
    asked = {key: number for key, number in sent.items() if key[0] in cells}
    if heard is None:
        heard = read_heard(db, practice_id, instrument=instrument, months=months)
    known = {cell_id for cell_id, _ in asked}
    released = sum(
        n for (cell, month), n in heard.items() if month in months and (cell is None or cell in known)
    )
    return response_band(released, sum(number for (_, month), number in asked.items() if month in months))


def read_under_heard(
    db: Session,
    practice_id: int,
    *,
    instrument: str,
    quarters: Collection[str],
    practice: Response | None,
    totals: Mapping[tuple[int, str], int],
) -> frozenset[int]:
    """The clinicians who are ``under_heard`` over closed quarters. ``practice``: the response of all."""
    if practice is None:
        return frozenset()
    months = {month for quarter in quarters for month in quarter_months(quarter)}
    query = select(Cell.id, Cell.clinician_id).where(
        Cell.practice_id == practice_id, Cell.instrument == instrument
    )
    whose = {cell_id: one for cell_id, one in db.execute(query) if one is not None}
    sent: Counter[int] = Counter()
    for (cell_id, month), number in totals.items():
        if month in months and cell_id in whose:
            sent[whose[cell_id]] += number
    released: Counter[int] = Counter()
    heard = read_heard(db, practice_id, instrument=instrument, months=months)
    for (cell, _), n in heard.items():
        if cell in whose:
            released[whose[cell]] += n
    return frozenset(one for one, number in sent.items() if under_heard(released[one], number, practice))


def under_heard(released: int, sent: int, practice: Response) -> bool:
    """Whether, even at the upper end of its band of answers, a group answered less than half as often as the
    whole practice at the lower end of its own. From 50 invitations on.

    Only bands decide, those that are shown, so the word tells nothing that they do not.
    """
    return sent >= LEAST_COMPARED and 200 * n_band(released).high < practice.low * sent


def read_likely_month(
    db: Session, practice_id: int, *, instrument: str, clinician_id: int | None, least: int, today: date
) -> str | None:
    """The month by which ``least`` answers will likely be in; None where that cannot be said.

    Made of invitations sent and the newest response band, never of what waits: see ``likely_month``.
    """
    months = months_back(month_of(today), SENDING_MONTHS + 1)[:-1]
    query = select(Cell.id).where(Cell.practice_id == practice_id, Cell.instrument == instrument)
    if clinician_id is not None:
        query = query.where(Cell.clinician_id == clinician_id)
    cells = set(db.scalars(query))
    sent = counting.sent_by_month(db, practice_id)
    number = sum(n for (cell_id, month), n in sent.items() if cell_id in cells and month in months)
    for quarter in reversed(quarters_back(quarter_before(quarter_of(today)), 4)):
        found = read_response(db, practice_id, instrument=instrument, quarters=(quarter,), today=today)
        if found is not None:
            return likely_month(number, found, least=least, today=today)
    return None


def likely_month(sent: int, response: Response, *, least: int, today: date) -> str | None:
    """With ``sent`` invitations in three months and answers at the middle of the band: when ``least`` are in.

    One month is added for the release. None without invitations, and beyond a year.
    """
    each_month = sent / SENDING_MONTHS * (response.low + 5) / 100
    if not each_month or least / each_month > 11:
        return None
    ahead = math.ceil(least / each_month) + 1
    year, number = today.year, today.month - 1 + ahead
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def read_heard(db: Session, practice_id: int, *, instrument: str, months: Collection[str]) -> Heard:
    """Answers released in some months, by cell and month; joined ones stand under None."""
    query = (
        select(Atom.cell_id, Atom.month, func.sum(Atom.n))
        .where(Atom.practice_id == practice_id, Atom.instrument == instrument, Atom.kind == Kind.RATINGS)
        .where(Atom.month.in_(months))
    )
    rows = db.execute(query.group_by(Atom.cell_id, Atom.month))
    return {(cell_id, month): int(n) for cell_id, month, n in rows}


@dataclass(frozen=True)
class Aapor:
    """Rates of AAPOR's Standard Definitions, 0 to 1; None where nobody stands below the line."""

    rr1: float
    rr2: float
    rr3: float | None
    rr4: float | None
    rr5: float | None
    rr6: float | None
    coop1: float | None
    coop2: float | None
    coop3: float | None
    coop4: float | None
    ref1: float
    con1: float


def aapor(I: float, P: float, R: float, NC: float, O: float, U: float, e: float = 1.0) -> Aapor:  # noqa: E741, N803
    """Response, cooperation, refusal and contact rates of people who were asked (AAPOR 2015).

    I complete, P partial, R refused or broke off, NC not reached, O other, U unknown whether eligible, and
    ``e`` the share of U taken for eligible. A QR code or a kiosk has no such counts: call what comes from
    there participation. ValueError for a negative count, e outside [0, 1], or nobody at all.
    """
    heard, known = I + P, I + P + R + NC + O
    everybody = known + U
    if min(numbers((I, P, R, NC, O, U), "count")) < 0 or not 0 <= e <= 1:
        raise ValueError("a count of people is not negative, and e lies between 0 and 1")
    if not everybody:
        raise ValueError("nobody was asked, so there is no response rate")
    return Aapor(
        rr1=I / everybody,
        rr2=heard / everybody,
        rr3=_rate(I, known + e * U),
        rr4=_rate(heard, known + e * U),
        rr5=_rate(I, known),
        rr6=_rate(heard, known),
        coop1=_rate(I, heard + R + O),
        coop2=_rate(heard, heard + R + O),
        coop3=_rate(I, heard + R),
        coop4=_rate(heard, heard + R),
        ref1=R / everybody,
        con1=(heard + R + O) / everybody,
    )


def _rate(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def worst_case(p: float, rr: float) -> Interval:
    """Where the share among all who were asked lies, whatever the silent think: [p rr, p rr + 1 - rr]."""
    if not (0 <= p <= 1 and 0 <= rr <= 1):
        raise ValueError("a share and a response rate lie between 0 and 1")
    return Interval(p * rr, min(1.0, p * rr + 1 - rr))


def effective_n(weights: Iterable[float]) -> float:
    """How many unweighted answers are worth as much: (sum w)^2 / sum w^2 (Kish 1965).

    ValueError for negative weights, or where all are 0 or there are none.
    """
    found = numbers(weights, "weight")
    if not found or min(found) < 0 or not max(found):
        raise ValueError("weights are not negative, and at least one is above 0")
    largest = max(found)  # so that no square runs over
    return sum(w / largest for w in found) ** 2 / sum((w / largest) ** 2 for w in found)
