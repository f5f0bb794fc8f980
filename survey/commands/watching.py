"""The command for watched folders: watch one, list them, stop."""

from __future__ import annotations

from pathlib import Path

import click

from survey import watching
from survey.commands.visiting import COMMAND_LINE
from survey.db import reading, transaction
from survey.installation import at
from survey.practice import recording


@click.command("watch")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--stop", is_flag=True, help="Look at FOLDER no more. Unread files stay.")
@click.option("--practice", "slug", help="Short name of the practice, if there are several.")
def watch(folder: Path | None, stop: bool, slug: str | None) -> None:
    """Import by itself what is put into FOLDER; without FOLDER, list what is watched."""
    with at(slug) as (runtime, practice):
        if folder is None:
            with reading(runtime.engine, practice.id) as db:
                for path in watching.watched(db, practice.id):
                    click.echo(str(path))
            return
        with transaction(runtime.engine, practice.id) as db:
            if stop:
                watching.stop(db, practice.id, folder)
            else:
                folder = watching.watch(db, practice, folder, keys=runtime.settings.keys)
            recording.record(
                db,
                practice.id,
                actor=COMMAND_LINE,
                action="stop watching" if stop else "watch folder",
                subject="",
                now=runtime.clock.now(),
            )
        click.echo(f"{folder} is {'no longer watched' if stop else 'watched from now on'}.")


def add_to(group: click.Group) -> None:
    """Add this command to the group about visits."""
    group.add_command(watch)
