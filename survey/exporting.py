"""Everything of a practice in one file: for ``afterword practice export`` and for the owner's page.

Kept nowhere: it is made in memory. That it was taken away is an entry of the log, written before it is handed
over.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from survey.clock import local_day
from survey.db import reading, transaction
from survey.installation import every_practice, installation
from survey.instruments.loading import TOUCHPOINTS, load_touchpoints
from survey.practice import recording
from survey.practice.model import Practice
from survey.reports import packed_export, taking_away
from survey.reports.taking_away import Reader
from survey.reports.tongues import PRINTED, translator
from survey.runtime import Runtime

ACTION = "took everything away"


def take_everything(runtime: Runtime, practice: Practice, *, actor: str) -> tuple[str, bytes]:
    """A plain name and the ZIP file, in the language of the practice's mails. Raises CannotPrint."""
    settings, now = runtime.settings, runtime.clock.now()
    language = practice.mail_language if practice.mail_language in PRINTED else PRINTED[0]
    touchpoints = load_touchpoints(settings.surveys_config / TOUCHPOINTS)
    reader = Reader(language, translator(language), touchpoints, settings.instance)
    with reading(runtime.engine, practice.id) as db:
        found = taking_away.everything(db, practice, reader, now=now)
    packed = packed_export.zip_bytes(found, translate=reader.translate)
    with transaction(runtime.engine, practice.id) as db:
        recording.record(db, practice.id, actor=actor, action=ACTION, subject="", now=now)
    return packed_export.name_of(practice.slug, local_day(now, practice.time_zone)), packed


@click.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(slug: str, file: Path) -> None:
    """Write everything of the practice that may be taken away to FILE, a ZIP."""
    if file.exists():
        raise click.ClickException(f"{file} is there already; choose another name.")
    with installation() as runtime:
        known = {each.slug: each for each in every_practice(runtime)}
        if slug not in known:
            raise click.ClickException(
                f"There is no practice {slug!r}. There are: {', '.join(known) or 'none'}."
            )
        _name, packed = take_everything(runtime, known[slug], actor="command line")
        try:
            _write(file, packed)
        except OSError as trouble:
            raise click.ClickException(f"{file} cannot be written ({trouble.strerror}).") from None
    click.echo(f"Everything that may be taken away is in {file}. README.txt in it says what is what.")


def add_to(group: click.Group) -> None:
    """Add this command to the group about practices."""
    group.add_command(export)


def _write(file: Path, packed: bytes) -> None:
    """All of it, for its owner alone, or nothing: a file that was cut off must not look like one."""
    unfinished = file.with_name(file.name + ".part")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(packed)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(file)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
