"""Nothing below 100 answers lets an exact count be worked back; both ends stay open at every size."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.insight.intervals import wilson
from survey.insight.rounding import WITHHELD, Band, RoundedShare, n_band, share

Rounding = Callable[[int, int], object]


def test_bands_are_the_declared_ones() -> None:
    starts = [n for n in range(5, 12_000) if n_band(n) != n_band(n - 1)]
    assert starts == [5, 10, 15, 20, 30, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
    assert n_band(47).text == "30+"


def test_nothing_is_shown_below_five_or_below_a_raised_least() -> None:
    assert share(4, 4) is WITHHELD
    assert share(0, 0) is WITHHELD
    assert share(7, 7, least=8) is WITHHELD
    assert share(4, 4, least=1) is WITHHELD
    assert share(8, 8, least=8).shown


@pytest.mark.parametrize(
    ("x", "n", "text", "interval"),
    [
        (5, 5, "80–100%", "40–100%"),
        (1, 5, "0–20%", "0–60%"),
        (2, 5, "20–40%", "0–80%"),
        (3, 6, "40–60%", "0–100%"),
        (29, 29, "90% or more", "60–100%"),
        (0, 12, "10% or less", "0–50%"),
        (9, 20, "50%", "20–80%"),
        (40, 40, "95% or more", "80–100%"),
        (60, 80, "75%", "60–85%"),
        (65, 100, "65%", "55–74%"),
        (150, 150, "99% or more", "95–100%"),
        (0, 5000, "1% or less", "0–2%"),
    ],
)
def test_figures_are_as_coarse_as_their_evidence(x: int, n: int, text: str, interval: str) -> None:
    found = share(x, n)
    assert (found.text, found.interval_text) == (text, interval)


def figure_leaks(rounding: Callable[[int, int], RoundedShare]) -> list[tuple[int, int]]:
    """Counts below 100 whose figure says more than rounded share and band do."""
    told: dict[tuple[str, Band], RoundedShare] = {}
    leaks = []
    for n in range(5, 100):
        for x in range(n + 1):
            found = rounding(x, n)
            if told.setdefault((found.text, found.n), found) != found:
                leaks.append((x, n))
    return leaks


def test_below_100_a_figure_is_made_of_rounded_share_and_band_alone() -> None:
    assert figure_leaks(_shown) == []


def test_an_interval_from_exact_counts_would_be_noticed() -> None:
    def broken(x: int, n: int) -> RoundedShare:
        found, limits = _shown(x, n), wilson(x, n)
        lower, upper = round(100 * limits.lower), round(100 * limits.upper)
        return RoundedShare(found.low, found.high, found.centre, lower, upper, found.step, found.n)

    assert figure_leaks(broken)


def certain_ends(rounding: Rounding) -> list[int]:
    """Sizes at which a reader who knows n could tell that everybody, or nobody, gave the best answer."""
    return [
        n for n in range(5, 400) if rounding(n, n) != rounding(n - 1, n) or rounding(0, n) != rounding(1, n)
    ]


def test_all_and_nearly_all_look_alike_at_every_size() -> None:
    assert certain_ends(share) == []


def test_uncapped_ends_would_be_noticed() -> None:
    assert certain_ends(lambda x, n: round(100 * x / n)) != []


@given(st.integers(5, 3000).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_figures_never_fall_when_one_more_gives_the_best_answer(counts: tuple[int, int]) -> None:
    x, n = counts
    fewer, more = _shown(x, n), _shown(x + 1, n)
    assert (fewer.low, fewer.high, fewer.centre) <= (more.low, more.high, more.centre)
    assert fewer.lower <= more.lower
    assert fewer.upper <= more.upper


@given(st.integers(5, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_never_leaves_the_axis(counts: tuple[int, int]) -> None:
    found = _shown(*counts)
    assert 0 <= found.lower <= found.centre <= found.upper <= 100
    assert found.lower % found.step == 0
    assert found.upper % found.step == 0
    assert "100%" not in found.text.split("–")[0]
    assert found.text not in {"0%", "100%"}


def test_fifths_are_never_a_point() -> None:
    assert all(_shown(x, n).low < _shown(x, n).high for n in range(5, 10) for x in range(n + 1))


def test_a_count_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="no share"):
        share(7, 6)


def _shown(x: int, n: int) -> RoundedShare:
    found = share(x, n)
    assert isinstance(found, RoundedShare)
    return found
