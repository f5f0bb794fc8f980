"""Sheets of two programmes, clinicians beside the others, printed cards: once more. Without ``survey``.

Written from the design's words, like ``recomputing``, with arithmetic of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import comb

from sqlalchemy import text

from tests.reports.recomputing import BEST, Recount, quarter_span, shown

#: A clinician stands beside at least four others, each with 30 answers.
LEAST, FEWEST = 30, 5
BEYOND = Fraction(1, 1000)
CARDS = text(
    "SELECT t.value, SUM(t.n) FROM tally t JOIN atom a ON a.practice_id = t.practice_id AND a.id = t.atom_id "
    "JOIN cell c ON c.practice_id = a.practice_id AND c.id = a.cell_id "
    "WHERE a.practice_id = :practice AND a.kind = 'ratings' AND t.item = 'overall.1' "
    "AND a.month BETWEEN :first AND :last AND c.visit_type = 'printed cards' GROUP BY t.value"
)
NO_OPINION = ("", "dont_know", "does_not_apply", "not_sure", "rather_not_say")


def boxes(recount: Recount, quarter: str, item: str) -> tuple[str, str, str, str]:
    """Band of answers, then top, middle and bottom box of a question."""
    months = quarter_span(quarter)
    top, middle, bottom = (recount.share(kind, item, months) for kind in ("best", "in_between", "worst"))
    return (top[3], top[0], middle[0], bottom[0])


def beside(recount: Recount, quarter: str, clinicians: Iterable[str]) -> dict[str, str]:
    """By clinician: whether chance alone explains the share of "very good", by exact binomial tails."""
    counts = {each: recount.best("overall.1", quarter_span(quarter), each) for each in clinicians}
    judged = {each: pair for each, pair in counts.items() if pair[1] >= LEAST}
    told = dict.fromkeys(counts, "Not compared")
    if len(judged) >= FEWEST:
        target = Fraction(sum(x for x, _ in judged.values()), sum(n for _, n in judged.values()))
        told |= {each: place(x, n, target) for each, (x, n) in judged.items()}
    return told


def place(x: int, n: int, target: Fraction) -> str:
    """Fewer or more than one chance in a thousand, counted out."""
    if tail(range(x + 1), n, target) < BEYOND:
        return "Lower than chance explains"
    if tail(range(x, n + 1), n, target) < BEYOND:
        return "Higher than chance explains"
    return "Within chance"


def tail(numbers: Iterable[int], n: int, target: Fraction) -> Fraction:
    """Chance of one of these numbers out of n, as a fraction."""
    return sum((comb(n, k) * target**k * (1 - target) ** (n - k) for k in numbers), Fraction(0))


def of_cards(recount: Recount, quarter: str) -> tuple[str, str]:
    """Share of "very good" on printed cards and how many cards; no interval, since cards are no people."""
    first, last = quarter_span(quarter)
    given = {"practice": recount.practice, "first": first, "last": last}
    found = {value: int(n) for value, n in recount.connection.execute(CARDS, given)}
    n = sum(number for value, number in found.items() if value not in NO_OPINION)
    share = shown(found.get(BEST["overall.1"], 0), n)
    return share[0], share[3]
