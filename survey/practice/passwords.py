"""Which passwords are good enough, and how they are hashed. Touches no database.

Never keeps, logs or repeats a password; nothing is demanded of its characters, only of its length and that
it is not one of those that everybody tries first.
"""

from __future__ import annotations

import gzip
import secrets
import unicodedata
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST = 12
MOST = 256

#: What people type when twelve characters are asked for; compared without case, spaces and end digits.
FIRST_TRIED = """
    password passwordpassword passw0rd p@ssword p@ssw0rd qwerty qwertyuiop qwertyuiopasdf qwertyqwerty
    asdfghjkl asdfghjklasdf zxcvbnmzxcvbnm qazwsxedcrfv abcdefghijkl abcdefghijklm letmein letmeinletmein
    welcome welcomewelcome iloveyou iloveyouiloveyou changeme changemechangeme admin adminadminadmin
    administrator monkeymonkey dragondragon footballfootball baseballbaseball sunshinesunshine trustno
    correcthorsebatterystaple contraseña contrasena secretsecret practice practicepractice afterword
    therapist psychology psychologist clinician counselling counseling
"""
COMMON = frozenset(FIRST_TRIED.split())
#: The ten thousand of at least ``LEAST`` characters that were stolen most often; see the licence beside it.
STOLEN = Path(__file__).parent / "common_passwords.txt.gz"


class Refusal(StrEnum):
    """Why a new password is not taken."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    TOO_COMMON = "too common"


class PasswordRefused(Exception):
    """A new password that is not good enough; ``reason`` says why. The password itself is not in here."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(f"the password is {reason}; use at least {LEAST} characters, such as four odd words")
        self.reason = reason


def check_new(password: str, *, email: str) -> None:
    """Raises PasswordRefused for one that is too short, too long or among the first to be tried."""
    plain = _normal(password)
    if len(plain) < LEAST:
        raise PasswordRefused(Refusal.TOO_SHORT)
    if len(plain) > MOST:
        raise PasswordRefused(Refusal.TOO_LONG)
    squeezed = "".join(plain.casefold().split())
    core = squeezed.strip("0123456789!?.-_*#")
    own = {email.casefold(), email.casefold().partition("@")[0]}
    easy = len(set(squeezed)) < 4 or core in COMMON or squeezed in own or core in own or _is_run(squeezed)
    if easy or _is_stolen(squeezed, core):
        raise PasswordRefused(Refusal.TOO_COMMON)


def hash_new(password: str) -> str:
    """argon2id with the library's present cost; about a tenth of a second."""
    return _hasher().hash(_normal(password))


def holds(password_hash: str, password: str) -> bool:
    """Whether the password belongs to the hash. The same work is done where there is no hash."""
    stand_in = _stand_in()
    try:
        _hasher().verify(password_hash or stand_in, _normal(password[: 2 * MOST]))
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def _normal(password: str) -> str:
    """The same letters however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)


def _is_run(text: str) -> bool:
    """Counting up or down, such as 123456789012."""
    steps = {(ord(b) - ord(a)) % 10 if (a + b).isdigit() else ord(b) - ord(a) for a, b in pairwise(text)}
    return len(steps) == 1


def _is_stolen(*forms: str) -> bool:
    """The list is read anew each time: passwords are chosen seldom, and no process has to hold it."""
    stolen = f"\n{gzip.decompress(STOLEN.read_bytes()).decode()}"
    return any(f"\n{form}\n" in stolen for form in forms)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _stand_in() -> str:
    """A hash of nothing anybody knows, so that an unknown account costs the same time as a known one."""
    return _hasher().hash(secrets.token_urlsafe(32))
