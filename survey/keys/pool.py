"""Pool keys: one pair per practice and kind, replaced every night on which answers wait.

The private half is a file that only the flush reads; it lives at most until the next flush. The practice is
part of its name, so that a sweep under one practice's lock never touches a key that another is just making.
"""

from __future__ import annotations

import secrets

from survey.keys.files import KeyFiles
from survey.keys.sealing import new_pair


def new_key(files: KeyFiles, practice_id: int) -> tuple[bytes, bytes]:
    """(key id, public half). The private half is safely on disk before this returns."""
    private, public = new_pair()
    kid = secrets.token_bytes(16)
    files.create(_name(practice_id, kid), private)
    return kid, public


def private_key(files: KeyFiles, practice_id: int, kid: bytes) -> bytes:
    """The private half. Raises KeyTrouble where it is gone or damaged."""
    return files.read(_name(practice_id, kid), 32)


def holds(files: KeyFiles, practice_id: int, kid: bytes) -> bool:
    return files.exists(_name(practice_id, kid))


def destroy_key(files: KeyFiles, practice_id: int, kid: bytes) -> None:
    files.destroy(_name(practice_id, kid))


def ids_held(files: KeyFiles, practice_id: int) -> frozenset[bytes]:
    """Ids of the practice's private keys on disk."""
    start = f"pool/{practice_id:016x}."
    names = (name for name in files.names("pool") if name.startswith(start))
    return frozenset(bytes.fromhex(name.removeprefix(start).removesuffix(".sk")) for name in names)


def _name(practice_id: int, kid: bytes) -> str:
    return f"pool/{practice_id:016x}.{kid.hex()}.sk"
