"""Names of quarters, for the year of the calendar and for other years."""

from __future__ import annotations

import pytest

from survey.reports.voice import Voice
from survey.runtime import Runtime
from tests.builders import load_instrument
from tests.reports.building import TOUCHPOINTS


@pytest.mark.parametrize(
    ("begins", "quarter", "name"),
    [
        (1, "2026-Q1", "Q1 2026"),
        (1, "2026-Q4", "Q4 2026"),
        (4, "2026-Q1", "Q4 2025/26"),
        (4, "2026-Q2", "Q1 2026/27"),
        (7, "2026-Q2", "Q4 2025/26"),
        (7, "2026-Q3", "Q1 2026/27"),
        (10, "2026-Q3", "Q4 2025/26"),
        (10, "1999-Q4", "Q1 1999/00"),
    ],
)
def test_a_quarter_is_named_by_the_practices_own_year(
    sqlite_runtime: Runtime, begins: int, quarter: str, name: str
) -> None:
    voice = Voice(instrument=load_instrument(sqlite_runtime), touchpoints=TOUCHPOINTS, year_begins=begins)
    assert voice.quarter(quarter) == name
