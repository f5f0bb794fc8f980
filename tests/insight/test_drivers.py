"""What goes with the overall answer, against relaimpo, rwa and SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from survey.insight.drivers import lmg, relative_weights, tau_b
from tests.insight.known import group, table

TOLERANCE = 1e-8
WAYS = (("lmg", lmg), ("relative_weights", relative_weights))


def attitude() -> tuple[dict[str, list[float]], list[float]]:
    rows = table("ratings/attitude.csv")
    columns = {name: [float(row[name]) for row in rows] for name in rows[0]}
    return columns, columns.pop("rating")


def plan_members() -> tuple[dict[str, list[float | None]], list[float | None]]:
    rows = [row for row in table("cahps/cahps_test.csv") if row["plan"] not in ("", "HMO_BE_1")]
    tops = {"q06": 3, "q10": 3, "q22": 3, "q23": 3}

    def column(name: str) -> list[float | None]:
        scale = range(11) if name == "q38" else range(1, tops.get(name, 4) + 1)
        return [int(row[name]) if row[name] and int(row[name]) in scale else None for row in rows]

    names = group("key_drivers")["cahps_q38_pairwise"]
    return {name: column(name) for name in names}, column("q38")


def test_thirty_departments_are_divided_as_in_r() -> None:
    known = group("key_drivers")["attitude"]
    drivers, overall = attitude()
    for name, divide in WAYS:
        found = divide(drivers, overall)
        assert found.n == known["n"]
        assert found.parts == pytest.approx(known[name], abs=TOLERANCE)
        assert found.r2 == pytest.approx(known["r2"], abs=TOLERANCE)
        assert sum(found.parts.values()) == pytest.approx(found.r2)
    for name, tau in known["kendall_tau_b"].items():
        found_tau = tau_b(np.array(drivers[name]), overall, draws=20)
        assert found_tau.tau_b == pytest.approx(tau, abs=TOLERANCE)


def test_plan_members_who_answered_everything_are_divided_as_in_r() -> None:
    known = group("key_drivers")["cahps_q38_complete_case"]
    columns, overall = plan_members()
    drivers = {name: columns[name] for name in known["lmg"]}
    for name, divide in WAYS:
        found = divide(drivers, overall)
        assert found.n == known["n"]
        assert found.parts == pytest.approx(known[name], abs=TOLERANCE)
        assert found.r2 == pytest.approx(known["r2"], abs=TOLERANCE)
        assert found.signs == {"q17": 1, "q19": 1, "q24": -1, "q22": 1}


def test_pairs_of_plan_members_have_their_rank_correlation() -> None:
    columns, overall = plan_members()
    for name, known in group("key_drivers")["cahps_q38_pairwise"].items():
        found = tau_b(columns[name], overall, draws=3)
        assert (name, found.n) == (name, known["n"])
        assert found.tau_b == pytest.approx(known["kendall_tau_b"], abs=TOLERANCE)
        assert found.p == pytest.approx(known["p_value"], rel=1e-6)


def test_an_interval_holds_its_figure_and_comes_out_the_same_twice() -> None:
    drivers, overall = attitude()
    found = tau_b(drivers["complaints"], overall, draws=200)
    assert found.interval.lower < found.tau_b < found.interval.upper
    assert found == tau_b(drivers["complaints"], overall, draws=200)


def test_what_nothing_can_be_said_of_is_refused_with_its_reason() -> None:
    drivers, overall = attitude()
    refused: list[tuple[dict[str, Any], str]] = [
        ({"flat": [3] * 30}, "same answer"),
        ({"one": drivers["raises"], "twin": drivers["raises"]}, "follows from the others"),
        ({"gaps": [None, *drivers["raises"][1:]]}, "29 answered everything"),
        ({"short": [1, 2]}, "side by side"),
        ({"odd": [float("nan"), *drivers["raises"][1:]]}, "value 1"),
        ({}, "between 1 and 10"),
        ({str(place): drivers["raises"] for place in range(7)}, "too few for 7"),
    ]
    for given, words in refused:
        for _, divide in WAYS:
            with pytest.raises(ValueError, match=words):
                divide(given, overall)
    with pytest.raises(ValueError, match="same answer"):
        tau_b([3] * 30, overall)
