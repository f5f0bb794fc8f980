"""Rehearsals for the attacks: each on a fresh installation, made once and shared by all that need it."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack

from sqlalchemy import text

from survey import clock
from survey.attacks import dumps
from survey.attacks.evidence import Options
from survey.attacks.founding import rehearsed
from survey.attacks.practice import BEGIN, TIME_ZONE, Plan, Rehearsal
from survey.attacks.variants import REAL_VARIANT, Variant
from survey.clock import SimulatedClock
from survey.db import make_engine
from survey.runtime import Runtime, open_runtime
from survey.settings import load_settings

#: What most attacks look at: a fast and a long life. The long one has more than a thousand answers.
FAST, FULL = Plan(weeks=4, clinicians=2, noon_every=2), Plan(weeks=44, clinicians=5)
#: The broken variants need fewer answers: the attacker's win is plain.
BROKEN_FULL = Plan(weeks=6, clinicians=3)

_made: dict[tuple[Options, Plan, str], Rehearsal] = {}


def life(options: Options, variant: Variant = REAL_VARIANT) -> Rehearsal:
    """The common rehearsal of a variant, as long as the options ask for."""
    long = FULL if variant is REAL_VARIANT else BROKEN_FULL
    return rehearse(options, long if options.full else FAST, variant)


def rehearse(options: Options, plan: Plan, variant: Variant = REAL_VARIANT) -> Rehearsal:
    """The practice's whole life under a variant."""
    key = (options, plan, variant.name)
    if key not in _made:
        dumps.forget()
        runtime = fresh(options, name=f"{plan} {variant.name}")
        try:
            with ExitStack() as stack:
                lived = stack.enter_context(rehearsed(runtime, runtime.settings.instance, plan, variant))
                lived.live()
        finally:
            runtime.engine.dispose()
        _made[key] = lived
    return _made[key]


def fresh(options: Options, *, name: str) -> Runtime:
    """A new installation on the options' database; a PostgreSQL database is emptied first."""
    place = options.folder / hashlib.sha256(name.encode()).hexdigest()[:12]
    given = {"instance": place / "instance", "keys": place / "keys", "mail": "folder"}
    settings = load_settings({}, database_url=options.database or "", **given)
    if options.database:
        engine = make_engine(settings)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    return open_runtime(settings, SimulatedClock(clock.at_local(BEGIN, 1, TIME_ZONE)))
