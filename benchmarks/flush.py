"""How fast and how large the nightly flush is: ``python benchmarks/flush.py [--answers 200000]``.

Fills the pools of one practice with sealed answers, then times two flushes, each in a process of its own: one
night that only seals everything again, and one that publishes. Prints responses a second, by the processor
time of one core and by the clock on the wall, and the most memory used. Beside each stands the bare price of
its boxes on the same core just before and after: below that no flush can go, and on a busy machine only the
ratio of the two says something about the program.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nacl.bindings import crypto_box_keypair, crypto_box_seal, crypto_box_seal_open
from sqlalchemy import insert

from survey import clock
from survey.db import random_id, transaction
from survey.instruments.loading import load_all
from survey.keys.sealing import PLAIN_COMMENTS, PLAIN_RATINGS, sealer
from survey.practice import declaring, publishing
from survey.practice.model import Practice
from survey.releases import flushing
from survey.responses import answers, pooling
from survey.responses.model import Kind, Pool
from survey.runtime import Runtime, open_runtime
from survey.settings import Settings, load_settings

SUNDAY, MONDAY = date(2026, 3, 1), date(2026, 3, 2)  # a Monday on which ratings and comments are published
CLINICIANS = 200
WORDS = "The waiting room was calm and everybody was kind, but the phone was hard to reach in the morning. "


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=200_000)
    parser.add_argument("--comments", action="store_true", help="Comments instead of ratings.")
    parser.add_argument("--postgres", default="", help="An empty database; else SQLite in a scratch folder.")
    parser.add_argument("--folder", default="")
    parser.add_argument("--day", default="")
    given = parser.parse_args()
    kind = Kind.COMMENTS if given.comments else Kind.RATINGS
    if given.day:
        print(json.dumps(flush_once(settings_of(given), kind, date.fromisoformat(given.day))))
        return
    with tempfile.TemporaryDirectory() as folder:
        given.folder = folder
        fill(open_runtime(settings_of(given)), given.answers, kind)
        for title, day in (("sealed again", SUNDAY), ("published", MONDAY)):
            found = apart(given, day)
            print(
                f"{given.answers:,} {kind} {title}: {given.answers / found['cpu']:,.0f}/s of one core "
                f"({1e6 * found['cpu'] / given.answers:.0f} µs each; its box alone {found['box']:.0f} µs; "
                f"ratio {1e6 * found['cpu'] / given.answers / found['box']:.2f}), "
                f"{found['seconds']:.1f} s by the clock ({given.answers / found['seconds']:,.0f}/s), "
                f"at most {found['megabytes']:.0f} MB, {found['atoms']:.0f} atoms"
            )


def settings_of(given: argparse.Namespace) -> Settings:
    folder = Path(given.folder)
    url = {"database_url": given.postgres} if given.postgres else {}
    return load_settings({}, instance=folder / "instance", keys=folder / "keys", mail="folder", **url)


def fill(runtime: Runtime, number: int, kind: Kind) -> None:
    """So many sealed answers, spread evenly over the clinicians."""
    instrument = load_all(runtime.settings.surveys_config)["after_visit"]
    with transaction(runtime.engine) as db:
        practice = declaring.create_practice(
            db, slug="large", name="Large", time_zone="UTC", phone="555-0100", instrument="after_visit"
        )
        publishing.publish(db, practice.id, instrument, from_day=date(2020, 1, 1))
        pooling.open_pools(db, runtime.files, practice.id)
    with transaction(runtime.engine, practice.id) as db:
        cells = [
            declaring.cell_for(
                db,
                practice.id,
                instrument="after_visit",
                clinician_id=declaring.declare_clinician(db, practice, f"Clinician {n}").id,
            ).id
            for n in range(CLINICIANS)
        ]
        key = pooling.public_keys(db.connection(), practice.id, cells[0])[kind]
        size = PLAIN_RATINGS if kind is Kind.RATINGS else PLAIN_COMMENTS
        seal = sealer(key.public, size)
        for start in range(0, number, 1000):
            rows: list[dict[str, Any]] = [
                {
                    "practice_id": practice.id,
                    "id": random_id(),
                    "cell_id": cells[n % CLINICIANS],
                    "kind": kind,
                    "kid": key.kid,
                    "sealed": seal(content(instrument, kind, n)),
                }
                for n in range(start, min(start + 1000, number))
            ]
            db.execute(insert(Pool), rows)
    runtime.engine.dispose()


def content(instrument: Any, kind: Kind, n: int) -> bytes:
    fortnight = clock.fortnight_number(SUNDAY)
    if kind is Kind.RATINGS:
        values = tuple(
            item.scale.options[(n + place) % len(item.scale.options)].value
            for place, item in enumerate(instrument.items)
        )
        return answers.pack_ratings(instrument, answers.Ratings(instrument.label, fortnight, values))
    texts = tuple(WORDS if n % 3 == 0 else "" for _ in instrument.comments)
    return answers.pack_comments(
        answers.Words(instrument.label, fortnight, texts, audience=answers.Audience.ALL)
    )


def apart(given: argparse.Namespace, day: date) -> dict[str, float]:
    """One flush in a fresh process on one core, so that its memory is its own."""
    command = [sys.executable, __file__, "--folder", given.folder, "--postgres", given.postgres]
    command += ["--day", day.isoformat(), *(["--comments"] if given.comments else [])]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ))
    return dict(json.loads(done.stdout))


def flush_once(settings: Settings, kind: Kind, day: date) -> dict[str, float]:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    runtime = open_runtime(settings)
    with transaction(runtime.engine) as db:
        (practice,) = declaring.practices(db)
    assert isinstance(practice, Practice)
    before = price_of_a_box(kind, again=day == SUNDAY)
    began, busy = clock.monotonic(), processor_time()
    done = flushing.flush(runtime.engine, runtime.files, practice.id, today=day)
    seconds = clock.monotonic() - began
    cpu = processor_time() - busy
    box = (before + price_of_a_box(kind, again=day == SUNDAY)) / 2
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    runtime.engine.dispose()
    atoms = sum(part.atoms for part in done)
    return {"seconds": seconds, "cpu": cpu, "megabytes": most, "atoms": atoms, "box": box}


def price_of_a_box(kind: Kind, *, again: bool) -> float:
    """Microseconds of processor time to open a box and, where ``again``, seal its content: nothing else."""
    times, content = 3000, bytes(PLAIN_RATINGS if kind is Kind.RATINGS else PLAIN_COMMENTS)
    public, private = crypto_box_keypair()
    boxes = [crypto_box_seal(content, public) for _ in range(times)]
    began = processor_time()
    for box in boxes:
        crypto_box_seal_open(box, public, private)
        if again:
            crypto_box_seal(content, public)
    return 1e6 * (processor_time() - began) / times


def processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
