"""A clinician's page: the finding in words first, own results only, figures with the same rounding."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from survey.db import transaction
from survey.practice import publishing
from survey.practice.model import Clinician, Practice
from survey.runtime import Runtime
from tests import builders
from tests.web import stage
from tests.web.desk import enter, make_clinician_account, make_owner


@pytest.fixture
def people(runtime: Runtime, practice: Practice) -> tuple[Clinician, ...]:
    return stage.stage_year(runtime, practice)


@pytest.fixture
def ana(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...], client: FlaskClient
) -> Clinician:
    enter(client, runtime, make_clinician_account(runtime, practice, people[0]))
    return people[0]


def test_the_first_screen_says_what_works_what_does_not_and_what_is_open(
    client: FlaskClient, ana: Clinician
) -> None:
    page = client.get("/staff/clinician").text
    works, attention, early = (page.index(f'id="group-{name}"') for name in ("works", "attention", "early"))
    assert works < attention < early
    assert "Phone and messages" in page[attention:early]
    assert "Front desk" in page[works:attention]
    assert page.index("What needs attention") < page.index("Each touchpoint")


def test_comments_are_shown_as_text(client: FlaskClient, ana: Clinician) -> None:
    page = client.get("/staff/clinician").text
    assert "The phone rang for ever." in page
    assert "&lt;b&gt;Listened&lt;/b&gt; &amp; kind." in page


def test_no_colleague_is_on_the_page_or_in_a_figure(
    runtime: Runtime, practice: Practice, client: FlaskClient, ana: Clinician, people: tuple[Clinician, ...]
) -> None:
    stage.add_comments(runtime, practice, people[1], texts=("A word for Ben alone.",))
    body = client.get("/staff/clinician").text + client.get("/staff/clinician/figure/phone.json").text
    for secret in ("Ben Yu", "Carla", "Dev Patel", "A word for Ben alone."):
        assert secret not in body


def test_a_figure_is_json_with_the_same_rounded_words(client: FlaskClient, ana: Clinician) -> None:
    answer = client.get("/staff/clinician/figure/phone.json")
    assert answer.content_type == "application/json"
    assert {"data", "layout"} <= set(answer.json)
    assert answer.headers["Cache-Control"] == "no-store"
    for number in re.findall(r"[0-9.]+", str([trace.get("y") for trace in answer.json["data"]])):
        assert float(number) % 5 == 0


def test_a_figure_of_nothing_is_not_found(client: FlaskClient, ana: Clinician) -> None:
    assert client.get("/staff/clinician/figure/nothing.json").status_code == 404
    assert client.get("/staff/clinician/figure/..%2Fphone.json").status_code == 404


def test_a_colleagues_key_in_the_address_changes_nothing(
    client: FlaskClient, ana: Clinician, people: tuple[Clinician, ...]
) -> None:
    plain = client.get("/staff/clinician").text
    asked = client.get(f"/staff/clinician?clinician_id={people[1].id}&practice_id=1").text
    without = [re.sub(r'name="csrf_token" value="[^"]+"', "", text) for text in (plain, asked)]
    assert without[0] == without[1]


def test_every_figure_has_a_caption_and_a_table(client: FlaskClient, ana: Clinician) -> None:
    page = client.get("/staff/clinician").text
    figures = re.findall(r"<figure.*?</figure>", page, flags=re.DOTALL)
    assert len(figures) == 10
    for figure in figures:
        assert re.search(r"<figcaption[^>]*>\s*\S", figure)
        assert "<details>" in figure
        assert "<table>" in figure
        assert 'role="img"' in figure


def test_too_few_answers_get_words_and_no_empty_chart(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    newcomer = builders.make_clinician(runtime, practice, "Edie Marsh")
    enter(client, runtime, make_clinician_account(runtime, practice, newcomer, email="edie@example.org"))
    page = client.get("/staff/clinician")
    assert page.status_code == 200
    assert "Not enough answers yet" in page.text
    assert "<svg" not in page.text
    assert "None" not in page.text


def test_an_owner_who_sees_patients_has_a_page_of_their_own_and_others_have_none(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    enter(client, runtime, make_owner(runtime, practice))
    assert client.get("/staff/clinician").status_code == 404
    assert "My feedback" not in client.get("/staff/practice").text


def test_several_questions_about_one_touchpoint_have_names_and_figures_of_their_own(
    client: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    instrument = builders.load_instrument(runtime, "cg_cahps_visit")
    with transaction(runtime.engine, practice.id) as db:
        publishing.publish(db, practice.id, instrument, from_day=date(2020, 1, 1))
        db.get_one(Practice, practice.id).instrument = instrument.id
    person = builders.make_clinician(runtime, practice)
    counts = stage.month_counts(instrument, best=18, problem=2)
    with transaction(runtime.engine, practice.id) as db:
        asked = db.get_one(Practice, practice.id)
        builders.make_atom(db, asked, counts=counts, clinician=person, instrument=instrument.id)
    enter(client, runtime, make_clinician_account(runtime, practice, person))
    page = client.get("/staff/clinician").text
    names = re.findall(r'<section class="card detail" id="([^"]+)"', page)
    assert len(set(names)) == len(names) == 10
    assert {"timeliness", "cg_listen.1", "cg_time.1"} <= set(names)
    assert client.get("/staff/clinician/figure/cg_listen.1.json").status_code == 200
