"""Days and times as people's programs write them.

Pure. A day that can be read in two ways is refused unless its order was said; an hour that the clocks skipped
is refused; one that came twice is taken as the first of the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from survey.visits.faults import FaultyCell, _
from survey.visits.match import DateOrder

MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
FULL_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
HOUR: Final = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::\d{2}(?:\.\d{1,6})?)?)?"
    r"\s?(?:(?P<half>[AaPp])\.?[Mm]\.?)?(?P<offset>Z|[+-]\d{2}:\d{2})?"
)
DAY: Final = (
    r"(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<t>[-/.])(?P<b>\d{1,2})(?P=t)(?P<year>\d{4})"
    r"|(?P<day1>\d{1,2})[ .-]+(?P<month1>[A-Za-z]{3,9})\.?,?[ -]+(?P<year1>\d{4})"
    r"|(?P<month2>[A-Za-z]{3,9})\.? (?P<day2>\d{1,2}),? (?P<year2>\d{4})"
)
WHEN: Final = re.compile(rf"(?:{DAY})(?:(?:T|,? +){HOUR})?", re.ASCII)
ISO_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NOT_A_DAY: Final = _("Write the day as 2026-07-01, or day and time as 2026-07-01T10:15:00-04:00.")
NO_ORDER: Final = _(
    "This day can be read in two ways. Say whether day or month comes first, or write it as 2026-07-01."
)
NO_SUCH_DAY: Final = _("There is no such day. Check it, and whether day or month comes first in this file.")
NO_SUCH_TIME: Final = _("There is no such time. Write it as 14:30 or 2:30 PM.")
SKIPPED: Final = _("This hour does not exist: the clocks were put forward over it. Check the time.")


@dataclass(frozen=True, slots=True)
class Moment:
    """When a visit began. ``day`` in the practice's time zone; ``instant`` (UTC) where an hour is known."""

    day: date
    instant: datetime | None


def moment(text: str, order: DateOrder, zone: ZoneInfo) -> Moment:
    """A cell's day and time. A time without offset is the practice's. Raises FaultyCell."""
    written = _iso(text)
    if written is None:
        found = WHEN.fullmatch(text)
        if not found:
            raise FaultyCell(NOT_A_DAY)
        written = _read(found, order)
    if not isinstance(written, datetime):
        return Moment(written, None)
    try:
        instant = _resolved(written, zone)
        return Moment(instant.astimezone(zone).date(), instant)
    except (OverflowError, ValueError):
        raise FaultyCell(NO_SUCH_DAY) from None


def _iso(text: str) -> datetime | date | None:
    """The common spelling, fast; None for any other."""
    alone = len(text) == 10
    if not ISO_DAY.match(text) or not (alone or (text[10] in "T " and text[13:14] == ":")):
        return None
    try:
        return date.fromisoformat(text) if alone else datetime.fromisoformat(text)
    except ValueError:
        return None


def _read(found: re.Match[str], order: DateOrder) -> datetime | date:
    day = _day(found, order)
    if found["hour"] is None:
        return day
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()
    if (not half and found["minute"] is None) or (half and not 1 <= hour <= 12):
        raise FaultyCell(NO_SUCH_TIME)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        naive = datetime.combine(day, time(hour, minute))
        return datetime.fromisoformat(f"{naive.isoformat()}{found['offset'] or ''}")
    except ValueError:
        raise FaultyCell(NO_SUCH_TIME) from None


def _day(found: re.Match[str], order: DateOrder) -> date:
    try:
        if found["y"]:
            return date(int(found["y"]), int(found["m"]), int(found["d"]))
        if found["year"]:
            first, second = int(found["a"]), int(found["b"])
            if order is DateOrder.YMD and first != second:
                raise FaultyCell(NO_ORDER)
            month, day = (second, first) if order is DateOrder.DMY else (first, second)
            return date(int(found["year"]), month, day)
        number = "1" if found["year1"] else "2"
        return date(int(found["year" + number]), _month(found["month" + number]), int(found["day" + number]))
    except ValueError:
        raise FaultyCell(NO_SUCH_DAY) from None


def _month(word: str) -> int:
    names = MONTHS if len(word) == 3 else FULL_MONTHS
    return names.index(word.lower()) + 1


def _resolved(written: datetime, zone: ZoneInfo) -> datetime:
    if written.tzinfo is not None:
        return written.astimezone(UTC)
    instant = written.replace(tzinfo=zone).astimezone(UTC)  # of an hour that comes twice, the first
    if instant.astimezone(zone).replace(tzinfo=None) != written:
        raise FaultyCell(SKIPPED)
    return instant


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name. Raises ValueError or ZoneInfoNotFoundError."""
    return ZoneInfo(name)


@dataclass(frozen=True)
class OrderFound:
    """``order`` is what the days prove, YMD where nothing had to be proved. ``open`` is a day that can be
    read in two ways and keeps the order undecided; ``mixed`` says that both orders are proved."""

    order: DateOrder
    open: str = ""
    mixed: bool = False


def order_of(texts: Iterable[str]) -> OrderFound:
    """Which of day and month comes first, from days that allow one reading only."""
    proved: set[DateOrder] = set()
    undecided = first_of_all = ""
    for text in texts:
        found = WHEN.fullmatch(text.strip())
        if not found or not found["year"]:
            continue
        first, second = int(found["a"]), int(found["b"])
        first_of_all = first_of_all or text.strip()
        if first > 12 or second > 12:
            proved.add(DateOrder.DMY if first > 12 else DateOrder.MDY)
        elif first != second:
            undecided = undecided or text.strip()
    if len(proved) == 1:
        return OrderFound(proved.pop())
    return OrderFound(DateOrder.YMD, open=undecided or (first_of_all if proved else ""), mixed=bool(proved))
