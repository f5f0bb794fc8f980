"""Letters prepared once for many people: only what differs between them is put in, as plain checked letters.

Pure. A sheet is a whole letter, written the slow way for a person who does not exist, cut where that
person's values stand. Values are letters, digits and a few marks that no header and no encoding gives a
meaning to, so nothing can be smuggled in; a value of any other form is refused. A sheet is compared with a
second letter written the slow way before it is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace

from survey.invitations.letters import UnsafeEnvelope
from survey.visits.addresses import is_address

#: What quoted-printable puts where it breaks a long line.
SOFT_BREAK = "=\r\n"
WORD = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Filling:
    """What differs from person to person. Raises UnsafeEnvelope for anything that is not plain."""

    to: str = field(repr=False)
    token: str = field(repr=False)
    signed_stop: str = field(repr=False)
    message_id: str = field(repr=False)

    def __post_init__(self) -> None:
        if not is_address(self.to):
            raise UnsafeEnvelope("The recipient is not one plain mail address.")
        for value in (self.token, self.signed_stop, self.message_id):
            if not WORD.fullmatch(value):
                raise UnsafeEnvelope("A code or link of the letter has a character that it must not have.")


NAMES = tuple(one.name for one in fields(Filling))


@dataclass(frozen=True)
class Slot:
    """Where a piece of a value goes; a value that runs over a soft line break has several pieces.

    ``place`` counts the pieces of the whole letter from 0.
    """

    name: str
    piece: slice
    place: int = 0


@dataclass(frozen=True)
class Sheet:
    """A prepared letter in pieces: what is the same for all, and nothing where a slot is."""

    pieces: Sequence[bytes] = field(repr=False)
    slots: Sequence[Slot]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, parts: Sequence[bytes | Slot], lengths: tuple[int, ...]) -> Sheet:
        """From pieces and slots as they follow each other."""
        slots = [replace(part, place=n) for n, part in enumerate(parts) if isinstance(part, Slot)]
        return cls([b"" if isinstance(part, Slot) else part for part in parts], slots, lengths)

    def fill(self, filling: Filling) -> bytes:
        """The whole letter. Raises UnsafeEnvelope for values of another length than it was cut for."""
        if _lengths(filling) != self.lengths:
            raise UnsafeEnvelope("A code or link of the letter has another length than it should.")
        values = {name: getattr(filling, name).encode("ascii") for name in NAMES}
        letter = list(self.pieces)
        for slot in self.slots:
            letter[slot.place] = values[slot.name][slot.piece]
        return b"".join(letter)


def prepare(write: Callable[[Filling], bytes], like: Filling) -> Sheet:
    """A sheet for letters as ``write`` makes them, for values as long as those of ``like``.

    Raises UnsafeEnvelope where filling it in would not give the same bytes as writing.
    """
    sample, other = _nobody(like, "Cut-", "a"), _nobody(like, "Proof_", "proof")
    sheet = Sheet.of(_cut(write(sample).decode("ascii"), sample), _lengths(like))
    if sheet.fill(other) != write(other):
        raise UnsafeEnvelope("The letter changes a code or link in a way that cannot be prepared.")
    return sheet


def _nobody(like: Filling, stem: str, name: str) -> Filling:
    """Values of the same lengths that belong to nobody and are unlike each other."""

    def of(field_name: str, length: int) -> str:
        return (f"{stem}{field_name}." * length)[:length]

    return Filling(
        to=f"{name}@nobody.example.org",
        token=of("token", len(like.token)),
        signed_stop=of("stop", len(like.signed_stop)),
        message_id=of("id", len(like.message_id)),
    )


def _cut(text: str, sample: Filling) -> Sequence[bytes | Slot]:
    """The letter in pieces; each place where a value of the sample stands becomes slots."""
    breakable = f"(?:{SOFT_BREAK})?"
    ways = [f"(?P<{name}>{breakable.join(map(re.escape, getattr(sample, name)))})" for name in NAMES]
    parts: list[bytes | Slot] = []
    end = 0
    for found in re.finditer("|".join(ways), text):
        parts += [text[end : found.start()].encode("ascii"), *_slots(str(found.lastgroup), found.group())]
        end = found.end()
    return [*parts, text[end:].encode("ascii")]


def _slots(name: str, written: str) -> Sequence[bytes | Slot]:
    parts: list[bytes | Slot] = []
    start = 0
    for number, piece in enumerate(written.split(SOFT_BREAK)):
        if number:
            parts.append(SOFT_BREAK.encode("ascii"))
        stop = start + len(piece) if name != "to" else None
        parts.append(Slot(name, slice(start, stop)))
        start += len(piece)
    return parts


def _lengths(filling: Filling) -> tuple[int, ...]:
    """Of all but the address, which stands in a header of its own and may have any length."""
    return tuple(len(getattr(filling, name)) for name in NAMES if name != "to")
