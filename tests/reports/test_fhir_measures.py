"""A quarter as FHIR: the figures of the table and no others, of nobody, in the form FHIR asks for."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from survey.db import reading, transaction
from survey.insight.rounding import RoundedShare, share
from survey.practice.model import CARDS, Practice
from survey.reports import fhir_measures
from survey.reports.quarterly import QuarterlyReport, quarterly_report
from survey.reports.tables import rows
from survey.runtime import Runtime
from tests.builders import make_atom
from tests.reports.building import TOUCHPOINTS, three_clinicians

#: Courses, comparisons and silence: sentences of the report more than measures of the quarter.
IN_THE_TABLE_ALONE = {
    "response_rate",
    "best_answer_of_all_asked",
    "best_answer_by_quarter",
    "change_since",
    "beside_others",
    "repair_outcome",
    "before_repair",
    "after_repair",
    "comments",
    "comments_by_theme",
}


@pytest.fixture
def report(runtime: Runtime, practice: Practice) -> QuarterlyReport:
    three_clinicians(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        make_atom(db, practice, visit_type=CARDS, month="2026-05", counts={"overall.1": {"very_good": 12}})
    with reading(runtime.engine, practice.id) as db:
        return quarterly_report(db, practice, "2026-Q2", today=date(2026, 7, 20), touchpoints=TOUCHPOINTS)


def bundle(report: QuarterlyReport) -> dict[str, Any]:
    return dict(json.loads(fhir_measures.fhir_bytes(report)))


def measured(report: QuarterlyReport) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle(report)["entry"]]


def code_of(group: dict[str, Any], system: str) -> str:
    found = [each["code"] for each in group["code"]["coding"] if each["system"] == system]
    return str(found[0]) if found else ""


def figure(part: dict[str, Any]) -> tuple[str, str, str]:
    """Interval and band of a figure as the table writes them; blank where it is withheld."""
    told = {each["url"]: each for each in part.get("extension", ())}
    if not told:
        assert part["measureScore"] == {"extension": [{"url": fhir_measures.ABSENT, "valueCode": "masked"}]}
        return "", "", ""
    within = told[fhir_measures.INTERVAL]["valueRange"]
    band = told[fhir_measures.ANSWERS]["valueInteger"]
    return str(within["low"]["value"]), str(within["high"]["value"]), f"{band}+"


def figures(report: QuarterlyReport) -> list[tuple[str, str, tuple[str, str, str]]]:
    """Item or month, measure and figure of everything in the export."""
    found = []
    for each in measured(report):
        for group in each["group"]:
            item, measure = code_of(group, fhir_measures.ITEM), code_of(group, fhir_measures.MEASURE)
            found.append((item, measure, figure(group)))
            for stratifier in group.get("stratifier", ()):
                found += [(item, f"{measure}_by_month", figure(one)) for one in stratifier["stratum"]]
    return found


def test_it_has_the_quarters_figures_as_in_the_table_and_no_others(report: QuarterlyReport) -> None:
    table = [(row.item, row.measure, (row.low, row.high, row.n)) for row in rows(report)]
    expected = [each for each in table if each[1] not in IN_THE_TABLE_ALONE]
    assert sorted(figures(report)) == sorted(expected)
    assert len({each[2] for each in figures(report)}) > 5


def test_a_figure_more_than_in_the_table_would_be_noticed(
    report: QuarterlyReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = RoundedShare(low=57, high=57, centre=57, lower=51, upper=63, step=1, n=share(30, 50).n)  # type: ignore[union-attr]
    score = fhir_measures._score
    monkeypatch.setattr(fhir_measures, "_score", lambda each: score(exact if each.shown else each))
    table = {(row.item, row.measure, (row.low, row.high, row.n)) for row in rows(report)}
    assert not set(figures(report)) <= table


def test_nobody_is_a_subject_and_nothing_is_counted(report: QuarterlyReport) -> None:
    whole = fhir_measures.fhir_bytes(report).decode("utf-8")
    for forbidden in ("subject", "Patient", "population", "QuestionnaireResponse", "evaluatedResource"):
        assert forbidden not in whole


def test_it_has_the_form_of_a_summary(report: QuarterlyReport) -> None:
    assert bundle(report)["type"] == "collection"
    for each in measured(report):
        assert (each["resourceType"], each["type"], each["status"]) == (
            "MeasureReport",
            "summary",
            "pending",
        )
        assert each["measure"] == "urn:afterword:instrument:after-visit-1"
        assert each["period"] == {"start": "2026-04-01", "end": "2026-06-30"}
        assert each["group"]
    names = [each["reporter"]["display"] for each in measured(report)]
    assert len(names) == len(set(names)) + 1, "the practice, what was put right, cards, each clinician"


@pytest.mark.parametrize(
    ("part", "of", "score"),
    [
        (0, 20, {"value": 10, "comparator": "<="}),
        (20, 20, {"value": 90, "comparator": ">="}),
        (11, 20, {"value": 60}),
        (3, 4, {}),
        (5, 7, {}),
    ],
)
def test_a_score_says_no_more_than_the_words(part: int, of: int, score: dict[str, Any]) -> None:
    made = fhir_measures._score(share(part, of))["measureScore"]
    assert {key: made[key] for key in made if key in {"value", "comparator"}} == score


def test_the_same_report_gives_the_same_bytes(report: QuarterlyReport) -> None:
    assert fhir_measures.fhir_bytes(report) == fhir_measures.fhir_bytes(report)
