"""The second file: a list of clients, by which visits without an address find one.

Pure. Clients are found by name, whatever the accents, capitals and order of names; where a name stands in the
list twice, a person decides and nobody guesses. Names stay in memory.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from survey.visits.faults import FaultyCell, _
from survey.visits.match import NOBODY

#: Letters that Unicode does not take apart into a plain one and an accent.
PLAIN_LETTERS: Final = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "’": "'",
        "‘": "'",
        "`": "'",
    }
    | dict.fromkeys("‐‑–", "-")
)


def plain_name(name: str) -> str:
    """The name as names are compared: ``García, José`` and ``JOSE GARCIA`` are the same."""
    last, comma, first = name.partition(",")
    ordered = f"{first} {last}" if comma and "," not in first else name
    apart = unicodedata.normalize("NFKD", ordered.casefold())
    bare = "".join(mark for mark in apart if not unicodedata.combining(mark))
    return " ".join(bare.translate(PLAIN_LETTERS).split())


@dataclass(frozen=True, slots=True)
class Client:
    """A line of the list. ``fault`` says what is wrong with it; it matters only if a visit needs the line."""

    line: int
    name: str = field(repr=False)
    clinician: str
    values: Mapping[str, Any] = field(repr=False)
    fault: FaultyCell | None = None

    @property
    def address(self) -> str:
        return str(self.values.get("address", ""))

    @property
    def key(self) -> str:
        """Short and the same whenever the same line is read; says nothing by itself, and is never stored."""
        text = f"{plain_name(self.name)}|{self.address.lower()}|{self.clinician}"
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def tie_key(name: str, clinician: str) -> str:
    """The key of a tie: one name with one clinician."""
    text = f"{plain_name(name)}|{clinician}"
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


class Clients:
    """The list in memory, and the choices made between clients of one name."""

    def __init__(self, clients: Iterator[Client], choices: Mapping[str, str]) -> None:
        self._by_name: dict[str, list[Client]] = {}
        for client in clients:
            same = self._by_name.setdefault(plain_name(client.name), [])
            if client.key not in [other.key for other in same]:
                same.append(client)
        self._choices = choices

    def named(self, name: str) -> tuple[Client, ...]:
        return tuple(self._by_name.get(plain_name(name), ()))

    def find(self, name: str, clinician: str) -> Mapping[str, Any]:
        """What the list says of the client of a visit. Raises FaultyCell where that is not certain."""
        client = self._one(self.named(name), name, clinician)
        if client.fault is not None:
            raise FaultyCell(
                _("In the list of clients, line {line}, an address or a mark cannot be read. Put it right."),
                line=str(client.line),
            )
        if client.address:
            return client.values
        # Known again by name within this source; only a keyed tag of it is ever kept.
        return {**client.values, "client": f"{plain_name(client.name)}|{client.key}"[:80]}

    def _one(self, same: tuple[Client, ...], name: str, clinician: str) -> Client:
        if not name:
            raise FaultyCell(_("The client's name is missing, so no address can be found."))
        if not same:
            raise FaultyCell(_("No client of this name is in the list of clients."))
        if len(same) == 1:
            return same[0]
        choice = self._choices.get(tie_key(name, clinician))
        for client in same:
            if client.key == choice:
                return client
        if choice == NOBODY:
            raise FaultyCell(_("Left out: none of the clients of this name was chosen."))
        raise FaultyCell(_("Several clients have this name. Choose whose visit it is."))

    def is_tied(self, name: str, clinician: str) -> bool:
        """Whether several clients have this name and nobody has chosen yet."""
        return len(self.named(name)) > 1 and tie_key(name, clinician) not in self._choices


def read_value(read: Callable[[str], Any], text: str) -> tuple[Any, FaultyCell | None]:
    """A cell's value, or its fault."""
    try:
        return read(text), None
    except FaultyCell as fault:
        return None, fault
