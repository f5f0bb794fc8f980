"""A repair's effect: months fixed beforehand, thirty answers on each side, one family, rounded outside."""

from __future__ import annotations

from datetime import date

import pytest

from survey.insight.effect import Effect, Sides, is_over, likely_difference, months_of, outcomes, tells_from
from survey.insight.rounding import RoundedShare, recalled, share
from survey.insight.scoring import Score


def of(best: int, n: int) -> Score:
    return Score(n=n, best=best, positive=best, problem=0)


def sides(before: tuple[int, int], after: tuple[int, int]) -> Sides:
    return Sides(of(*before), of(*after))


def test_the_month_of_the_repair_and_the_two_after_it_are_left_out() -> None:
    months = months_of(date(2025, 11, 30), 3)
    assert months.before == ("2025-08", "2025-09", "2025-10")
    assert months.left_out == ("2025-11", "2025-12", "2026-01")
    assert months.after == ("2026-02", "2026-03", "2026-04")
    assert len(months_of(date(2025, 11, 30), 6).after) == 6


def test_it_is_looked_at_once_when_the_last_month_is_over() -> None:
    done = date(2025, 11, 30)
    assert tells_from(done, 3) == "2026-05"
    assert not is_over(done, 3, today=date(2026, 4, 30))
    assert is_over(done, 3, today=date(2026, 5, 1))


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        ((30, 100), (60, 100), Effect.BETTER),
        ((60, 100), (30, 100), Effect.WORSE),
        ((50, 100), (54, 100), Effect.NOT_CLEAR),
        ((10, 29), (29, 30), Effect.FEW),
        ((1, 30), (29, 29), Effect.FEW),
        ((5, 30), (25, 30), Effect.BETTER),
        ((5000, 10000), (5400, 10000), Effect.NOT_CLEAR),
    ],
)
def test_an_outcome_needs_thirty_on_each_side_five_points_and_more_than_chance(
    before: tuple[int, int], after: tuple[int, int], effect: Effect
) -> None:
    (found,) = outcomes([sides(before, after)])
    assert found.effect is effect
    assert (found.before is None) == (effect is Effect.FEW)


def test_a_raised_least_is_kept() -> None:
    assert outcomes([sides((10, 40), (35, 40))], least=50)[0].effect is Effect.FEW


def test_among_many_comparisons_one_lucky_one_is_no_change() -> None:
    lucky = sides((20, 50), (31, 50))
    assert outcomes([lucky])[0].effect is Effect.BETTER
    family = [lucky, *[sides((25, 50), (25, 50))] * 9]
    assert outcomes(family)[0].effect is Effect.NOT_CLEAR


def test_what_is_shown_comes_from_rounded_shares_and_bands_alone() -> None:
    one, other = share(14, 31), share(15, 33)
    assert isinstance(one, RoundedShare)
    assert isinstance(other, RoundedShare)
    assert (one.centre, one.n) == (other.centre, other.n)
    after = share(40, 50)
    assert isinstance(after, RoundedShare)
    assert likely_difference(one, after) == likely_difference(other, after)
    low, high = likely_difference(one, after)
    assert low % 5 == high % 5 == 0
    assert low <= after.centre - one.centre <= high


def test_a_share_is_recalled_as_it_was_shown() -> None:
    for n in (*range(30, 120), 250, 1000):
        for x in range(0, n + 1, 3):
            shown = share(x, n)
            assert isinstance(shown, RoundedShare)
            again = recalled(shown.centre, shown.n.low)
            assert (again.text, again.n) == (shown.text, shown.n)
            if n < 100:
                assert again == shown


@pytest.mark.parametrize(("centre", "low"), [(50, 20), (50, 31), (0, 30), (100, 100), (52, 50)])
def test_what_is_never_shown_is_not_recalled(centre: int, low: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        recalled(centre, low)
