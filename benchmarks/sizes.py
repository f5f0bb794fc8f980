"""What rows weigh and what a practice costs by being there: ``python benchmarks/sizes.py [--postgres URL]``.

Fills each table that grows with visits and answers, in random order of keys as in life, and prints the bytes
that one row takes with its indexes. Then lets a worker look after practices in which nothing happens, for a
minute and for a night. ``capacity.py`` reckons with these figures.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Engine, insert

from survey import clock, due, jobs
from survey.clock import SimulatedClock, at_local
from survey.clock_guard import Watch
from survey.db import Base, random_id, transaction
from survey.instruments.loading import load_all
from survey.invitations.mailer import FolderMailer
from survey.invitations.model import CapMark, Invitation
from survey.keys.sealing import SEALED_ADDRESS, SEALED_COMMENTS, SEALED_RATINGS
from survey.practice import declaring, publishing
from survey.practice.model import Practice
from survey.releases.model import Atom, Comment, Tally
from survey.responses import pooling
from survey.responses.model import Kind, Pool, Spent
from survey.runtime import Runtime, open_runtime
from survey.settings import load_settings
from survey.visits.model import Visit, VisitIdentity

TODAY = date(2026, 3, 2)
MORNING = at_local(TODAY, 8, "UTC")
AT_ONCE = 2000
Row = Mapping[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--practices", type=int, default=40)
    parser.add_argument("--postgres", default="", help="An empty database; else SQLite in a scratch folder.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        settings = load_settings(
            {}, instance=place / "i", keys=place / "k", mail="folder", database_url=given.postgres
        )
        runtime = open_runtime(settings, SimulatedClock(MORNING))
        practices = [practice_of(runtime, number) for number in range(given.practices)]
        print(f"[bytes.{runtime.engine.dialect.name}]")
        for name, weight in weigh(runtime, practices[0], given.rows):
            print(f"{name} = {weight:.0f}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        runtime = open_runtime(
            load_settings({}, instance=place / "i", keys=place / "k", mail="folder"), SimulatedClock(MORNING)
        )
        for number in range(given.practices):
            practice_of(runtime, number)
        print("[practice]")
        for name, seconds in idle(runtime):
            print(f"{name} = {1000 * seconds / given.practices:.2f}")


def practice_of(runtime: Runtime, number: int) -> Practice:
    """An empty practice with its survey and its pools."""
    instrument = load_all(runtime.settings.surveys_config)["after_visit"]
    with transaction(runtime.engine) as db:
        practice = declaring.create_practice(
            db,
            slug=f"p{number}",
            name=f"Practice {number}",
            time_zone="UTC",
            phone="555-0100",
            instrument="after_visit",
        )
        publishing.publish(db, practice.id, instrument, from_day=date(2020, 1, 1))
        pooling.open_pools(db, runtime.files, practice.id)
    return practice


def weigh(runtime: Runtime, practice: Practice, rows: int) -> Iterator[tuple[str, float]]:
    """Bytes of one row of each table, its indexes included."""
    with transaction(runtime.engine, practice.id) as db:
        person = declaring.declare_clinician(db, practice, "Dr Long")
        cell = declaring.cell_for(db, practice.id, instrument="after_visit", clinician_id=person.id)
    own = {"practice_id": practice.id}
    atoms = [random_id() for _ in range(rows)]
    kinds: list[tuple[str, type[Base], Callable[[int], Row]]] = [
        ("visit", Visit, lambda n: visit_row(n, person.id)),
        (
            "visit_identity",
            VisitIdentity,
            lambda n: {"tag": random_id(), "visit_tag": tag(n), "scope": "generic"},
        ),
        ("invitation", Invitation, lambda n: invitation_row(n, cell.id)),
        ("cap_mark", CapMark, lambda n: {"contact_tag": random_id(), "week": 1}),
        ("spent", Spent, lambda n: {"tag": random_id(), "issue_week": 1}),
        ("box_of_ratings", Pool, lambda n: box_row(Kind.RATINGS, SEALED_RATINGS, cell.id)),
        ("box_of_comments", Pool, lambda n: box_row(Kind.COMMENTS, SEALED_COMMENTS, cell.id)),
        ("atom", Atom, lambda n: atom_row(atoms[n], cell.id)),
        (
            "tally",
            Tally,
            lambda n: {
                "atom_id": atoms[n // 40],
                "item": f"item_{n % 40 // 4}.1",
                "value": f"value_{n % 4}",
                "n": 7,
            },
        ),
        ("comment", Comment, lambda n: comment_row(atoms[n // 10])),
    ]
    for name, table, made in kinds:
        before = size(runtime.engine)
        for start in range(0, rows, AT_ONCE):
            with transaction(runtime.engine, practice.id) as db:
                db.execute(insert(table), [own | dict(made(n)) for n in range(start, start + AT_ONCE)])
        yield name, (size(runtime.engine) - before) / rows


def tag(number: int) -> bytes:
    """The same for the same number, and in no order."""
    return (number * 2654435761 % 2**64).to_bytes(8, "little") * 2


def visit_row(number: int, clinician: int) -> Row:
    return {
        "visit_tag": tag(number),
        "client_tag": random_id(),
        "reference": f"V-{number}",
        "clinician_id": clinician,
        "day": TODAY,
        "number": 2,
        "status": "attended",
        "scope": "generic",
        "start_tag": random_id(),
        "import_number": 1,
    }


def invitation_row(number: int, cell: int) -> Row:
    return {
        "id": random_id(),
        "cell_id": cell,
        "visit_tag": tag(number),
        "contact_tag": random_id(),
        "label": "after-visit-1",
        "language": "en",
        "issue_week": 1,
        "send_day": TODAY,
        "address_sealed": os.urandom(SEALED_ADDRESS),
    }


def box_row(kind: Kind, length: int, cell: int) -> Row:
    return {"id": random_id(), "cell_id": cell, "kind": kind, "kid": bytes(16), "sealed": os.urandom(length)}


def atom_row(number: bytes, cell: int) -> Row:
    return {
        "id": number,
        "cell_id": cell,
        "instrument": "after_visit",
        "kind": "ratings",
        "month": "2026-03",
        "n": 20,
    }


def comment_row(atom: bytes) -> Row:
    words = "The phone was hard to reach in the morning, but everybody was kind. " * 2
    return {
        "id": random_id(),
        "atom_id": atom,
        "box": "to_change",
        "audience": "all",
        "text": words,
        "hidden": False,
    }


def size(engine: Engine) -> int:
    """Bytes of the whole database; of SQLite without pages that are free."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            return int(
                connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar() or 0
            )
        pages = [
            connection.exec_driver_sql(f"PRAGMA {each}").scalar() for each in ("page_count", "freelist_count")
        ]
        return 4096 * (int(pages[0] or 0) - int(pages[1] or 0))


def idle(runtime: Runtime) -> Iterator[tuple[str, float]]:
    """Processor seconds of one worker for all practices together, while nothing happens."""
    worker = FolderMailer(runtime.settings.mailbox)
    moments: list[tuple[str, datetime]] = [
        ("first_night", MORNING),
        ("minute", MORNING + timedelta(minutes=1)),
        ("minute_again", MORNING + timedelta(minutes=2)),
        ("minute_of_a_quarter", MORNING + timedelta(minutes=15)),
        ("night", MORNING + timedelta(days=1)),
    ]
    assert isinstance(runtime.clock, SimulatedClock)
    watch, rounds = Watch(runtime.clock.now(), 0.0), due.Rounds()
    for name, moment in moments:
        runtime.clock.move_to(moment)
        begun, used = clock.monotonic(), sum(os.times()[:2])
        jobs.woken(runtime, worker, watch, monotonic=(moment - MORNING).total_seconds(), rounds=rounds)
        print(f"# {name}: {clock.monotonic() - begun:.2f} s by the clock")
        yield f"{name}_milliseconds", sum(os.times()[:2]) - used


if __name__ == "__main__":
    main()
