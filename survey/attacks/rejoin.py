"""LA-25: join published comments to ratings again, by order, number, time or length.

Twelve people of each clinician rate and write, for some months. The thief has the boxes as they lie after
each night, the published comments, and (more than anybody gets) the single ratings in the order in which they
were counted. Who is who is known to the harness, which reads the boxes with keys that no thief has.

The rule: the best of all ways of joining may be right for 1/n of an atom's answers, and what chance adds.
Laid side by side in random orders, the halves of an atom agree at one place on average. Allowed is as much
more as chance gives the best of ten ways in so many atoms, at three standard deviations for all of them
together (``chance.matches``).
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from random import SystemRandom
from typing import Any

from sqlalchemy import literal_column, select

from survey import clock
from survey.attacks import chance
from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import House, answer
from survey.attacks.trial import Finding, Trial, Variant, original, swapped
from survey.db import reading
from survey.instruments.model import Instrument
from survey.keys import pool as pool_keys
from survey.keys.sealing import opener
from survey.releases import flushing, publication
from survey.releases.model import Atom, Comment
from survey.responses import answers, submitting
from survey.responses.model import Kind, Pool

PEOPLE, CLINICIANS = 12, 6
#: So many months are lived through, each with another atom of every clinician.
SHORT_MONTHS, FULL_MONTHS = 2, 8
LETTERS = "abcdefghijklmnop"


@dataclass(frozen=True)
class Piece:
    """Half of an answer as a thief finds it. ``person`` is what he wants to know and cannot see."""

    person: int
    cell: int
    id: bytes = b""
    transaction: str = ""
    length: int = 0


@dataclass
class Loot:
    """What was found of each cell: ratings and comments, each in the order in which they came to hand."""

    ratings: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    comments: dict[int, list[Piece]] = field(default_factory=lambda: defaultdict(list))

    def take(self, kind: str, piece: Piece) -> None:
        (self.ratings if kind == Kind.RATINGS else self.comments)[piece.cell].append(piece)


Guess = Callable[[Sequence[Piece], Sequence[Piece]], float]


def halves_joined(house: House) -> Finding:
    """Let people answer, take the loot at night and after the releases, try every way of joining."""
    shares: dict[str, list[float]] = defaultdict(list)
    for month in range(3, 3 + (FULL_MONTHS if house.full else SHORT_MONTHS)):
        after_night, published = _live_a_month(house, 2026 + (month - 1) // 12, (month - 1) % 12 + 1)
        for name, loot in (("waiting", after_night), ("published", published)):
            for way, guess in WAYS.items():
                for cell, ratings in loot.ratings.items():
                    shares[f"{name} by {way}"].append(guess(ratings, loot.comments[cell]))
    return _judged(shares)


def _judged(shares: Mapping[str, Sequence[float]]) -> Finding:
    """``shares``: for each way, the share of right guesses in each atom."""
    atoms = min(len(each) for each in shares.values())
    scores = {way: sum(each) / len(each) for way, each in shares.items()}
    best = max(scores, key=lambda way: scores[way])
    limit = chance.matches(atoms, ways=len(shares)) / (atoms * PEOPLE)
    score = (
        f"{scores[best]:.3f} ({best}, the best of {len(shares)} ways); floor 1/n = {1 / PEOPLE:.3f}, "
        f"limit {limit:.3f}, {atoms} atoms"
    )
    return Finding(won=scores[best] > limit, score=score)


def by_rank(key: Callable[[Piece], Any] | None, *, backwards: bool = False) -> Guess:
    """Sort both by the same thing and lay them side by side; None: as they came to hand."""

    def guess(ratings: Sequence[Piece], comments: Sequence[Piece]) -> float:
        one = list(ratings) if key is None else sorted(ratings, key=key)
        other = list(comments) if key is None else sorted(comments, key=key)
        pairs = zip(one, reversed(other) if backwards else other, strict=True)
        return sum(a.person == b.person for a, b in pairs) / len(one)

    return guess


def by_class(key: Callable[[Piece], Any]) -> Guess:
    """Guess among those that share a mark (a transaction, a length); its expected share of right guesses."""

    def guess(ratings: Sequence[Piece], comments: Sequence[Piece]) -> float:
        right = 0.0
        for rating in ratings:
            alike = [each.person for each in comments if key(each) == key(rating)] or [
                each.person for each in comments
            ]
            right += alike.count(rating.person) / len(alike)
        return right / len(ratings)

    return guess


WAYS: dict[str, Guess] = {
    "order": by_rank(None),
    "order backwards": by_rank(None, backwards=True),
    "number": by_rank(lambda piece: piece.id),
    "transaction": by_class(lambda piece: piece.transaction),
    "length": by_class(lambda piece: piece.length),
}


def _live_a_month(house: House, year: int, month: int) -> tuple[Loot, Loot]:
    published = Loot()
    first_monday = next(day for day in range(1, 8) if date(year, month, day).weekday() == 0)
    start = date(year, month, first_monday)
    following = date(year + month // 12, month % 12 + 1, 1)
    comments_out = next(
        each for number in range(7) if (each := following.replace(day=1 + number)).weekday() == 0
    )
    with counted(house, published):
        house.wake(start.replace(day=first_monday + 1), 10)
        _answer(house)
        house.wake(start.replace(day=first_monday + 2), 3)
        waiting = _boxes(house)
        house.wake(start.replace(day=first_monday + 7), 3)
        house.wake(comments_out, 3)
    _comments(house, published, clock.month_of(comments_out))
    return waiting, published


def _answer(house: House) -> None:
    """Everybody rates in a way of their own and writes their letter; clinicians' patients take turns."""
    choices = vectors(house.instrument)
    for person, clinician in itertools.product(range(PEOPLE), range(len(house.clinicians))):
        words = f"Person {LETTERS[person]} says so."
        reply = answer(house.client(), house.token(clinician), choices[person], words)
        assert reply.status_code == 200


