"""Months in which a question was first counted in other words."""

from __future__ import annotations

from collections.abc import Mapping

from survey.insight.breaks import Break, breaks
from survey.insight.reading import MonthResults, Results


def results(**months: list[str]) -> Results:
    counts: Mapping[str, int] = {"yes": 9, "": 1}
    return Results(
        tuple(
            MonthResults(month.replace("m", "2026-"), 10, dict.fromkeys(keys, counts))
            for month, keys in months.items()
        )
    )


def test_one_wording_has_no_break() -> None:
    assert breaks(results(m01=["phone.1"], m02=["phone.1"]), ["phone"]) == ()


def test_a_new_revision_breaks_the_trend_in_its_first_month() -> None:
    seen = results(m01=["phone.1", "bill.2"], m02=["phone.1", "phone.2"], m03=["phone.2", "bill.3"])
    assert breaks(seen, ["phone", "bill"]) == (
        Break(month="2026-02", item="phone", old=1, new=2),
        Break(month="2026-03", item="bill", old=2, new=3),
    )


def test_late_answers_to_the_old_wording_are_no_further_break() -> None:
    assert len(breaks(results(m01=["phone.1"], m02=["phone.2"], m03=["phone.1"]), ["phone"])) == 1


def test_several_choices_break_once_whatever_their_options() -> None:
    seen = results(m01=["what.1.bill", "what.1.phone"], m02=["what.2.bill", "what.2.desk"])
    assert breaks(seen, ["what"]) == (Break(month="2026-02", item="what", old=1, new=2),)


def test_other_questions_are_left_out() -> None:
    assert breaks(results(m01=["phone.1"], m02=["phone.2"]), ["bill"]) == ()
