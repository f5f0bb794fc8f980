"""The opt-out journal: who asked for no more mail, once more outside the database.

A restored database does not know who opted out since. So each opt-out is appended here first, safe on the
disk before the database commits; an entry too many does no harm. A line holds the practice, the keyed tag and
a proof that we wrote it: never an address. Lines have one length, so that one can be blanked in place.
"""

from __future__ import annotations

import fcntl
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from survey.disk import sync
from survey.keys import contact
from survey.runtime import Runtime

NUMBER, TAG, PROOF = 20, 32, 32
LINE = NUMBER + 1 + TAG + 1 + PROOF + 1


def append(runtime: Runtime, practice_id: int, contact_tag: bytes) -> None:
    """Write one opt-out down; it survives a power cut from here on. Raises OSError where it cannot."""
    line = _line(runtime, practice_id, contact_tag)
    with _locked(_own_file(runtime)) as stream:
        end = stream.seek(0, os.SEEK_END)
        stream.seek(end - end % LINE)  # over what a power cut left of a line that nobody was told of
        stream.write(line)
        stream.flush()
        os.fsync(stream.fileno())


def entries(runtime: Runtime) -> frozenset[tuple[int, bytes]]:
    """(practice id, contact tag) of every line that we wrote; others are passed over."""
    return frozenset(found for path in _files(runtime) for _, found in _read(runtime, path))


def forget(runtime: Runtime, practice_id: int, contact_tag: bytes) -> None:
    """Blank every line of this person."""
    for path in _files(runtime):
        with _locked(path) as stream:
            for position, found in _read(runtime, path):
                if found == (practice_id, contact_tag):
                    stream.seek(position)
                    stream.write(b"-" * (LINE - 1) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())


def forget_practice(runtime: Runtime, practice_id: int) -> None:
    """Blank every line of a practice that was deleted."""
    for whose, tag in entries(runtime):
        if whose == practice_id:
            forget(runtime, whose, tag)


def _read(runtime: Runtime, path: Path) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Position and content of each good line."""
    content = path.read_bytes()
    for position in range(0, len(content) - LINE + 1, LINE):
        line = content[position : position + LINE]
        try:
            practice_id, tag = int(line[:NUMBER]), bytes.fromhex(line[NUMBER + 1 :][:TAG].decode("ascii"))
        except ValueError:
            continue
        if hmac.compare_digest(line, _line(runtime, practice_id, tag)):
            yield position, (practice_id, tag)


def _line(runtime: Runtime, practice_id: int, contact_tag: bytes) -> bytes:
    proof = contact.journal_proof(runtime.files, practice_id, contact_tag)
    return f"{practice_id:0{NUMBER}d} {contact_tag.hex()} {proof.hex()}\n".encode("ascii")


def _own_file(runtime: Runtime) -> Path:
    """Web processes and workers may be different users, so each part writes a file of its own."""
    return runtime.settings.journal / f"{runtime.settings.role}.opt-outs"


def _files(runtime: Runtime) -> list[Path]:
    return sorted(runtime.settings.journal.glob("*.opt-outs"))


@contextmanager
def _locked(path: Path) -> Iterator[BinaryIO]:
    """The file, made if it is not there, for one writer at a time."""
    new = not path.exists()
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    with os.fdopen(handle, "r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        if new:
            sync(path.parent)
        yield stream
