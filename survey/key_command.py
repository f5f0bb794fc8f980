"""``afterword api-key``: keys with which other programs post visits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from survey import clock
from survey.db import reading, transaction
from survey.persons import at, practice_option
from survey.practice import authorising, recording
from survey.practice.model import Practice
from survey.runtime import Runtime


@click.group("api-key")
def api_key() -> None:
    """Keys of other programs that send visits."""


@api_key.command("create")
@click.argument("name")
@practice_option
def create(name: str, slug: str | None) -> None:
    """Make a key called NAME and print it, this once."""
    with _changing(slug, "made API key", name) as (runtime, practice):
        with transaction(runtime.engine, practice.id) as db:
            today = clock.local_day(runtime.clock.now(), practice.time_zone)
            made = authorising.make_key(db, practice, name, today=today)
        click.echo(made)


@api_key.command("list")
@practice_option
def show(slug: str | None) -> None:
    """List the keys by name, with the days on which they were made, used last, and ended."""
    with at(slug) as (runtime, practice), reading(runtime.engine, practice.id) as db:
        for key in authorising.keys(db, practice.id):
            state = f"ended {key.ended_on}" if key.ended_on else "in use"
            click.echo(f"{key.name}: made {key.made_on}, used {key.used_on or 'never'}, {state}")


@api_key.command("end")
@click.argument("name")
@practice_option
def end(name: str, slug: str | None) -> None:
    """Let the key called NAME open nothing any more."""
    with _changing(slug, "ended API key", name) as (runtime, practice):
        with transaction(runtime.engine, practice.id) as db:
            today = clock.local_day(runtime.clock.now(), practice.time_zone)
            authorising.end_key(db, practice.id, name, today=today)
        click.echo("Ended. Nothing is taken with this key any more.")


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
