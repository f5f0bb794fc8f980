"""Keys of other programs of a practice: made for what a program needs, recognised, ended.

The key is shown once, when it is made; the database has a hash of it, the name, its scopes, and days, never
an hour. A key names its practice, and nothing else in a request does. No scope is ever added to a key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.practice.model import ApiKey, Practice

PREFIX: Final = "aw_"
#: 8 bytes of practice and 32 of secret.
RAW: Final = 40
LONGEST_NAME: Final = 60
#: Keys of one practice that are alive at the same time.
MOST_KEYS: Final = 20


class Scope(StrEnum):
    """Something a key may do."""

    VISITS_WRITE = "visits:write"
    RESULTS_READ = "results:read"
    REPORTS_READ = "reports:read"


class CannotAuthorise(Exception):
    """A key that cannot be made or ended; the text says why and what to do."""


@dataclass(frozen=True)
class Presented:
    """A key as a program showed it: whose it claims to be, and the hash to look for."""

    practice_id: int
    secret_hash: bytes


def make_key(
    db: Session,
    practice: Practice,
    name: str,
    *,
    today: date,
    scopes: Iterable[Scope] = (Scope.VISITS_WRITE,),
) -> str:
    """A new key that may do what ``scopes`` say; the text is to be shown once. Raises CannotAuthorise."""
    held = " ".join(scope for scope in Scope if scope in set(scopes))
    if not held:
        raise CannotAuthorise("Choose at least one thing that the key may do.")
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise CannotAuthorise(
            f"Give the key a name of 1 to {LONGEST_NAME} characters, such as the program's."
        )
    known = keys(db, practice.id)
    if any(key.name == name for key in known):
        raise CannotAuthorise(
            "There is a key of this name. Choose another, such as the program and the year."
        )
    if sum(key.ended_on is None for key in known) >= MOST_KEYS:
        raise CannotAuthorise(f"{MOST_KEYS} keys are in use. End one that is not needed any more.")
    raw = practice.id.to_bytes(8, "big") + secrets.token_bytes(RAW - 8)
    hashed = hashlib.sha256(raw).digest()
    made = ApiKey(practice_id=practice.id, secret_hash=hashed, name=name, made_on=today, scopes=held)
    db.add(made)
    db.flush()
    return PREFIX + base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def keys(db: Session, practice_id: int) -> list[ApiKey]:
    """All keys, the ended ones too, by name."""
    return list(db.scalars(select(ApiKey).where(ApiKey.practice_id == practice_id).order_by(ApiKey.name)))


def scopes_of(key: ApiKey) -> tuple[Scope, ...]:
    """What a key may do, in a fixed order."""
    held = key.scopes.split()
    return tuple(scope for scope in Scope if scope in held)


def end_key(db: Session, practice_id: int, name: str, *, today: date) -> None:
    """Let a key open nothing any more. Raises CannotAuthorise where there is none of that name in use."""
    mine = ApiKey.practice_id == practice_id, ApiKey.name == name, ApiKey.ended_on.is_(None)
    found = db.scalar(select(ApiKey).where(*mine))
    if found is None:
        raise CannotAuthorise("There is no key of this name in use. Nothing was changed.")
    found.ended_on = today
    db.flush()


def presented(text: str) -> Presented | None:
    """What a program showed as its key; None where it has not the form of one. Reads no database."""
    if not text.startswith(PREFIX) or len(text) > 80:
        return None
    try:
        raw = base64.b64decode(text.removeprefix(PREFIX) + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != RAW or raw[0] > 127:  # practice ids are positive and have 63 bits
        return None
    return Presented(int.from_bytes(raw[:8], "big"), hashlib.sha256(raw).digest())


def note_use(db: Session, shown: Presented, *, today: date) -> None:
    """Note the day on which a key was last used, so that a forgotten one can be told from one in use."""
    found = key_of(db, shown)
    if found is not None and found.used_on != today:
        found.used_on = today
        db.flush()


def key_of(db: Session, shown: Presented) -> ApiKey | None:
    """The key in use that was shown, or None."""
    found = db.get(ApiKey, (shown.practice_id, shown.secret_hash))
    return found if found is not None and found.ended_on is None else None
