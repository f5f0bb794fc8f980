"""``afterword backup``: a dated copy of the database now; and whether the newest one comes back."""

from __future__ import annotations

from pathlib import Path

import click

from survey import clock
from survey.backups import backing_up
from survey.backups.copying import CannotBackUp
from survey.commands import backup_key, drilling, restore
from survey.db import make_engine
from survey.settings import load_settings


@click.command("backup")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--keep",
    "days",
    type=click.IntRange(min=1),
    help="When it is made, remove backups of more than so many days ago; the newest always stays.",
)
def backup(folder: Path | None, *, days: int | None) -> None:
    """Write a dated copy of the database into FOLDER (or backup_folder); never a key. Run it after the
    night's work."""
    settings, now = load_settings(), clock.SystemClock().now()
    if not settings.database_url and not (settings.data / "afterword.sqlite3").exists():
        raise CannotBackUp(f"There is no database in {settings.data}; there is nothing to copy.")
    if folder is None and not settings.backup_folder:
        raise CannotBackUp("Name the folder for the backup, or set backup_folder.")
    folder = folder or Path(settings.backup_folder)
    engine = make_engine(settings)
    try:
        made = backing_up.back_up(engine, settings, folder, now=now)
    finally:
        engine.dispose()
    click.echo(str(made))
    if days is not None and (removed := backing_up.remove_old(folder, now=now, days=days)):
        click.echo(f"{removed} older backups are removed.")


@click.command("backup-drill")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--key", type=click.Path(path_type=Path), help="File of the private key of a sealed backup.")
def backup_drill(folder: Path | None, *, key: Path | None) -> None:
    """Put the newest backup in FOLDER (or backup_folder) into a scratch database and look at it."""
    settings = load_settings()
    if folder is None and not settings.backup_folder:
        raise drilling.DrillFailed("Name the folder of the backups, or set backup_folder.")
    done = drilling.drill(settings, folder or Path(settings.backup_folder), key)
    click.echo(
        f"The backup of the night of {done.night} comes back: {done.tables} tables, schema {done.revision} "
        f"brought up to date, pages of {done.practices} practices opened. Nothing is left of the drill."
    )


def add_to(group: click.Group) -> None:
    """Add what there is about backups."""
    for command in (backup, backup_drill, backup_key.backup_key, restore.restore):
        group.add_command(command)
