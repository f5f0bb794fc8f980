"""LA-19, LA-23 and LA-24: traces of a reminder, people who come often, leftovers of a quiet practice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from survey.attacks import dumps
from survey.attacks.dumps import Dump
from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.laboratory import FAST, rehearse
from survey.attacks.practice import Plan, Rehearsal
from survey.attacks.variants import EXPIRED_KEPT, NO_CAP, REAL_VARIANT, REMINDED, Variant, replaced
from survey.invitations import reminding
from survey.responses.model import Kind

K = {Kind.RATINGS.value: 5, Kind.COMMENTS.value: 10}


@attack
def reminders(options: Options) -> Iterator[Evidence]:
    """LA-19: the database before and after each run of reminders."""
    for variant in (REAL_VARIANT, REMINDED):
        watched = Variant(f"{variant.name}, reminders watched", _watching(variant))
        lived = rehearse(options, replace(FAST, weeks=2, noon_every=10_000), watched)
        real = variant is REAL_VARIANT
        runs, changed = len(lived.reminder_runs), sum(lived.reminder_runs)
        yield Evidence(
            "LA-19",
            "rows that a run of reminders changes, apart from the note that it ran",
            options.database_name,
            variant.name,
            f"{changed} in {runs} runs, {lived.reminded} reminders",
            "0" if real else "the attacker wins: more than 0",
            lived.reminded > 0 and (changed == 0 if real else changed > 0),
        )


def _watching(variant: Variant) -> Any:
    def begin(stack: ExitStack, lived: Rehearsal) -> None:
        variant.begin(stack, lived)
        real = reminding.send_reminders

        def watched(runtime: Any, practice_id: Any, mailer: Any, *, now: Any, **more: Any) -> bool:
            before, mails = _copy(lived, now), len(lived.mailer.mails)
            done = real(runtime, practice_id, mailer, now=now, **more)
            lived.reminder_runs.append(_different(before, _copy(lived, now)))
            lived.reminded += len(lived.mailer.mails) - mails
            return done

        stack.enter_context(replaced(reminding, "send_reminders", watched))

    return begin


def _copy(lived: Rehearsal, now: Any) -> Dump:
    return dumps.take(lived.runtime, lived.folder / "before", at=now, night=True)


def _different(before: Dump, after: Dump) -> int:
    """Rows of which there is another version; ``mail_run`` says that there was a run and may."""
    found = 0
    for name in set(before.tables) - {"mail_run"}:
        old = {repr(sorted(row.values.items())) for row in before.tables[name]}
        new = {repr(sorted(row.values.items())) for row in after.tables[name]}
        found += len(old ^ new)
    return found


@attack
def regulars(options: Options) -> Iterator[Evidence]:
    """LA-23: eight people who come every week; how many of them are behind a batch?"""
    plan = Plan(weeks=26, weekly=8, panel=8, reply=0.9, quiet_days=0, noon_every=10_000)
    for variant in (REAL_VARIANT, NO_CAP):
        lived = rehearse(options, plan, variant)
        groups = [
            {lived.persons[number].email for number in release.persons}
            for release in lived.releases
            if release.kind == Kind.RATINGS.value
        ]
        least = min((len(group) for group in groups), default=0)
        real = variant is REAL_VARIANT
        yield Evidence(
            "LA-23",
            "fewest different people behind a batch, eight regulars over 26 weeks",
            options.database_name,
            variant.name,
            f"{least} ({len(groups)} batches)",
            "at least 5" if real else "the attacker wins: fewer than 5",
            bool(groups) and (least >= K[Kind.RATINGS.value]) is real,
        )


@attack
def leftovers(options: Options) -> Iterator[Evidence]:
    """LA-24: too few answers for months: carried on, joined for the practice, or destroyed and counted."""
    plan = Plan(weeks=8, clinicians=12, weekly=1, reply=0.3, quiet_days=84, noon_every=10_000)
    for variant in (REAL_VARIANT, EXPIRED_KEPT):
        lived = rehearse(options, plan, variant)
        real = variant is REAL_VARIANT
        faults = list(_faults(lived))
        joined = sum(1 for release in lived.releases if release.cell is None)
        yield Evidence(
            "LA-24",
            "leftovers over a quarter's edge: batches too small, answers kept too long or still to be found",
            options.database_name,
            variant.name,
            f"{len(faults)} faults ({len(lived.releases)} batches, {joined} joined, "
            f"{_expired(lived)} expired and counted, of {len(lived.answered)} answers)",
            "0 faults" if real else "the attacker wins: at least 1 fault",
            (not faults and _expired(lived) > 0 and joined > 0) if real else bool(faults),
        )


def _faults(lived: Rehearsal) -> Iterator[str]:
    for release in lived.releases:
        if len(release.persons) < K[release.kind]:
            yield "a batch that is too small"
        cells = {lived.persons[number].cell for number in release.persons if number >= 0}
        if release.cell is None and len(cells) < 2:
            yield "leftovers of a single cell, joined"
    yield from lived.searched
    waiting = [row for _, row in lived.dumps[-1].rows("pool") if row["kind"] == Kind.RATINGS.value]
    if waiting:
        yield from ["an answer that waits past its limit"] * len(waiting)
    released = sum(len(r.persons) for r in lived.releases if r.kind == Kind.RATINGS.value)
    if released + _expired(lived) + len(waiting) != len(lived.answered):
        yield "answers that are neither released, counted as expired, nor waiting"


def _expired(lived: Rehearsal) -> int:
    rows = [row for _, row in lived.dumps[-1].rows("unreleased")]
    return sum(row["n"] for row in rows if row["kind"] == Kind.RATINGS.value and row["cause"] == "expired")
