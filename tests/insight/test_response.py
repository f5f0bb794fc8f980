"""Response in ten-point bands, from twenty invitations, closed quarters only."""

from __future__ import annotations

from datetime import date

import pytest

from survey.db import transaction
from survey.insight.response import Response, read_response, response_band
from survey.insight.rounding import Band
from survey.insight.words import plain
from survey.invitations.model import SentTotal
from survey.practice import declaring
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.builders import make_atom, make_clinician

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
        make_atom(db, practice, month="2026-03", counts=PHONE)  # a cell without invitations: cards

        def told(today: date) -> Response | None:
            return read_response(db, practice.id, instrument="after_visit", quarters=["2026-Q1"], today=today)

        assert told(date(2026, 4, 1)) == Response(low=40, sent=Band(50))
        assert told(date(2026, 3, 31)) is None
