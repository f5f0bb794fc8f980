"""LA-29: look for key bytes in everything that a backup copies.

A practice lives through mails, answers and a night; then every key that existed is searched, as it is and in
other spellings, in the copy of the database and in the instance folder.
"""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import inspect, text

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import House, send
from survey.attacks.trial import Finding, Trial, Variant, swapped
from survey.keys.files import KeyFiles

PEOPLE, LEAST_BYTES = 6, 16
MORNING, NIGHT = date(2026, 3, 3), date(2026, 3, 4)


def looked_for_keys(house: House) -> Finding:
    """Collect every key there was, then search the copies."""
    keys = _keys(house)
    house.invite(*((f"person{number}@example.org", "en") for number in range(PEOPLE)))
    house.wake(MORNING, 3, 10)
    for number in range(PEOPLE):
        send(house.client(), house.token(number % 2))
    keys |= _keys(house)
    before = backup(house)
    house.wake(NIGHT, 3)
    keys |= _keys(house)
    copies = {**{f"before the night: {name}": copy for name, copy in before.items()}, **backup(house)}
    found = {
        f"{key} in {name}"
        for name, copy in copies.items()
        for key, content in keys.items()
        if any(dress in copy for dress in dresses(content))
    }
    size = sum(len(copy) for copy in copies.values()) // 1024
    return Finding(won=bool(found), score=f"{len(found)} finds of {len(keys)} keys in {size} KiB of copies")


def dresses(content: bytes) -> tuple[bytes, ...]:
    """A key as bytes, as hex in both spellings, as base64 at each of its offsets."""
    cut = tuple(base64.b64encode(b"x" * skip + content)[4:-4] for skip in range(3))
    safe = tuple(each.replace(b"+", b"-").replace(b"/", b"_") for each in cut)
    return (content, content.hex().encode(), content.hex().upper().encode(), *cut, *safe)


def backup(house: House) -> dict[str, bytes]:
    """What a backup would hold: the database's own copy and each file of the instance folder."""
    settings = house.runtime.settings  # the mails are the patients', not the backup's
    copies = {
        f"{path.relative_to(settings.instance)}": path.read_bytes()
        for path in sorted(settings.instance.rglob("*"))
        if path.is_file() and settings.mailbox not in path.parents
    }
    copy = _postgres(house) if settings.database_url else _sqlite(settings.data)
    return {**copies, "the database": copy}


def _sqlite(folder: Path) -> bytes:
    target = folder / "copy.sqlite3"
    with closing(sqlite3.connect(folder / "afterword.sqlite3")) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    content = target.read_bytes()
    target.unlink()
    return content


def _postgres(house: House) -> bytes:
    """Every value of every table, as COPY writes it into a dump (bytes as hex) and as raw bytes."""
    parts: list[bytes] = []
    with house.runtime.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):  # noqa: S608 — our own tables
                for value in row:
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    parts += [raw, raw.hex().encode()]
    return b"\n".join(parts)


def _keys(house: House) -> dict[str, bytes]:
    """Secret key files by name; public halves and the generation's mark are no secrets."""
    root = house.runtime.settings.keys
    paths = [*(root / "issue").iterdir(), *(root / "pool").iterdir(), root / "contact.key"]
    return {
        path.relative_to(root).as_posix(): content
        for path in paths
        if path.suffix != ".pk" and len(content := path.read_bytes()) >= LEAST_BYTES
    }


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def a_safety_copy() -> Iterator[None]:
    """Somebody who is afraid of losing keys lets each be copied beside the data."""
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
    expected="0 key bytes in what is copied",
    carry_out=looked_for_keys,
    variants=(Variant("a safety copy of the keys", a_safety_copy),),
)


@attack
def keys_in_backups(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
