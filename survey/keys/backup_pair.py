"""The pair of keys of backups as text. The private half lies with the owner alone, never on the server.

A half is written with four bytes that must fit it, and that differ between the halves: a slip of the pen is
noticed before anything is sealed for nobody, and so is the private half where the public one belongs.
"""

from __future__ import annotations

import hashlib
import re

from survey.keys import sealing

HALF, CHECK = 32, 4
PUBLIC, PRIVATE = "public", "private"


class NotAHalf(Exception):
    """The text is not the half of a backup key that was asked for."""


def new_pair() -> tuple[str, str]:
    """(private, public) as text."""
    private, public = sealing.new_pair()
    return written(private, PRIVATE), written(public, PUBLIC)


def written(half: bytes, kind: str) -> str:
    """32 bytes as hexadecimal digits in groups of four, with a check."""
    digits = (half + _check(half, kind)).hex()
    return "-".join(re.findall("....", digits))


def read(text: str, kind: str) -> bytes:
    """The half, 32 bytes. Dashes, spaces and line ends do not count. Raises NotAHalf."""
    digits = re.sub(r"[-\s]", "", text)
    try:
        content = bytes.fromhex(digits)
    except ValueError:
        raise NotAHalf(kind) from None
    half, check = content[:HALF], content[HALF:]
    if len(half) != HALF or check != _check(half, kind):
        raise NotAHalf(kind)
    return half


def _check(half: bytes, kind: str) -> bytes:
    return hashlib.blake2b(half, digest_size=CHECK, person=kind.encode("ascii")).digest()
