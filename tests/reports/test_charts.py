"""Charts are drawn from rounded figures, without a style attribute, with a name, with gaps as gaps."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from markupsafe import Markup

from survey.insight.rounding import WITHHELD, Shown, share
from survey.reports.charts import figure
from survey.reports.control import control
from survey.reports.lines import Mark, Trend, TrendPoint
from survey.reports.print_charts import NARROW, WIDE, share_svg, trend_svg

SVG = "{http://www.w3.org/2000/svg}"
MARK = Mark("2026-02", "Phone: a second line")


def point(month: str, shown: Shown) -> TrendPoint:
    label = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul"][int(month[-1]) - 1] + " 2026"
    return TrendPoint(month, label, shown, shown.text, "", shown.interval_text)


POINTS = (
    point("2026-01", share(60, 80)),
    point("2026-02", share(8, 20)),
    point("2026-03", WITHHELD),
    point("2026-04", share(5, 6)),
)


def drawn(markup: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(markup)  # noqa: S314  our own drawing


def marks(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [each for each in root.iter() if each.get("class") == f"chart-{name}"]


def test_a_trend_has_a_name_a_description_and_no_style() -> None:
    for frame in (WIDE, NARROW):
        svg = trend_svg(POINTS, title="Phone <by> month", description="Jan: 75% & more", frame=frame)
        root = drawn(svg)
        assert root.get("role") == "img"
        assert root.findtext(f"{SVG}title") == "Phone <by> month"
        assert root.findtext(f"{SVG}desc") == "Jan: 75% & more"
        assert not re.search(r"style=|<style|<script|href=", svg)
        assert all(float(text.get("font-size", "0")) >= 12 for text in root.iter(f"{SVG}text"))


def test_words_that_xml_forbids_do_not_break_a_chart() -> None:
    root = drawn(trend_svg((), title="a\x00b\x0b", description=""))
    assert root.findtext(f"{SVG}title") == "ab"


def test_a_month_without_answers_is_a_gap_and_fifths_are_bands() -> None:
    root = drawn(trend_svg(POINTS, title="", description="", marks=[MARK]))
    assert len(marks(root, "interval")) == 3
    assert (len(marks(root, "mark")), len(marks(root, "early")), len(marks(root, "band"))) == (1, 1, 1)
    assert len(marks(root, "line")) == 1
    assert len(marks(root, "flag")) == 1


def test_everything_stays_inside_its_frame() -> None:
    points = tuple(point(f"2026-0{number}", share(100, 100)) for number in (1, 2, 3, 4))
    for frame in (WIDE, NARROW):
        for shape in marks(drawn(trend_svg(points, title="", description="", frame=frame)), "interval"):
            assert float(shape.get("y", "-1")) >= 0
            assert float(shape.get("x", "-1")) + float(shape.get("width", "0")) <= frame.width


def test_equal_figures_draw_equal_bars() -> None:
    """What is drawn must not tell more than what is said."""
    one, other = (share_svg(share(x, n), title="", description="") for x, n in ((60, 80), (70, 94)))
    assert one == other


def test_a_withheld_share_draws_no_figure() -> None:
    root = drawn(share_svg(WITHHELD, title="withheld", description="", practice=share(50, 60)))
    assert marks(root, "interval") + marks(root, "mark") + marks(root, "early") == []
    assert len(marks(root, "practice")) == 1


def trend_of(points: tuple[TrendPoint, ...]) -> Trend:
    limits = control([point.share for point in points])
    return Trend(
        name="Phone",
        sentence="No clear change.",
        control=limits,
        control_text="",
        limits=("",) * len(points),
        points=points,
        marks=(MARK,),
        chart=Markup(),
        chart_narrow=Markup(),
    )


def test_limits_are_drawn_and_are_the_same_in_the_figure() -> None:
    points = tuple(point(f"2026-0{number}", share(30, 40)) for number in range(1, 8))
    limits = control([each.share for each in points])
    assert limits is not None
    svg = drawn(trend_svg(points, title="", description="", control=limits))
    (drawn_limits,) = marks(svg, "limit")
    assert drawn_limits.get("d", "").count("M") == 14
    _, _, _, lower, upper, centre, _ = figure(trend_of(points))["data"]
    assert (lower["y"], upper["y"], centre["y"]) == ([51] * 7, [99] * 7, [75] * 7)


def test_the_figure_holds_the_same_rounded_numbers_and_gaps() -> None:
    made = figure(trend_of(POINTS))
    intervals, bands, points, hover = made["data"]
    assert intervals["base"] == [60, 20, None, 40]
    assert intervals["y"] == [25, 50, None, 60]
    assert bands["base"] == [None, None, None, 80]
    assert points["y"] == [75, 40, None, None]
    assert [each[0] for each in hover["customdata"]] == ["75%", "40%", "withheld", "80–100%"]
    assert made["layout"]["shapes"][0]["x0"] == "Feb 2026"