def vectors(instrument: Instrument) -> list[dict[str, str]]:
    """A different set of answers for each person."""
    items = [item for item in instrument.items if len(item.scale.options) >= 3][:3]
    values = [[option.value for option in item.scale.options[:3]] for item in items]
    found = [dict(zip((item.id for item in items), each, strict=True)) for each in itertools.product(*values)]
    return found[:PEOPLE]


def _who(record: answers.Ratings | answers.Words, instrument: Instrument) -> int:
    """Whose half this is, from its content."""
    if isinstance(record, answers.Words):
        return _writer(" ".join(record.texts))
    chosen = {item.id: value for item, value in zip(instrument.items, record.values, strict=True) if value}
    return vectors(instrument).index(chosen)


def _writer(text: str) -> int:
    return LETTERS.index(text.split("Person ")[1][0])


def _boxes(house: House) -> Loot:
    """The waiting boxes as they lie in the table; opened with the keys of the day to know whose they are."""
    loot, place, practice = Loot(), house.runtime, house.practice
    versions = {house.instrument.label: house.instrument}
    writer: Any = literal_column("xmin::text" if place.engine.dialect.name == "postgresql" else "''")
    with reading(place.engine, practice.id) as db:
        rows = db.execute(select(Pool.id, Pool.cell_id, Pool.kind, Pool.kid, Pool.sealed, writer)).all()
    for number, cell, kind, kid, sealed, xmin in rows:
        content = opener(pool_keys.private_key(place.files, practice.id, kid))(sealed)
        record = (
            answers.unpack_ratings(content, versions)
            if kind == Kind.RATINGS
            else answers.unpack_comments(content)
        )
        loot.take(kind, Piece(_who(record, house.instrument), cell, number, str(xmin), len(sealed)))
    return loot


def _comments(house: House, loot: Loot, month: str) -> None:
    """The published comments as they lie in the table."""
    with reading(house.runtime.engine, house.practice.id) as db:
        rows = db.execute(
            select(Comment.id, Atom.cell_id, Comment.text)
            .select_from(Comment)
            .join(Atom, (Atom.practice_id == Comment.practice_id) & (Atom.id == Comment.atom_id))
            .where(Atom.month == month)
        ).all()
    for number, cell, text in rows:
        loot.take(Kind.COMMENTS, Piece(_writer(text), cell or 0, number))


@contextmanager
def counted(house: House, loot: Loot) -> Iterator[None]:
    """Writes down which single ratings go into an atom, in their order: a hook from outside."""
    publish, numbers = publication.publish, itertools.count()

    def watched(db: Any, practice: Any, kind: Kind, batches: Any, **more: Any) -> None:
        for batch in batches if kind is Kind.RATINGS else ():
            for row in batch.rows:
                number = next(numbers).to_bytes(16, "big")
                loot.take(kind, Piece(_who(row.record, house.instrument), batch.cell_id or 0, number))
        publish(db, practice, kind, batches, **more)

    with swapped((publication, "publish", watched)):
        yield


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def a_common_number() -> Iterator[None]:
    """Rows are numbered as they come and keep their order, so both halves of an answer have the same rank."""
    numbers = itertools.count(1)

    class InOrder(SystemRandom):
        """Shuffles nothing; the lots that a release draws are drawn."""

        def shuffle(self, x: Any) -> None:
            """Leave it as it is."""

    def counting() -> bytes:
        return next(numbers).to_bytes(16, "big")

    places = (submitting, flushing, publication)
    assert all(callable(original(place, "random_id")) for place in places)
    with swapped(
        *((place, "random_id", counting) for place in places),
        *((place, "SystemRandom", InOrder) for place in places[1:]),
    ):
        yield


TRIAL = Trial(
    attack="LA-25",
    title="Comments and ratings joined again",
    expected="at most 1/n of the rating atom, and what chance adds (3 sigma for all ten ways together)",
    carry_out=halves_joined,
    variants=(Variant("a common number", a_common_number),),
    clinicians=CLINICIANS,
)


@attack
def halves(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
