"""What an attack found out, in one line each, and the list of all attacks.

A module with an attack adds its function to ``ATTACKS`` with ``@attack``; ``report`` imports the modules and
runs the list. Nothing here decides what a pass is: the attack does, from the page that specifies it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

#: The variant that is the program as it is; every other name is a deliberately broken one.
REAL = "as it is"


@dataclass(frozen=True)
class Evidence:
    """One attack on one variant on one database. ``expected`` says in words what counts as passed.

    ``passed`` is True where the real program withstood, or where the attacker won against a variant that
    was broken on purpose.
    """

    attack: str
    title: str
    database: str
    variant: str
    score: str
    expected: str
    passed: bool


@dataclass(frozen=True)
class Options:
    """How an attack runs. ``folder`` is scratch space; ``database`` is None for SQLite or the address of an
    empty PostgreSQL database that may be filled and emptied; ``full`` asks for the long run."""

    folder: Path
    database: str | None = None
    full: bool = False

    @property
    def database_name(self) -> str:
        return "PostgreSQL" if self.database else "SQLite"


Attack = Callable[[Options], Iterable[Evidence]]
ATTACKS: list[Attack] = []


def attack(function: Attack) -> Attack:
    """Add an attack to the list."""
    ATTACKS.append(function)
    return function
