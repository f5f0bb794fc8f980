"""Calendars on the internet: read each hour, taken in like a file, and what goes wrong is said in words."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from survey import feeding
from survey.db import reading, transaction
from survey.keys import feeds
from survey.practice.model import AuditEntry, Clinician, Practice
from survey.runtime import Runtime
from survey.visits import history
from survey.visits.feed import Fetcher, Trouble
from survey.visits.model import CalendarFeed, Visit
from tests import builders
from tests.jobs.towns import run_at
from tests.visits.calendar_server import CalendarServer, calendar_server, says, without_end
from tests.visits.test_calendar_file import CLIENT, OTHER, calendar, event

OVER = event(uid="1", start="DTSTART:20260302T130000Z")
#: At five in the afternoon in New York; the clock of the tests begins at ten.
LATER = event(OTHER, uid="2", start="DTSTART:20260302T220000Z")
HERE = Fetcher(loopback=True, seconds=5)
FILE_CALENDAR = calendar(OVER, LATER)


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server(says("200 OK", FILE_CALENDAR, 'ETag: "one"')) as running:
        yield running


def plant(runtime: Runtime, practice: Practice, address: str, *, clinician: str = "") -> int:
    """A calendar of this machine; ``feeding.add`` takes none."""
    with transaction(runtime.engine, practice.id) as db:
        number = (db.scalar(select(func.max(CalendarFeed.number))) or 0) + 1
        secret = feeds.keep(runtime.files, address)
        row = CalendarFeed(practice_id=practice.id, number=number, secret=secret, clinician=clinician)
        row.next_look = runtime.clock.now()
        db.add(row)
    return number


def look(runtime: Runtime, practice: Practice, *, hours: float = 0, fetcher: Fetcher = HERE) -> None:
    """What the worker does so many hours after ten in the morning."""
    feeding.take_in(runtime, practice, now=runtime.clock.now() + timedelta(hours=hours), fetcher=fetcher)


def attended(runtime: Runtime) -> int:
    with reading(runtime.engine) as db:
        query = select(func.count()).select_from(Visit).where(Visit.status == "attended")
        return db.scalar(query) or 0


def imports(runtime: Runtime, practice: Practice) -> tuple[history.PastImport, ...]:
    with reading(runtime.engine, practice.id) as db:
        return history.past(db, practice.id, now=runtime.clock.now())


def troubles(runtime: Runtime, practice: Practice, *, hours: float = 0) -> list[Trouble]:
    now = runtime.clock.now() + timedelta(hours=hours)
    with reading(runtime.engine, practice.id) as db:
        return [each.trouble for each in feeding.failing(db, practice, now=now)]


def test_a_calendar_is_taken_in_as_one_line_of_the_history(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    plant(runtime, practice, server.address)
    look(runtime, practice)
    (done,) = imports(runtime, practice)
    assert (done.actor, done.source, done.outcome.new, done.refused) == ("Calendar 1", "ics", 2, 0)
    assert attended(runtime) == 1
    assert troubles(runtime, practice) == []


def test_it_is_looked_at_each_hour_and_not_more_often(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    plant(runtime, practice, server.address)
    for hours in (0, 0.5, 0.99, 1, 1.5, 2):
        look(runtime, practice, hours=hours)
    assert len(server.asked) == 3
    assert 'If-None-Match: "one"' not in server.asked[0]
    assert 'If-None-Match: "one"' in server.asked[1]


def test_an_appointment_becomes_a_visit_though_the_calendar_has_not_changed(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    full, unchanged = server.answer, says("304 Not Modified")
    server.answer = lambda line, asked: (
        unchanged if any(each.startswith("If-") for each in asked) else full
    )(line, asked)
    plant(runtime, practice, server.address)
    for hours in (0, 1, 9):
        look(runtime, practice, hours=hours)
    assert attended(runtime) == 1  # nobody could know
    look(runtime, practice, hours=15)  # the day after
    assert attended(runtime) == 2


def test_a_server_without_marks_is_not_taken_in_again_the_same_day(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    plant(runtime, practice, server.address)
    for minute in (1, 2):
        stamped = event("DTSTAMP:20260302T15000{minute}Z", CLIENT, start="DTSTART:20260302T130000Z")
        server.answer = says("200 OK", calendar([each.format(minute=minute) for each in stamped]))
        look(runtime, practice, hours=minute)
    (done,) = imports(runtime, practice)
    assert (done.outcome.new, done.outcome.unchanged) == (1, 0)
    server.answer = says("200 OK", FILE_CALENDAR)
    look(runtime, practice, hours=3)
    assert imports(runtime, practice)[0].outcome.new == 2


def test_a_calendar_of_one_clinician_is_hers(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    plant(runtime, practice, server.address, clinician="Dr. Mira Lund")
    look(runtime, practice)
    with reading(runtime.engine) as db:
        ids = set(db.scalars(select(Visit.clinician_id)))
        names = db.scalars(select(Clinician.name).where(Clinician.id.in_(ids))).all()
    assert names == ["Dr. Mira Lund"]
    assert imports(runtime, practice)[0].actor == "Calendar Dr. Mira Lund"


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        ("404 Not Found", b"", Trouble.GONE),
        ("403 Forbidden", b"", Trouble.FORBIDDEN),
        ("200 OK", b"<html>Please sign in</html>", Trouble.NO_CALENDAR),
        ("200 OK", b"", Trouble.NO_CALENDAR),
        ("200 OK", b"%PDF-1.7", Trouble.NO_CALENDAR),
        ("200 OK", FILE_CALENDAR[:-40], Trouble.NO_CALENDAR),
        ("200 OK", b"BEGIN:VCALENDAR\xff\xfe", Trouble.NO_CALENDAR),
        ("200 OK", calendar(event("SUMMARY:Lunch")), Trouble.NO_VISITS),
        ("302 Found", b"", Trouble.MOVED),
    ],
)
def test_what_cannot_be_read_is_said_until_it_can(
    runtime: Runtime,
    practice: Practice,
    server: CalendarServer,
    status: str,
    body: bytes,
    trouble: Trouble,
) -> None:
    good, server.answer = server.answer, says(status, body, "Location: http://10.0.0.1/")
    plant(runtime, practice, server.address)
    look(runtime, practice)
    look(runtime, practice, hours=26)
    assert troubles(runtime, practice, hours=26) == [trouble]
    assert (attended(runtime), imports(runtime, practice)) == (0, ())
    with reading(runtime.engine, practice.id) as db:
        (sentence,) = feeding.complaints(db, practice, now=runtime.clock.now())
    assert "the calendar 1 could not be read since Monday, 2026-03-02: " in sentence
    server.answer = good
    look(runtime, practice, hours=27)
    assert troubles(runtime, practice, hours=27) == []
    assert attended(runtime) == 2


def test_an_empty_calendar_is_no_trouble(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    server.answer = says("200 OK", calendar())
    plant(runtime, practice, server.address)
    look(runtime, practice)
    assert troubles(runtime, practice) == []


def test_trouble_that_passes_is_told_after_six_hours(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    server.answer = says("503 Service Unavailable")
    plant(runtime, practice, server.address)
    look(runtime, practice)
    look(runtime, practice, hours=5)
    assert troubles(runtime, practice, hours=5) == []
    assert troubles(runtime, practice, hours=6) == [Trouble.FAILING]


def test_an_address_that_is_gone_from_the_keys_is_said(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    plant(runtime, practice, server.address)
    for path in (runtime.files.root / feeds.FOLDER).iterdir():
        path.unlink()
    look(runtime, practice)
    assert troubles(runtime, practice) == [Trouble.LOST]


def test_one_calendar_that_fails_stops_no_other(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    slow = without_end(b"x", head=b"HTTP/1.1 200 OK\r\n\r\n", pause=0.05)
    with calendar_server(slow) as other:
        plant(runtime, practice, other.address)
        plant(runtime, practice, "https://127.0.0.1:1/s3cret")
        plant(runtime, practice, server.address)
        look(runtime, practice, fetcher=Fetcher(loopback=True, seconds=0.5))
    assert attended(runtime) == 1
    assert troubles(runtime, practice, hours=6) == [Trouble.UNREACHABLE] * 2


def test_the_worker_reads_calendars_and_in_service_never_this_machine(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    plant(runtime, practice, server.address.replace("http://", "https://"))
    run_at(runtime, runtime.clock.now())
    assert troubles(runtime, practice) == [Trouble.PRIVATE]
    assert server.asked == []


def test_two_workers_read_a_calendar_once(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    plant(runtime, practice, server.address)
    start = Barrier(2)

    def work() -> None:
        start.wait()
        look(runtime, practice)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(server.asked) == 1


def test_no_log_names_the_address_or_a_client(
    runtime: Runtime, practice: Practice, server: CalendarServer, caplog: pytest.LogCaptureFixture
) -> None:
    plant(runtime, practice, server.address)
    with caplog.at_level(logging.DEBUG):
        for hours, answer in enumerate((server.answer, says("404 Not Found"), says("200 OK", b"{"))):
            server.answer = answer
            look(runtime, practice, hours=hours)
    for word in ("s3cret", "example.org", str(server.port)):
        assert word not in caplog.text


def test_the_address_stands_among_the_keys_and_not_in_the_database(
    sqlite_runtime: Runtime, server: CalendarServer
) -> None:
    practice = builders.make_practice(sqlite_runtime)
    address = server.address
    plant(sqlite_runtime, practice, address)
    look(sqlite_runtime, practice)
    data = sqlite_runtime.settings.data
    assert subprocess.run(["grep", "-r", "s3cret", data], check=False, capture_output=True).returncode == 1
    keys = sqlite_runtime.settings.keys
    found = subprocess.run(["grep", "-rl", "s3cret", keys], check=True, capture_output=True, text=True)
    assert "/feeds/" in found.stdout


def test_a_calendar_is_added_once_and_removed_with_its_address(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        now = runtime.clock.now()
        made = feeding.add(db, runtime.files, practice.id, "webcal://calendar.example/s3cret", now=now)
        with pytest.raises(feeding.CannotFeed, match="calendar 1 already"):
            feeding.add(db, runtime.files, practice.id, "https://calendar.example/s3cret", now=now)
        assert feeds.address_of(runtime.files, made.secret) == "webcal://calendar.example/s3cret"
        feeding.remove(db, runtime.files, practice.id, made.number)
        with pytest.raises(feeding.CannotFeed, match="no calendar 1"):
            feeding.remove(db, runtime.files, practice.id, made.number)
    assert list(runtime.files.names(feeds.FOLDER)) == []


@pytest.mark.parametrize("clinician", ["x" * 121, "Dr.\nMira"])
def test_a_name_that_is_none_is_refused(runtime: Runtime, practice: Practice, clinician: str) -> None:
    with (
        transaction(runtime.engine, practice.id) as db,
        pytest.raises(feeding.CannotFeed, match="clinician"),
    ):
        feeding.add(
            db,
            runtime.files,
            practice.id,
            "https://calendar.example/a",
            clinician=clinician,
            now=runtime.clock.now(),
        )


def test_trouble_always_has_a_beginning(runtime: Runtime, practice: Practice) -> None:
    plant(runtime, practice, "https://calendar.example/a")
    with pytest.raises(IntegrityError), transaction(runtime.engine, practice.id) as db:
        db.execute(update(CalendarFeed).values(trouble="gone"))
    with reading(runtime.engine) as db:
        row = db.execute(select(CalendarFeed.__table__)).one()
    with pytest.raises(IntegrityError), transaction(runtime.engine, practice.id) as db:
        db.execute(insert(CalendarFeed).values({**row._mapping, "number": 2}))  # the same secret


def test_what_was_done_stands_in_the_audit_log(
    runtime: Runtime, practice: Practice, server: CalendarServer
) -> None:
    plant(runtime, practice, server.address)
    for hours in (0, 24):  # the second time nothing is new but an appointment that is over
        look(runtime, practice, hours=hours)
    with reading(runtime.engine) as db:
        query = select(AuditEntry.action, AuditEntry.subject).where(AuditEntry.actor == "Calendar 1")
        assert sorted(tuple(row) for row in db.execute(query)) == [
            ("import visits", "1 visits"),
            ("import visits", "2 visits"),
        ]
