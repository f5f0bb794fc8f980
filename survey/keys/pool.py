"""Pool keys: one pair per practice and kind, replaced every night on which answers wait.

The private half is a file that only the flush reads; it lives at most until the next flush. The practice is
part of its name, so that a sweep under one practice's lock never touches a key that another is just making.
"""

from __future__ import annotations

import secrets

from survey.keys.files import KeyFiles, KeyTrouble
from survey.keys.sealing import new_pair, public_half


def new_key(files: KeyFiles, practice_id: int) -> tuple[bytes, bytes]:
    """(key id, public half). The private half is safely on disk before this returns."""
    private, public = new_pair()
    kid = secrets.token_bytes(16)
    files.create(name(practice_id, kid), private)
    return kid, public


def private_key(files: KeyFiles, practice_id: int, kid: bytes) -> bytes:
    """The private half. Raises KeyTrouble where it is gone or damaged."""
    return files.read(name(practice_id, kid), 32)


def require_pair(files: KeyFiles, practice_id: int, kid: bytes, *, public: bytes) -> None:
    """Raises KeyTrouble where the file holds another key than the one that answers are sealed to."""
    if public_half(private_key(files, practice_id, kid)) != public:
        raise KeyTrouble(
            f"the key file {name(practice_id, kid)} holds another key than the one that answers are sealed "
            "to; put the right one back, or move this one away"
        )


def holds(files: KeyFiles, practice_id: int, kid: bytes) -> bool:
    return files.exists(name(practice_id, kid))


def destroy_key(files: KeyFiles, practice_id: int, kid: bytes) -> None:
    files.destroy(name(practice_id, kid))


def ids_held(files: KeyFiles, practice_id: int) -> frozenset[bytes]:
    """Ids of the practice's private keys on disk."""
    start = f"pool/{practice_id:016x}."
    mine = (each for each in files.names("pool") if each.startswith(start))
    return frozenset(bytes.fromhex(each.removeprefix(start).removesuffix(".sk")) for each in mine)


def name(practice_id: int, kid: bytes) -> str:
    """The file of a private key, in the key folder."""
    return f"pool/{practice_id:016x}.{kid.hex()}.sk"
