"""Themes of a quarter's comments: bands alone, frozen, hidden ones left out, never a zero."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import astuple
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from survey.comments import hiding, sorting
from survey.comments.hiding import Reason
from survey.comments.themes import Theme
from survey.db import random_id, reading, transaction
from survey.insight.rounding import Band, n_band
from survey.practice import declaring
from survey.practice.model import Practice
from survey.releases.model import Atom, Comment
from survey.reports import theme_counts
from survey.reports.freezing import freeze
from survey.reports.quarter_facts import from_json
from survey.reports.quarterly import quarterly_report
from survey.reports.tables import csv_bytes
from survey.runtime import Runtime
from tests.reports.building import TOUCHPOINTS

QUARTER, TODAY, NOW = "2026-Q2", date(2026, 7, 3), datetime(2026, 7, 2, 9, tzinfo=UTC)
WHO = "olu@example.org"


def add_comments(db: Session, practice: Practice, month: str, themes: list[set[Theme]]) -> list[bytes]:
    """A released batch of comments that a person has sorted so; their keys."""
    cell = declaring.cell_for(db, practice.id, instrument=practice.instrument, clinician_id=None)
    atom, keys = random_id(), []
    db.add(
        Atom(
            practice_id=practice.id,
            id=atom,
            cell_id=cell.id,
            instrument=practice.instrument,
            kind="comments",
            month=month,
            n=max(10, len(themes)),
        )
    )
    db.flush()
    for chosen in themes:
        key = random_id()
        words = {"box": "to_change", "audience": "all", "text": "Words that stay."}
        db.add(Comment(practice_id=practice.id, id=key, atom_id=atom, **words))
        db.flush()
        sorting.correct(db, practice.id, key, chosen=chosen, actor=WHO, now=NOW)
        keys.append(key)
    return keys


def bands(body: str) -> dict[str, str]:
    found = from_json(body).themes
    assert found is not None
    return {one.theme: "" if one.comments is None else one.comments.text for one in found.themes}


def test_counts_are_frozen_and_leave_hidden_comments_out(runtime: Runtime, practice: Practice) -> None:
    with transaction(runtime.engine, practice.id) as db:
        keys = add_comments(db, practice, "2026-05", [{Theme.STAFF, Theme.ACCESS}] * 5 + [{Theme.STAFF}] * 6)
        add_comments(db, practice, "2026-03", [{Theme.FOOD}] * 9)  # another quarter
        hiding.hide(db, practice.id, keys[0], reason=Reason.NAMES, actor=WHO, now=NOW)
        body = freeze(db, practice, QUARTER, today=TODAY).body
        found = bands(body)
        assert (found["staff"], found["access"], found["food"]) == ("10+", "", "")
        assert "Words that stay" not in body
        for key in keys:
            sorting.correct(db, practice.id, key, chosen={Theme.PRAISE}, actor=WHO, now=NOW)
        assert freeze(db, practice, QUARTER, today=date(2027, 1, 1)).body == body
    with reading(runtime.engine, practice.id) as db:
        report = quarterly_report(db, practice, QUARTER, today=TODAY, touchpoints=TOUCHPOINTS)
    rows = list(csv.DictReader(io.StringIO(csv_bytes(report).decode("utf-8-sig"), newline="")))
    told = {row["item"]: (row["value"], row["n"]) for row in rows if row["measure"] == "comments_by_theme"}
    assert len(told) == len(Theme)
    assert told["staff"] == ("10+", "10+")
    assert told["access"] == told["food"] == ("fewer than 5 comments, or none", "")
    assert [row["value"] for row in rows if row["measure"] == "comments"] == ["10+"]


def leaks(least: int) -> Iterator[int]:
    """Numbers of comments under ``least`` that are told apart from none, and others that are told exactly."""
    none = theme_counts.facts((), least=least)
    for number in range(1, 40):
        found = theme_counts.facts([frozenset({Theme.STAFF})] * number, least=least)
        few = astuple(found) == astuple(none)
        if number < theme_counts.told_from(least):
            if not few:
                yield number
        elif few or any(one.comments and one.comments.low not in {5, 10, 15, 20, 30} for one in found.themes):
            yield number


@pytest.mark.parametrize("least", [5, 9, 12, 14, 19])
def test_few_and_none_are_the_same_and_the_rest_are_bands(least: int) -> None:
    assert list(leaks(least)) == []


@pytest.mark.parametrize("least", range(5, 21))
def test_no_band_stands_for_one_number(least: int) -> None:
    assert alone(theme_counts._band, least) == set()


def test_a_band_that_begins_below_the_least_would_stand_for_one_number() -> None:
    """The broken variant: with a least of 9, "5+" can only mean 9."""
    broken = {
        least: alone(lambda number, least: n_band(number) if number >= least else None, least)
        for least in (8, 9, 14, 19)
    }
    assert broken == {8: set(), 9: {9}, 14: {14}, 19: {19}}


def alone(banded: Callable[[int, int], Band | None], least: int) -> set[int]:
    """Numbers that are known from their band, and from whether they are told at all."""
    seen = Counter(banded(number, least) for number in range(200))
    return {number for number in range(200) if seen[banded(number, least)] == 1}


def test_counts_that_tell_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken variants: exact numbers, and a band that forgets the practice's own least number."""
    real = theme_counts._band
    monkeypatch.setattr(theme_counts, "_band", lambda number, _least: Band(number) if number else None)
    assert {1, 2, 3, 4, 11} <= set(leaks(5))
    monkeypatch.setattr(theme_counts, "_band", lambda number, _least: real(number, 5))
    assert list(leaks(12)) == list(range(5, 15))
