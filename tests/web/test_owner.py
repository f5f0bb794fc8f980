"""The owner's overview: four tiles, one trend, touchpoints, clinicians in the order of names."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from survey.db import transaction
from survey.invitations.model import SentTotal
from survey.practice import declaring
from survey.practice.model import Practice
from survey.releases import giving_up
from survey.responses.model import Kind
from survey.runtime import Runtime
from tests import builders
from tests.web import stage
from tests.web.desk import enter, make_owner


@pytest.fixture
def owner(runtime: Runtime, practice: Practice, client: FlaskClient) -> FlaskClient:
    stage.stage_year(runtime, practice)
    enter(client, runtime, make_owner(runtime, practice))
    return client


def test_the_overview_shows_tiles_trend_touchpoints_and_clinicians(owner: FlaskClient) -> None:
    page = owner.get("/staff/practice").text
    assert page.count('<li class="tile">') == 4
    places = [
        page.index(words) for words in ('class="tiles"', 'id="trend"', 'id="group-works"', 'id="clinicians"')
    ]
    assert places == sorted(places)


def test_clinicians_stand_in_the_order_of_names_and_a_small_group_is_not_judged(owner: FlaskClient) -> None:
    page = owner.get("/staff/practice").text
    table = page[page.index('class="people"') :]
    places = [table.index(name) for name in (*stage.PEOPLE, "Dev Patel")]
    assert places == sorted(places)
    assert "verdict-early" in table[table.index("Dev Patel") :][:400]


def test_the_practices_trend_and_touchpoints_come_as_figures(owner: FlaskClient) -> None:
    for touchpoint in ("whole", "phone"):
        assert owner.get(f"/staff/practice/figure/{touchpoint}.json").json["data"]
    assert owner.get("/staff/practice/figure/nothing.json").status_code == 404


def test_another_practices_results_are_nowhere(
    runtime: Runtime, owner: FlaskClient, practice: Practice
) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    person = builders.make_clinician(runtime, other, "Stranger Canary")
    stage.add_comments(runtime, other, person, texts=("A canary of Hillside.",))
    for path in ("/staff/practice", "/staff/practice/figure/whole.json", "/staff/visits", "/staff/reports"):
        body = owner.get(path).text
        assert "Canary" not in body
        assert "canary" not in body
        assert "Hillside" not in body


def test_an_empty_practice_gets_words(runtime: Runtime, practice: Practice, client: FlaskClient) -> None:
    enter(client, runtime, make_owner(runtime, practice))
    page = client.get("/staff/practice")
    assert page.status_code == 200
    assert "Not enough answers yet" in page.text
    assert "None" not in page.text
    assert client.get("/staff/practice/figure/whole.json").status_code == 404


def unreleased(runtime: Runtime, practice: Practice, *, month: str, **given: int) -> None:
    with transaction(runtime.engine, practice.id) as db:
        for cause, number in given.items():
            for kind in Kind:
                giving_up.count_unreleased(db, practice.id, kind, month=month, cause=cause, number=number)


def never_shown(client: FlaskClient, language: str = "en") -> str:
    page = client.get("/staff/practice", headers={"Accept-Language": language}).text
    start = page.index('id="never-shown"')
    return page[start : page.index("</section>", start)]


def test_answers_that_nobody_will_see_are_told_in_bands(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    unreleased(runtime, practice, month="2026-02", expired=23, lost=7)
    said = never_shown(owner)
    assert "The key that opens them was lost" in said
    assert re.findall(r"<td>(.*?)</td>", said) == ["20+", "20+", "5+", "5+"]
    assert "La clave" in never_shown(owner, "es")


def test_few_and_none_read_alike_and_old_ones_are_not_counted(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    """Else these lines would tell of one single answer that somebody gave."""
    enter(client, runtime, make_owner(runtime, practice))
    none = never_shown(client)
    assert none.count("fewer than 5, or none") == 4
    unreleased(runtime, practice, month="2026-02", expired=1, lost=4)
    unreleased(runtime, practice, month="2024-02", expired=50)
    assert never_shown(client) == none
    unreleased(runtime, practice, month="2026-03", lost=1)
    assert never_shown(client) != none


def test_a_practice_without_a_survey_is_told_so(runtime: Runtime, client: FlaskClient) -> None:
    with transaction(runtime.engine) as db:
        bare = declaring.create_practice(db, slug="bare", name="Bare", time_zone="America/New_York")
    enter(client, runtime, make_owner(runtime, bare))
    for path in ("/staff/practice", "/staff/reports"):
        page = client.get(path)
        assert page.status_code == 409
        assert "No survey is in use yet" in page.text


def test_spanish_browsers_get_the_page_marked_as_spanish(owner: FlaskClient) -> None:
    page = owner.get("/staff/practice", headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}).text
    assert '<html lang="es"' in page


def test_where_far_fewer_were_heard_the_owner_is_cautioned(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    people = stage.stage_year(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        for person, sent in zip(people, (100, 100, 100, 100), strict=True):
            cell = declaring.cell_for(db, practice.id, instrument=practice.instrument, clinician_id=person.id)
            db.add(SentTotal(practice_id=practice.id, cell_id=cell.id, month="2026-02", sent=sent))
    enter(client, runtime, make_owner(runtime, practice))
    page = re.sub(r"\s+", " ", client.get("/staff/practice").text)
    assert "Be careful with Dev Patel: in the last four closed quarters" in page
    assert "The truth lies between, and nobody knows where." in page
    clinician = client.get("/staff/clinician").text
    assert "Be careful with" not in clinician


def test_places_are_named_and_change_no_figure(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    """The same answers with and without places: nothing but the words about places differs."""
    stage.stage_year(runtime, practice)
    enter(client, runtime, make_owner(runtime, practice))
    before = client.get("/staff/practice").text
    with transaction(runtime.engine, practice.id) as db:
        for name in ("North", "South & Sons"):
            declaring.declare_location(db, practice.id, name)
    after = client.get("/staff/practice").text
    assert 'id="places"' not in before
    told = re.search(r'<section aria-labelledby="places">.*?</section>\n', after, re.S)
    assert told is not None
    assert "North; South &amp; Sons. All figures here are of all places together." in told[0]
    assert not re.search(r"\d", re.sub(r"<[^>]*>", "", told[0]).replace("&#39;", ""))
    assert without_tokens(after.replace(told[0], "")) == without_tokens(before)


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrf_token"[^>]*>', "", page)


def test_one_place_needs_no_words(runtime: Runtime, practice: Practice, client: FlaskClient) -> None:
    with transaction(runtime.engine, practice.id) as db:
        declaring.declare_location(db, practice.id, "North")
    enter(client, runtime, make_owner(runtime, practice))
    assert 'id="places"' not in client.get("/staff/practice").text
