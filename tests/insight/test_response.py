"""Response in ten-point bands, from twenty invitations, closed quarters only; and AAPOR's rates."""

from __future__ import annotations

from datetime import date

import pytest

from survey.db import transaction
from survey.insight.response import (
    Response,
    aapor,
    effective_n,
    read_response,
    response_band,
    under_heard,
    worst_case,
)
from survey.insight.rounding import Band, n_band
from survey.insight.words import plain
from survey.invitations.model import SentTotal
from survey.practice import declaring
from survey.practice.model import CARDS, Practice
from survey.runtime import Runtime
from tests.builders import make_atom, make_clinician
from tests.insight.known import group, table

PHONE = {"phone.1": {"definitely": 12}}


@pytest.mark.parametrize(
    ("released", "sent", "text"),
    [
        (1, 20, "under 10%"),
        (2, 20, "10–20%"),
        (13, 20, "60–70%"),
        (14, 20, "70% or more"),
        (30, 20, "70% or more"),
    ],
)
def test_bands_are_ten_points_wide_and_capped(released: int, sent: int, text: str) -> None:
    found = response_band(released, sent)
    assert found is not None
    assert found.words(plain) == text


def test_under_twenty_invitations_nothing_is_said() -> None:
    assert response_band(19, 19) is None


def test_released_answers_stand_against_sent_invitations(runtime: Runtime, practice: Practice) -> None:
    ana = make_clinician(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        cell = declaring.cell_for(db, practice.id, instrument="after_visit", clinician_id=ana.id)
        db.add(SentTotal(practice_id=practice.id, cell_id=cell.id, month="2026-02", sent=60))
        db.add(SentTotal(practice_id=practice.id, cell_id=cell.id, month="2026-04", sent=900))
        db.flush()
        make_atom(db, practice, clinician=ana, month="2026-03", counts=PHONE)
        make_atom(db, practice, joined=True, month="2026-03", counts=PHONE)
        make_atom(db, practice, month="2026-03", counts=PHONE)  # a cell without invitations
        make_atom(db, practice, visit_type=CARDS, month="2026-03", counts=PHONE)

        def told(today: date) -> Response | None:
            return read_response(db, practice.id, instrument="after_visit", quarters=["2026-Q1"], today=today)

        assert told(date(2026, 4, 1)) == Response(low=40, sent=Band(50))
        assert told(date(2026, 3, 31)) is None


def test_the_rates_of_the_standard_definitions_are_met() -> None:
    for case in group("aapor")["cases"]:
        found = aapor(**{name: case[name] for name in ("I", "P", "R", "NC", "O", "U", "e")})
        for name in ("RR1", "RR2", "RR3", "RR4", "RR5", "RR6", "COOP1", "COOP2", "COOP3", "COOP4"):
            assert getattr(found, name.lower()) == pytest.approx(case[name], abs=1e-9)
        assert (found.ref1, found.con1) == (pytest.approx(case["REF1"]), pytest.approx(case["CON1"]))


def test_where_nobody_was_reached_there_is_no_cooperation() -> None:
    found = aapor(0, 0, 0, NC=8, O=0, U=0, e=0)
    assert (found.rr1, found.coop1, found.coop4) == (0, None, None)
    assert aapor(0, 0, 0, 0, 0, U=5, e=0).rr5 is None


@pytest.mark.parametrize(
    "counts",
    [(0, 0, 0, 0, 0, 0, 1), (-1, 0, 0, 9, 0, 0, 1), (1, 0, 0, 0, 0, 0, 2), (float("nan"), 1, 0, 0, 0, 0, 1)],
)
def test_dispositions_that_cannot_be_are_refused(counts: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"count|nobody"):
        aapor(*counts)


def test_the_silent_may_think_anything() -> None:
    for case in group("worst_case_bounds")["cases"]:
        assert worst_case(case["p"], case["rr"]) == pytest.approx(tuple(case["bounds"]))
    with pytest.raises(ValueError, match="between 0 and 1"):
        worst_case(0.9, 20)


def test_uneven_weights_are_worth_fewer_answers() -> None:
    for case in group("kish_effective_n"):
        assert effective_n(case["weights"]) == pytest.approx(case["n_eff"], abs=1e-9)
    assert effective_n([1e300, 1e300]) == 2


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2], [float("nan")]])
def test_weights_that_weigh_nothing_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="weight"):
        effective_n(weights)


def test_real_hospitals_answer_too_little_to_say_what_the_silent_think() -> None:
    rates, unreadable = [], 0
    for row in table("hcahps/responses.csv.gz"):
        text = row["Response Rate (%)"]
        if text.isdigit() and 0 < int(text) <= 100:
            rates.append(int(text) / 100)
        else:
            unreadable += 1
    assert (len(rates) > 30_000, unreadable > 5_000) == (True, True)
    for rr in set(rates):
        found = worst_case(0.7, rr)
        assert found.upper - found.lower == pytest.approx(1 - rr)


@pytest.mark.parametrize(
    ("released", "sent", "practice", "caution"),
    [
        (4, 50, 40, True),  # at most 4 of 50, 8 %: less than half of 40
        (10, 50, 40, False),  # may be 14 of 50
        (9, 50, 40, True),  # the band ends at 9 of 50, 18 %
        (0, 49, 70, False),  # too few were asked
        (0, 500, 0, False),  # nobody is heard less than half as often as "under 10 %"
        (100, 1000, 40, True),
        (100, 1000, 30, False),  # the band ends at 199
    ],
)
def test_a_group_is_under_heard_by_bands_alone(
    released: int, sent: int, practice: int, caution: bool
) -> None:
    assert under_heard(released, sent, Response(practice, Band(100))) is caution


@pytest.mark.parametrize("n", [5, 9, 10, 14, 29, 30, 49, 99, 100, 199, 200, 499, 500, 999, 1000, 12_345])
def test_a_band_knows_its_end(n: int) -> None:
    band = n_band(n)
    assert n_band(band.high) == band
    assert n_band(band.high + 1).low == band.high + 1
