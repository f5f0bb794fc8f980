"""``afterword restore``: a backup takes the place of the database, and is safe to go on with.

First everything that can be checked is checked. What a restored database needs (``restoring.settle``) is
done to the copy before anybody can start it, where the database is one file. It never brings back what was
destroyed: the keys are gone, and no backup holds any.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from survey import installation
from survey.backups import proving, replacing, restoring, unsealing
from survey.commands import operating
from survey.db import as_owner, make_engine, reading
from survey.keys import contact, matching
from survey.keys.files import KeyFiles
from survey.runtime import open_runtime, require_role
from survey.settings import Settings, load_settings


@dataclass(frozen=True)
class Restored:
    """What to tell: how many opt-outs came back, how many waiting answers cannot be opened any more."""

    opt_outs: int
    lost: int


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", type=click.Path(path_type=Path), help="File of the private key of a sealed backup.")
@click.option("--replace", "replacing_it", is_flag=True, help="Replace a database that is in use.")
def restore(file: Path, *, key: Path | None, replacing_it: bool) -> None:
    """Put the backup FILE in the place of the database. Stop every serve and work first."""
    settings = load_settings()
    require_role(settings, "worker")
    with unsealing.opened(settings, file, key) as backup:
        done = restore_from(settings, backup, replacing_it=replacing_it)
    click.echo(
        f"Restored from {file}. {done.opt_outs} opt-outs are back from the journal; {done.lost} waiting "
        "answers are lost, because their key is gone.\nLinks and printed cards that are out have ended: "
        "print new cards. Mail is paused; the owner resumes it on the page Mail. Start serve and work now."
    )


def restore_from(settings: Settings, backup: unsealing.Backup, *, replacing_it: bool) -> Restored:
    """Raises NotABackup, CannotRestore, SettingsError or KeyTrouble, each with the old database in place."""
    file = backup.path
    proof = proving.prove(file)
    if backup.manifest is not None:
        backup.manifest.require(proof.rows)
    if make_url(settings.database).get_backend_name() != proof.dialect:
        raise proving.NotABackup(
            f"{file} is of {proof.dialect}, and database_url names another kind of database."
        )
    _require_keys(proof, KeyFiles(settings.keys))
    if not replacing_it and replacing.is_used(settings):
        raise replacing.CannotRestore(
            "There is a database with a practice in it. To replace it with the backup, add --replace: what "
            "was entered and published since the backup is lost then."
        )
    if proof.dialect == "sqlite":
        returned = _restore_file(settings, file)
    else:
        returned = _restore_in_server(settings, file, proof.rows)
    return Restored(opt_outs=returned, lost=_fit_keys(settings))


def _restore_file(settings: Settings, file: Path) -> int:
    returned: list[int] = []

    def make_ready(copy: Path) -> None:
        try:
            returned.append(_settle(replace(settings, database_url=f"sqlite:///{copy}")))
        except SQLAlchemyError as trouble:
            reason = type(getattr(trouble, "orig", trouble)).__name__
            raise replacing.CannotRestore(f"The backup could not be made ready ({reason}).") from None

    replacing.replace_file(Path(str(make_url(settings.database).database)), file, make_ready)
    return sum(returned)


def _restore_in_server(settings: Settings, file: Path, rows: dict[str, int]) -> int:
    engine = make_engine(settings)
    try:
        with as_owner(settings, engine) as owner:
            replacing.replace_in_server(owner, file, rows=rows)
    finally:
        engine.dispose()
    return _settle(settings)


def _settle(settings: Settings) -> int:
    """Bring the schema up to date; then what nobody may do twice is made impossible, practice by practice."""
    runtime = open_runtime(settings)
    try:
        restoring.delete_again(runtime)
        returned = sum(restoring.settle(runtime, each.id) for each in installation.every_practice(runtime))
        restoring.end_links(runtime)
    finally:
        runtime.engine.dispose()
    return returned


def _fit_keys(settings: Settings) -> int:
    """Answers whose key is gone are counted as lost, keys that nothing names are destroyed."""
    files, engine = KeyFiles(settings.keys), make_engine(settings)
    try:
        with as_owner(settings, engine) as owner:
            with reading(owner) as db:
                found = operating.compare(db, files)
            operating.adopt(owner, files, folder_is_ours=found.folder_is_ours)
    finally:
        engine.dispose()
    return found.shut


def _require_keys(proof: proving.Proof, files: KeyFiles) -> None:
    """Raises NotABackup where the key folder belongs to another installation or lacks the contact key."""
    here = files.read(matching.GENERATION, 16) if files.exists(matching.GENERATION) else b""
    known = files.exists(contact.NAME) and hmac.compare_digest(
        contact.check_value(files), proof.contact_check
    )
    if here != proof.generation or not known:
        raise proving.NotABackup(
            f"The keys in {files.root} do not belong to this backup. Put back contact.key and generation of "
            "the installation that it was made from, mode 0600, then run this again."
        )
