"""How fast, how large and how polite an import is: ``python benchmarks/visits.py [--lines 1000000]``.

Writes a file of visits over three years, one in fifty of the last ten days, and takes it. Prints seconds by
the clock and of the processor, the most memory used by the whole process, and the longest that another
writer of the same database had to wait, as an answer to the survey would.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import tempfile
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from survey import clock
from survey.db import insert_once, transaction
from survey.instruments.loading import load_all
from survey.invitations import taking
from survey.invitations.model import MailRun
from survey.practice import declaring, publishing
from survey.practice.model import Practice
from survey.runtime import Runtime, open_runtime
from survey.settings import load_settings
from survey.visits.visit_file import Part, generic_match, open_source

TODAY = date(2026, 3, 2)
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


def write(file: Path, lines: int, *, days: int) -> None:
    draw = random.Random(1)
    with file.open("w") as out:
        out.write(HEADER)
        for number in range(lines):
            back = draw.randrange(10) if draw.random() < 0.02 else draw.randrange(10, days)
            start = f"{TODAY - timedelta(days=back)}T{draw.randrange(8, 18):02}:00:00-05:00"
            person = f"p{draw.randrange(lines // 4)}@example.org"
            out.write(f"V-{number},{start},Dr {draw.randrange(20)},Main,{person},attended,en,2,\n")


def measure(runtime: Runtime, file: Path, lines: int) -> None:
    practice, now = enter(runtime), datetime(2026, 3, 2, 15, tzinfo=UTC)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    done, waits = threading.Event(), [0.0]
    other = threading.Thread(target=knock, args=(runtime, practice, done, waits))
    other.start()
    begun, used = clock.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    source = open_source([Part(file.name, file)], generic_match(time_zone=practice.time_zone), now=now)
    intake = taking.take(runtime, practice, source, actor="benchmark", name="generic", now=now)
    seconds = clock.monotonic() - begun
    done.set()
    other.join()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"{lines:,} lines: {seconds:.0f} s by the clock, {usage.ru_utime - used:.0f} s of the processor, "
        f"at most {usage.ru_maxrss // 1024} MB ({before} before); {intake.outcome.new:,} new, "
        f"{intake.outcome.too_old:,} too old, {intake.invited:,} invited; another writer waited "
        f"{max(waits):.2f} s at most, {len(waits) - 1} times asked"
    )


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
        publishing.publish(db, practice.id, instrument, from_day=date(2020, 1, 1))
    return practice


def knock(runtime: Runtime, practice: Practice, done: threading.Event, waits: list[float]) -> None:
    """Write one small row again and again, and note how long each took."""
    number = 0
    while not done.wait(0.1):
        begun, number = clock.monotonic(), number + 1
        with transaction(runtime.engine, practice.id) as db:
            insert_once(db, MailRun, practice_id=practice.id, day=TODAY, kind=str(number))
        waits.append(clock.monotonic() - begun)


if __name__ == "__main__":
    main()
