"""Watched folders: what the practice's own program puts there is imported by itself.

Called each minute. Faulty lines are left out whole, as everywhere, and named in a text beside the file. Never
says the name of a file, an address or a client in a log.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from survey import clock
from survey.db import insert_once, lock_practice, reading, transaction
from survey.invitations import taking
from survey.invitations.planning import Intake
from survey.invitations.scheduling import NoSurveyPublished
from survey.keys.files import KeyTrouble
from survey.practice import reaching, recording
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits import history, inbox, remembering
from survey.visits.model import WatchedFolder
from survey.visits.part import kind_of
from survey.visits.visit_file import (
    Asked,
    Match,
    Part,
    Question,
    Suggestion,
    UnreadableFile,
    load_presets,
    open_source,
    suggest,
)

log = logging.getLogger(__name__)

LONGEST_PATH = 1000
ACTOR = "watched folder"
#: No practice has this number.
EVERYBODY = 0
OVERLAPS = "{folder} overlaps a folder that is watched already. Choose another folder."
#: No cell of the file stands here: a day or a name would say something of a person.
QUESTIONS = {
    Asked.COLUMN: "No column was found for {subject}. Name it as docs/importing.md does.",
    Asked.DATE_ORDER: "The days can be read in two ways. Export them as year-month-day.",
    Asked.ENCODING: "Line {subject} leaves in doubt how the letters are written. Export as UTF-8.",
    Asked.SECOND_FILE: "The visits have no addresses. Import them together with the list of clients.",
}
NO_FILE = "This is a link, a pipe or a file with a second name. Put a copy of the file itself here."
UNREADABLE = "This file cannot be read. Try it with: afterword visits check FILE"


class CannotWatch(Exception):
    """A folder that cannot be watched for this practice; the text says why and what to do."""


def watch(db: Session, practice: Practice, folder: Path, *, keys: Path) -> Path:
    """Look at a folder from now on; doing it twice is harmless. Raises CannotWatch."""
    try:
        found = inbox.require_safe(folder)
    except inbox.UnsafeFolder as trouble:
        raise CannotWatch(str(trouble)) from None
    if len(str(found)) > LONGEST_PATH or not str(found).isprintable():
        raise CannotWatch("The path of this folder is too long or holds unusual letters. Rename it.")
    if found.is_relative_to(keys.resolve()) or keys.resolve().is_relative_to(found):
        raise CannotWatch(f"{found} holds keys or stands among them. Choose another folder.")
    lock_practice(db, EVERYBODY)  # so that nobody else begins to watch what is inside or around it
    for row in db.scalars(select(WatchedFolder)):
        other = Path(row.path)
        if other == found and row.practice_id == practice.id:
            return found
        if other.is_relative_to(found) or found.is_relative_to(other):
            raise CannotWatch(OVERLAPS.format(folder=found))
    if not insert_once(db, WatchedFolder, practice_id=practice.id, path=str(found)):
        raise CannotWatch(OVERLAPS.format(folder=found))
    return found


def stop(db: Session, practice_id: int, folder: Path) -> None:
    """Look at a folder no more. Files that were not read yet stay; refused ones are overwritten and removed.

    Raises CannotWatch where it was not watched.
    """
    this = (WatchedFolder.practice_id == practice_id, WatchedFolder.path == str(folder.resolve()))
    if db.scalar(select(WatchedFolder.path).where(*this)) is None:
        raise CannotWatch(f"{folder} is not watched. List what is: afterword visits watch")
    db.execute(delete(WatchedFolder).where(*this))
    try:
        inbox.let_go(inbox.require_safe(folder))
    except (inbox.UnsafeFolder, OSError):
        return  # it is gone, or not ours any more


def watched(db: Session, practice_id: int) -> tuple[Path, ...]:
    """The folders of a practice."""
    query = select(WatchedFolder.path).where(WatchedFolder.practice_id == practice_id)
    return tuple(Path(path) for path in db.scalars(query.order_by(WatchedFolder.path)))


def unusable(db: Session, practice_id: int) -> Iterator[Path]:
    """Folders of a practice that are gone, or not ours any more."""
    for folder in watched(db, practice_id):
        try:
            inbox.require_safe(folder)
            inbox.refused(folder)
        except (inbox.UnsafeFolder, OSError):
            yield folder


def complaints(db: Session, practice: Practice) -> Iterator[str]:
    """What somebody should look at: a folder that is gone, files that were refused."""
    bad = set(unusable(db, practice.id))
    for folder in watched(db, practice.id):
        if folder in bad:
            yield f"{practice.name}: the watched folder {folder} cannot be used. Is it there, and ours?"
        elif number := inbox.refused(folder):
            yield (
                f"{practice.name}: refused files: {number}. The texts in {folder / inbox.REFUSED} say why; "
                "correct each file, put it back, and remove its text."
            )


def take_in(runtime: Runtime, practice: Practice, *, now: datetime) -> None:
    """Import what is settled in each folder of the practice. A file that was cut is taken next time.

    While the practice is closed files stay where they are; what was refused before is removed in its time.
    """
    with reading(runtime.engine, practice.id) as db:
        closed, folders = reaching.is_closed(db, practice.id), watched(db, practice.id)
    for folder in folders:
        try:
            inbox.require_safe(folder)
            with inbox.held(folder) as ours:
                if ours:
                    inbox.forget_refused(folder, before=now - inbox.KEPT)
                if ours and not closed:
                    for path in inbox.claim(folder, now=now):
                        _take(runtime, practice, folder, path, now)
        except (inbox.UnsafeFolder, OSError) as trouble:
            log.warning("a watched folder of %s cannot be used: %s", practice.slug, type(trouble).__name__)


def _take(runtime: Runtime, practice: Practice, folder: Path, path: Path, now: datetime) -> None:
    found = _read(runtime, practice, path, now)
    if not found.reasons:
        inbox.shred(path)
        return
    inbox.refuse(folder, path, found.reasons, now=now)
    today = clock.local_day(now, practice.time_zone)
    with transaction(runtime.engine, practice.id) as db:
        recording.record(db, practice.id, actor=ACTOR, action="refuse file", subject="", now=now)
        if not found.taken:
            history.refuse(db, practice.id, actor=ACTOR, today=today, now=now)


@dataclass(frozen=True)
class Found:
    """What became of a file: how many visits were taken, and what is wrong with it."""

    taken: int
    reasons: tuple[str, ...]


def _read(runtime: Runtime, practice: Practice, path: Path, now: datetime) -> Found:
    """Import a file. Trouble of the database or the disk is not the file's."""
    if not inbox.is_plain(path):
        return Found(0, (NO_FILE,))
    try:
        intake = _import(runtime, practice, Part(path.name, path), now)
    except (UnreadableFile, NoSurveyPublished) as situation:
        return Found(0, (str(situation),))
    except (SQLAlchemyError, OSError, KeyTrouble):
        raise
    except Exception as trouble:  # noqa: BLE001  a file that breaks a reader must not hold up the others
        log.warning("a file for %s cannot be read: %s", practice.slug, type(trouble).__name__)
        return Found(0, (UNREADABLE,))
    errors = (f"line {each.line}, {each.column}: {each.message}" for each in intake.file.errors)
    return Found(intake.file.rows, tuple(errors))


def _import(runtime: Runtime, practice: Practice, part: Part, now: datetime) -> Intake:
    kind_of(part)  # refuses what is too large before it is looked at
    match = _match(runtime, practice, part, now)
    source = open_source([part], match, now=now)
    intake = taking.take(runtime, practice, source, actor=ACTOR, name=match.source, now=now)
    with transaction(runtime.engine, practice.id) as db:
        subject = f"{intake.file.rows} visits"
        recording.record(db, practice.id, actor=ACTOR, action="import visits", subject=subject, now=now)
    return intake


def _match(runtime: Runtime, practice: Practice, part: Part, now: datetime) -> Match:
    """How to read the file. Raises UnreadableFile where a person would have to decide."""
    presets = load_presets(runtime.settings.surveys_config)
    with reading(runtime.engine, practice.id) as db:
        before = tuple(remembering.remembered(db, practice.id).values())
    found: Suggestion = suggest(
        [part], presets=presets, remembered=before, time_zone=practice.time_zone, now=now
    )
    if found.problems:
        raise found.problems[0]
    asked: list[Question] = [each for each in found.questions if each.about in QUESTIONS]
    if asked:
        raise UnreadableFile(QUESTIONS[asked[0].about], subject=asked[0].subject)
    return found.match
