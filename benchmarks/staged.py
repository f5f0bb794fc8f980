"""Made-up practices with results: released tallies of whole months, as flush and monthly joining leave them.

For benchmarks and for looking at pages: ``python benchmarks/staged.py --dir FOLDER`` serves them.

Moods: ``usual``, ``good``, ``bad``, ``all`` (everybody gave the best answer), ``empty``.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from sqlalchemy import insert

from survey.actions import acting
from survey.actions.acting import Origin, Promise
from survey.clock import SimulatedClock, at_local
from survey.db import random_id, transaction
from survey.insight.period import months_back
from survey.instruments.loading import load_all
from survey.instruments.model import BLANK, Instrument, Item, Standing
from survey.invitations.model import SentTotal
from survey.practice import admitting, declaring, publishing
from survey.practice.model import Practice, Role
from survey.releases.model import Atom, Comment, Tally
from survey.responses import pooling
from survey.runtime import Runtime, open_runtime
from survey.settings import load_settings

TODAY, NEWEST = date(2026, 6, 20), "2026-06"
#: Signs in everywhere; made up for these practices alone.
PASSWORD = "four odd words walking"  # noqa: S105
#: Shares of best, good, worst answers.
MOODS = {
    "usual": (0.78, 0.18, 0.04),
    "good": (0.93, 0.06, 0.01),
    "bad": (0.41, 0.36, 0.23),
    "all": (1.0, 0.0, 0.0),
}
WORDS = (
    "The phone was hard to reach in the morning.",
    "Calm rooms, and I was listened to.",
    "I waited long.",
)
FIRST = ("Ada", "Ben", "Cleo", "Dev", "Eli", "Fay", "Gus", "Hana", "Ivo", "Jo")
LAST = ("Abara", "Brandt", "Castillo", "Duarte", "Eriksen", "Fournier")


@dataclass(frozen=True)
class Plan:
    """``answers``: of all clinicians and months together."""

    slug: str
    name: str
    mood: str = "usual"
    clinicians: int = 6
    months: int = 24
    answers: int = 12_000


PLANS = (
    Plan("usual", "Usual Practice"),
    Plan("good", "Good Practice", "good"),
    Plan("bad", "Troubled Practice", "bad"),
    Plan("empty", "Empty Practice", "empty", answers=0),
    Plan("single", "Single Practice", clinicians=1, answers=900),
    Plan("small", "Small Practice", clinicians=3, months=5, answers=130),
    Plan("perfect", "Perfect Practice", "all", answers=3_000),
    Plan("sixty", "Sixty Practice", clinicians=60, answers=60_000),
)


def stage(runtime: Runtime, plan: Plan, *, seed: int = 1) -> Practice:
    """The practice with its results, an owner ``owner@SLUG.example`` and its first clinician ``own@…``."""
    instrument = load_all(runtime.settings.surveys_config)["after_visit"]
    with transaction(runtime.engine) as db:
        practice = declaring.create_practice(
            db,
            slug=plan.slug,
            name=plan.name,
            time_zone="America/New_York",
            phone="555-0100",
            instrument=instrument.id,
        )
        publishing.publish(db, practice.id, instrument, from_day=date(2020, 1, 1))
        pooling.open_pools(db, runtime.files, practice.id)
    with transaction(runtime.engine, practice.id) as db:
        people = [declaring.declare_clinician(db, practice, _name(place)) for place in range(plan.clinicians)]
        cells = [
            declaring.cell_for(db, practice.id, instrument=instrument.id, clinician_id=one.id).id
            for one in people
        ]
        for prefix, role, whose in (("owner", Role.OWNER, None), ("own", Role.CLINICIAN, people[0].id)):
            staff = admitting.add_staff(
                db,
                practice.id,
                email=f"{prefix}@{plan.slug}.example",
                name=prefix.title(),
                role=role,
                clinician_id=whose,
            )
            admitting.set_password(db, staff, PASSWORD)
        if plan.answers:
            _fill(db, practice, plan, instrument, cells, np.random.default_rng(seed))
            _repair(db, practice)
    return practice


def _name(place: int) -> str:
    return f"{FIRST[place % len(FIRST)]} {LAST[place // len(FIRST) % len(LAST)]}"


def _fill(
    db: Any,
    practice: Practice,
    plan: Plan,
    instrument: Instrument,
    cells: list[int],
    rng: np.random.Generator,
) -> None:
    """One atom for each clinician and month; of the newest month, not joined yet, four."""
    atoms: list[dict[str, Any]] = []
    tallies: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []
    comments: list[dict[str, Any]] = []
    each = plan.answers / plan.clinicians / plan.months
    for cell in cells:
        for month in months_back(NEWEST, plan.months):
            number = int(rng.poisson(each)) if each < 1000 else round(each)
            sent.append({"practice_id": practice.id, "cell_id": cell, "month": month, "sent": 3 * number + 1})
            parts = 4 if month == NEWEST and number >= 40 else 1
            for n in (number // parts,) * parts:
                if n < practice.k_ratings:
                    continue
                atom = _atom(practice, instrument, cell, month, n, "ratings")
                atoms.append(atom)
                for item in instrument.items:
                    tallies += _tallies(atom, item, n, plan.mood, rng)
            if number >= practice.k_comments and month > "2026":
                atom = _atom(practice, instrument, cell, month, number, "comments")
                atoms.append(atom)
                comments += [_comment(atom, instrument, words) for words in WORDS]
    db.execute(insert(Atom), atoms)
    for start in range(0, len(tallies), 5000):
        db.execute(insert(Tally), tallies[start : start + 5000])
    db.execute(insert(SentTotal), sent)
    if comments:
        db.execute(insert(Comment), comments)


def _atom(
    practice: Practice, instrument: Instrument, cell: int, month: str, n: int, kind: str
) -> dict[str, Any]:
    return {
        "practice_id": practice.id,
        "id": random_id(),
        "cell_id": cell,
        "instrument": instrument.id,
        "kind": kind,
        "month": month,
        "n": n,
    }


def _tallies(
    atom: dict[str, Any], item: Item, n: int, mood: str, rng: np.random.Generator
) -> list[dict[str, Any]]:
    best, good, worst = MOODS[mood]
    if mood == "usual" and item.touchpoint in {"phone", "timeliness"}:
        best, good, worst = 0.45, 0.33, 0.22
    weights = {Standing.BEST: best, Standing.GOOD: good, Standing.PROBLEM: worst, Standing.ASIDE: 0.04}
    options = [option for option in item.scale.options if option.value != BLANK]
    shares = np.array(
        [
            weights.get(one.standing, 0.02) / sum(other.standing is one.standing for other in options)
            for one in options
        ]
    )
    drawn = rng.multinomial(n, shares / shares.sum())
    return [
        {
            "practice_id": atom["practice_id"],
            "atom_id": atom["id"],
            "item": item.key,
            "value": one.value,
            "n": int(x),
        }
        for one, x in zip(options, drawn, strict=True)
        if x
    ]


def _comment(atom: dict[str, Any], instrument: Instrument, words: str) -> dict[str, Any]:
    return {
        "practice_id": atom["practice_id"],
        "id": random_id(),
        "atom_id": atom["id"],
        "box": instrument.comments[0].id,
        "audience": "all",
        "text": words,
        "hidden": False,
    }


def _repair(db: Any, practice: Practice) -> None:
    """One repair that is done, and one that nobody has promised anything about."""
    spoken = {"by": "Owner", "today": date(2026, 2, 10)}
    done = acting.open_action(db, practice.id, Origin("phone"), heard="Calls wait too long.", **spoken)
    acting.acknowledge(db, done, **spoken)
    acting.apologise(db, done, words="A note at the desk.", **spoken)
    acting.promise(
        db, done, Promise("A second line in the morning.", "Front desk", date(2026, 3, 1)), **spoken
    )
    acting.finish(db, done, **spoken)
    acting.open_action(db, practice.id, Origin("timeliness"), heard="Long waits on Mondays.", **spoken)


def open_staged(folder: Path) -> Runtime:
    """An installation in a folder, on the 20th of June 2026."""
    settings = load_settings({}, instance=folder / "instance", keys=folder / "keys", mail="folder")
    return open_runtime(settings, SimulatedClock(at_local(TODAY, 10, "America/New_York")))


def owner_and_clinician(plan: Plan) -> dict[str, str]:
    """The address of each page, and who may open it."""
    return {"/staff/practice": f"owner@{plan.slug}.example", "/staff/clinician": f"own@{plan.slug}.example"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--port", type=int, default=8790)
    given = parser.parse_args()
    from waitress import serve

    from survey.app import make_app

    runtime = open_staged(given.dir)
    for plan in PLANS:
        stage(runtime, plan)
        print(f"{plan.name}: /staff/{plan.slug}/sign-in, owner@{plan.slug}.example, own@{plan.slug}.example")
    print(f"The password of all of them: {PASSWORD}. http://127.0.0.1:{given.port}/staff/sign-in", flush=True)
    serve(make_app(runtime), host="127.0.0.1", port=given.port)


if __name__ == "__main__":
    main()
