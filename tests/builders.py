"""Plain functions that make rows for tests; the cast is Ana and Ben (clinicians) and Olu (owner)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from survey import clock
from survey.db import random_id, transaction
from survey.instruments.loading import load_all
from survey.instruments.model import Instrument
from survey.invitations import trying_out
from survey.keys import issue, tokens
from survey.practice import declaring, publishing
from survey.practice.model import Clinician, Practice
from survey.prepared import plain_transaction
from survey.releases.model import Atom, Tally
from survey.responses import minting, pooling, submitting
from survey.runtime import Runtime
from survey.settings import Settings

#: So long that a sender's daily limit has grown to what it will be.
LONG_AGO = datetime(2020, 1, 2, 15, tzinfo=UTC)


def make_practice(
    runtime: Runtime,
    *,
    slug: str = "riverside",
    name: str = "Riverside Practice",
    instrument: str = "after_visit",
    time_zone: str = "America/New_York",
) -> Practice:
    """A practice with its instrument published long ago and its pools open."""
    with transaction(runtime.engine) as db:
        practice = declaring.create_practice(
            db, slug=slug, name=name, time_zone=time_zone, phone="555-0100", instrument=instrument
        )
        publishing.publish(db, practice.id, load_instrument(runtime, instrument), from_day=date(2020, 1, 1))
        pooling.open_pools(db, runtime.files, practice.id)
        confirm_sender(runtime, db, practice, now=LONG_AGO)
    return practice


def confirm_sender(runtime: Runtime, db: Session, practice: Practice, *, now: datetime) -> None:
    """Begin sending with the code of a test mail, as its reader would."""
    code = trying_out.begin(db, runtime.settings, practice.id, now=now)
    assert trying_out.confirm(db, runtime.settings, practice, code, now=now)
    db.refresh(practice)


def load_instrument(runtime: Runtime, name: str = "after_visit") -> Instrument:
    folder = runtime.settings.surveys_config
    return (_shipped(folder) if folder == Settings().surveys_config else load_all(folder))[name]


@cache
def _shipped(folder: Path) -> dict[str, Instrument]:
    """The shipped surveys, read once."""
    return load_all(folder)


def make_clinician(runtime: Runtime, practice: Practice, name: str = "Ana Ortiz") -> Clinician:
    with transaction(runtime.engine, practice.id) as db:
        return declaring.declare_clinician(db, practice, name)


def make_token(
    runtime: Runtime, practice: Practice, clinician: Clinician, *, invitation_id: bytes | None = None
) -> str:
    """A link's token for a mail of this week."""
    today = clock.local_day(runtime.clock.now(), practice.time_zone)
    week = clock.week_number(today)
    issue.ensure_week(runtime.files, week, today=today)
    with transaction(runtime.engine, practice.id) as db:
        cell = declaring.cell_for(db, practice.id, instrument=practice.instrument, clinician_id=clinician.id)
    return tokens.make_token(runtime.files, week, cell.id, invitation_id or random_id())


def answer(
    runtime: Runtime,
    practice: Practice,
    token: str,
    *,
    value: str = "",
    words: str = "",
    today: date | None = None,
) -> None:
    """Answer the first question, with its first option or ``value``, and the first box with ``words``; today
    by the clock unless told otherwise."""
    instrument = load_instrument(runtime, practice.instrument)
    item, box = instrument.items[0], next(iter(instrument.comments), None)
    with plain_transaction(runtime.engine, practice.id) as connection:
        submitting.submit(
            connection,
            runtime.files,
            practice,
            instrument,
            token=token,
            ratings={item.id: value or item.scale.options[0].value},
            comments={box.id: words} if box and words else {},
            today=today or clock.local_day(runtime.clock.now(), practice.time_zone),
        )


def make_cards(runtime: Runtime, practice: Practice, number: int = minting.PER_SHEET) -> tuple[str, ...]:
    """Codes of cards printed today."""
    today = clock.local_day(runtime.clock.now(), practice.time_zone)
    codes = minting.new_codes(number, today=today)
    with transaction(runtime.engine, practice.id) as db:
        minting.mint(db, runtime.files, practice, codes, today=today)
    return codes


def make_atom(
    db: Session,
    practice: Practice,
    *,
    counts: Mapping[str, Mapping[str, int]],
    clinician: Clinician | None = None,
    month: str = "2026-03",
    instrument: str = "after_visit",
    joined: bool = False,
    visit_type: str = "",
) -> bytes:
    """A released ratings atom; ``n`` is the largest item total. ``joined``: leftovers of several cells."""
    cell_id = None
    if not joined:
        clinician_id = None if clinician is None else clinician.id
        cell_id = declaring.cell_for(
            db, practice.id, instrument=instrument, clinician_id=clinician_id, visit_type=visit_type
        ).id
    atom_id = random_id()
    n = max(sum(values.values()) for values in counts.values())
    db.add(
        Atom(
            practice_id=practice.id,
            id=atom_id,
            cell_id=cell_id,
            instrument=instrument,
            kind="ratings",
            month=month,
            n=n,
        )
    )
    db.flush()
    for item, values in counts.items():
        rows = dict(values)
        missing = n - sum(values.values())
        if missing:
            rows[""] = rows.get("", 0) + missing
        for value, count in rows.items():
            db.add(Tally(practice_id=practice.id, atom_id=atom_id, item=item, value=value, n=count))
    db.flush()
    return atom_id
