"""A quarter is frozen once, three days after its end, and says the same ever after."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from survey.actions import acting
from survey.db import reading, transaction
from survey.insight.verdict import Change, Verdict
from survey.practice.model import Practice
from survey.reports.freezing import TooEarlyToFreeze, freeze, gather_quarter
from survey.reports.model import Report
from survey.reports.quarter_facts import from_json, to_json
from survey.reports.quarterly import QuarterlyReport, QuarterNotBegun, quarterly_report
from survey.runtime import Runtime
from tests.actions.register import open_repair
from tests.builders import make_atom
from tests.reports.building import BAD, TOUCHPOINTS, three_clinicians

QUARTER = "2026-Q2"


def frozen(runtime: Runtime, practice: Practice, today: date) -> Report:
    with transaction(runtime.engine, practice.id) as db:
        return freeze(db, practice, QUARTER, today=today)


def report_of(
    runtime: Runtime, practice: Practice, quarter: str = QUARTER, today: date = date(2026, 7, 20)
) -> QuarterlyReport:
    with reading(runtime.engine, practice.id) as db:
        return quarterly_report(db, practice, quarter, today=today, touchpoints=TOUCHPOINTS)


def test_a_quarter_is_frozen_from_the_third_day_after_its_end(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    with pytest.raises(TooEarlyToFreeze, match="2026-07-03"):
        frozen(runtime, practice, date(2026, 7, 2))
    row = frozen(runtime, practice, date(2026, 7, 3))
    assert row.sha256 == hashlib.sha256(row.body.encode()).hexdigest()


def test_what_is_frozen_never_changes(runtime: Runtime, practice: Practice) -> None:
    ana, _ben, _cy = three_clinicians(runtime, practice)
    first = frozen(runtime, practice, date(2026, 7, 3))
    before = report_of(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        make_atom(db, practice, clinician=ana, month="2026-06", counts=BAD)
        open_repair(db, practice, date(2026, 8, 1), heard="later")
    second = frozen(runtime, practice, date(2027, 1, 1))
    assert (second.body, second.sha256, second.frozen_on) == (first.body, first.sha256, date(2026, 7, 3))
    assert report_of(runtime, practice, today=date(2027, 1, 1)) == before


def test_any_change_of_the_input_changes_the_hash(runtime: Runtime, practice: Practice) -> None:
    ana, _ben, _cy = three_clinicians(runtime, practice)
    today = date(2026, 7, 3)
    with transaction(runtime.engine, practice.id) as db:
        before = to_json(gather_quarter(db, practice, QUARTER, today=today))
        make_atom(db, practice, clinician=ana, month="2026-06", counts=BAD)
        after = to_json(gather_quarter(db, practice, QUARTER, today=today))
        assert before != after
        assert to_json(gather_quarter(db, practice, QUARTER, today=today)) == after


def test_facts_come_back_from_their_json_as_they_were(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        action = open_repair(db, practice, date(2026, 5, 1))
        acting.acknowledge(db, action, by="Olu", today=date(2026, 5, 1))
        facts = gather_quarter(db, practice, QUARTER, today=date(2026, 7, 3))
    assert from_json(to_json(facts)) == facts


def test_a_running_quarter_is_a_labelled_part(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    found = report_of(runtime, practice, today=date(2026, 6, 15))
    assert found.part
    assert found.digest == ""
    assert found.state_text.startswith("A part, as of Jun 15, 2026")
    assert (found.response.text, found.tiles[-1].value) == ("not yet known", "not yet known")
    assert report_of(runtime, practice).response.text == "withheld"
    assert report_of(runtime, practice).part  # closed, but nobody froze it yet


def test_a_report_says_what_changed_what_works_and_what_to_try(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    found = report_of(runtime, practice)
    assert len(found.sentences) == 3
    assert found.sentences[0] == "Nothing changed clearly against the quarter before."
    assert found.sentences[1].startswith("Nothing can be said to work well beyond doubt yet")
    assert [line.touchpoint for line in found.attention] == ["phone"]
    assert "Begin with Phone and messages" in found.sentences[2]
    assert len(found.tiles) == 4
    assert [line.name for line in found.clinicians] == ["Ana Ortiz", "Ben Adeyemi", "Cy Young"]


def test_a_fall_against_the_months_before_is_told(runtime: Runtime, practice: Practice) -> None:
    good, poor = ({"phone.1": {"definitely": yes, "no": 60 - yes}} for yes in (56, 30))
    with transaction(runtime.engine, practice.id) as db:
        for month in ("2025-12", "2026-01", "2026-02", "2026-03"):
            make_atom(db, practice, month=month, counts=good)
        for month in ("2026-04", "2026-05", "2026-06"):
            make_atom(db, practice, month=month, counts=poor)
        facts = gather_quarter(db, practice, QUARTER, today=date(2026, 7, 3))
    phone = next(fact for fact in facts.items if fact.touchpoint == "phone")
    assert (phone.change, phone.verdict) == (Change.FELL, Verdict.ATTENTION)
    assert (
        report_of(runtime, practice).sentences[0] == "Lower than in the quarter before: Phone and messages."
    )


def test_a_quarter_without_results_says_so(runtime: Runtime, practice: Practice) -> None:
    found = report_of(runtime, practice, "2025-Q1")
    assert found.empty
    assert all(line.share_text == "withheld" for line in found.items)
    assert found.tiles[0].value == "withheld"


def test_paper_goes_by_the_country(runtime: Runtime, practice: Practice) -> None:
    assert report_of(runtime, practice).paper == "us-letter"
    practice.country = "ES"
    assert report_of(runtime, practice).paper == "a4"


def test_a_quarter_to_come_and_a_quarter_that_is_none_are_refused(
    runtime: Runtime, practice: Practice
) -> None:
    with pytest.raises(QuarterNotBegun):
        report_of(runtime, practice, "2026-Q4")
    with pytest.raises(ValueError, match="2026-Q4"):
        report_of(runtime, practice, "Q2")
