"""Commands for a person who has to decide: about keys that do not fit or are gone, about a clock that jumped.

They say what differs before they change anything, and change only what was asked for.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from survey import clock_guard, migrating
from survey.clock import SystemClock, local_day
from survey.db import as_owner, make_engine, random_id, reading, transaction
from survey.installation import every_practice, installation
from survey.keys import contact, matching
from survey.keys import pool as pool_keys
from survey.keys.files import KeyFiles, KeyTrouble
from survey.keys.model import Installation
from survey.practice import recording
from survey.practice.declaring import practices
from survey.practice.model import Practice
from survey.releases import giving_up
from survey.responses.standing import Standing, standing
from survey.runtime import require_role
from survey.settings import load_settings


@dataclass(frozen=True)
class Comparison:
    """What differs between a database and a key folder."""

    folder_is_ours: bool
    contact_is_ours: bool
    pools: dict[int, Standing]

    @property
    def fits(self) -> bool:
        return (
            self.folder_is_ours
            and self.contact_is_ours
            and not any(each.from_another_day for each in self.pools.values())
        )

    @property
    def shut(self) -> int:
        return sum(each.shut for each in self.pools.values())

    @property
    def missing(self) -> list[str]:
        return [name for each in self.pools.values() for name in each.missing]

    @property
    def foreign(self) -> int:
        return sum(len(each.foreign) for each in self.pools.values())


def compare(db: Session, files: KeyFiles) -> Comparison:
    """Raises KeyTrouble where the database was never set up or a key file is damaged."""
    row = db.execute(select(Installation.generation, Installation.contact_check)).one_or_none()
    if row is None:
        raise KeyTrouble("The database was never set up; start the service once with an empty key folder.")
    here = files.read(matching.GENERATION, 16) if files.exists(matching.GENERATION) else b""
    known = files.exists(contact.NAME) and hmac.compare_digest(contact.check_value(files), row.contact_check)
    return Comparison(
        folder_is_ours=here == row.generation,
        contact_is_ours=known,
        pools={practice.id: standing(db, files, practice.id) for practice in practices(db)},
    )


def adopt(engine: Engine, files: KeyFiles, *, folder_is_ours: bool) -> None:
    """From now on these two belong together. Sending is paused, because the past may be another one.

    Keys that no pool names are destroyed; answers that cannot be opened are given up.
    """
    if not files.exists(matching.GENERATION):
        files.create(matching.GENERATION, random_id())
    with transaction(engine) as db:
        if not folder_is_ours:
            db.execute(update(Installation).values(generation=files.read(matching.GENERATION, 16)))
        db.execute(update(Practice).values(sending=False))
        unwanted = {each.id: standing(db, files, each.id).foreign for each in practices(db)}
    for practice_id, kids in unwanted.items():
        for kid in kids:
            pool_keys.destroy_key(files, practice_id, kid)
    give_up(engine, files)


def give_up(engine: Engine, files: KeyFiles) -> int:
    """Count as lost what cannot be opened with the keys that are here; returns how many answers."""
    now, total = SystemClock().now(), 0
    with reading(engine) as db:
        everyone = practices(db)
    for practice in everyone:
        with transaction(engine, practice.id) as db:
            today = local_day(now, practice.time_zone)
            number = giving_up.give_up(db, files, practice.id, today=today)
            if number:
                recording.record(
                    db, practice.id, actor="command line", action="give up answers", subject="", now=now
                )
        total += number
    return total


@click.group()
def keys() -> None:
    """Keys and database: do they belong together?"""


@keys.command("status")
def keys_status() -> None:
    """Say what differs between database and key folder; exit 1 if anything does."""
    with _at_hand() as (files, engine), reading(engine) as db:
        found = compare(db, files)
    _tell(found)
    if found.shut or not found.fits:
        raise click.exceptions.Exit(1)


@keys.command("give-up")
@click.option("--yes", is_flag=True, help="Do it; without this the command only says what would happen.")
def keys_give_up(yes: bool) -> None:
    """Decide that key files that are missing will not come back: their answers are lost."""
    with _at_hand() as (files, engine):
        with reading(engine) as db:
            found = compare(db, files)
        if not found.fits:
            raise KeyTrouble("Keys and database do not belong together; look at: afterword keys status")
        if found.shut and yes:
            click.echo(f"{give_up(engine, files)} answers were given up. They are counted as lost.")
        else:
            _tell(found)


@keys.command("adopt")
@click.option("--yes", is_flag=True, help="Do it; without this the command only says what would happen.")
def keys_adopt(yes: bool) -> None:
    """Decide that this key folder belongs to this database from now on."""
    with _at_hand() as (files, engine):
        _decide(files, engine, yes=yes)


def _decide(files: KeyFiles, engine: Engine, *, yes: bool) -> None:
    with reading(engine) as db:
        found = compare(db, files)
    if found.fits:
        click.echo("Keys and database belong together; there is nothing to decide.")
    elif not found.contact_is_ours:
        raise KeyTrouble(
            f"{contact.NAME} is missing or another one, so opt-outs could not be honoured. "
            "Put the right one back from your own copy, then run this again. Nothing was changed."
        )
    elif yes:
        adopt(engine, files, folder_is_ours=found.folder_is_ours)
        click.echo("Done. Mail is paused; the owner resumes it on the page Mail.")
    else:
        _tell(found)


def _tell(found: Comparison) -> None:
    if found.fits:
        click.echo("Keys and database belong together.")
        if found.shut:
            _tell_missing(found)
        return
    if not found.folder_is_ours:
        click.echo("The key folder belongs to another database, or its file `generation` is gone.")
    if not found.contact_is_ours:
        click.echo(f"{contact.NAME} is missing or another one: opt-outs could not be honoured.")
    if any(each.from_another_day for each in found.pools.values()):
        click.echo("The pool keys are of another day than the database: one of the two was restored.")
    click.echo(
        "Nothing was changed. There are two ways:\n"
        "  1. It is the wrong database or the wrong folder: stop the service and put the right one there.\n"
        "  2. It is meant to be so (a backup was restored, the folder was lost): afterword keys adopt --yes\n"
        f"     Then {found.shut} waiting answers are lost, {found.foreign} keys that nothing here names are "
        "destroyed, and mail is paused."
    )


def _tell_missing(found: Comparison) -> None:
    click.echo(f"{found.shut} waiting answers cannot be opened. Missing in the key folder:")
    for name in found.missing:
        click.echo(f"  {name}")
    click.echo(
        "Nothing was changed. Put the files back: the next night opens the answers. Or, if the files will "
        "not come back: afterword keys give-up --yes"
    )


@contextmanager
def _at_hand() -> Iterator[tuple[KeyFiles, Engine]]:
    """Folder and database as they are, without the check that every other command begins with."""
    settings = load_settings()
    require_role(settings, "worker")
    files = KeyFiles(settings.keys)
    files.prepare()
    engine = make_engine(settings)
    try:
        if migrating.revision(engine) is None:
            raise KeyTrouble("The database is empty; there is nothing to compare the keys with.")
        with as_owner(settings, engine) as owner:
            yield files, owner
    finally:
        engine.dispose()


@click.group("clock")
def clock_commands() -> None:
    """The clock of this machine."""


@clock_commands.command("confirm")
def confirm_clock() -> None:
    """Say that the clock is right after it jumped; overdue work is then done at once."""
    with installation() as runtime:
        now = runtime.clock.now()
        clock_guard.confirm(runtime, now)
        for practice in every_practice(runtime):
            with transaction(runtime.engine, practice.id) as db:
                recording.record(
                    db, practice.id, actor="command line", action="confirm clock", subject="", now=now
                )
    click.echo(f"Taken: today is {local_day(now, 'UTC')}.")
