"""LA-9: look for answers in every byte: the database and its log, PostgreSQL's files, the instance folder.

Ratings are searched for as the packed answer they are inside a box, words by their first words. A comment may
be found once it is released; nothing else may, ever.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from survey.runtime import Runtime

if TYPE_CHECKING:
    from survey.attacks.practice import Rehearsal

#: Every comment of a rehearsal begins so, and every packed answer.
WORDS = b"the chair said "
NAME = 10


def in_files(rehearsal: Rehearsal) -> list[str]:
    """What can be read of answers at this moment: ``words`` of unreleased comments, or packed ``ratings``."""
    label = rehearsal.instrument.label.encode()
    packed = b'["' + label + b'",'
    released = {
        number for release in rehearsal.releases if release.kind == "comments" for number in release.persons
    }
    free = {
        person.words[len(WORDS) : len(WORDS) + NAME].encode()
        for person in rehearsal.persons
        if person.words and person.number in released
    }
    mine = {
        person.words[len(WORDS) : len(WORDS) + NAME].encode() for person in rehearsal.persons if person.words
    }
    found = []
    for path in _files(rehearsal.runtime):
        names = {content[:NAME] for content in _after(path, WORDS)}
        found += [f"words in {path.name}" for name in names & mine if name not in free]
        if path.parent.name != "pg_wal":  # the server's log is shared with rehearsals of broken variants
            found += [f"ratings in {path.name}" for _ in _after(path, packed)]
    return found


def _files(runtime: Runtime) -> Iterable[Path]:
    mailbox = runtime.settings.mailbox
    yield from (p for p in runtime.settings.instance.rglob("*") if p.is_file() and mailbox not in p.parents)
    if runtime.engine.dialect.name != "postgresql":
        return
    with runtime.engine.connect().execution_options(isolation_level="AUTOCOMMIT", writing=None) as wire:
        folder = Path(str(wire.scalar(text("SHOW data_directory"))))
        number = wire.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        if not os.access(folder / "base", os.R_OK | os.X_OK):
            return
        wire.execute(text("CHECKPOINT"))
    yield from (path for path in (folder / "base" / str(number)).iterdir() if path.is_file())


def _after(path: Path, marker: bytes) -> Iterator[bytes]:
    """What follows each place at which the marker stands."""
    try:
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            place = content.find(marker)
            while place >= 0:
                start = place + len(marker)
                yield content[start : start + 32]
                place = content.find(marker, start)
    except (OSError, ValueError):  # gone meanwhile, or empty
        return
