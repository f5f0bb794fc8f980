"""LA-1, LA-4 to LA-6 and LA-8: order, counters and lengths that a database leaves behind."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import itemgetter
from typing import Any

from survey.attacks import chance
from survey.attacks.dumps import Dump, Row
from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.laboratory import life
from survey.attacks.practice import Rehearsal, Release
from survey.attacks.searching import NAME, WORDS
from survey.attacks.variants import IN_ORDER, REAL_VARIANT, B, C, F


@dataclass(frozen=True)
class Ranking:
    """How well an order guesses another: pairs in the same order less pairs in reverse, of all pairs; and how
    often the first, second, third is the first, second, third."""

    agreeing: int = 0
    opposed: int = 0
    right: int = 0
    rows: int = 0
    groups: int = 0

    @property
    def tau(self) -> float:
        """Kendall's tau over all groups together."""
        pairs = self.agreeing + self.opposed
        return (self.agreeing - self.opposed) / pairs if pairs else 0.0

    @property
    def share(self) -> float:
        return self.right / self.rows if self.rows else 0.0

    @property
    def floor(self) -> float:
        return self.groups / self.rows if self.rows else 0.0

    def limit(self, *, ways: int) -> float:
        """The highest share that is chance, for the best of so many ways to look at the same rows."""
        return chance.matches(self.groups, ways=ways) / self.rows if self.rows else 0.0

    @property
    def tau_limit(self) -> float:
        return 3 / math.sqrt(self.rows) if self.rows else 0.0


def rank(groups: Sequence[Sequence[int]], arrival: dict[int, int]) -> Ranking:
    """Compare the order inside each group with the order in which these persons answered."""
    agreeing = opposed = right = rows = used = 0
    for group in groups:
        places = [arrival[number] for number in group if number in arrival]
        if len(places) < 2:
            continue
        used, rows = used + 1, rows + len(places)
        agreeing += sum(a < b for a, b in combinations(places, 2))
        opposed += sum(a > b for a, b in combinations(places, 2))
        right += sum(a == b for a, b in zip(places, sorted(places), strict=True))
    return Ranking(agreeing, opposed, right, rows, used)


def arrivals(lived: Rehearsal) -> dict[int, int]:
    return {person.number: place for place, person in enumerate(lived.answered)}


@attack
def columns(options: Options) -> Iterator[Evidence]:
    """LA-1: sort what is released by every column and compare with the order of answering."""
    for variant in (REAL_VARIANT, B):
        lived = life(options, variant)
        orders = _by_column(lived)
        for name, groups in orders.items():
            found = rank(groups, arrivals(lived))
            backwards = rank([group[::-1] for group in groups], arrivals(lived))
            best = max(found.share, backwards.share)
            limit = found.limit(ways=2 * len(orders))
            real = variant is REAL_VARIANT
            if not real and name != "leak_answer by id":
                continue
            yield Evidence(
                "LA-1",
                f"order of {name}",
                options.database_name,
                variant.name,
                f"{best:.3f} (floor {found.floor:.3f}, {found.rows} rows)",
                f"at most {limit:.3f}" if real else "the attacker wins: 1.000",
                best <= limit if real else best > 0.99,
            )


def _by_column(lived: Rehearsal) -> dict[str, list[list[int]]]:
    last = lived.dumps[-1]
    orders: dict[str, list[list[int]]] = {}
    if last.tables.get("leak_answer"):
        rows = sorted(last.tables["leak_answer"], key=lambda row: row["id"])
        by_content = {c: p for r in lived.releases for c, p in zip(r.contents, r.persons, strict=True)}
        orders["leak_answer by id"] = [
            [by_content[row["answer"]] for row in rows if row["answer"] in by_content]
        ]
    for column in ("id", "text", "box"):
        orders[f"comment by {column}"] = _comments(lived, _sorted_by(column))
    orders["answers as handed to publish"] = [list(r.persons) for r in lived.releases if r.kind == "ratings"]
    by_length = [
        [p for _, p in sorted(zip((len(c) for c in r.contents), r.persons, strict=True), key=itemgetter(0))]
        for r in lived.releases
        if r.kind == "ratings"
    ]
    orders["answers by length"] = by_length
    return orders


def _sorted_by(column: str) -> Callable[[Row], Any]:
    return lambda row: row[column]


def _comments(lived: Rehearsal, key: Callable[[Row], Any], among: Sequence[Dump] = ()) -> list[list[int]]:
    """Persons behind the comments of each atom as first seen, in an order."""
    groups, seen = [], set()
    for dump in among or [each for each in lived.dumps if each.night]:
        atoms: dict[bytes, list[Row]] = defaultdict(list)
        for _, row in dump.rows("comment"):
            if row["id"] not in seen:
                atoms[row["atom_id"]].append(row)
        seen |= {row["id"] for rows in atoms.values() for row in rows}
        for rows in atoms.values():
            groups.append([_speaker(lived, row) for row in sorted(rows, key=key)])
    return [[number for number in group if number >= 0] for group in groups]


def _speaker(lived: Rehearsal, row: Row) -> int:
    name = row["text"][len(WORDS) : len(WORDS) + NAME]
    found = [p.number for words, p in lived.by_words.items() if words[len(WORDS) : len(WORDS) + NAME] == name]
    return found[0] if found else -1


