"""Calendars: repeats, what was called off, who is a client, time zones; nothing of what an event is about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from survey.settings import shipped
from survey.visits.model import VisitStatus
from survey.visits.visit_file import Part, UnreadableFile, VisitFile, load_presets, read_all, suggest

PRESETS = load_presets(shipped("surveys_config"))
NOW = datetime(2026, 4, 1, tzinfo=UTC)
OFFICE = "ORGANIZER;CN=Dr. Ana:mailto:office@practice.example"
CLIENT = "ATTENDEE;CN=Olu:mailto:olu@example.org"
OTHER = "ATTENDEE:mailto:kim@example.org"


def calendar(*events: list[str], head: str = "") -> bytes:
    inner = "".join("BEGIN:VEVENT\r\n" + "\r\n".join(lines) + "\r\nEND:VEVENT\r\n" for lines in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//T//EN\r\n{head}{inner}END:VCALENDAR\r\n".encode()


def event(*lines: str, uid: str = "1", start: str = "DTSTART:20260302T140000Z") -> list[str]:
    return [f"UID:{uid}", start, OFFICE, *(lines or (CLIENT,))]


def read(data: bytes, now: datetime = NOW) -> VisitFile:
    parts = [Part("feed.ics", data)]
    match = suggest(parts, presets=PRESETS, time_zone="America/New_York", now=now).match
    return read_all(parts, match, now=now)


def starts(file: VisitFile) -> list[str]:
    assert file.errors == ()
    return [row.start for row in file.rows]


def only_fault(data: bytes) -> tuple[int, str, str]:
    file = read(data)
    assert file.rows == ()
    (error,) = file.errors
    return error.line, error.column, error.message


def test_a_repeating_event_keeps_its_hour_over_the_clock_change() -> None:
    file = read(
        calendar(event(CLIENT, "RRULE:FREQ=WEEKLY", start="DTSTART;TZID=America/New_York:20260301T090000"))
    )
    assert starts(file) == [
        *("2026-03-01T14:00Z", "2026-03-08T13:00Z", "2026-03-15T13:00Z"),
        *("2026-03-22T13:00Z", "2026-03-29T13:00Z"),
    ]


def test_a_repeat_that_was_moved_or_left_out_is_not_there_twice() -> None:
    series = event(
        CLIENT,
        "RRULE:FREQ=WEEKLY;UNTIL=20260323T000000Z",
        "EXDATE:20260309T140000Z",
        "RDATE:20260310T140000Z",
    )
    moved = event(CLIENT, "RECURRENCE-ID:20260316T140000Z", start="DTSTART:20260317T150000Z")
    file = read(calendar(series, moved))
    assert starts(file) == ["2026-03-02T14:00Z", "2026-03-10T14:00Z", "2026-03-17T15:00Z"]
    assert len({row.identity for row in file.rows}) == 3


def test_a_moved_repeat_is_still_the_same_visit() -> None:
    before = read(calendar(event(CLIENT, "RRULE:FREQ=WEEKLY;COUNT=2")))
    moved = event(CLIENT, "RECURRENCE-ID:20260309T140000Z", start="DTSTART:20260311T140000Z")
    after = read(calendar(event(CLIENT, "RRULE:FREQ=WEEKLY;COUNT=2"), moved))
    assert {row.identity for row in before.rows} == {row.identity for row in after.rows}


def test_repeats_are_followed_for_400_days_and_not_into_the_future() -> None:
    file = read(calendar(event(CLIENT, "RRULE:FREQ=WEEKLY", start="DTSTART:20150302T140000Z")))
    assert len(file.rows) == 57
    assert all(row.status is VisitStatus.ATTENDED for row in file.rows)


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((CLIENT,), VisitStatus.ATTENDED),
        ((CLIENT, "STATUS:CONFIRMED"), VisitStatus.ATTENDED),
        ((CLIENT, "STATUS:CANCELLED"), VisitStatus.NOT_ATTENDED),
        ((CLIENT, "STATUS:TENTATIVE"), VisitStatus.NOT_ATTENDED),
        (("ATTENDEE;PARTSTAT=DECLINED:mailto:olu@example.org",), VisitStatus.NOT_ATTENDED),
        ((CLIENT, "DURATION:P40D"), VisitStatus.NOT_ATTENDED),
    ],
)
def test_an_event_counts_as_attended_once_it_is_over_and_was_not_called_off(
    lines: tuple[str, ...], status: VisitStatus
) -> None:
    (row,) = read(calendar(event(*lines))).rows
    assert row.status is status


def test_an_event_of_tomorrow_is_not_attended_yet() -> None:
    (row,) = read(calendar(event(start="DTSTART:20260402T140000Z"))).rows
    assert row.status is VisitStatus.NOT_ATTENDED


def test_two_clients_of_one_event_are_two_visits_and_rooms_and_the_office_are_none() -> None:
    room = "ATTENDEE;CUTYPE=ROOM:mailto:room@practice.example"
    office = "ATTENDEE:mailto:OFFICE@practice.example"
    file = read(calendar(event(CLIENT, OTHER, room, office)))
    assert [row.address for row in file.rows] == ["olu@example.org", "kim@example.org"]
    assert len({row.identity for row in file.rows}) == 2


def test_an_entry_without_a_client_is_named_by_its_line() -> None:
    assert only_fault(calendar(event("LOCATION:Lunch")))[:2] == (4, "ATTENDEE")


@pytest.mark.parametrize(
    ("start", "line", "words"),
    [
        ("DTSTART:nonsense", CLIENT, "cannot be read"),
        ("DTSTART;TZID=Nowhere/Land:20260301T140000", CLIENT, "time zone"),
        ("DTSTART:20260302T140000Z", "RRULE:FREQ=SECONDLY", "repeats"),
        ("DTSTART:20260302T140000Z", "RRULE:FREQ=FORTNIGHTLY", "cannot be"),
    ],
)
def test_an_entry_that_cannot_be_read_is_named_once(start: str, line: str, words: str) -> None:
    number, column, message = only_fault(calendar(event(CLIENT, line, start=start)))
    assert (number, column) == (4, "DTSTART")
    assert words in message


def test_a_time_without_zone_is_the_practices_and_windows_names_of_zones_are_known() -> None:
    assert starts(read(calendar(event(start="DTSTART:20260302T090000")))) == ["2026-03-02T14:00Z"]
    windows = "DTSTART;TZID=Eastern Standard Time:20260302T090000"
    assert starts(read(calendar(event(start=windows)))) == ["2026-03-02T14:00Z"]


def test_what_an_event_is_about_and_the_link_of_a_call_are_not_read() -> None:
    lines = (CLIENT, "SUMMARY:Trauma therapy", "DESCRIPTION:notes", "LOCATION:https://call.example/j/123")
    file = read(calendar(event(*lines)))
    assert file.rows[0].location == ""
    assert "Trauma" not in repr(file)


def test_an_address_in_the_number_of_an_event_is_not_kept() -> None:
    (row,) = read(calendar(event(uid="olu@example.org-20260302"))).rows
    assert "olu" not in row.reference
    (long,) = read(calendar(event(uid="x" * 300 + "@practice.example"))).rows
    assert len(long.reference) == 40


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n", "breaks off after line 2"),
        (calendar(event()).replace(b"Ana", b"Ren\xe9e"), "Line 7 is not in utf-8"),
        (b"BEGIN:VCALENDAR\r\n" + b"X" * (21 << 20), "20 MB"),
    ],
)
def test_a_calendar_that_cannot_be_trusted_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read(data)
