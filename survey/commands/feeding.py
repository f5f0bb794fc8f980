"""``afterword visits feed``: calendars that are fetched by themselves. Shows their host, never more."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from survey import feeding
from survey.commands.visiting import COMMAND_LINE
from survey.db import reading, transaction
from survey.installation import at, practice_option
from survey.practice import recording
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits.feed import REASONS, Trouble
from survey.visits.model import CalendarFeed


@click.group("feed")
def feed() -> None:
    """Calendars on the internet that are read by themselves, each hour."""


@feed.command("add")
@click.argument("url", default="-")
@click.option("--clinician", default="", help="Whose calendar it is, where the entries do not say.")
@practice_option
def add(url: str, clinician: str, slug: str | None) -> None:
    """Read the calendar at URL from now on. Without URL, ask for it, so that no shell remembers it."""
    with at(slug) as (runtime, practice):
        address = click.prompt("Address of the calendar", hide_input=True) if url == "-" else url
        now = runtime.clock.now()
        with transaction(runtime.engine, practice.id) as db:
            made = feeding.add(db, runtime.files, practice.id, address, clinician=clinician, now=now)
            _record(db, runtime, practice, "add calendar", number=made.number)
        click.echo(f"Calendar {made.number} is read within a minute or two, then each hour.")
        click.echo("How it went: afterword visits feed list")


@feed.command("list")
@practice_option
def show(slug: str | None) -> None:
    """List the calendars, where they are, and how reading them went."""
    with at(slug) as (runtime, practice), reading(runtime.engine, practice.id) as db:
        for each in feeding.added(db, practice.id):
            place = feeding.place_at(runtime.files, each)
            parts = (str(each.number), each.clinician, place.host if place else "", _standing(each))
            click.echo("  ".join(filter(None, parts)))


@feed.command("remove")
@click.argument("number", type=int)
@practice_option
def remove(number: int, slug: str | None) -> None:
    """Read calendar NUMBER no more and forget its address. Visits that it brought stay."""
    with at(slug) as (runtime, practice):
        with transaction(runtime.engine, practice.id) as db:
            feeding.remove(db, runtime.files, practice.id, number)
            _record(db, runtime, practice, "remove calendar", number=number)
        click.echo(f"Calendar {number} is no longer read.")


def add_to(group: click.Group) -> None:
    """Add these commands to the group about visits."""
    group.add_command(feed)


def _record(db: Session, runtime: Runtime, practice: Practice, action: str, *, number: int) -> None:
    now = runtime.clock.now()
    recording.record(db, practice.id, actor=COMMAND_LINE, action=action, subject=str(number), now=now)


def _standing(each: CalendarFeed) -> str:
    if each.trouble:
        return f"could not be read: {REASONS[Trouble(each.trouble)]}"
    return f"read on {each.read_day}" if each.read_day else "not read yet; is afterword work running?"
