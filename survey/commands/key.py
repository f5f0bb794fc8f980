"""``afterword api-key``: keys of other programs, each for what its program needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from survey import clock
from survey.db import reading, transaction
from survey.installation import at, practice_option
from survey.practice import authorising, recording
from survey.practice.authorising import Scope
from survey.practice.model import Practice
from survey.runtime import Runtime


@click.group("api-key")
def api_key() -> None:
    """Keys of other programs that send visits or read results."""


@api_key.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=[Scope.VISITS_WRITE.value],
    show_default=True,
    help="What the key may do; several may be given.",
)
@practice_option
def create(name: str, scopes: tuple[str, ...], slug: str | None) -> None:
    """Make a key called NAME and print it, this once."""
    with _changing(slug, "made API key", f"{name}: {', '.join(scopes)}") as (runtime, practice):
        with transaction(runtime.engine, practice.id) as db:
            today = clock.local_day(runtime.clock.now(), practice.time_zone)
            chosen = [Scope(each) for each in scopes]
            made = authorising.make_key(db, practice, name, today=today, scopes=chosen)
        click.echo(made)


@api_key.command("list")
@practice_option
def show(slug: str | None) -> None:
    """List the keys by name, with what they may do and the days on which they were made, used and ended."""
    with at(slug) as (runtime, practice), reading(runtime.engine, practice.id) as db:
        for key in authorising.keys(db, practice.id):
            state = f"ended {key.ended_on}" if key.ended_on else "in use"
            may = ", ".join(authorising.scopes_of(key))
            click.echo(f"{key.name}: {may}; made {key.made_on}, used {key.used_on or 'never'}, {state}")


@api_key.command("end")
@click.argument("name")
@practice_option
def end(name: str, slug: str | None) -> None:
    """Let the key called NAME open nothing any more."""
    with _changing(slug, "ended API key", name) as (runtime, practice):
        with transaction(runtime.engine, practice.id) as db:
            today = clock.local_day(runtime.clock.now(), practice.time_zone)
            authorising.end_key(db, practice.id, name, today=today)
        click.echo("Ended. Nothing is taken or read with this key any more.")


@contextmanager
def _changing(slug: str | None, action: str, subject: str) -> Iterator[tuple[Runtime, Practice]]:
    """The practice; afterwards the audit log knows what was done."""
    with at(slug) as (runtime, practice):
        try:
            yield runtime, practice
        except authorising.CannotAuthorise as trouble:
            raise click.ClickException(str(trouble)) from None
        with transaction(runtime.engine, practice.id) as db:
            now = runtime.clock.now()
            recording.record(db, practice.id, actor="command line", action=action, subject=subject, now=now)
