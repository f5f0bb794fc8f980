"""Calendars (iCalendar, RFC 5545) as a table: a line for each client of each event.

Pure. Reads who, when, where and whether it was called off; never a summary, a description or a note. An event
counts as attended once it is over, because calendars know nothing better.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice, takewhile
from typing import Any, Final

from dateutil.rrule import rruleset, rrulestr
from icalendar import Calendar, Event

from survey.visits import letters
from survey.visits.faults import UnreadableFile, _
from survey.visits.model import KEPT_DAYS
from survey.visits.moments import zone_of
from survey.visits.part import Part
from survey.visits.table import Line

Entry = Any  # icalendar types every property as any of thirty
HEADER: Final = ("UID", "DTSTART", "ORGANIZER", "ATTENDEE", "LANGUAGE", "STATUS", "LOCATION")
UPCOMING: Final = "UPCOMING"
DECLINED: Final = "DECLINED"
LONGEST_UID: Final = 80
MOST_REPEATS: Final = 2000
TOO_OFTEN: Final = re.compile(r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)", re.IGNORECASE)
BLOCK: Final = re.compile(r"^BEGIN:(VEVENT|VTIMEZONE)\r?$", re.IGNORECASE)
NAMED: Final = re.compile(r"^X-WR-CALNAME[^:]*:(.*?)\r?$", re.IGNORECASE)
NOT_READ: Final = _("This entry of the calendar cannot be read. Correct it there, or leave it out.")
NO_CLIENT: Final = _("This entry names no client, so it is no visit.")
REPEATS: Final = _("This entry repeats in a way that cannot be followed. Correct it in the calendar.")
OTHER_ZONE: Final = _("This entry is in a time zone that is not known. Correct it in the calendar.")


@dataclass(frozen=True)
class Block:
    """The lines of one component, and where it begins."""

    line: int
    text: str


class CalendarFile:
    """A calendar. ``now`` None leaves repeating events at their first. Raises UnreadableFile."""

    header = HEADER

    def __init__(self, part: Part, *, time_zone: str, now: datetime | None) -> None:
        part.whole()
        letters.check(part, "utf-8")
        self._part, self._zone, self._now = part, zone_of(time_zone), now
        self._name = ""
        zones = [block.text for block in self._blocks("VTIMEZONE")]
        try:
            Calendar.from_ical("BEGIN:VCALENDAR\r\n" + "".join(zones) + "END:VCALENDAR\r\n")
        except (ValueError, KeyError, IndexError, TypeError) as fault:
            raise UnreadableFile(
                _("The time zones of this calendar cannot be read. Export it again.")
            ) from fault
        self._moved = {key for block in self._blocks("VEVENT") for key in _moved(block)}

    def lines(self) -> Iterator[Line]:
        for block in self._blocks("VEVENT"):
            event = _event(block)
            yield from [_fault(block, NOT_READ)] if event is None else self._of_event(block, event)

    def _blocks(self, wanted: str) -> Iterator[Block]:
        """Components of one kind. Events do not stand inside each other; what is inside them stays there."""
        begun, lines = 0, list[str]()
        with letters.text_of(self._part, "utf-8") as text:
            for number, line in enumerate(text, start=1):
                if found := NAMED.match(line):
                    self._name = found.group(1).strip()
                if not begun:
                    opening = BLOCK.match(line)
                    if opening and opening.group(1).upper() == wanted:
                        begun, lines = number, [line]
                    continue
                lines.append(line)
                if line.strip().upper() == f"END:{wanted}":
                    yield Block(begun, "".join(lines))
                    begun = 0
        if begun:
            raise UnreadableFile(
                _("The calendar breaks off after line {line}. Export it again."), line=str(begun)
            )

    def _of_event(self, block: Block, event: Entry) -> Iterator[Line]:
        clients = _clients(event)
        if not clients:
            yield _fault(block, NO_CLIENT, column="ATTENDEE")
            return
        try:
            starts = self._starts(event)
        except LookupError:
            yield _fault(block, OTHER_ZONE)
            return
        except (ValueError, TypeError, OverflowError, AttributeError):
            yield _fault(block, REPEATS if "RRULE" in event else NOT_READ)
            return
        for start, marked in starts:
            for client in clients:
                yield self._line(block, event, client, start=start, uid=_uid(event, marked, clients))

    def _line(self, block: Block, event: Entry, client: Any, *, start: date, uid: str) -> Line:
        organizer = event.get("ORGANIZER")
        name = str(organizer.params.get("CN", "")) if organizer is not None else ""
        place = str(event.get("LOCATION", ""))
        language = str(client.params.get("LANGUAGE", ""))
        return Line(
            block.line,
            (
                uid,
                start.isoformat(),
                name or self._name,
                _address(client),
                language,
                self._status(event, client, start),
                "" if "://" in place else place,  # the link of a video call is no place
            ),
        )

    def _status(self, event: Entry, client: Any, start: date) -> str:
        status = str(event.get("STATUS", "")).upper()
        if status == "CANCELLED":
            return status
        if str(client.params.get("PARTSTAT", "")).upper() == DECLINED:
            return DECLINED
        if self._now is not None and _aware(start, self._zone) + _length(event) > self._now:
            return UPCOMING
        return status

    def _starts(self, event: Entry) -> list[tuple[date, str]]:
        """Each start with the mark that tells repeats apart; none after now, none older than is kept."""
        first = event["DTSTART"].dt
        _known_zone(event, first)
        uid, repeated = str(event.get("UID", "")), event.get("RECURRENCE-ID")
        if repeated is not None:
            return [(first, _mark(repeated.dt, self._zone))]
        if self._now is None or not ("RRULE" in event or "RDATE" in event):
            return [(first, "")]
        from_day = self._now - timedelta(days=KEPT_DAYS)
        starts = _repeats(event, first, self._now, self._zone)
        recent = [start for start in starts if _aware(start, self._zone) >= from_day]
        marked = [(start, _mark(start, self._zone)) for start in recent]
        return [(start, mark) for start, mark in marked if (uid, mark) not in self._moved]


def _event(block: Block) -> Entry:
    try:
        event = Event.from_ical(block.text)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None
    return event if isinstance(event, Event) and "DTSTART" in event and not event.errors else None


def _moved(block: Block) -> Iterator[tuple[str, str]]:
    """Which repeat of which event has an entry of its own."""
    event = _event(block) if "RECURRENCE-ID" in block.text.upper() else None
    if event is not None and "RECURRENCE-ID" in event:
        yield str(event.get("UID", "")), _mark(event["RECURRENCE-ID"].dt, None)


def _repeats(event: Entry, first: date, now: datetime, zone: tzinfo) -> Iterator[date]:
    """Starts of a repeating event up to ``now``, by the wall clock of its own time zone."""
    own = first.tzinfo if isinstance(first, datetime) else None
    rules = rruleset()
    rules.rdate(_wall(first, own))
    for rule in _listed(event, "RRULE"):
        text = rule.to_ical().decode()
        if TOO_OFTEN.search(text):
            raise ValueError(text)
        rules.rrule(rrulestr(_until_wall(text, own), dtstart=_wall(first, own)))
    for name, add in (("RDATE", rules.rdate), ("EXDATE", rules.exdate)):
        for dates in _listed(event, name):
            for each in dates.dts:
                add(_wall(each.dt, own))
    last = _wall(now.astimezone(own or zone), own or zone)
    walls = list(islice(takewhile(lambda wall: wall <= last, rules), MOST_REPEATS + 1))
    if len(walls) > MOST_REPEATS:
        walls = walls[-MOST_REPEATS:]
    for wall in walls:
        yield wall.replace(tzinfo=own) if isinstance(first, datetime) else wall.date()


def _until_wall(rule: str, own: tzinfo | None) -> str:
    """The rule with UNTIL by the wall clock, where it is written in UTC."""

    def local(found: re.Match[str]) -> str:
        until = datetime.strptime(found.group(1), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        return f"UNTIL={until.astimezone(own or UTC):%Y%m%dT%H%M%S}"

    return re.sub(r"UNTIL=(\d{8}T\d{6})Z", local, rule)


def _wall(moment: date, own: tzinfo | None) -> datetime:
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001  a wall clock has no zone
    return (moment.astimezone(own) if own and moment.tzinfo else moment).replace(tzinfo=None)


def _listed(event: Entry, name: str) -> list[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _mark(moment: date, zone: tzinfo | None) -> str:
    """A repeat by the start it would have had: in UTC, or by its day."""
    if not isinstance(moment, datetime):
        return moment.strftime("%Y%m%d")
    if moment.tzinfo is None:
        return moment.strftime("%Y%m%dT%H%M")
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%MZ")


def _aware(start: date, zone: tzinfo) -> datetime:
    if not isinstance(start, datetime):
        return datetime(start.year, start.month, start.day, 23, 59, tzinfo=zone)
    return start if start.tzinfo else start.replace(tzinfo=zone)


def _length(event: Entry) -> timedelta:
    if "DURATION" in event:
        length = event["DURATION"].dt
    elif "DTEND" in event:
        length = event["DTEND"].dt - event["DTSTART"].dt
    else:
        return timedelta()
    return length if isinstance(length, timedelta) and length > timedelta() else timedelta()


def _known_zone(event: Entry, first: date) -> None:
    """Raises LookupError where the entry names a time zone and the reader could make nothing of it."""
    if isinstance(first, datetime) and first.tzinfo is None and "TZID" in event["DTSTART"].params:
        raise LookupError


def _clients(event: Entry) -> list[Any]:
    """Attendees who are people and not the organizer."""
    organizer = event.get("ORGANIZER")
    own = _address(organizer) if organizer is not None else ""
    found: dict[str, Any] = {}
    for attendee in _listed(event, "ATTENDEE"):
        person = str(attendee.params.get("CUTYPE", "INDIVIDUAL")).upper() == "INDIVIDUAL"
        chair = str(attendee.params.get("ROLE", "")).upper() in {"CHAIR", "NON-PARTICIPANT"}
        address = _address(attendee)
        if person and not chair and address.lower() != own.lower():
            found.setdefault(address.lower(), attendee)
    return list(found.values())


def _address(person: Any) -> str:
    text = str(person)
    return text[7:].strip() if text[:7].lower() == "mailto:" else text.strip()


def _uid(event: Entry, mark: str, clients: list[Any]) -> str:
    """The event's own number. None where several clients share it; a digest where it names a client."""
    uid = str(event.get("UID", ""))
    if not uid or len(clients) > 1:
        return ""
    named = _address(clients[0]).lower() in uid.lower()
    text = f"{uid}/{mark}".replace("@", "/") if mark else uid.replace("@", "/")
    if named or len(text) > LONGEST_UID or not text.isprintable():
        return hashlib.blake2b(f"{uid}/{mark}".encode(), digest_size=20).hexdigest()
    return text


def _fault(block: Block, sentence: str, *, column: str = "DTSTART") -> Line:
    return Line(block.line, ("",) * len(HEADER), {HEADER.index(column): sentence})
