"""What goes into a formula is checked first, and its place is named."""

from __future__ import annotations

import numpy as np
import pytest

from survey.insight.figures import numbers, numbers_and_gaps, pairs, pooled, whole


def test_lists_and_arrays_come_out_alike() -> None:
    assert numbers([1, 2.5]) == numbers(np.array([1, 2.5])) == [1.0, 2.5]
    assert pairs([1, 2], [3, 4]) == pairs(np.array([1, 2]), np.array([3, 4])) == [(1.0, 3.0), (2.0, 4.0)]


def test_what_is_no_number_is_named_by_its_place_and_not_repeated() -> None:
    with pytest.raises(ValueError, match=r"^weight 2 is not a number"):
        numbers([1, float("inf")], "weight")
    with pytest.raises(ValueError, match=r"^pair 2 is no count") as failure:
        pairs([1, 4711], [3, 4])
    assert "4711" not in str(failure.value)


def test_a_gap_stays_in_its_place() -> None:
    assert numbers_and_gaps([1, None, 3]) == [1.0, None, 3.0]
    assert pairs([1, None, 0], [3, None, 0]) == [(1.0, 3.0), (0.0, 0.0), (0.0, 0.0)]


def test_exact_tests_take_whole_people() -> None:
    assert whole((2.0, 3.0), 1) == (2, 3)
    with pytest.raises(ValueError, match="pair 4 is not made of whole numbers"):
        whole((2.5, 3.0), 4)


def test_nobody_has_no_share() -> None:
    assert pooled([(1, 4), (0, 0)]) == 0.25
    with pytest.raises(ValueError, match="no answers"):
        pooled([(0, 0)])
