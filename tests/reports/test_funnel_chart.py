"""The funnel stays readable where many clinicians stand close."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import pytest

from survey.insight.rounding import RoundedShare, share
from survey.reports import funnel_chart
from survey.reports.funnel_chart import HEIGHT, ROOM, TEXT
from survey.reports.lines import FunnelColumn

TEXT_TAG = "{http://www.w3.org/2000/svg}text"


@pytest.mark.parametrize("best", [0, 40, 100])
def test_no_two_numbers_overlap_with_sixty_clinicians_beyond_the_limits(best: int) -> None:
    shown = share(best, 100)
    assert isinstance(shown, RoundedShare)
    points = tuple((number, shown) for number in range(1, 61))
    column = FunnelColumn(low=100, near=(60, 80), far=(50, 90), points=points)
    drawn = funnel_chart.svg([column], centre=70, title="Funnel", description="Sixty clinicians")
    root = ElementTree.fromstring(drawn)  # noqa: S314  our own drawing
    numbers = [each for each in root.iter(TEXT_TAG) if (each.text or "").isdigit()]
    places = [(float(each.attrib["x"]), float(each.attrib["y"])) for each in numbers]
    assert len(places) == 60
    assert all(abs(a - c) >= ROOM or abs(b - d) >= TEXT for (a, b), (c, d) in combinations(places, 2))
    assert all(0 < y < HEIGHT for _, y in places)
