"""Periods are links to fixed windows; whatever is missing in one is told in words."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from survey.clock import SimulatedClock, at_local
from survey.db import transaction
from survey.practice.model import Clinician, Practice
from survey.runtime import Runtime
from tests import builders
from tests.web import stage
from tests.web.desk import TOKEN, enter, make_owner

ALL = ("last-four", "2026-Q2", "2026-Q1", "2025-Q4", "2025-Q3")


@pytest.fixture
def owner(runtime: Runtime, practice: Practice, client: FlaskClient) -> FlaskClient:
    stage.stage_year(runtime, practice)
    enter(client, runtime, make_owner(runtime, practice))
    return client


def broken(page: str) -> list[str]:
    """What no page may show in place of a figure."""
    return [word for word in ("None", "NaN", "nan%") if word in page]


@pytest.mark.parametrize("period", ALL)
def test_every_offered_period_opens_and_shows_words_where_nothing_is(owner: FlaskClient, period: str) -> None:
    answer = owner.get(f"/staff/practice/{period}", follow_redirects=True)
    assert answer.status_code == 200
    place = "" if period == "last-four" else f"/{period}"
    assert f'href="/staff/practice{place}" aria-current="page"' in answer.text
    assert broken(answer.text) == []
    if period == "2025-Q3":
        assert "Nothing in this quarter" in answer.text
    if period == "2026-Q2":
        assert "Not enough answers yet" in answer.text


@pytest.mark.parametrize("period", ["2026-Q3", "2020-Q1", "2026-q1", "all", "%00", "2026-Q1/../x"])
def test_any_other_period_is_not_found(owner: FlaskClient, period: str) -> None:
    for address in (f"/staff/practice/{period}", f"/staff/practice/{period}/figure/whole.json"):
        assert owner.get(address).status_code == 404


def test_a_period_after_a_question_mark_changes_nothing(owner: FlaskClient) -> None:
    plain, asked = (owner.get("/staff/practice", query_string=q).text for q in ({}, {"period": "2026-Q1"}))
    assert re.sub(TOKEN, "", asked) == re.sub(TOKEN, "", plain)


def five_clinicians(runtime: Runtime, practice: Practice, *, all_best: bool) -> list[Clinician]:
    assert isinstance(runtime.clock, SimulatedClock)
    people = [builders.make_clinician(runtime, practice, f"Person {name}") for name in "ABCDE"]
    instrument = builders.load_instrument(runtime)
    with transaction(runtime.engine, practice.id) as db:
        for place, person in enumerate(people):
            counts = stage.month_counts(instrument, best=40 if place else 12, problem=28, bad="")
            if all_best or place:
                counts = {
                    item.key: {value: 40}
                    for item in instrument.items
                    for value, best in stage.answer_counts(item, best=1, problem=0).items()
                    if best
                }
            builders.make_atom(db, practice, counts=counts, clinician=person, month="2026-02")
    runtime.clock.move_to(at_local(date(2026, 4, 20), 10, practice.time_zone))
    return people


def test_a_clinician_beyond_chance_is_named_and_numbered_by_name(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    five_clinicians(runtime, practice, all_best=False)
    enter(client, runtime, make_owner(runtime, practice))
    page = client.get("/staff/practice").text
    assert "Lower than chance alone explains: Person A." in page
    assert "chart-funnel" in page
    table = page[page.index('class="people"') :]
    places = [table.index(f'">{number}</span> Person {name}') for number, name in enumerate("ABCDE", 1)]
    assert places == sorted(places)
    assert client.get("/staff/practice/figure/clinicians.json").json["data"]


def test_a_practice_in_which_everybody_is_content_shows_no_hundred_percent_and_no_nan(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    five_clinicians(runtime, practice, all_best=True)
    enter(client, runtime, make_owner(runtime, practice))
    page = client.get("/staff/practice").text
    assert broken(page) == []
    assert "No clinician differs from the others by more than chance explains." in page
    assert "99% or more" in page


def test_fewer_than_five_clinicians_are_not_set_beside_each_other(owner: FlaskClient) -> None:
    page = owner.get("/staff/practice").text
    assert "chart-funnel" not in page
    assert "only where at least 5 have 30 answers each" in page
    assert owner.get("/staff/practice/figure/clinicians.json").status_code == 404


def test_how_figures_are_made_is_told_to_owners(owner: FlaskClient) -> None:
    page = owner.get("/staff/method").text
    assert "How often this is wrong" in page
    assert 'href="/staff/method"' in owner.get("/staff/practice").text