@attack
def heap(options: Options) -> Iterator[Evidence]:
    """LA-4 and LA-6: the physical order of released rows and of boxes that were sealed again."""
    number, what = ("LA-4", "heap and dump order") if options.database else ("LA-6", "page offsets")
    lived = life(options)
    groups = {
        "comments": _comments(lived, lambda row: row.place),
        "comments, tables rewritten": [
            group for dump in lived.final for group in _comments(lived, lambda row: row.place, [dump])
        ],
        "boxes sealed again": [list(group) for group in lived.waiting],
    }
    for name, each in groups.items():
        found = rank(each, arrivals(lived))
        yield Evidence(
            number,
            f"{what}: {name}",
            options.database_name,
            REAL_VARIANT.name,
            f"tau {found.tau:+.3f} ({found.rows} rows)",
            f"between -{found.tau_limit:.3f} and +{found.tau_limit:.3f}",
            found.rows > 0 and abs(found.tau) < found.tau_limit,
        )
    leaky = life(options, C)
    by_content = {c: p for r in leaky.releases for c, p in zip(r.contents, r.persons, strict=True)}
    tables = [dump.tables["leak_answer"] for dump in leaky.dumps]
    early = next(table for table in tables if len(table) >= 12)  # before SQLite had to split the page
    rows = [by_content.get(row["answer"], -1) for row in early]
    found = rank([rows], arrivals(leaky))
    yield Evidence(
        number,
        f"{what}: answers",
        options.database_name,
        C.name,
        f"tau {found.tau:+.3f} ({found.rows} rows)",
        "the attacker wins: more than +0.500",
        found.tau > 0.5,
    )


@attack
def counting_order(options: Options) -> Iterator[Evidence]:
    """LA-4 and LA-6 on counts: does the order of a batch's counts tell who was first?"""
    number = "LA-4" if options.database else "LA-6"
    # SQLite lists counts by their keys, in whatever order they were written: nothing can be broken there.
    for variant in (REAL_VARIANT, IN_ORDER) if options.database else (REAL_VARIANT,):
        lived = life(options, variant)
        found = rank(_by_first_counts(lived), arrivals(lived))
        real = variant is REAL_VARIANT
        yield Evidence(
            number,
            "order in which the counts of a batch were written",
            options.database_name,
            variant.name,
            f"tau {found.tau:+.3f} ({found.rows} rows)",
            f"between -{found.tau_limit:.3f} and +{found.tau_limit:.3f}"
            if real
            else f"the attacker wins: more than +{found.tau_limit:.3f}",
            abs(found.tau) < found.tau_limit if real else found.tau > found.tau_limit,
        )


def _by_first_counts(lived: Rehearsal) -> list[list[int]]:
    """Each batch's answers, those first that were earliest to name the values counted first."""
    by_atom = {release.atom: release for release in lived.releases if release.kind == "ratings"}
    groups = []
    for dump in lived.dumps:
        counts: dict[bytes, list[Row]] = defaultdict(list)
        for _, row in dump.rows("tally"):
            if row["atom_id"] in by_atom:
                counts[row["atom_id"]].append(row)
        for atom, rows in counts.items():
            groups.append(_ordered_by_counts(lived, by_atom.pop(atom), rows))
    return groups


def _ordered_by_counts(lived: Rehearsal, release: Release, rows: Sequence[Row]) -> list[int]:
    """The sum, over all items, of the place at which a person's value was written."""
    places: dict[str, dict[str, int]] = defaultdict(dict)
    for row in sorted(rows, key=lambda each: each.place):
        inside = places[row["item"].split("@")[0].split(".")[0]]
        inside[row["value"]] = len(inside)
    keys = list(places)

    def early(number: int) -> int:
        ratings = lived.persons[number].ratings
        return sum(places[key].get(ratings.get(key, ""), 0) for key in keys)

    return sorted(release.persons, key=lambda number: (early(number), hash((number, release.atom))))


@attack
def counters(options: Options) -> Iterator[Evidence]:
    """LA-5: hidden row numbers and sequences."""
    for variant in (REAL_VARIANT, B):
        found = life(options, variant).sequences
        real = variant is REAL_VARIANT
        yield Evidence(
            "LA-5",
            "counters and hidden row numbers on ballots and results",
            options.database_name,
            variant.name,
            ", ".join(sorted(set(found))) or "none",
            "none" if real else "the attacker wins: some",
            not found if real else bool(found),
        )


@attack
def lengths(options: Options) -> Iterator[Evidence]:
    """LA-8: boxes of one kind have one length."""
    for variant in (REAL_VARIANT, F):
        found = _lengths(life(options, variant))
        real = variant is REAL_VARIANT
        yield Evidence(
            "LA-8",
            "different lengths of sealed answers, for each kind",
            options.database_name,
            variant.name,
            ", ".join(f"{kind} {len(sizes)}" for kind, sizes in sorted(found.items())),
            "1 for each kind" if real else "the attacker wins: more than 1",
            all((len(sizes) == 1) is real for sizes in found.values()) and len(found) == 2,
        )


def _lengths(lived: Rehearsal) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for dump in lived.dumps:
        for _, row in dump.rows("pool"):
            found[row["kind"]].add(len(row["sealed"]))
    return found
