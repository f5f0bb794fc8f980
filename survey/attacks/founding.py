"""Found a practice, break in it what a variant breaks, and look over the shoulder of ``publish``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from survey import clock
from survey.attacks.practice import TIME_ZONE, Plan, Rehearsal, Release
from survey.attacks.variants import REAL_VARIANT, Variant
from survey.db import transaction
from survey.instruments.loading import load_all
from survey.invitations import trying_out
from survey.practice import declaring, publishing
from survey.releases import publication
from survey.releases.model import Atom
from survey.responses import pooling
from survey.responses.answers import Ratings, Words
from survey.runtime import Runtime

#: A sender known so long has no small daily limit any more.
LONG_AGO = datetime(2020, 1, 2, 15, 0, tzinfo=UTC)


@contextmanager
def watching(rehearsal: Rehearsal) -> Iterator[None]:
    """Look over the shoulder of ``publish``: which persons went into which atom. In the harness only."""
    real = publication.publish

    def publish(db: Any, practice: Any, kind: Any, batches: Any, **more: Any) -> Any:
        mine = (Atom.practice_id == practice.id, Atom.kind == kind)
        before = set(db.scalars(select(Atom.id).where(*mine)))
        result = real(db, practice, kind, batches, **more)
        made = {}
        for row in db.execute(select(Atom.id, Atom.cell_id).where(*mine)):
            if row.id not in before:
                made[row.cell_id] = row.id
        for batch in batches:
            rehearsal.releases.append(_release(rehearsal, str(kind), batch, made[batch.cell_id]))
        return result

    publication.publish = publish
    try:
        yield
    finally:
        publication.publish = real


def _release(rehearsal: Rehearsal, kind: str, batch: Any, atom: bytes) -> Release:
    persons = []
    for row in batch.rows:
        record = row.record
        if isinstance(record, Ratings):
            persons.append(rehearsal.by_answer[record.values].number)
        elif isinstance(record, Words):
            found = [rehearsal.by_words[words].number for words in record.texts if words]
            persons.append(found[0] if found else -1)
    day = clock.local_day(rehearsal.runtime.clock.now(), TIME_ZONE)
    return Release(atom, kind, batch.cell_id, day, tuple(persons), tuple(row.content for row in batch.rows))


@contextmanager
def rehearsed(
    runtime: Runtime, folder: Path, plan: Plan, variant: Variant = REAL_VARIANT
) -> Iterator[Rehearsal]:
    """A practice, founded and watched, with the variant in force until the end of the block."""
    instruments = load_all(runtime.settings.surveys_config)
    with transaction(runtime.engine) as db:
        practice = declaring.create_practice(
            db, slug="riverside", name="Riverside", time_zone=TIME_ZONE, phone="555-0100"
        )
        pooling.open_pools(db, runtime.files, practice.id)
        publishing.publish(db, practice.id, instruments[practice.instrument], from_day=date(2020, 1, 1))
        code = trying_out.begin(db, runtime.settings, practice.id, now=LONG_AGO)
        trying_out.confirm(db, runtime.settings, practice, code, now=LONG_AGO)
    rehearsal = Rehearsal(runtime, practice, plan, variant, folder)
    with ExitStack() as stack:
        stack.enter_context(watching(rehearsal))
        variant.begin(stack, rehearsal)
        yield rehearsal
