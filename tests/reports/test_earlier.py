"""A quarter beside earlier ones: up to eight quarters with gaps, changes judged as one family."""

from __future__ import annotations

import json
from datetime import date

from survey.db import reading, transaction
from survey.insight.rounding import share
from survey.insight.verdict import Change
from survey.practice.model import Practice
from survey.reports.earlier import QUARTERS, likely_difference
from survey.reports.freezing import freeze, gather_quarter
from survey.reports.quarter_facts import QuarterFacts, from_json, to_json
from survey.reports.quarterly import quarterly_report
from survey.runtime import Runtime
from tests.builders import make_atom, make_clinician
from tests.reports.building import TOUCHPOINTS, three_clinicians

QUARTER, TODAY = "2026-Q2", date(2026, 7, 3)


def gathered(
    runtime: Runtime, practice: Practice, quarter: str = QUARTER, today: date = TODAY
) -> QuarterFacts:
    with reading(runtime.engine, practice.id) as db:
        return gather_quarter(db, practice, quarter, today=today)


def phone_months(runtime: Runtime, practice: Practice, months: dict[str, int]) -> None:
    """So many of 60 content with the phone in each month."""
    with transaction(runtime.engine, practice.id) as db:
        for month, yes in months.items():
            make_atom(db, practice, month=month, counts={"phone.1": {"definitely": yes, "no": 60 - yes}})


def test_a_course_has_up_to_eight_quarters_and_shows_gaps(runtime: Runtime, practice: Practice) -> None:
    phone_months(runtime, practice, {"2023-01": 50, "2024-08": 40, "2026-02": 30, "2026-05": 30})
    phone = next(one for one in gathered(runtime, practice).items if one.touchpoint == "phone")
    assert len(phone.quarters) == QUARTERS
    assert [one.quarter for one in phone.quarters if one.share.shown] == ["2024-Q3", "2026-Q1", "2026-Q2"]


def test_a_young_practice_has_a_short_course(runtime: Runtime, practice: Practice) -> None:
    phone_months(runtime, practice, {"2026-02": 30, "2026-05": 30})
    phone = next(one for one in gathered(runtime, practice).items if one.touchpoint == "phone")
    assert [one.quarter for one in phone.quarters] == ["2026-Q1", "2026-Q2"]


def test_a_change_is_told_against_any_earlier_quarter(runtime: Runtime, practice: Practice) -> None:
    phone_months(runtime, practice, {"2023-01": 57, "2025-11": 30, "2026-02": 31, "2026-05": 30})
    facts = gathered(runtime, practice)
    found = {
        each.quarter: next(one.change for one in each.items if one.item == "phone.1")
        for each in facts.against
    }
    assert found == {
        "2026-Q1": Change.NOT_CLEAR,
        "2025-Q4": Change.NOT_CLEAR,
        "2023-Q1": Change.FELL,
    }
    phone = next(one for one in facts.items if one.touchpoint == "phone")
    assert phone.change is Change.NOT_CLEAR


def test_the_quarter_before_is_judged_as_on_the_first_page(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    phone_months(runtime, practice, {"2026-02": 50, "2026-05": 20})
    facts = gathered(runtime, practice)
    assert facts.against[0].quarter == "2026-Q1"
    assert [one.change for one in facts.against[0].items] == [one.change for one in facts.items]


def test_a_running_quarter_is_not_compared(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    assert gathered(runtime, practice, today=date(2026, 6, 20)).against == ()


def test_the_likely_difference_is_made_of_rounded_shares_alone() -> None:
    assert likely_difference(share(15, 29), share(40, 60)) is None
    one, two = (
        likely_difference(share(30, 60), share(40, 60)),
        likely_difference(share(31, 62), share(41, 62)),
    )
    assert one == two == (-35, 5)


def test_a_report_frozen_before_there_were_courses_is_still_read(
    runtime: Runtime, practice: Practice
) -> None:
    three_clinicians(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        row = freeze(db, practice, QUARTER, today=TODAY)
        body = json.loads(row.body)
        del body["against"]
        for item in body["items"]:
            del item["quarters"]
        row.body = json.dumps(body)
    with reading(runtime.engine, practice.id) as db:
        report = quarterly_report(db, practice, QUARTER, today=TODAY, touchpoints=TOUCHPOINTS)
    assert report.against == ()
    assert all(course.points == () for course in report.courses)


def test_five_clinicians_are_set_against_chance(runtime: Runtime, practice: Practice) -> None:
    people = [make_clinician(runtime, practice, f"Clinician {letter}") for letter in "ABCDE"]
    with transaction(runtime.engine, practice.id) as db:
        for place, person in enumerate(people):
            counts = {"overall.1": {"very_good": 40 if place else 5, "good": 10 if place else 45}}
            make_atom(db, practice, clinician=person, month="2026-05", counts=counts)
    with reading(runtime.engine, practice.id) as db:
        report = quarterly_report(db, practice, QUARTER, today=TODAY, touchpoints=TOUCHPOINTS)
    assert report.funnel is not None
    assert report.funnel_text == "Lower than chance alone explains: Clinician A."


def test_the_facts_with_all_of_it_come_back_from_json(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    facts = gathered(runtime, practice)
    assert facts.against
    assert from_json(to_json(facts)) == facts
