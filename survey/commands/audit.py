"""``afterword audit``: whether the log of what staff and jobs did is as it was written."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.db import reading
from survey.installation import every_practice, installation
from survey.practice import recording
from survey.practice.model import AuditEntry


@click.group()
def audit() -> None:
    """The log of what staff and jobs did."""


@audit.command()
def verify() -> None:
    """Name the first entry of each practice that was changed or taken out; exit 1 if there is one.

    Entries cut off at the end leave the others whole: keep what this prints elsewhere, and compare.
    """
    broken = False
    with installation() as runtime:
        for practice in every_practice(runtime):
            with reading(runtime.engine, practice.id) as db:
                first = recording.first_broken(db, practice.id)
                broken |= first is not None
                click.echo(f"{practice.slug}: {_whole(db, practice.id) if first is None else _broken(first)}")
    if broken:
        raise click.exceptions.Exit(1)


def _broken(first: int) -> str:
    return f"changed at entry {first}, or an entry is missing there; find out by whom."


def _whole(db: Session, practice_id: int) -> str:
    """How many entries there are, and the mark of the last one."""
    newest = select(AuditEntry).where(AuditEntry.practice_id == practice_id)
    last = db.scalars(newest.order_by(AuditEntry.number.desc()).limit(1)).one_or_none()
    return (
        "no entry yet." if last is None else f"{last.number} entries, whole; the last is {last.digest.hex()}"
    )
