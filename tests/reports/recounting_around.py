"""What stands around the answers of a report once more: who answered, repairs, comments. Without ``survey``.

Written from the design's words, like ``recomputing``, with SQL and arithmetic of its own.
"""

from __future__ import annotations

import math
import re
from collections import Counter

from sqlalchemy import Connection, text

from tests.reports.recomputing import Recount, band, quarter_span

SENT = text(
    "SELECT SUM(sent) FROM sent_total WHERE practice_id = :practice AND month BETWEEN :first AND :last"
)
HEARD = text(
    "SELECT SUM(a.n) FROM atom a LEFT JOIN cell c ON c.practice_id = a.practice_id AND c.id = a.cell_id "
    "WHERE a.practice_id = :practice AND a.kind = 'ratings' AND a.month BETWEEN :first AND :last "
    "AND (a.cell_id IS NULL OR a.cell_id IN (SELECT cell_id FROM sent_total WHERE practice_id = :practice))"
)
DONE = text(
    "SELECT promise, measure, span, done_on FROM action WHERE practice_id = :practice AND span IS NOT NULL"
)
WRITTEN = text(
    "SELECT t.themes FROM comment c JOIN atom a ON a.practice_id = c.practice_id AND a.id = c.atom_id "
    "LEFT JOIN theme_correction t ON t.practice_id = c.practice_id AND t.comment_id = c.id "
    "WHERE c.practice_id = :practice AND NOT c.hidden AND a.month BETWEEN :first AND :last"
)
FEW = "fewer than 5 comments, or none"


def around(connection: Connection, practice: int, quarter: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Value and number of each row, by measure and item; of repairs by measure and promise."""
    months = quarter_span(quarter)
    recount = Recount(connection, practice)
    given = {"practice": practice, "first": months[0], "last": months[1]}
    sent, heard = (int(connection.scalar(query, given) or 0) for query in (SENT, HEARD))
    found = {("response_rate", ""): response(heard, sent)}
    found["best_answer_of_all_asked", "overall.1"] = (
        bounds(recount.share("best", "overall.1", months)[0], heard, sent),
        "",
    )
    for promise, item, span, done_on in connection.execute(DONE, {"practice": practice}):
        done = 12 * int(str(done_on)[:4]) + int(str(done_on)[5:7]) - 1
        sides = {"before_repair": (done - span, done - 1), "after_repair": (done + 3, done + 2 + span)}
        for measure, side in sides.items():
            value, _, _, n = recount.share("best", item, (month(side[0]), month(side[1])))
            found[measure, promise] = (value, n)
    rows = [row.themes.split() for row in connection.execute(WRITTEN, given)]
    numbers = Counter(theme for themes in rows for theme in themes)
    found["comments", ""] = comments(len(rows))
    return found | {("comments_by_theme", theme): comments(number) for theme, number in numbers.items()}


def month(number: int) -> str:
    """``"2026-03"`` of a number of months since year 0."""
    return f"{number // 12}-{number % 12 + 1:02d}"


def response(heard: int, sent: int) -> tuple[str, str]:
    """Answers for each hundred invitations, in steps of ten; nothing under twenty invitations."""
    if sent < 20:
        return ("withheld", "fewer than 20 invitations")
    low = 100 * heard // sent // 10 * 10
    words = "under 10%" if low == 0 else "70% or more" if low >= 70 else f"{low}–{low + 10}%"
    return (words, f"{band(sent)}+ invitations")


def bounds(share: str, heard: int, sent: int) -> str:
    """Nobody silent would have given the best answer, or all of them (Manski's worst case)."""
    if sent < 20 or share == "withheld":
        return "withheld"
    ends = [int(each) for each in re.findall(r"\d+", share)]
    answered = min(100 * heard // sent // 10 * 10, 70)
    best = sum(ends) / len(ends) * answered / 100
    return f"{math.floor(round(best, 8))}–{math.ceil(round(best + 100 - answered, 8))}%"


def comments(number: int) -> tuple[str, str]:
    return (f"{band(number)}+", f"{band(number)}+") if number >= 5 else (FEW, "")
