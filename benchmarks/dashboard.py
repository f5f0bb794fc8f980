"""What a dashboard page costs: ``python benchmarks/dashboard.py [--clinicians 50] [--months 36]``.

Makes one practice for each number of answers, through the tallies that the nightly release leaves, and asks
for its pages as a browser does, signed in. Prints milliseconds of this process's processor for the first look
after a release and for a warm page, the middle of many. The number of answers must make no difference.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask.testing import FlaskClient
from sqlalchemy import func, select
from staged import PASSWORD, Plan, open_staged, owner_and_clinician, stage

from survey.app import make_app
from survey.db import reading, transaction
from survey.practice import signing_in
from survey.practice.model import Practice
from survey.releases.model import Atom, Tally
from survey.reports import dashboard
from survey.runtime import Runtime

GOAL = 30


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--clinicians", type=int, default=50)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--answers", type=int, nargs="*", default=[10_000, 1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--profile", action="store_true", help="Say where the time of the owner's page goes.")
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    print("| answers | tallies | page | first look | warm | warm, worst tenth | bytes |\n" + "|---" * 7 + "|")
    for answers in given.answers:
        with tempfile.TemporaryDirectory() as folder:
            runtime = open_staged(Path(folder))
            plan = Plan(
                f"n{answers}", "Large", clinicians=given.clinicians, months=given.months, answers=answers
            )
            practice = stage(runtime, plan)
            measure(runtime, practice, plan, rounds=given.rounds, profile=given.profile)
            runtime.engine.dispose()


def measure(runtime: Runtime, practice: Practice, plan: Plan, *, rounds: int, profile: bool) -> None:
    """One line for each page."""
    app = make_app(runtime)
    with reading(runtime.engine, practice.id) as db:
        answers, rows = db.scalar(select(func.sum(Atom.n)).where(Atom.kind == "ratings")), _rows(db)
    for address, email in owner_and_clinician(plan).items():
        client = app.test_client()
        enter(client, runtime, practice, email)
        for page in (address, f"{address}/figure/phone.json"):
            client.get(page)  # modules are loaded, templates compiled
            dashboard._OWN.clear()
            dashboard._WHOLE.clear()
            first = cpu(lambda client=client, page=page: client.get(page))
            size = len(client.get(page).data)
            found = [cpu(lambda client=client, page=page: client.get(page)) for _ in range(rounds)]
            worst = statistics.quantiles(found, n=10)[-1]
            print(
                f"| {answers:,} | {rows:,} | {page} | {first:.0f} ms | {statistics.median(found):.1f} ms "
                f"| {worst:.1f} ms | {size:,} |",
                flush=True,
            )
        if profile:
            show_profile(lambda client=client, address=address: client.get(address))


def _rows(db: object) -> int:
    return int(db.scalar(select(func.count()).select_from(Tally)))  # type: ignore[attr-defined]


def enter(client: FlaskClient, runtime: Runtime, practice: Practice, email: str) -> None:
    """Sign in without the form, which would take its time to check the password."""
    with reading(runtime.engine, practice.id) as db:
        proof = signing_in.prove(db, practice.id, email=email, password=PASSWORD)
    with transaction(runtime.engine, practice.id) as db:
        secret = signing_in.sign_in(db, proof, now=runtime.clock.now())
    with client.session_transaction(path="/staff/") as cookie:
        cookie.update(practice=practice.id, secret=secret, seen=int(runtime.clock.now().timestamp()))


def cpu(work: Callable[[], object]) -> float:
    """Milliseconds of the processor."""
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def show_profile(work: Callable[[], object]) -> None:
    """Where the time goes."""
    import cProfile
    import pstats

    watched = cProfile.Profile()
    watched.runcall(lambda: [work() for _ in range(20)])
    pstats.Stats(watched).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main()
