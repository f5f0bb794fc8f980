"""``afterword backup-key``: the pair of keys with which backups are sealed.

The private half is written to one file of its own, for a place apart from this machine, and is never read by
the service. What stays here can only write backups.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from survey.backups.unsealing import NoBackupKey, read_private
from survey.keys import backup_pair
from survey.keys.sealing import public_half
from survey.settings import Settings, load_settings

HEAD = "# Afterword: with this key backups are read. Keep it apart from them, and a copy on paper.\n"


@click.group("backup-key")
def backup_key() -> None:
    """The key with which backups are sealed and opened again."""


@backup_key.command("new")
@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Write a new private key to FILE and print the line for config.toml."""
    settings = load_settings()
    private, public = backup_pair.new_pair()
    _refuse_place(settings, file)
    _write(file, private)
    click.echo(
        f'{file} is the only key to backups that are sealed with this line of config.toml:\n\nbackup_key = "'
        f'{public}"\n\nPut the line there. Then print {file} or copy it to a stick, keep that where neither '
        "this machine nor its backups are, and remove the file from here. Without it nobody can read those "
        "backups, neither can we."
    )


@backup_key.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Say whether the private key in FILE opens the backups that are made now."""
    settings = load_settings()
    private = read_private(file)
    if not settings.backup_key:
        raise NoBackupKey("No backup_key is set, so backups are not sealed: afterword backup-key new FILE")
    if public_half(private) != backup_pair.read(settings.backup_key, backup_pair.PUBLIC):
        raise NoBackupKey(f"{file} is another key than the one in backup_key; look for the right one.")
    click.echo("This key opens the backups that are made now.")


def _refuse_place(settings: Settings, file: Path) -> None:
    """Not where the database, its keys or its backups are: one copy would take both."""
    places = [settings.instance, settings.keys, *([settings.web_keys] if settings.web_keys else [])]
    for place in places:
        if file.resolve().is_relative_to(place.resolve()):
            raise NoBackupKey(
                f"{file} lies in {place}, beside what it protects. Name a place elsewhere, such as a stick."
            )


def _write(file: Path, private: str) -> None:
    """A new file, mode 0600, safe on the disk."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(f"{HEAD}{private}\n")
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        raise NoBackupKey(f"{file} is there already; it is left as it is. Name another file.") from None
    except OSError as trouble:
        raise NoBackupKey(f"{file} could not be written: {trouble.strerror}.") from None
