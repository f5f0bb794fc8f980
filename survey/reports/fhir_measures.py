"""A quarterly report as FHIR R4: a Bundle of MeasureReports, of type summary, without a subject.

Pure, and made from the finished report alone: the quarter's figures as the CSV has them, rounded and withheld
in the same place; courses of quarters, comparisons and silence stand in the CSV alone. It must
never name a count, a person who answered, or a figure that the report does not have.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from survey.clock import quarter_end, quarter_months
from survey.insight.rounding import RoundedShare, Shown
from survey.insight.words import Translate, plain
from survey.reports.lines import TouchpointLine
from survey.reports.quarterly import QuarterlyReport

Json = dict[str, Any]

INSTRUMENT: Final = "urn:afterword:instrument:"
ITEM: Final = "urn:afterword:item"
MEASURE: Final = "urn:afterword:measure"
MONTH: Final = "urn:afterword:release-month"
#: What the text of a figure says, in percent: both ends are the same where it is a point.
RANGE: Final = "urn:afterword:share-between"
INTERVAL: Final = "urn:afterword:interval-95"
ANSWERS: Final = "urn:afterword:answers-at-least"
ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
PERCENT: Final = {"unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}


def fhir_bytes(report: QuarterlyReport, *, translate: Translate = plain) -> bytes:
    """The report as JSON in UTF-8; the same report gives the same bytes. Its words are the report's own."""
    del translate  # figures are numbers here
    bundle = {
        "resourceType": "Bundle",
        "language": report.language,
        "type": "collection",
        "entry": [{"resource": resource} for resource in resources(report)],
    }
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode("utf-8")


def resources(report: QuarterlyReport) -> Iterator[Json]:
    """One MeasureReport for the practice, one for printed cards, one for each clinician in the report."""
    overall = report.overall
    yield _report(report, report.practice_name, [group for line in report.items for group in _item(line)])
    if report.repair is not None:
        yield _report(report, report.practice_name, [_group("put_right", report.repair.share)])
    if report.cards is not None:
        cards = f"{report.practice_name}: {report.cards.name}"
        yield _report(report, cards, [_group("best_answer", report.cards.share, overall)])
    for one in report.clinicians:
        yield _report(report, one.name, [_group("best_answer", one.share, overall)])


def _report(report: QuarterlyReport, whose: str, groups: list[Json]) -> Json:
    first, last = quarter_months(report.quarter)[0], quarter_end(report.quarter)
    return {
        "resourceType": "MeasureReport",
        "status": "pending" if report.part else "complete",
        "type": "summary",
        "measure": f"{INSTRUMENT}{report.label}",
        "date": report.as_of.isoformat(),
        "reporter": {"display": whose},
        "period": {"start": f"{first}-01", "end": last.isoformat()},
        "group": groups,
    }


def _item(line: TouchpointLine) -> Iterator[Json]:
    months = [_month(point.month, point.share) for point in line.trend.points]
    by_month = {"stratifier": [{"code": [_coded(MONTH, "month")], "stratum": months}]} if months else {}
    yield _group("best_answer", line.share, line) | by_month
    yield _group("in_between", line.middle, line)
    yield _group("worst_answer", line.problem, line)
    yield _group("best_answer_quarter_before", line.before, line)


def _group(measure: str, share: Shown, line: TouchpointLine | None = None) -> Json:
    coding = [{"system": MEASURE, "code": measure}]
    if line is not None:
        coding.append({"system": ITEM, "code": line.item})
    said = {} if line is None else {"text": line.question}
    return {"code": {"coding": coding, **said}, **_score(share)}


def _month(month: str, share: Shown) -> Json:
    return {"value": {"text": month}, **_score(share)}


def _score(share: Shown) -> Json:
    """The figure as it may be shown: a point, an end with its sign, or only the band it lies in."""
    if not isinstance(share, RoundedShare):
        return {"measureScore": {"extension": [{"url": ABSENT, "valueCode": "masked"}]}}
    score: Json = {"value": share.centre, **PERCENT}
    if share.low != share.high:
        score = {"extension": [{"url": ABSENT, "valueCode": "masked"}]}
        if share.low == 0:
            score = {"value": share.high, "comparator": "<=", **PERCENT}
        elif share.high == 100:
            score = {"value": share.low, "comparator": ">=", **PERCENT}
    told = [
        {"url": RANGE, "valueRange": _range(share.low, share.high)},
        {"url": INTERVAL, "valueRange": _range(share.lower, share.upper)},
        {"url": ANSWERS, "valueInteger": share.n.low},
    ]
    return {"measureScore": score, "extension": told}


def _range(low: int, high: int) -> Json:
    return {"low": {"value": low, **PERCENT}, "high": {"value": high, **PERCENT}}


def _coded(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}
