"""Every figure of the report once more, from the tallies: SQL and arithmetic of its own.

Written from the design's words (5.9 and ruling 15), on purpose without anything of ``survey``, so that one
mistake must be made twice to stay unseen. Knows the default survey's scales by heart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction

from sqlalchemy import Connection, text

BEST = {
    "overall.1": "very_good",
    "timeliness.1": "on_time",
    "breakdown.1": "nothing_wrong",
}
WORST = {
    "overall.1": ("poor", "very_poor"),
    "timeliness.1": ("over_10_late",),
    "breakdown.1": ("not_put_right",),
}
ASIDE = ("", "dont_know", "does_not_apply", "not_sure", "rather_not_say")
SUMS = text(
    "SELECT t.value, SUM(t.n) FROM tally t JOIN atom a ON a.practice_id = t.practice_id AND a.id = t.atom_id "
    "LEFT JOIN cell c ON c.practice_id = a.practice_id AND c.id = a.cell_id "
    "WHERE a.practice_id = :practice AND a.kind = 'ratings' AND t.item = :item "
    "AND a.month BETWEEN :first AND :last "
    "AND (:clinician = '' OR CAST(c.clinician_id AS VARCHAR(30)) = :clinician) "
    "AND (c.visit_type IS NULL OR c.visit_type <> 'printed cards') GROUP BY t.value"
)


class Recount:
    """One practice's tallies."""

    def __init__(self, connection: Connection, practice: int) -> None:
        self.connection, self.practice = connection, practice

    def share(
        self, kind: str, item: str, months: tuple[str, str], clinician: str = ""
    ) -> tuple[str, str, str, str]:
        """Value, low, high and n of a row, as the table has to print them."""
        found = self.values(item, months, clinician)
        if kind == "put_right":
            right, wrong = found.get("put_right", 0), found.get("not_put_right", 0)
            return shown(right, right + wrong)
        return shown(*self._counts(found, kind, item))

    def best(self, item: str, months: tuple[str, str], clinician: str = "") -> tuple[int, int]:
        """How many gave the best answer, and of how many."""
        return self._counts(self.values(item, months, clinician), "best", item)

    def values(self, item: str, months: tuple[str, str], clinician: str) -> dict[str, int]:
        return {
            value: int(n)
            for value, n in self.connection.execute(
                SUMS,
                {
                    "practice": self.practice,
                    "item": item,
                    "first": months[0],
                    "last": months[1],
                    "clinician": clinician,
                },
            )
        }

    def _counts(self, found: dict[str, int], kind: str, item: str) -> tuple[int, int]:
        """Above and below the line."""
        n = sum(number for value, number in found.items() if value not in ASIDE)
        best = found.get(BEST.get(item, "definitely"), 0)
        worst = sum(found.get(value, 0) for value in WORST.get(item, ("no",)))
        if kind == "in_between" and n < 30:
            return 0, 0
        return {"best": best, "worst": worst, "in_between": n - best - worst}[kind], n


def shown(x: int, n: int) -> tuple[str, str, str, str]:
    """A share by the rule: withheld, a fifth, a tenth, five points, or one point; ends are capped."""
    if n < 5:
        return ("withheld", "", "", "")
    least = band(n)
    if n < 10:
        low = next(edge for edge in (80, 60, 40, 20, 0) if above(Fraction(100 * x, n), edge))
        return (f"{low}–{low + 20}%", *ends(Fraction(low + 10), least, 20), f"{least}+")
    step = 10 if n < 30 else 5 if n < 100 else 1
    exact = Fraction(100 * x, n)
    steps = math.floor(exact / step + Fraction(1, 2))
    middle = min(max(step * steps, step), 100 - step)
    words = (
        f"{middle}% or less"
        if middle == step
        else f"{middle}% or more"
        if middle == 100 - step
        else f"{middle}%"
    )
    if n < 100:
        return (words, *ends(Fraction(middle), least, step), f"{least}+")
    return (words, *ends(min(max(exact, Fraction(1)), Fraction(99)), n, 1), f"{least}+")


def above(percent: Fraction, edge: int) -> bool:
    """An edge between two fifths belongs to the one nearer its end of the scale."""
    return percent >= edge if edge in (0, 60, 80) else percent > edge


def band(n: int) -> int:
    return max(low for low in steps_of_bands() if low <= n)


