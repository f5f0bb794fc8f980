"""The card key lives for a quarter and a little longer."""

from __future__ import annotations

from datetime import date

import pytest

from survey.keys import cards
from survey.keys.files import KeyTrouble
from survey.runtime import Runtime

QUARTER = "2026-Q1"


def test_cards_end_sixteen_days_after_the_quarter() -> None:
    assert cards.last_day(QUARTER) == date(2026, 4, 16)


def test_one_code_has_another_tag_at_another_practice_and_in_another_quarter(sqlite_runtime: Runtime) -> None:
    files = sqlite_runtime.files
    cards.ensure_quarter(files, QUARTER, today=date(2026, 3, 31))
    cards.ensure_quarter(files, "2026-Q2", today=date(2026, 3, 31))
    places = [(QUARTER, 1), (QUARTER, 2), ("2026-Q2", 1)]
    tags = {cards.card_tag(files, quarter, practice, "B7HP0N1EZG7B") for quarter, practice in places}
    assert len(tags) == 3


def test_a_key_is_made_once_and_neither_too_early_nor_again(sqlite_runtime: Runtime) -> None:
    files = sqlite_runtime.files
    cards.ensure_quarter(files, QUARTER, today=date(2026, 1, 1))
    before = files.read(cards.name(QUARTER), 32)
    cards.ensure_quarter(files, QUARTER, today=date(2026, 4, 16))
    assert files.read(cards.name(QUARTER), 32) == before
    with pytest.raises(KeyTrouble, match="has not begun"):
        cards.ensure_quarter(files, "2026-Q3", today=date(2026, 3, 31))
    cards.destroy_quarter(files, QUARTER)
    with pytest.raises(KeyTrouble, match="is over"):
        cards.ensure_quarter(files, QUARTER, today=date(2026, 4, 17))
    with pytest.raises(cards.NoCardKey):
        cards.card_tag(files, QUARTER, 1, "B7HP0N1EZG7B")
