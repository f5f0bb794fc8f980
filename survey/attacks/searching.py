"""LA-9: look for answers in every byte: the database and its log, PostgreSQL's files, the instance folder.

What PostgreSQL writes beside its files is looked through in ``trails``. Ratings are searched for as the
packed answer they are inside a box, words by their first words. A comment may be found once it is released;
nothing else may, ever.
"""

from __future__ import annotations

import mmap
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from survey.responses.answers import Ratings, check_ratings, pack_ratings
from survey.runtime import Runtime

if TYPE_CHECKING:
    from survey.attacks.practice import Person, Rehearsal

#: Every comment of a rehearsal begins so, and every packed answer.
WORDS = b"the chair said "
NAME = 20
#: So much of what follows a marker is compared.
FOLLOWING, HEX = 120, re.compile(rb"(?:[0-9a-f]{2})+")


def in_bytes(content: bytes, rehearsal: Rehearsal) -> list[str]:
    """What can be read of this rehearsal's answers, as it is or as hex: ``words`` that are not released, and
    ``ratings``. Logs are shared with other rehearsals, so each find is compared with what was said here."""
    mine, free = _names(rehearsal)
    chosen = {_positions(rehearsal, person) for person in rehearsal.by_answer.values()}
    found = []
    for following in _both(content, WORDS):
        if following[:NAME] in mine - free:
            found.append("words")
    for following in _both(content, _packed(rehearsal)):
        if following.split(b",", 1)[-1].split(b"]")[0] in chosen:
            found.append("ratings")
    return found


def _both(content: bytes, marker: bytes) -> Iterator[bytes]:
    """What follows the marker, where it stands as it is and where it stands as hex."""
    for part in content.split(marker)[1:]:
        yield part[:FOLLOWING]
    for part in content.split(marker.hex().encode())[1:]:
        digits = HEX.match(part[: 2 * FOLLOWING])
        yield bytes.fromhex(digits[0].decode()) if digits else b""


def _packed(rehearsal: Rehearsal) -> bytes:
    """How every packed answer begins."""
    return b'["' + rehearsal.instrument.label.encode() + b'",'


def _positions(rehearsal: Rehearsal, person: Person) -> bytes:
    """What stands in a packed answer after its label and fortnight."""
    values = check_ratings(rehearsal.instrument, person.ratings)
    packed = pack_ratings(rehearsal.instrument, Ratings(rehearsal.instrument.label, 0, values))
    return packed.split(b",", 2)[2].split(b"]")[0]


def _names(rehearsal: Rehearsal) -> tuple[set[bytes], set[bytes]]:
    """The first words of every comment, and those of them that are released."""
    released = {
        number for release in rehearsal.releases if release.kind == "comments" for number in release.persons
    }
    named = {person.number: _name(person) for person in rehearsal.persons if person.words}
    return set(named.values()), {name for number, name in named.items() if number in released}


def _name(person: Person) -> bytes:
    return person.words[len(WORDS) : len(WORDS) + NAME].encode()


def in_files(rehearsal: Rehearsal) -> list[str]:
    """What can be read of answers at this moment: ``words`` of unreleased comments, or packed ``ratings``."""
    packed = _packed(rehearsal)
    mine, free = _names(rehearsal)
    found = []
    for path in _files(rehearsal.runtime):
        names = {content[:NAME] for content in _after(path, WORDS)}
        found += [f"words in {path.name}" for name in names & mine if name not in free]
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
