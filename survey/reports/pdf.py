"""The quarterly report as PDF: our own SVG charts set by typst, tagged for screen readers (PDF/UA-1).

The same report gives the same bytes. How words reach the page is the business of ``paper``.
"""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from survey.insight.rounding import Shown
from survey.insight.words import Translate, plain
from survey.reports.lines import CourseLine, TouchpointLine
from survey.reports.paper import CannotPrint, breakable, set_pdf
from survey.reports.print_charts import share_svg
from survey.reports.quarterly import QuarterlyReport

__all__ = ["CannotPrint", "labels", "pdf_bytes"]


def pdf_bytes(report: QuarterlyReport, *, translate: Translate = plain) -> bytes:
    """The report as a tagged PDF, Letter or A4 by the practice's country. Raises CannotPrint."""
    data = {**_data(report), "labels": labels(translate)}
    try:
        return set_pdf("quarterly.typ", {"report": data}, day=report.as_of)
    except CannotPrint as trouble:
        raise CannotPrint("The report could not be printed; download the table instead.") from trouble


def _data(report: QuarterlyReport) -> dict[str, Any]:
    data: dict[str, Any] = _jsonable(report)
    data["as_of"] = [report.as_of.year, report.as_of.month, report.as_of.day]
    courses = {each.item: each for each in report.courses}
    data["groups"] = [
        {"verdict": verdict, "lines": [_line(line, courses[line.item]) for line in lines]}
        for verdict, lines in (
            ("attention", report.attention),
            ("works", report.works),
            ("early", report.early),
        )
        if lines
    ]
    numbers = {} if report.funnel is None else report.funnel.numbers
    data["clinicians"] = [
        {
            **_jsonable(line),
            "number": numbers.get(line.clinician_id),
            "bar": _bar(line.share, f"{line.name}: {line.share_text}", text=24),
        }
        for line in report.clinicians
    ]
    for name in ("items", "attention", "works", "early", "courses"):
        del data[name]
    return data


def _line(line: TouchpointLine, course: CourseLine) -> dict[str, Any]:
    found: dict[str, Any] = _jsonable(line)
    found["bar"] = _bar(line.share, f"{line.name}: {line.share_text}", text=18)
    found["trend"] = {
        "chart": str(line.trend.chart),
        "name": line.trend.name,
        "sentence": line.trend.sentence,
    }
    found["course"] = {
        "chart": str(course.chart),
        "alt": breakable(f"{course.name}. {course.sentence}"),
        "reworded": [breakable(text) for text in course.reworded],
    }
    return found


def _bar(share: Shown, title: str, *, text: int) -> str:
    """The bar again with larger labels: on paper it is small."""
    return str(share_svg(share, title=title, description="", text=text))


def _jsonable(thing: Any) -> Any:
    if is_dataclass(thing) and not isinstance(thing, type):
        return asdict(thing, dict_factory=lambda pairs: {name: _plain(value) for name, value in pairs})
    return thing


def _plain(value: Any) -> Any:
    if isinstance(value, Markup):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return breakable(value) if isinstance(value, str) else value


def labels(_: Translate) -> dict[str, str]:
    """The fixed words of the printed page."""
    return {
        **_words_beside(_),
        **_words_of_themes(_),
        "at_a_glance": _("At a glance"),
        "touchpoints": _("Touchpoints"),
        "attention": _("Needs attention"),
        "works": _("Works well"),
        "early": _("Too early to tell"),
        "before": _("Quarter before"),
        "clinicians": _("Clinicians"),
        "clinician": _("Clinician"),
        "answers": _("Answers"),
        "verdict": _("Verdict"),
        "overall": _("Overall, share of the best answer"),
        "response": _("Who answered"),
        "response_note": _(
            "Answers shown per invitation sent in this quarter, in steps of ten points. Those who did not "
            "answer may think differently."
        ),
        "repairs": _("Repairs"),
        "put_right": _("Put right"),
        "finished": _("Done in this quarter"),
        "open": _("Still open"),
        "heard": _("Heard"),
        "promised": _("Promised"),
        "state": _("State"),
        "no_repairs": _("No repair was opened or finished in this quarter."),
        "overdue": _("overdue"),
        "method": _("How to read these figures"),
        "legend": _(
            "Full marks: 30 answers or more. Hollow marks: an early picture. Pale bars: where the share "
            "probably lies. Triangles: a repair was done."
        ),
        "page": _("Page"),
        "of": _("of"),
        "fingerprint": _("Fingerprint"),
    }


def _words_beside(_: Translate) -> dict[str, str]:
    """Where something is set against something else."""
    return {
        "funnel": _("Clinicians against what chance alone does"),
        "against": _("Against earlier quarters"),
    }


def _words_of_themes(_: Translate) -> dict[str, str]:
    """What repairs changed, and what comments are about."""
    return {
        "outcomes": _("What repairs changed"),
        "themes": _("Themes of comments (a guess)"),
        "theme": _("Theme"),
        "comments": _("Comments"),
        "all_comments": _("All comments"),
    }
