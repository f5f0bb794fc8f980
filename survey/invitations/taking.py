"""Take a large visits file in two passes: plan by reading alone, then write in many short transactions.

Each block of visits is committed together with its invitations, so that answers to the survey never wait
longer than for one block, and an import that was cut leads to the same when it is run again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from survey import clock
from survey.db import reading, transaction
from survey.invitations.planning import Intake, Look, Plan, plan
from survey.invitations.scheduling import Done, blocks, carry_out
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits import history
from survey.visits.importing import ImportOutcome
from survey.visits.recognising import ImportedVisit
from survey.visits.visit_file import VisitSource


def rehearse(runtime: Runtime, practice: Practice, source: VisitSource, *, now: datetime) -> Intake:
    """What ``take`` would do at this moment; writes nothing. Raises UnreadableFile or NoSurveyPublished."""
    return plan(_looking(runtime, practice), runtime.files, practice, source, now=now).intake


def take(
    runtime: Runtime,
    practice: Practice,
    source: VisitSource,
    *,
    actor: str,
    name: str,
    now: datetime,
    begin: Callable[..., int] = history.begin,
) -> Intake:
    """Import a file and schedule its invitations; noted in the history. The same again changes nothing.

    ``actor`` is who did it, ``name`` what kind of file it is (``Match.source``); ``begin`` is
    ``history.resume`` for a program that brings visits one by one. Raises UnreadableFile or NoSurveyPublished
    before anything is written; faulty lines are left out whole and listed. Where all are faulty, nothing is
    written at all.
    """
    made = plan(_looking(runtime, practice), runtime.files, practice, source, now=now)
    if not made.intake.file.rows:
        return made.intake  # nothing to take, and so nothing for the history
    today = clock.local_day(now, practice.time_zone)
    with transaction(runtime.engine, practice.id) as db:
        number = begin(db, practice.id, actor=actor, source=name, today=today, now=now)
    outcome, invited = ImportOutcome(), 0
    for block in blocks(runtime.files, practice, source, made):
        done = _write(runtime, practice, made, block, number)
        outcome, invited = outcome + done.outcome, invited + done.invited
    with transaction(runtime.engine, practice.id) as db:
        history.finish(db, practice.id, number, refused=made.intake.file.refused)
    outcome = replace(outcome, too_old=made.intake.outcome.too_old)  # seen once, in the first pass
    return replace(made.intake, outcome=outcome, invited=invited)


def _looking(runtime: Runtime, practice: Practice) -> Look:
    """A short transaction for each block: a long one would let SQLite's log grow for as long as it lasts."""
    return partial(reading, runtime.engine, practice.id)


def _write(runtime: Runtime, practice: Practice, made: Plan, block: list[ImportedVisit], number: int) -> Done:
    """One short transaction, and the history with it; answers that wait go first."""
    with transaction(runtime.engine, practice.id, yielding=True) as db:
        done = carry_out(db, runtime.files, practice, made, block, number=number)
        history.add(
            db,
            practice.id,
            number,
            outcome=done.outcome,
            invited=done.invited,
            now=runtime.clock.now(),
        )
        return done
