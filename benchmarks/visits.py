"""How fast, how large and how polite an import is: ``python benchmarks/visits.py [--lines 1000000]``.

Writes a file of visits over three years, one in fifty of the last ten days, and takes it; with ``--days 400``
every line is kept. Meanwhile a second process serves the survey page, asks for it ten times a second, and
writes a small row as an answer would. Prints seconds by the clock and of the processor, the most memory of
the importing process, and how long page and row took at most and in the middle.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection
from multiprocessing import Event, Pipe, Process
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event as EventType
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from survey import clock
from survey.app import make_app
from survey.attacks.serving import served
from survey.db import insert_once, transaction
from survey.instruments.loading import load_all
from survey.invitations import taking
from survey.invitations.model import MailRun
from survey.practice import declaring, publishing
from survey.practice.model import Practice
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, load_settings
from survey.visits.visit_file import Part, generic_match, open_source

TODAY = date(2026, 3, 2)
LABEL = "after-visit-1"
HEADER = "visit_id,start,clinician,location,email,status,language,visit_number,do_not_survey\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--postgres", default="", help="An empty database; else SQLite in a scratch folder.")
    parser.add_argument("--days", type=int, default=1095, help="How far back the visits go; 400 are kept.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        file = root / "visits.csv"
        write(file, given.lines, days=given.days)
        url = {"database_url": given.postgres} if given.postgres else {}
        runtime = open_runtime(load_settings({}, instance=root / "i", keys=root / "k", mail="folder", **url))
        measure(runtime, file, given.lines)


def write(file: Path, lines: int, *, days: int, today: date = TODAY) -> None:
    draw = random.Random(1)
    with file.open("w") as out:
        out.write(HEADER)
        for number in range(lines):
            back = draw.randrange(10) if draw.random() < 0.02 else draw.randrange(10, days)
            start = f"{today - timedelta(days=back)}T{draw.randrange(8, 18):02}:00:00-05:00"
            person = f"p{draw.randrange(lines // 4)}@example.org"
            out.write(f"V-{number},{start},Dr {draw.randrange(20)},Main,{person},attended,en,2,\n")


def measure(runtime: Runtime, file: Path, lines: int) -> None:
    practice, now = enter(runtime), datetime(2026, 3, 2, 15, tzinfo=UTC)
    with beside(runtime.settings, practice) as told:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        begun, used = clock.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
        source = open_source([Part(file.name, file)], generic_match(time_zone=practice.time_zone), now=now)
        intake = taking.take(runtime, practice, source, actor="benchmark", name="generic", now=now)
        seconds = clock.monotonic() - begun
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"{lines:,} lines: {seconds:.0f} s by the clock, {usage.ru_utime - used:.0f} s of the processor, "
        f"at most {usage.ru_maxrss // 1024} MB ({before} before); {intake.outcome.new:,} new, "
        f"{intake.outcome.too_old:,} too old, {intake.invited:,} invited"
    )
    for what, waits in told.items():
        print(f"{what}: {len(waits)} times, {median(waits):.3f} s in the middle, {max(waits):.2f} s at most")


def enter(runtime: Runtime) -> Practice:
    instrument = load_all(runtime.settings.surveys_config)["after_visit"]
    with transaction(runtime.engine) as db:
        practice = declaring.create_practice(
            db,
            slug="large",
            name="Large Practice",
            time_zone="America/New_York",
            phone="555-0100",
            instrument="after_visit",
        )
        version = publishing.publish(db, practice.id, instrument, from_day=date(2020, 1, 1))
    assert version.label == LABEL
    return practice


@contextmanager
def beside(settings: Settings, practice: Practice) -> Iterator[dict[str, list[float]]]:
    """A second process that serves and asks; afterwards, how long each took in seconds."""
    told: dict[str, list[float]] = {}
    done, (here, there) = Event(), Pipe()
    other = Process(target=live_on, args=(settings, practice, done, there))
    other.start()
    here.recv()  # it is up
    try:
        yield told
    finally:
        done.set()
        told.update(here.recv())
        other.join()


def live_on(settings: Settings, practice: Practice, done: EventType, told: Connection) -> None:
    runtime = open_runtime(settings)
    waits: dict[str, list[float]] = {"another writer waited": [], "the survey page answered in": []}
    writer, page = waits.values()
    with served(make_app(runtime)) as address:
        host = address.removeprefix("http://")
        fetch(host)
        told.send("up")
        while not done.wait(0.1):
            page.append(seconds_of(lambda: fetch(host)))
            writer.append(seconds_of(lambda: write_row(runtime, practice, len(writer))))
    told.send(waits)


def seconds_of(work: Callable[[], None]) -> float:
    begun = clock.monotonic()
    work()
    return clock.monotonic() - begun


def fetch(host: str) -> None:
    with closing(HTTPConnection(host, timeout=60)) as line:
        line.request("GET", f"/s/large/{LABEL}/en")
        reply = line.getresponse()
        assert reply.status == 200
        assert b"<form" in reply.read()


def write_row(runtime: Runtime, practice: Practice, number: int) -> None:
    with transaction(runtime.engine, practice.id) as db:
        insert_once(db, MailRun, practice_id=practice.id, day=TODAY, kind=str(number))


if __name__ == "__main__":
    main()
