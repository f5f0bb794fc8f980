"""The Friends and Family Test's hiding rule, and why it guards nothing here."""

from __future__ import annotations

import pytest

from survey.insight.suppression import Hidden, fft_suppression, hidden
from tests.insight.known import group


def tree() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in group("suppression_fft_rules")["units"]:
        found.setdefault(row["parent"], {})[row["unit"]] = row["n"]
    return found


def test_each_unit_of_the_known_tree_is_hidden_for_its_reasons() -> None:
    found = fft_suppression(tree())
    for row in group("suppression_fft_rules")["units"]:
        expected = Hidden(row["primary"], row["secondary"], row["cascade"])
        assert found[row["parent"]][row["unit"]] == expected


def test_each_parent_of_the_known_tree_is_hidden_or_shown() -> None:
    totals = {parent: sum(units.values()) for parent, units in tree().items()}
    known = {row["parent"] for row in group("suppression_fft_rules")["parents"] if row["suppressed"]}
    assert hidden(totals) == known


def test_the_rule_leaks_four_people() -> None:
    assert hidden({"a": 2, "b": 2, "c": 60}) == {"a", "b"}


def test_an_empty_tree_hides_nothing_and_a_negative_number_is_refused() -> None:
    assert fft_suppression({}) == {}
    with pytest.raises(ValueError, match="negative"):
        fft_suppression({"a": {"b": -1}})
