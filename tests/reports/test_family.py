"""All findings of a page are one family, and the newest quarters are set against a frozen year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from survey.insight.period import last_four
from survey.insight.reading import MonthResults, Results
from survey.insight.runs import Course
from survey.insight.verdict import Change, Reason, Verdict
from survey.instruments.model import Instrument
from survey.reports import family, sentences
from survey.reports.facts import Frame, item_facts, window_for
from survey.reports.voice import Voice
from survey.runtime import Runtime
from tests.builders import load_instrument
from tests.reports.building import TOUCHPOINTS

TODAY = date(2026, 4, 20)
WINDOW = window_for(last_four(TODAY), newest="2026-03", trend_months=12, today=TODAY)
#: Two years of release months that end with the last of the newest closed quarter.
MONTHS = WINDOW.signal


def spread(item: str, best: Iterable[int], *, n: int = 30) -> dict[str, Mapping[str, Mapping[str, int]]]:
    """Per month so many of ``n`` said "definitely", and all others "mostly"."""
    return {
        month: {item: {"definitely": one, "mostly": n - one}} for month, one in zip(MONTHS, best, strict=True)
    }


def results(given: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Results:
    return Results(tuple(MonthResults(month, 30, items) for month, items in given.items()))


def frame_of(instrument: Instrument) -> Frame:
    return Frame(instrument=instrument, window=WINDOW, least=5)


def test_a_fall_that_is_clear_alone_is_none_among_many(sqlite_runtime: Runtime) -> None:
    """p = 0.02: clear as the only comparison, not as one of ten."""
    frame = frame_of(load_instrument(sqlite_runtime))
    item = frame.instrument.item("phone.1")
    steady, falling = [24] * 24, [24] * 21 + [19] * 3
    fallen = family.Unit("phone", item, results(spread(item.key, falling)))
    others = [family.Unit(f"other {n}", item, results(spread(item.key, steady))) for n in range(9)]
    assert family.findings(frame, [fallen])["phone"].change is Change.FELL
    among = family.findings(frame, [fallen, *others])
    assert {one.change for one in among.values()} == {Change.NOT_CLEAR}


def test_a_fall_that_no_quarter_shows_is_found_against_the_frozen_year(sqlite_runtime: Runtime) -> None:
    """Nine points down, a year ago almost: each quarter is like the one before by now."""
    frame = frame_of(load_instrument(sqlite_runtime))
    item = frame.instrument.item("phone.1")
    best = [27, 26, 28] * 5 + [24, 23, 25] * 3
    unit = family.Unit(item.key, item, results(spread(item.key, best)))
    others = [family.Unit(f"other {n}", item, results(spread(item.key, [27, 26, 28] * 8))) for n in range(40)]
    found = family.findings(frame, [unit, *others])[item.key]
    assert (found.verdict, found.reason, found.course) == (Verdict.ATTENTION, Reason.SIGNAL, Course.WORSE)
    facts = item_facts(frame, item, unit.results, finding=found, practice=None)
    voice = Voice(instrument=frame.instrument, touchpoints=TOUCHPOINTS)
    assert sentences.finding(facts, item, voice=voice, least=5) == (
        "Lower than in the year before: 83% in the four quarters up to Q1 2026, 90% in the four before those."
    )


def test_nothing_at_all_is_too_early_and_steady(sqlite_runtime: Runtime) -> None:
    frame = frame_of(load_instrument(sqlite_runtime))
    found = family.findings(frame, family.units(frame, Results()))
    assert {(one.verdict, one.reason, one.course) for one in found.values()} == {
        (Verdict.EARLY, Reason.FEW, Course.STEADY)
    }


def test_no_clear_change_names_both_quarters(sqlite_runtime: Runtime) -> None:
    frame = frame_of(load_instrument(sqlite_runtime))
    item = frame.instrument.item("phone.1")
    unit = family.Unit(item.key, item, results(spread(item.key, [27, 26, 28] * 8)))
    facts = item_facts(
        frame, item, unit.results, finding=family.findings(frame, [unit])[item.key], practice=None
    )
    voice = Voice(instrument=frame.instrument, touchpoints=TOUCHPOINTS)
    assert sentences.change(facts, voice=voice) == "No clear change from Q4 2025 to Q1 2026."
