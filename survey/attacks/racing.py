"""LA-15: send with one link several times at the same moment, to have more than one answer counted.

Twenty links, five posts each, from two processes that share nothing but the database and the key folder.
Run as a program, this module is one of the two: it reads codes from standard input, line by line.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Barrier, Thread, local
from typing import Any

from sqlalchemy import select
from werkzeug.test import Client

from survey import clock
from survey.app import make_app
from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import House, send
from survey.attacks.trial import Finding, Trial, Variant, original, swapped
from survey.clock import SimulatedClock
from survey.db import make_engine, reading
from survey.keys import tokens
from survey.keys.files import KeyFiles
from survey.responses import submitting
from survey.responses.model import Spent
from survey.runtime import Runtime
from survey.settings import load_settings
from survey.web import patient
from survey.web.answer_form import Answer
from survey.web.installation import runtime
from survey.web.survey_page import OpenSurvey

LINKS = 20
#: Posts at once from each of the two processes.
POSTS = (3, 2)
PASSED_ON = ("instance", "keys", "database_url", "secret_key", "mail")


def posted_at_once(house: House) -> Finding:
    """Post every link five times at once and count what was kept."""
    racers = [_start(house, posts) for posts in POSTS]
    try:
        replies = [_race(racers, house.token(number % 2)) for number in range(LINKS)]
    finally:
        for racer in racers:
            racer.communicate(timeout=60)
    kept = house.kept()
    refused = sum(1 for each in replies for status in each if status != "200")
    score = (
        f"{kept.waiting // 2} answers kept of {LINKS} links × {sum(POSTS)} posts; "
        f"{kept.spent} links spent, {refused} posts refused"
    )
    return Finding(won=(kept.spent, kept.waiting) != (LINKS, 2 * LINKS), score=score)


def _start(house: House, posts: int) -> subprocess.Popen[str]:
    settings = house.runtime.settings
    given = [f"{name}={getattr(settings, name)}" for name in PASSED_ON]
    variant = "read then insert" if patient.keep is not KEEP else ""
    racer = subprocess.Popen(
        [sys.executable, "-m", "survey.attacks.racing", variant, str(posts), house.now.isoformat(), *given],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert racer.stdout is not None
    if racer.stdout.readline() != "ready\n":
        raise RuntimeError("a racing process did not start")
    return racer


def _race(racers: list[subprocess.Popen[str]], token: str) -> list[str]:
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write(token + "\n")
        racer.stdin.flush()
    return [status for racer in racers if racer.stdout for status in racer.stdout.readline().split()]


# --- the other process ------------------------------------------------------------------------------------


def main(variant: str, posts: str, instant: str, *given: str) -> None:
    """Serve lines of standard input: a code each, posted at once by so many threads."""
    values: dict[str, Any] = dict(each.split("=", 1) for each in given)
    for name in ("instance", "keys"):
        values[name] = Path(values[name])
    settings = replace(load_settings({}, instance=values["instance"], keys=values["keys"]), **values)
    engine = make_engine(settings)
    still = SimulatedClock(datetime.fromisoformat(instant))
    place = Runtime(settings, engine, KeyFiles(settings.keys), still)
    broken: Callable[[], AbstractContextManager[object]] = read_then_insert if variant else nullcontext
    with broken():
        app = make_app(place)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        for line in sys.stdin:
            sys.stdout.write(" ".join(_post_at_once(app, line.strip(), int(posts))) + "\n")
            sys.stdout.flush()
    engine.dispose()


def _post_at_once(app: Any, token: str, posts: int) -> list[str]:
    barrier, statuses = Barrier(posts), list[str]()

    def post() -> None:
        client = Client(app)
        barrier.wait()
        statuses.append(str(send(client, token).status_code))

    threads = [Thread(target=post) for _ in range(posts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


# --- broken on purpose ------------------------------------------------------------------------------------

KEEP = patient.keep


@contextmanager
def read_then_insert() -> Iterator[None]:
    """Looks first whether the link was used, and trusts that nobody comes in between."""
    looked, spend_once = local(), original(submitting, "spend_once")

    def keep(opened: OpenSurvey, given: Answer) -> None:
        place = runtime()
        tag = tokens.read_token(place.files, given.filled.token).tag
        with reading(place.engine, opened.practice.id) as db:
            looked.unused = db.scalar(select(Spent.tag).where(Spent.tag == tag)) is None
        clock.pause(0.01)
        KEEP(opened, given)

    def trusting(*given: Any) -> bool:
        spend_once(*given)
        return bool(looked.unused)

    with swapped((patient, "keep", keep), (submitting, "spend_once", trusting)):
        yield


TRIAL = Trial(
    attack="LA-15",
    title="Double spending",
    expected=f"exactly {LINKS} answers",
    carry_out=posted_at_once,
    variants=(Variant("read, then insert", read_then_insert),),
)


@attack
def double_spending(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)


if __name__ == "__main__":
    main(*sys.argv[1:])