def steps_of_bands() -> Iterator[int]:
    yield from (5, 10, 15, 20, 30, 50)
    yield from (first * 10**power for power in range(2, 8) for first in (1, 2, 5))


def ends(percent: Fraction, n: int, step: int) -> tuple[str, str]:
    """Wilson's interval (1927), solved as a quadratic, outward to the grid."""
    p, z = float(percent) / 100, 1.959963984540054
    a, b, c = 1 + z * z / n, -(2 * p + z * z / n), p * p
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    low, high = (-b - root) / (2 * a), (-b + root) / (2 * a)
    return (
        str(step * math.floor(round(100 * low / step, 8))),
        str(step * math.ceil(round(100 * high / step, 8))),
    )


def quarter_span(quarter: str) -> tuple[str, str]:
    year, number = quarter.split("-Q")
    return f"{year}-{3 * int(number) - 2:02d}", f"{year}-{3 * int(number):02d}"


def before(quarter: str) -> str:
    year, number = int(quarter[:4]), int(quarter[-1])
    return f"{year}-Q{number - 1}" if number > 1 else f"{year - 1}-Q4"


def wrong(
    rows: Iterable[dict[str, str]], recount: Recount, *, quarter: str, clinicians: dict[str, str]
) -> list[str]:
    """Every row that does not say what the tallies say; rows without a share are not looked at."""
    return [
        f"{row['measure']} {row['item']} {row['period']} {row['scope_name']}"
        for row in rows
        if (said := expected(row, recount, quarter=quarter, clinicians=clinicians)) is not None
        and said != (row["value"], row["low"], row["high"], row["n"])
    ]


def expected(
    row: dict[str, str], recount: Recount, *, quarter: str, clinicians: dict[str, str]
) -> tuple[str, str, str, str] | None:
    """What a row has to say; None for words that are no share."""
    whole = quarter_span(quarter)
    if row["scope"] == "printed cards":
        return None
    if row["measure"] == "put_right":
        return recount.share("put_right", "breakdown.1", whole)
    who = clinicians[row["scope_name"]] if row["scope"] == "clinician" else ""
    spans = {
        "best_answer": ("best", whole),
        "in_between": ("in_between", whole),
        "worst_answer": ("worst", whole),
        "best_answer_quarter_before": ("best", quarter_span(before(quarter))),
        "best_answer_by_month": ("best", (row["period"], row["period"])),
        "best_answer_by_quarter": ("best", quarter_span(row["period"]) if "-Q" in row["period"] else whole),
    }
    if row["measure"] not in spans:
        return None
    kind, months = spans[row["measure"]]
    return recount.share(kind, row["item"], months, who)


def changes(
    recount: Recount, *, quarter: str, then: str, items: Iterable[str], clinicians: Iterable[str]
) -> dict[str, str]:
    """The word for each item: N-1 chi-square (Campbell 2007), q by Benjamini and Hochberg over all of it."""
    now, old = quarter_span(quarter), quarter_span(then)
    pairs = {item: (recount.best(item, now), recount.best(item, old)) for item in items}
    pairs |= {
        f"clinician {each}": (recount.best("overall.1", now, each), recount.best("overall.1", old, each))
        for each in clinicians
    }
    kept = {name: pair for name, pair in pairs.items() if min(pair[0][1], pair[1][1]) >= 30}
    ordered = sorted((chance(*pair), name) for name, pair in kept.items())
    clear, largest = set[str](), 0
    for place, (p, _) in enumerate(ordered, start=1):
        if p <= 0.05 * place / len(ordered):
            largest = place
    clear = {name for _, name in ordered[:largest]}
    return {
        name: word(pair, clear=name in clear) if name in kept else "withheld" for name, pair in pairs.items()
    }


def chance(now: tuple[int, int], then: tuple[int, int]) -> float:
    (a, m), (b, n) = now, then
    good, bad = a + b, m + n - a - b
    if not good or not bad:
        return 1.0
    chi2 = (m + n - 1) * (a * (n - b) - b * (m - a)) ** 2 / (m * n * good * bad)
    return math.erfc(math.sqrt(chi2 / 2))


def word(pair: tuple[tuple[int, int], tuple[int, int]], *, clear: bool) -> str:
    (a, m), (b, n) = pair
    difference = Fraction(a, m) - Fraction(b, n)
    if not clear or abs(difference) < Fraction(5, 100):
        return "No clear change"
    return "Higher" if difference > 0 else "Lower"
