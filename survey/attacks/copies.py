"""LA-29: make the backup that operators make, and look in it for key bytes.

A practice lives through mails, answers and a night; ``afterword backup`` runs at noon and after the night.
Then every key that existed is searched in the copy, as it is and in other spellings, also in what
PostgreSQL's own tool unpacks from it. That the search is not blind is seen from what it must find: the
tags of used links.
"""

from __future__ import annotations

import base64
import io
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from survey import jobs
from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import House, send
from survey.attacks.trial import Finding, Trial, Variant, swapped
from survey.backups import backing_up
from survey.db import reading, transaction
from survey.keys.files import KeyFiles
from survey.practice import recording
from survey.responses.model import Spent
from survey.settings import environment_for_tool

PEOPLE, LEAST_BYTES = 6, 16
MORNING, NIGHT = date(2026, 3, 3), date(2026, 3, 4)


def looked_for_keys(house: House) -> Finding:
    """Collect every key there was, then search the copies and the instance folder."""
    keys = _keys(house)
    house.invite(*((f"person{number}@example.org", "en") for number in range(PEOPLE)))
    house.wake(MORNING, 3, 10)
    for number in range(PEOPLE):
        send(house.client(), house.token(number % 2))
    keys |= _keys(house)
    copied = {f"{MORNING} {name}": copy for name, copy in copies(house).items()}
    house.wake(NIGHT, 3)
    keys |= _keys(house)
    copied |= {f"{NIGHT} {name}": copy for name, copy in copies(house).items()}
    found, tags = finds(keys, copied), _tags(house)
    seen = {find.partition(" in ")[0] for find in finds(tags, copied)}
    size = sum(len(copy) for copy in copied.values()) // 1024
    score = (
        f"{len(found)} finds of {len(keys)} keys in {size} KiB of copies, where {len(seen)} of {len(tags)} "
        "tags that must be there are found"
    )
    return Finding(won=bool(found) or len(seen) < len(tags), score=score)


def finds(secrets: Mapping[str, bytes], copied: Mapping[str, bytes]) -> set[str]:
    """Which secret is in which copy, in whatever dress."""
    return {
        f"{secret} in {name}"
        for name, copy in copied.items()
        for secret, content in secrets.items()
        if any(dress in copy for dress in dresses(content))
    }


def dresses(content: bytes) -> tuple[bytes, ...]:
    """A key as bytes, as hex in both spellings, as base64 at each offset, as PostgreSQL escapes it."""
    cut = tuple(base64.b64encode(b"x" * skip + content)[4:-4] for skip in range(3))
    safe = tuple(each.replace(b"+", b"-").replace(b"/", b"_") for each in cut)
    octal = "".join(chr(b) if 32 <= b < 127 and b != 92 else f"\\{b:03o}" for b in content).encode("ascii")
    escaped = (octal, octal.replace(b"\\", b"\\\\"), octal.replace(b"\\", b"\\\\\\\\"))
    return (content, content.hex().encode(), content.hex().upper().encode(), *cut, *safe, *escaped)


def copies(house: House) -> dict[str, bytes]:
    """What the command left on the shelf, packed and unpacked, and each file of the instance folder."""
    settings = house.runtime.settings
    shelf = settings.instance.parent / "shelf"
    shelf.mkdir(exist_ok=True)
    made = backing_up.back_up(house.runtime.engine, settings, shelf, now=house.now)
    beside = {
        f"{path.relative_to(settings.instance)}": path.read_bytes()
        for path in sorted(settings.instance.rglob("*"))
        if path.is_file() and settings.mailbox not in path.parents  # the mails are the patients'
    }
    return {**beside, made.name: made.read_bytes(), f"{made.name}, unpacked": _unpacked(made)}


def _unpacked(made: Path) -> bytes:
    """Every value, as the database's own tool writes it (bytes as hex); a dump is packed, so this counts."""
    if made.suffix == ".dump":
        command = ["pg_restore", "--file=-", str(made)]
        return subprocess.run(command, env=environment_for_tool(), capture_output=True, check=True).stdout
    if made.suffix == ".sqlite3":
        with closing(sqlite3.connect(made)) as connection:
            return "\n".join(connection.iterdump()).encode("utf-8")
    return b""


def _tags(house: House) -> dict[str, bytes]:
    with reading(house.runtime.engine, house.practice.id) as db:
        return {f"tag {tag.hex()}": bytes(tag) for tag in db.scalars(select(Spent.tag))}


def _keys(house: House) -> dict[str, bytes]:
    """Secret key files by name; public halves and the generation's mark are no secrets."""
    root = house.runtime.settings.keys
    paths = [*(path for each in ("issue", "pool", "cards") for path in (root / each).iterdir())]
    paths.append(root / "contact.key")
    return {
        path.relative_to(root).as_posix(): content
        for path in paths
        if path.suffix != ".pk" and len(content := path.read_bytes()) >= LEAST_BYTES
    }


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def everything_in_one_archive() -> Iterator[None]:
    """A backup of "the whole installation": the copy and, so that nothing is missing, the key folder."""
    back_up = backing_up.back_up

    def whole(engine: Any, settings: Any, folder: Path, **more: Any) -> Path:
        made, content = back_up(engine, settings, folder, **more), io.BytesIO()
        with tarfile.open(fileobj=content, mode="w") as archive:
            archive.add(made, made.name)
            archive.add(settings.keys, "keys")
        target = made.with_suffix(".tar")
        target.write_bytes(content.getvalue())
        return target

    with swapped((backing_up, "back_up", whole)):
        yield


@contextmanager
def keys_in_the_database() -> Iterator[None]:
    """Somebody who is afraid of losing keys lets the night note them where they are backed up."""
    run_night = jobs.run_night

    def noting(runtime: Any, practice: Any, now: Any) -> None:
        run_night(runtime, practice, now)
        with transaction(runtime.engine, practice.id) as db:
            for path in (runtime.files.root / "pool").iterdir():
                content = path.read_bytes().hex()
                recording.record(db, practice.id, actor="job", action="key", subject=content, now=now)

    with swapped((jobs, "run_night", noting)):
        yield


@contextmanager
def a_safety_copy() -> Iterator[None]:
    """The same fear; each key is copied beside the data."""
    create = KeyFiles.create

    def copied(self: KeyFiles, name: str, content: bytes) -> None:
        create(self, name, content)
        beside = self.root.parent / "instance" / "data" / "safety"
        beside.mkdir(parents=True, exist_ok=True)
        (beside / name.replace("/", "-")).write_text(content.hex())

    with swapped((KeyFiles, "create", copied)):
        yield


TRIAL = Trial(
    attack="LA-29",
    title="Keys in a backup",
    expected="0 key bytes in what is copied; every tag found",
    carry_out=looked_for_keys,
    variants=(
        Variant("the key folder goes along", everything_in_one_archive),
        Variant("keys kept in the database", keys_in_the_database),
        Variant("a safety copy of the keys", a_safety_copy),
    ),
)


@attack
def keys_in_backups(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
