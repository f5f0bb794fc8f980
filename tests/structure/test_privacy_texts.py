"""Every period and every size that a privacy text prints is the one that the program keeps."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from survey.practice.model import Practice
from survey.web.periods import PERIODS

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "privacy"
TEXTS = sorted(FOLDER.glob("*.md"))
UNITS = {
    "day": "days", "days": "days", "día": "days", "días": "days",
    "week": "weeks", "weeks": "weeks", "semana": "weeks", "semanas": "weeks",
    "month": "months", "months": "months", "mes": "months", "meses": "months",
    "year": "years", "years": "years", "año": "years", "años": "years",
    "hour": "hours", "hours": "hours", "hora": "hours", "horas": "hours",
    "minute": "minutes", "minutes": "minutes", "minuto": "minutes", "minutos": "minutes",
}  # fmt: skip
PERIOD = re.compile(rf"\b(\d+)\s+({'|'.join(sorted(UNITS, key=len, reverse=True))})\b")
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.]*\d)\b")

#: Which period each row of the table "How long" prints, from the top; None for a row without a figure.
ROWS = {
    "notice": [
        *("link_days", "gone_days", "gone_days", "visit_days", "mark_days", None),
        *("ratings_days", "comments_days", None),
    ],
    "processing": [
        *("link_days", "gone_days", "gone_days", "visit_days", "cap_days mark_days", None),
        *("ratings_days", "comments_days", None, None, "job_days", "idle_minutes session_hours", None, None),
    ],
}
#: What the running text prints beside the table.
BESIDE = {
    "notice": Counter({"90 days": 1}),
    "processing": Counter({"5 weeks": 1, "4 days": 1, "3 days": 1}),
}


def kind_of(path: Path) -> str:
    return path.name.partition(".")[0]


def rows(text: str) -> list[str]:
    """The rows of the table of periods: the first table whose head speaks of "how long"."""
    table = re.split(r"^\|[^\n]*(?:How long|Cuánto tiempo)[^\n]*\n\|[-| ]+\n", text, flags=re.MULTILINE)[1]
    return table.split("\n\n", maxsplit=1)[0].splitlines()


def periods(text: str) -> list[str]:
    return [f"{number} {UNITS[unit]}" for number, unit in PERIOD.findall(text)]


def wanted(row: str | None) -> list[str]:
    units = {"minutes": "minutes", "hours": "hours", "ahead": "weeks"}
    return [f"{PERIODS[name]} {units.get(name.rpartition('_')[2], 'days')}" for name in (row or "").split()]


def faults(kind: str, text: str) -> list[str]:
    """Each place where a text prints another figure than the program keeps."""
    table = rows(text)
    found = [
        f"row {number}: {periods(row)}, kept are {wanted(name)}"
        for number, (row, name) in enumerate(zip(table, ROWS[kind], strict=True), start=1)
        if sorted(periods(row)) != sorted(wanted(name))
    ]
    others = Counter(periods(text)) - Counter(period for row in table for period in periods(row))
    if others != BESIDE[kind]:
        found.append(f"beside the table: {sorted(others.elements())}")
    sizes = {Practice.__table__.c[name].default.arg for name in ("k_ratings", "k_comments", "least_texts")}
    bare = {int(number) for number in NUMBER.findall(PERIOD.sub("", text))}
    if bare != sizes:
        found.append(f"sizes of groups: {sorted(bare)}, kept are {sorted(sizes)}")
    return found


def test_both_texts_are_there_in_both_languages() -> None:
    assert [path.name for path in TEXTS] == [
        f"{kind}.{language}.md" for kind in ("notice", "processing") for language in ("en", "es")
    ]


def test_the_figures_beside_the_tables_are_those_of_the_code() -> None:
    assert BESIDE["notice"] == Counter(wanted("cap_days"))
    assert BESIDE["processing"] == Counter(wanted("weeks_ahead reminder_day freeze_days"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_period_and_size_is_the_one_that_is_kept(path: Path) -> None:
    assert faults(kind_of(path), path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
@pytest.mark.parametrize("figure", ["14", "23", "70", "90", "150", "365", "400"])
def test_a_wrong_period_is_found(path: Path, figure: str) -> None:
    text = path.read_text("utf-8")
    assert figure in text
    assert faults(kind_of(path), re.sub(rf"\b{figure}\b", str(int(figure) + 1), text))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
@pytest.mark.parametrize(("figure", "wrong"), [("5 ", "4 "), ("10 ", "11 "), ("70", "ninety")])
def test_a_wrong_size_or_a_figure_that_went_missing_is_found(path: Path, figure: str, wrong: str) -> None:
    text = path.read_text("utf-8").replace("10\n", "10 ")
    assert faults(kind_of(path), re.sub(rf"\b{figure}", wrong, text))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_two_periods_that_changed_places_are_found(path: Path) -> None:
    text = path.read_text("utf-8")
    swapped = text.replace("| 70 ", "| #").replace("| 150 ", "| 70 ").replace("| #", "| 150 ")
    assert swapped != text
    assert faults(kind_of(path), swapped)


@pytest.mark.parametrize("kind", ["notice", "processing"])
def test_both_languages_have_the_same_parts(kind: str) -> None:
    texts = [(FOLDER / f"{kind}.{language}.md").read_text("utf-8") for language in ("en", "es")]
    for mark in ("\n## ", "\n**", "\n- ", "\n|"):
        assert len({text.count(mark) for text in texts}) == 1, mark
    assert len({text.count("[") for text in texts}) == 1
