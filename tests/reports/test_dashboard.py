"""What a clinician and an owner may see, and in which words."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import date

import pytest

from survey.actions.model import ActionState
from survey.db import reading, transaction
from survey.insight.verdict import Verdict
from survey.practice.model import Clinician, Practice
from survey.reports.dashboard import (
    Dashboard,
    NoSuchClinician,
    Overview,
    clinician_dashboard,
    owner_overview,
)
from survey.reports.lines import TouchpointLine
from survey.runtime import Runtime
from tests.actions.register import repair
from tests.builders import make_clinician
from tests.reports.building import TOUCHPOINTS, add_atom, three_clinicians

TODAY = date(2026, 6, 20)


def own(runtime: Runtime, practice: Practice, clinician: Clinician, language: str = "en") -> Dashboard:
    with reading(runtime.engine, practice.id) as db:
        return clinician_dashboard(
            db, practice, clinician.id, today=TODAY, touchpoints=TOUCHPOINTS, language=language
        )


def whole(runtime: Runtime, practice: Practice) -> Overview:
    with reading(runtime.engine, practice.id) as db:
        return owner_overview(db, practice, today=TODAY, touchpoints=TOUCHPOINTS)


def test_touchpoints_stand_in_three_groups_with_their_finding(runtime: Runtime, practice: Practice) -> None:
    ana, ben, _cy = three_clinicians(runtime, practice)
    good, bad = own(runtime, practice, ana), own(runtime, practice, ben)
    assert {line.touchpoint for line in good.works} == {"overall", "phone", "breakdown"}
    assert [line.touchpoint for line in bad.attention] == ["phone", "breakdown"]
    phone = bad.line("phone")
    assert phone is not None
    assert phone.sentence == "Calls and messages wait too long for an answer: 45% said “No”."
    assert (phone.share_text, phone.n_text, phone.interval_text) == (
        "30%",
        "50+ answers",
        "probably 15–45%",
    )


def test_a_clinicians_figures_hold_nothing_of_a_colleague_or_of_the_join(
    runtime: Runtime, practice: Practice
) -> None:
    ana, ben, cy = three_clinicians(runtime, practice)
    before = own(runtime, practice, ana)
    with transaction(runtime.engine, practice.id) as db:
        add_atom(db, practice, ben, "2026-06", 40)
        add_atom(db, practice, cy, "2026-06", 40)
    after = own(runtime, practice, ana)
    assert [(line.share, line.problem, line.trend.points) for line in before.lines] == [
        (line.share, line.problem, line.trend.points) for line in after.lines
    ]
    assert "Ben" not in str(asdict(after))


def test_a_figure_that_held_a_colleague_would_be_noticed(runtime: Runtime, practice: Practice) -> None:
    """The same comparison on the practice's own lines, which do hold everybody."""
    _ana, ben, _cy = three_clinicians(runtime, practice)
    before = whole(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        add_atom(db, practice, ben, "2026-06", 40)
    after = whole(runtime, practice)
    assert [line.share for line in before.lines] != [line.share for line in after.lines]


def test_the_practice_stands_beside_only_with_three_clinicians(runtime: Runtime, practice: Practice) -> None:
    ana, ben = make_clinician(runtime, practice, "Ana Ortiz"), make_clinician(runtime, practice, "Ben")
    with transaction(runtime.engine, practice.id) as db:
        add_atom(db, practice, ana, "2026-05", 40)
        add_atom(db, practice, ben, "2026-05", 40)
    alone = own(runtime, practice, ana).line("overall")
    assert alone is not None
    assert alone.practice_text is None
    assert "chart-practice" not in alone.bar
    with transaction(runtime.engine, practice.id) as db:
        add_atom(db, practice, make_clinician(runtime, practice, "Cy"), "2026-05", 5)
    beside = own(runtime, practice, ana).line("overall")
    assert beside is not None
    assert beside.practice_text == "Whole practice: 95% or more"
    assert "chart-practice" in beside.bar


def test_without_answers_there_are_words_and_no_number(runtime: Runtime, practice: Practice) -> None:
    ana = make_clinician(runtime, practice, "Ana Ortiz")
    found = own(runtime, practice, ana)
    assert not found.ready
    assert found.lines == ()
    assert "at least 5 people" in found.waiting_text
    overview = whole(runtime, practice)
    assert not overview.ready
    assert overview.tiles == ()
    assert overview.trend is None


def test_an_item_answered_by_too_few_is_withheld(runtime: Runtime, practice: Practice) -> None:
    _ana, _ben, cy = three_clinicians(runtime, practice)
    phone = own(runtime, practice, cy).line("phone")
    assert phone is not None
    assert phone.share_text == "withheld"
    assert phone.verdict is Verdict.EARLY
    assert phone.sentence == "Fewer than 5 people answered this, so nothing is shown."


def test_a_raised_threshold_is_respected(runtime: Runtime, practice: Practice) -> None:
    _ana, _ben, cy = three_clinicians(runtime, practice)
    practice.k_ratings = 8
    overall = own(runtime, practice, cy).line("overall")
    assert overall is not None
    assert overall.share_text == "withheld"


def test_no_exact_number_below_a_hundred_reaches_the_screen(runtime: Runtime, practice: Practice) -> None:
    """Ben has 96 answers, 30 of them best: neither number, nor 31 % or 31.25 %, may be anywhere."""
    _ana, ben, _cy = three_clinicians(runtime, practice)
    phone = own(runtime, practice, ben).line("phone")
    assert phone is not None
    assert not tells_exactly(phone)


def test_an_exact_number_on_the_screen_would_be_noticed(runtime: Runtime, practice: Practice) -> None:
    _ana, ben, _cy = three_clinicians(runtime, practice)
    phone = own(runtime, practice, ben).line("phone")
    assert phone is not None
    assert tells_exactly(replace(phone, n_text="96 answers"))
    assert tells_exactly(replace(phone, share_text="31%"))


def tells_exactly(line: TouchpointLine) -> bool:
    """Whether 96 answers, 30 best, 42 worst can be read off; coordinates of drawings are left out."""
    told = re.sub(r'(viewBox|d|x|y|cx|cy|width|height|xmlns)="[^"]*"', "", str(asdict(line)))
    return bool(re.search(r"\b(96|30 of|31|31\.25|42|44)\b", told))


def test_clinicians_stand_by_name_and_never_by_rank(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    lines = whole(runtime, practice).clinicians
    assert [line.name for line in lines] == ["Ana Ortiz", "Ben Adeyemi", "Cy Young"]
    assert lines[2].sentence == "An early picture: fewer than 30 answers so far."


def test_the_owner_sees_four_tiles_the_trend_and_what_is_open(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        repair(db, practice, date(2026, 3, 1), due_on=date(2026, 4, 1))
    found = whole(runtime, practice)
    assert [tile.label for tile in found.tiles] == [
        "Overall, said “Very good”",
        "Needs attention",
        "Put right",
        "Answered",
    ]
    assert found.trend is not None
    assert [point.month for point in found.trend.points][-1] == "2026-06"
    assert [(line.state_text, line.overdue) for line in found.actions] == [("Promised", True)]
    assert [line.quarter for line in found.quarters] == ["2026-Q2", "2026-Q1"]


def test_a_finished_repair_stands_on_the_time_axis(runtime: Runtime, practice: Practice) -> None:
    three_clinicians(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        repair(db, practice, date(2026, 3, 1), until=ActionState.DONE, done_on=date(2026, 4, 2), words="y")
    trend = whole(runtime, practice).trend
    assert trend is not None
    assert [(mark.month, mark.text) for mark in trend.marks] == [("2026-04", "Phone and messages: y")]
    assert "chart-flag" in trend.chart


def test_the_reader_is_addressed_in_the_language_asked_for(runtime: Runtime, practice: Practice) -> None:
    ana, _ben, _cy = three_clinicians(runtime, practice)
    phone = own(runtime, practice, ana, language="es").line("phone")
    assert phone is not None
    assert phone.name == "Teléfono y mensajes"
    assert phone.trend.points[-1].label == "jun 2026"


def test_a_clinician_of_elsewhere_is_refused(runtime: Runtime, practice: Practice) -> None:
    stranger = Clinician(practice_id=practice.id, id=1, name="Nobody")
    with pytest.raises(NoSuchClinician):
        own(runtime, practice, stranger)
