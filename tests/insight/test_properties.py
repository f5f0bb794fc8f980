"""What holds for every input: intervals hold their figure, order does not matter, shares stay shares."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.insight.comparison import benjamini_hochberg, newcombe, trend_in_proportions, two_proportions_p
from survey.insight.funnel import limits, overdispersion, tail_flags
from survey.insight.intervals import mean_t, nps, wilson
from survey.insight.response import effective_n, worst_case
from survey.insight.scoring import composite, linear_score, net_promoter
from survey.insight.shrinkage import beta_binomial, reliability, variance_components
from survey.insight.trend import latest, p_chart, p_prime_chart, run_rules, signals, xmr

# No deadline: the machine may be busy.
quick = settings(max_examples=60, deadline=None, derandomize=True)
few = settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

shares = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
months = st.lists(
    st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=30
).filter(lambda found: any(n for _, n in found))
scores = st.lists(st.integers(0, 100), min_size=1, max_size=40)


@quick
@given(shares, st.floats(0.5, 0.999))
def test_wilsons_interval_holds_the_share_and_widens_with_confidence(
    counts: tuple[int, int], level: float
) -> None:
    inner, outer = wilson(*counts, level), wilson(*counts, (1 + level) / 2)
    assert 0 <= outer.lower <= inner.lower <= counts[0] / counts[1] <= inner.upper <= outer.upper <= 1


@quick
@given(scores)
def test_an_interval_of_a_mean_holds_it_and_stays_on_the_scale(values: list[int]) -> None:
    found, mean = mean_t(values), sum(values) / len(values)
    if len(set(values)) == 1:
        assert found is None
    else:
        assert found is not None
        assert 0 <= found.lower < mean < found.upper <= 100
    assert linear_score(values, lowest=0, highest=100) == pytest.approx(mean)


@quick
@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_a_net_promoter_score_mirrors_and_lies_in_its_interval(up: int, middle: int, down: int) -> None:
    if up + middle + down >= 2:
        found, mirrored = nps(up, middle, down), nps(down, middle, up)
        assert -100 <= found.lower <= net_promoter(up, middle, down) <= found.upper <= 100
        assert mirrored == pytest.approx((-found.upper, -found.lower))


@quick
@given(shares, shares)
def test_a_difference_mirrors_when_its_sides_are_changed(a: tuple[int, int], b: tuple[int, int]) -> None:
    found, mirrored = newcombe(*a, *b), newcombe(*b, *a)
    assert mirrored == pytest.approx((-found.upper, -found.lower), abs=1e-12)
    assert -1 - 1e-12 <= found.lower <= a[0] / a[1] - b[0] / b[1] <= found.upper <= 1 + 1e-12
    p, test = two_proportions_p(*a, *b)
    assert 0 <= p <= 1
    assert two_proportions_p(*b, *a) == (pytest.approx(p), test)


@quick
@given(st.lists(st.floats(0, 1), max_size=30), st.randoms(use_true_random=False))
def test_adjusted_p_values_keep_their_order_and_do_not_depend_on_it(p: list[float], random: Random) -> None:
    found = benjamini_hochberg(p)
    by_p = sorted(zip(p, found, strict=True))
    assert all(first[1] <= second[1] for first, second in pairwise(by_p))
    assert all(raw <= q + 1e-12 <= 1 + 1e-9 for raw, q in by_p)
    order = list(range(len(p)))
    random.shuffle(order)
    shuffled = benjamini_hochberg([p[place] for place in order])
    assert shuffled == pytest.approx([found[place] for place in order])


@quick
@given(months)
def test_a_trend_reads_the_same_backwards(counts: list[tuple[int, int]]) -> None:
    x, n = [a for a, _ in counts], [b for _, b in counts]
    forward, backward = trend_in_proportions(x, n), trend_in_proportions(x[::-1], n[::-1])
    assert 0 <= forward.p <= 1
    assert forward.chi2 == pytest.approx(backward.chi2, abs=1e-9)


@quick
@given(months, st.booleans())
def test_limits_of_charts_are_shares_around_the_centre(counts: list[tuple[int, int]], floor: bool) -> None:
    x, n = [a for a, _ in counts], [b for _, b in counts]
    plain, prime = p_chart(x, n), p_prime_chart(x, n, floor)
    for chart in (plain, prime):
        centre = chart.phases[0].centre
        assert all(0 <= point.lower <= centre <= point.upper <= 1 for point in chart.points)
        assert len(chart.points) == sum(b > 0 for b in n)
        assert latest(chart) in ("better", "worse", "steady")
    if floor:
        pairs = zip(plain.points, prime.points, strict=True)
        assert all(b.lower <= a.lower and a.upper <= b.upper for a, b in pairs)


@quick
@given(st.lists(st.one_of(st.none(), st.integers(-50, 50)), max_size=60))
def test_runs_count_every_useful_point_once_and_read_the_same_mirrored(values: list[int | None]) -> None:
    runs = run_rules(values)
    mirrored = run_rules([None if value is None else -value for value in values])
    assert runs.longest <= runs.useful <= sum(value is not None for value in values)
    assert abs(runs.newest) <= runs.longest
    assert runs.crossings <= max(runs.useful - 1, 0)
    assert (mirrored.longest, mirrored.crossings, mirrored.newest) == (
        runs.longest,
        runs.crossings,
        -runs.newest,
    )


@quick
@given(scores, st.booleans())
def test_an_xmr_chart_moves_with_its_values(values: list[int], screened: bool) -> None:
    here, there = xmr(values, screened), xmr([value + 7 for value in values], screened)
    assert there.phases[0].spread == pytest.approx(here.phases[0].spread)
    assert signals(there).above == signals(here).above
    assert all(point.lower <= here.phases[0].centre <= point.upper for point in here.points)


@quick
@given(st.floats(0, 1), st.lists(st.integers(1, 10_000), max_size=20))
def test_limits_of_a_funnel_are_shares_and_the_far_ones_further(target: float, n: list[int]) -> None:
    for limit in limits(target, n):
        assert 0 <= limit.far.lower <= limit.near.lower <= target
        assert target <= limit.near.upper <= limit.far.upper <= 1


@few
@given(months)
def test_units_of_a_funnel_may_come_in_any_order(counts: list[tuple[int, int]]) -> None:
    x, n = [a for a, _ in counts], [b for _, b in counts]
    assert tail_flags(x[::-1], n[::-1]) == tail_flags(x, n)[::-1]
    found, mirrored = overdispersion(x, n), overdispersion(x[::-1], n[::-1])
    assert found.tau2 == pytest.approx(mirrored.tau2)
    assert found.tau2 >= 0
    assert all(abs(unit.z_adjusted) <= abs(unit.z) for unit in found.units)


@few
@given(months)
def test_shrunk_shares_lie_between_their_own_and_that_of_all(counts: list[tuple[int, int]]) -> None:
    found = beta_binomial([a for a, _ in counts], [b for _, b in counts])
    for (a, b), unit in zip(counts, found.units, strict=True):
        assert 0 <= unit.interval.lower <= unit.share <= unit.interval.upper <= 1
        if b and found.prior is not None:
            middle = found.prior.alpha / (found.prior.alpha + found.prior.beta)
            low, high = sorted((a / b, middle))
            assert low - 1e-9 <= unit.share <= high + 1e-9


@few
@given(st.lists(st.lists(st.integers(1, 5), min_size=2, max_size=12), min_size=2, max_size=12))
def test_variances_are_not_negative_and_do_not_depend_on_the_order_of_units(groups: list[list[int]]) -> None:
    if any(len(set(group)) > 1 for group in groups):
        found, mirrored = variance_components(groups), variance_components(groups[::-1])
        assert min(found.tau2, found.sigma2) >= 0
        assert math.isclose(found.tau2, mirrored.tau2, rel_tol=1e-4, abs_tol=1e-6)
        assert 0 <= reliability(found.tau2, found.sigma2, 30) <= 1


@quick
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30).filter(lambda weights: max(weights) > 0))
def test_weights_are_never_worth_more_than_their_number(weights: list[float]) -> None:
    assert 1 - 1e-9 <= effective_n(weights) <= len(weights) + 1e-9


@quick
@given(st.floats(0, 1), st.floats(0, 1))
def test_the_worst_case_holds_the_share_of_those_who_answered(p: float, rr: float) -> None:
    found = worst_case(p, rr)
    assert -1e-12 <= found.lower <= p + 1e-12
    assert p - 1e-12 <= found.upper <= 1


@quick
@given(st.lists(st.floats(0, 100), min_size=1, max_size=10))
def test_a_composite_lies_among_its_items(means: list[float]) -> None:
    assert min(means) - 1e-9 <= composite(means) <= max(means) + 1e-9
