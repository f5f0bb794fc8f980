"""One attack on the live side: carried out on the program as it is, and on variants broken on purpose.

A broken variant exists only here: one function of the program is replaced for a while, from outside. The
product has no switch for any of them. An attack that cannot win against its variants proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from survey.attacks.evidence import REAL, Evidence, Options
from survey.attacks.house import House, fresh_runtime, furnish

Broken = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Finding:
    """What an attacker got. ``won``: something that must not be known; ``score`` says how much."""

    won: bool
    score: str


@dataclass(frozen=True)
class Variant:
    """A deliberately broken program, as a context in which it is broken."""

    name: str
    broken: Broken


@dataclass(frozen=True)
class Trial:
    """An attack, what counts as withstood, and the variants it must win against.

    ``inevitable``: the attack is documented as one that wins; then winning is what is expected.
    """

    attack: str
    title: str
    expected: str
    carry_out: Callable[[House], Finding]
    variants: tuple[Variant, ...] = ()
    clinicians: int = 2
    inevitable: bool = False

    def run(self, options: Options) -> Iterator[Evidence]:
        """Each variant on an installation of its own."""
        for variant in (Variant(REAL, nullcontext), *self.variants):
            with variant.broken(), fresh_runtime(options) as runtime:
                house = furnish(runtime, clinicians=self.clinicians, full=options.full)
                finding = self.carry_out(house)
            yield Evidence(
                attack=self.attack,
                title=self.title,
                database=options.database_name,
                variant=variant.name,
                score=finding.score,
                expected=self.expected if variant.name == REAL else "the attacker wins",
                passed=finding.won == (variant.name != REAL or self.inevitable),
            )


def original(place: object, name: str) -> Any:
    """What stands there now, also where a module does not offer it to others."""
    return getattr(place, name)


@contextmanager
def swapped(*changes: tuple[object, str, Any]) -> Iterator[None]:
    """Replace attributes for a while: (place, name, what stands there instead)."""
    before = [(place, name, getattr(place, name)) for place, name, _ in changes]
    try:
        for place, name, instead in changes:
            setattr(place, name, instead)
        yield
    finally:
        for place, name, original in reversed(before):
            setattr(place, name, original)
