"""Who may read the words: the patient's choice, sealed with them, and kept to by what is shown."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.db import reading, transaction
from survey.keys import pool as pool_keys
from survey.keys.sealing import opener
from survey.practice.model import Clinician, Practice
from survey.releases.model import Comment
from survey.responses import answers
from survey.responses.answers import Audience
from survey.responses.model import Kind, Pool, PoolKey
from survey.runtime import Runtime
from survey.web import survey_page
from tests import builders
from tests.journeys.days import live_through
from tests.web.desk import enter, make_clinician_account, make_owner
from tests.web.patients import EN_BLANCO, NOTHING, PAGE, kept, send

COMMENTS_DAY = date(2026, 4, 6)


@pytest.fixture
def people(runtime: Runtime, practice: Practice) -> tuple[Clinician, Clinician]:
    """Two clinicians, so that the management is somebody else."""
    ana, ben = (builders.make_clinician(runtime, practice, name) for name in ("Ana Ortiz", "Ben Yu"))
    return ana, ben


def choices(page: str) -> list[str]:
    return [value for value in Audience if f'name="audience" value="{value}"' in page]


def sealed_choice(runtime: Runtime, practice: Practice) -> Audience:
    """What the one waiting box says, opened as the flush would."""
    with reading(runtime.engine, practice.id) as db:
        key = db.get_one(PoolKey, (practice.id, Kind.COMMENTS))
        box = db.scalars(select(Pool.sealed).where(Pool.kind == Kind.COMMENTS)).one()
    return answers.unpack_comments(
        opener(pool_keys.private_key(runtime.files, practice.id, key.kid))(box)
    ).audience


@pytest.mark.parametrize("address", [PAGE, EN_BLANCO])
@pytest.mark.usefixtures("people")
def test_three_choices_are_offered_and_showing_is_chosen(client: FlaskClient, address: str) -> None:
    page = client.get(address).text
    assert choices(page) == [Audience.ALL, Audience.MANAGEMENT, Audience.NOBODY]
    assert page.count(" checked>") == 1
    assert 'value="all" id="audience" checked>' in page


def test_management_only_is_not_offered_where_one_person_does_everything(
    runtime: Runtime, practice: Practice, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = builders.make_clinician(runtime, practice)
    assert choices(client.get(PAGE).text) == [Audience.ALL, Audience.NOBODY]
    token = builders.make_token(runtime, practice, ana)
    refused = send(client, token, audience="management", box_to_change="Be quieter")
    assert refused.status_code == 400
    assert "Choose once more who may read your words" in refused.text
    assert 'value="nobody" checked>' in refused.text, "never wider than what was asked for"
    assert kept(runtime, practice) == NOTHING
    builders.make_clinician(runtime, practice, "Ben Yu")
    later = survey_page.monotonic() + survey_page.FRESH + 1
    monkeypatch.setattr(survey_page, "monotonic", lambda: later)
    assert Audience.MANAGEMENT in choices(client.get(PAGE).text)


@pytest.mark.parametrize("audience", list(Audience))
def test_the_choice_travels_inside_the_sealed_words(
    runtime: Runtime, practice: Practice, client: FlaskClient, people: tuple[Clinician, ...], audience: str
) -> None:
    token = builders.make_token(runtime, practice, people[0])
    assert send(client, token, audience=audience, box_to_change="Be quieter").status_code == 200
    assert sealed_choice(runtime, practice) == audience


def test_a_page_from_before_the_choice_shows_the_words(
    runtime: Runtime, practice: Practice, client: FlaskClient, people: tuple[Clinician, ...]
) -> None:
    assert send(client, builders.make_token(runtime, practice, people[0])).status_code == 200
    assert sealed_choice(runtime, practice) is Audience.ALL


@pytest.mark.parametrize("values", [["everyone"], [""], ["all", "nobody"]])
def test_an_unknown_or_doubled_choice_spends_nothing(
    runtime: Runtime,
    practice: Practice,
    client: FlaskClient,
    people: tuple[Clinician, ...],
    values: list[str],
) -> None:
    token = builders.make_token(runtime, practice, people[0])
    reply = client.post(PAGE, data={"item.overall": "good", "token": token, "audience": values})
    assert reply.status_code == 400
    assert 'href="#audience"' in reply.text
    assert 'id="audience"' in reply.text
    assert kept(runtime, practice) == NOTHING


def test_each_reads_what_is_meant_for_them(
    runtime: Runtime, practice: Practice, client: FlaskClient, people: tuple[Clinician, ...]
) -> None:
    for number in range(10):
        audience = list(Audience)[number % 3]
        words = f"Words for {audience.value} from {'abcdefghij'[number]}"
        token = builders.make_token(runtime, practice, people[0])
        assert send(client, token, audience=audience, box_to_change=words).status_code == 200
    live_through(runtime, practice, COMMENTS_DAY, 3)
    with transaction(runtime.engine, practice.id) as db:
        assert {text.split(" from ")[0] for text in db.scalars(select(Comment.text))} == {
            "Words for all",
            "Words for management",
        }
    clinician, owner = client.application.test_client(), client.application.test_client()
    enter(clinician, runtime, make_clinician_account(runtime, practice, people[0]))
    enter(owner, runtime, make_owner(runtime, practice))
    assert "Words for management" not in clinician.get("/staff/clinician").text
    assert "Words for nobody" not in owner.get("/staff/practice").text
