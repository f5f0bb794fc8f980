"""Who counts, and as what."""

from __future__ import annotations

from collections import Counter

import pytest

from survey.insight.scoring import (
    Repair,
    Score,
    composite,
    item_weights,
    linear_score,
    positive,
    problem_rate,
    repair_rate,
    score,
    top_box,
)
from survey.instruments.loading import load_all
from survey.instruments.model import Denominator, Instrument
from survey.settings import shipped
from tests.insight.known import answers, group, table

SURVEYS = load_all(shipped("surveys_config"))
AFTER_VISIT: Instrument = SURVEYS["after_visit"]
FFT: Instrument = SURVEYS["fft"]


def test_blank_and_does_not_apply_leave_the_denominator() -> None:
    item = AFTER_VISIT.item("phone.1")
    counts = {"definitely": 12, "mostly": 4, "no": 3, "does_not_apply": 5, "": 7}
    assert score(item, counts) == Score(n=19, best=12, positive=16, problem=3)
    assert top_box(item, counts) == (12, 19)
    assert problem_rate(item, counts) == (3, 19)


def test_the_friends_and_family_test_keeps_dont_know_and_drops_blank() -> None:
    item = FFT.item("overall.1")
    counts = {"very_good": 6, "good": 2, "dont_know": 2, "": 9}
    assert positive(item, counts, denominator=FFT.denominator) == (8, 10)
    assert positive(item, counts, denominator=Denominator.ANSWERED) == (8, 8)


def test_real_units_get_their_published_percentages() -> None:
    item = FFT.item("overall.1")
    for row in table("fft/expected_units.csv"):
        counts = {value: int(row[value]) for value in item.scale.values} | {"": int(row["not_answered"])}
        x, n = positive(item, counts, denominator=FFT.denominator)
        bad, _ = problem_rate(item, counts, denominator=FFT.denominator)
        assert n == int(row["n_fft"])
        if n:
            assert 100 * x / n == pytest.approx(float(row["pct_positive_fft"]), abs=1e-9)
            assert 100 * bad / n == pytest.approx(float(row["pct_negative_fft"]), abs=1e-9)


def test_put_right_is_counted_among_those_for_whom_something_went_wrong() -> None:
    counts = {"nothing_wrong": 30, "put_right": 4, "not_put_right": 2, "rather_not_say": 1}
    assert repair_rate(AFTER_VISIT.item("breakdown.1"), counts) == Repair(n=6, put_right=4)


def test_an_item_about_something_else_has_no_repair_rate() -> None:
    assert repair_rate(AFTER_VISIT.item("phone.1"), {"no": 3}) is None


def test_nobody_is_nobody() -> None:
    assert score(AFTER_VISIT.item("phone.1"), {"": 9, "does_not_apply": 2}).n == 0


def test_a_score_runs_from_nought_to_a_hundred() -> None:
    for case in group("score_0_100")["cases"]:
        lowest, highest = case["scale"]
        assert linear_score(case["values"], lowest=lowest, highest=highest) == pytest.approx(case["score"])


def test_real_units_have_the_computed_score() -> None:
    for row in table("fft/expected_units.csv"):
        answers = ("very_poor", "poor", "neither", "good", "very_good")
        values = [step for step, answer in enumerate(answers, start=1) for _ in range(int(row[answer]))]
        if row["mean_0_100"]:
            found = linear_score(values, lowest=1, highest=5)
            assert found == pytest.approx(float(row["mean_0_100"]), abs=1e-9)
        else:
            assert not values


def test_real_answers_add_up_to_the_tables_of_their_units() -> None:
    codes = dict(enumerate(("very_good", "good", "neither", "poor", "very_poor", "dont_know"), start=1))
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for row in table("fft/fft_scores.csv"):
        answer = codes.get(int(row["answer"] or 7), "not_answered")
        counted[row["trust"], row["service"], row["team"], answer] += 1
    for row in table("fft/expected_units.csv"):
        for answer in (*codes.values(), "not_answered"):
            assert counted[row["trust"], row["service"], row["team"], answer] == int(row[answer])


def test_an_answer_not_given_is_no_part_of_a_score() -> None:
    assert linear_score([None, 5, 1], lowest=1, highest=5) == 50
    for nobody in ([], [None, None]):
        with pytest.raises(ValueError, match="nobody answered"):
            linear_score(nobody, lowest=1, highest=5)
    with pytest.raises(ValueError, match="outside the scale"):
        linear_score([6], lowest=1, highest=5)


def test_the_weights_of_items_are_those_of_the_manual() -> None:
    rule = answers("cahps/smalltest.json")["item_weight_rule"]
    for case in rule["cases"]:
        assert item_weights(case["n"], least=rule["K"]) == pytest.approx(case["w"])


def test_a_unit_above_average_in_every_item_is_above_average() -> None:
    worked = answers("cahps/smalltest.json")["item_weight_rule"]["worked"]
    found = composite(worked["unit"], n=worked["n"], overall=worked["overall"])
    assert found == pytest.approx(worked["centred_score"], abs=0.005)
    assert found > sum(worked["overall"]) / 3 > worked["naive_weighted"]


def test_a_composite_weighs_items_alike_and_leaves_out_who_has_no_answer() -> None:
    assert composite([80, 90, None]) == 85
    assert composite([None, 3.0], n=[0, 30], overall=[2.0, 2.5]) == pytest.approx(2.75)


@pytest.mark.parametrize("means", [[], [None, None]])
def test_a_composite_of_nothing_is_refused(means: list[None]) -> None:
    with pytest.raises(ValueError, match="nobody answered"):
        composite(means)


def test_a_composite_with_columns_of_different_length_is_refused() -> None:
    with pytest.raises(ValueError, match="each item"):
        composite([3.0, 2.0], n=[30], overall=[2.0, 2.5])
    with pytest.raises(ValueError, match="not all 0"):
        item_weights([0, 0])


def test_the_boxes_of_american_hospitals_add_up_to_a_hundred() -> None:
    boxes = ("Bottom-box Percentage", "Middle-box Percentage", "Top-box Percentage")
    national, states = table("hcahps/national_results.csv"), table("hcahps/state_results.csv")
    measures = {row["Measure ID"] for row in table("hcahps/measures.csv")}
    periods = {row["Release Period"] for row in table("hcahps/reports.csv")}
    assert {row["Measure ID"] for row in table("hcahps/questions.csv")} <= measures
    for row in national + states:
        assert (row["Measure ID"] in measures, row["Release Period"] in periods) == (True, True)
        shares = [float(row[box]) for box in boxes]
        # Published as whole percents: each may be off by half a point.
        assert abs(sum(shares) - 100) <= 2
        values = [step for step, share in enumerate(shares) for _ in range(int(share))]
        assert shares[2] <= linear_score(values, lowest=0, highest=2) + 2
