"""LA-2 to LA-4 on PostgreSQL: what the numbers of transactions say about who used which link.

Each row carries the number of the transaction that wrote it. The attacker joins used links with mails, or
with whatever else names a person, by equal or neighbouring numbers, in the copies of nights and of evenings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from survey import clock
from survey.attacks import chance, dumps
from survey.attacks.dumps import Dump
from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.laboratory import life
from survey.attacks.physical import arrivals, rank
from survey.attacks.practice import TIME_ZONE, Person, Rehearsal
from survey.attacks.variants import APART, REAL_VARIANT, A

#: A used link's number less the person's: a mail before it, or a mark after it.
STEPS = (-3, -2, -1, 1, 2, 3)
SURE = 0.9


@dataclass(frozen=True)
class Joined:
    """One used link with the people whose rows are so many transactions away. ``floor``: the chance of a
    guess that knows nothing of transactions."""

    step: int
    owner: int
    near: frozenset[int]
    floor: float

    @property
    def right(self) -> float:
        return 1 / len(self.near) if self.owner in self.near else 0.0


@dataclass(frozen=True)
class Share:
    """How often a guess among the neighbours is right, over the used links that have some, at one step."""

    step: int
    right: float
    floor: float
    links: int

    @property
    def limit(self) -> float:
        return chance.limit(self.floor, chance.spread_of(self.floor, self.links), ways=len(STEPS))


@attack
def equal(options: Options) -> Iterator[Evidence]:
    """LA-2: rows written by the same transaction."""
    for variant in (REAL_VARIANT, A) if options.database else ():
        lived = life(options, variant)
        real = variant is REAL_VARIANT
        same = _same_transaction([*lived.dumps, *lived.final])
        yield Evidence(
            "LA-2",
            "contact, ballot and result rows of one transaction, also after rewriting",
            options.database_name,
            variant.name,
            f"{same} pairs",
            "0 pairs" if real else "the attacker wins: more than 0 pairs",
            same == 0 if real else same > 0,
        )


def _same_transaction(among: Sequence[Dump]) -> int:
    """Pairs that name a person: contact with ballot, spent tag with result. Boxes sealed again by the flush
    share its transaction with atoms they are no part of, so those pairs say nothing and are left out."""
    found = 0
    for dump in among:
        contact = {row.xmin for _, row in dump.rows(*dumps.CONTACT, "leak_contact")}
        ballot = {row.xmin for _, row in dump.rows(*dumps.BALLOT, "leak_answer")}
        spent = {row.xmin for _, row in dump.rows("spent", "leak_contact")}
        result = {row.xmin for _, row in dump.rows(*dumps.RESULTS)}
        found += len(contact & ballot) + len(spent & result)
    return found


@attack
def next_to(options: Options) -> Iterator[Evidence]:
    """LA-3: a guess among neighbours against a guess among everybody (nights) or among the mails of the day
    (evenings).

    By evening a number says that a link was used before anything else was written after the morning's mails,
    that is, that it was used that day. That is not hidden by day; that it says no more is tested here: mails
    go out in the order of random keys.
    """
    for variant in (REAL_VARIANT, APART) if options.database else ():
        lived = life(options, variant)
        for night, when in ((True, "nightly copies"), (False, "evening copies")):
            yield _judged(options, variant.name, when, _shares(list(_joined(lived, night=night))))


def _joined(lived: Rehearsal, *, night: bool) -> Iterator[Joined]:
    """Each used link of the nightly copies, or each new one of the evening copies, at each step at which it
    has neighbours, from the first copy that shows them."""
    people = {person.invitation: person for person in lived.persons if person.invitation}
    owners = {lived.tags[person.token]: person for person in lived.persons if person.token}
    seen: set[tuple[bytes, int]] = set()
    last_night: set[bytes] = set()
    for dump in lived.dumps:
        if dump.night == night:
            named = _named(dump, people)
            mine = [row for _, row in dump.rows("spent") if row["tag"] not in last_night]
            for row, step in ((row, step) for row in mine for step in STEPS):
                near, owner = named.get((row.xmin or 0) - step), owners[row["tag"]]
                if near and (row["tag"], step) not in seen:
                    seen.add((row["tag"], step))
                    floor = _floor(lived, owner, dump, everybody=len(frozenset().union(*named.values())))
                    yield Joined(step, owner.number, near, floor)
        elif not night:
            last_night = {row["tag"] for _, row in dump.rows("spent")}


def _named(dump: Dump, people: dict[bytes, Person]) -> dict[int, frozenset[int]]:
    """For each transaction, the persons that its rows name."""
    found: dict[int, set[int]] = {}
    for name, row in dump.rows("invitation", "leak_contact"):
        person = people[row["id"]].number if name == "invitation" else row["person"]
        if name == "leak_contact" or row["id"] in people:
            found.setdefault(row.xmin or 0, set()).add(person)
    return {number: frozenset(each) for number, each in found.items()}


def _floor(lived: Rehearsal, owner: Person, dump: Dump, *, everybody: int) -> float:
    """By night a guess among all; by evening among the mails of the day, if the link is one of them."""
    day = clock.local_day(dump.at, TIME_ZONE)
    sent = [p.number for p in lived.persons if p.sent and clock.local_day(p.sent, TIME_ZONE) == day]
    return 1 / len(sent) if not dump.night and owner.number in sent else 1 / everybody


def _shares(found: Sequence[Joined]) -> list[Share]:
    shares = []
    for step in STEPS:
        mine = [each for each in found if each.step == step]
        if mine:
            right, floor = (sum(values) / len(mine) for values in _columns(mine))
            shares.append(Share(step, right, floor, len(mine)))
    return shares


def _columns(found: Sequence[Joined]) -> tuple[list[float], list[float]]:
    return [each.right for each in found], [each.floor for each in found]


def _judged(options: Options, variant: str, when: str, shares: Sequence[Share]) -> Evidence:
    """The step that is furthest above what chance allows."""
    real = variant == REAL_VARIANT.name
    worst = max(shares, key=lambda each: each.right - each.limit, default=Share(0, 0.0, 0.0, 0))
    score = f"{worst.right:.3f} of {worst.links} links ({worst.step:+d}; floor {worst.floor:.3f})"
    return Evidence(
        "LA-3",
        f"used links and mails of neighbouring transactions (1 to 3 apart), {when}",
        options.database_name,
        variant,
        score,
        f"at most {worst.limit:.3f}" if real else f"the attacker wins: at least {SURE:.3f}",
        worst.right <= worst.limit if real else worst.right >= SURE,
    )


@attack
def told_apart(options: Options) -> Iterator[Evidence]:
    """LA-3 and LA-4: after the night all rows have one number, and lie in the order of random keys."""
    for variant in (REAL_VARIANT, APART) if options.database else ():
        lived = life(options, variant)
        real = variant is REAL_VARIANT
        nights = [dump for dump in lived.dumps if dump.night]
        most = max(len({row.xmin for _, row in d.rows(n)}) for d in nights for n in ("spent", "invitation"))
        yield Evidence(
            "LA-3",
            "transactions that the used links, or the mails, of one nightly copy name",
            options.database_name,
            variant.name,
            f"{most} at most",
            "1" if real else "the attacker wins: more than 1",
            most == 1 if real else most > 1,
        )
        yield _heap(options, variant.name, lived, max(nights, key=lambda dump: len(dump.tables["spent"])))


def _heap(options: Options, variant: str, lived: Rehearsal, dump: Dump) -> Evidence:
    owners = {lived.tags[person.token]: person.number for person in lived.persons if person.token}
    rows = sorted(dump.tables["spent"], key=lambda row: row.place)
    found = rank([[owners[row["tag"]] for row in rows]], arrivals(lived))
    real = variant == REAL_VARIANT.name
    return Evidence(
        "LA-4",
        "heap and dump order: used links of one nightly copy",
        options.database_name,
        variant,
        f"tau {found.tau:+.3f} ({found.rows} rows)",
        f"between -{found.tau_limit:.3f} and +{found.tau_limit:.3f}"
        if real
        else "the attacker wins: more than +0.500",
        found.rows > 0 and abs(found.tau) < found.tau_limit if real else found.tau > 0.5,
    )
