"""A survey with every kind of question: its page, what it takes, what it refuses, what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from survey.clock import local_day
from survey.db import reading, transaction
from survey.practice import publishing
from survey.practice.model import Practice
from survey.releases import flushing
from survey.releases.model import Tally
from survey.runtime import Runtime
from tests import builders
from tests.instruments.kinds import every_kind
from tests.web.patients import NOTHING, ONE_ANSWER, kept

PAGE = "/s/riverside/every-kind-1/en"
WORDS = "Please keep these words"


@pytest.fixture
def token(runtime: Runtime, practice: Practice) -> str:
    with transaction(runtime.engine, practice.id) as db:
        publishing.publish(db, practice.id, every_kind(), from_day=date(2020, 1, 1))
        db.get_one(Practice, practice.id).instrument = "every_kind"
    return new_token(runtime, practice)


def new_token(runtime: Runtime, practice: Practice) -> str:
    with reading(runtime.engine, practice.id) as db:
        practice = db.get_one(Practice, practice.id)
    return builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))


@pytest.mark.usefixtures("token")
def test_the_page_says_how_each_question_is_answered(client: FlaskClient) -> None:
    page = client.get(PAGE).text.partition("</style>")[2]
    assert page.count("<input type=checkbox") == 3
    assert page.count("type=radio name=item.recommend ") == 11
    assert "You can choose more than one." in page
    assert "0 means: Not at all likely. 10 means: Very likely." in page
    assert "Only if you answered “Yes, put right” or “Yes, not yet” to “Did anything go wrong" in page
    assert "5 questions, about 36 seconds." in page
    assert "<noscript> Here are all 7 we ask" in page


@pytest.mark.usefixtures("token")
def test_the_spanish_page_says_the_same_in_spanish(client: FlaskClient) -> None:
    page = client.get(PAGE.replace("/en", "/es")).text
    assert "Puede elegir más de una." in page
    assert "Solo si respondió «Sí, resuelto» o «Sí, aún no» a «¿Hubo algo que saliera mal?»" in page
    assert "0 significa: Nada probable. 10 significa: Muy probable." in page


def post(client: FlaskClient, token: str, *fields: tuple[str, str]) -> tuple[int, str]:
    base = [("token", token), ("box.anything", WORDS)]
    response = client.post(PAGE, data=MultiDict([*base, *fields]))
    return response.status_code, response.text


SOUND = (("item.trouble", "not_yet"), ("item.what", "bill"), ("item.what", "phone"), ("item.recommend", "10"))


def test_an_answer_of_every_kind_is_taken(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    assert post(client, token, *SOUND)[0] == 200
    assert kept(runtime, practice) == ONE_ANSWER


def test_an_answer_too_many_to_a_follow_up_is_no_reason_to_refuse(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    assert post(client, token, ("item.trouble", "nothing"), ("item.what", "bill"))[0] == 200
    assert kept(runtime, practice) == ONE_ANSWER


@pytest.mark.parametrize(
    ("status", "fields", "named"),
    [
        (400, [("item.what", "purple")], "Question 2: choose one of the answers shown."),
        (400, [("item.what", "bill"), ("item.what", "purple")], "Question 2: choose one"),
        (400, [("item.what", "bill+phone")], "Question 2: choose one"),
        (400, [("item.what", "bill"), ("item.what", "bill")], "Question 2 came twice."),
        (400, [("item.recommend", "11")], "Question 4: choose one"),
        (400, [("item.recommend", "-1")], "Question 4: choose one"),
        (400, [("item.recommend", "1"), ("item.recommend", "2")], "Question 4 came twice."),
        (400, [("item.overall", "very_good")], "This survey has no question “overall”."),
        (400, [(f"item.x{number}", "1") for number in range(2000)], "This survey has no question “x0”."),
        (422, [("item.what", "bill"), ("item.what", "none")], "“None of these” does not go with other"),
        (422, [("item.trouble", ""), ("item.what", "bill")], "Answer at least one question."),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_spent_or_stored(
    client: FlaskClient,
    runtime: Runtime,
    practice: Practice,
    token: str,
    status: int,
    fields: list[tuple[str, str]],
    named: str,
) -> None:
    sound = () if "Answer at least" in named else (("item.trouble", "not_yet"),)
    found, page = post(client, token, *sound, *fields)
    assert found == status
    assert named in page
    assert WORDS in page
    assert len(page) < 40_000
    assert kept(runtime, practice) == NOTHING


def test_ticks_are_kept_where_the_form_comes_back(client: FlaskClient, token: str) -> None:
    _, page = post(client, token, ("go", "language:es"), *SOUND)
    assert 'lang="es"' in page
    ticked = re.findall(r"<input type=\w+ name=item\.(\w+) value=(\w+)[^>]* checked>", page)
    assert ticked == [(name.removeprefix("item."), value) for name, value in SOUND]


def test_at_the_flush_only_counts_are_left_and_everybody_stands_behind_each(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    people = (SOUND, SOUND, (("item.trouble", "nothing"),), (("item.recommend", "0"),), SOUND, SOUND)
    for number, fields in enumerate(people):
        code = token if number == 0 else new_token(runtime, practice)
        assert post(client, code, *fields)[0] == 200
    counts = released(runtime, practice)
    assert all(sum(values.values()) == len(people) for values in counts.values())
    assert counts["what.1.none"].keys() <= {"not_chosen", ""}
    assert counts["what.1.bill"].get("chosen", 0) in (3, 4)
    assert counts["what.1.bill"] == counts["what.1.phone"]
    assert counts["recommend.1"].get("10", 0) in (3, 4)
    assert counts["explained.1"] == {"": 6}
    assert not any("+" in value for values in counts.values() for value in values)


def released(runtime: Runtime, practice: Practice) -> Mapping[str, dict[str, int]]:
    """What stands in the tallies after the nights of a fortnight."""
    found: dict[str, dict[str, int]] = {}
    today = local_day(runtime.clock.now(), practice.time_zone)
    for nights in range(1, 15):
        day = today + timedelta(days=nights)
        flushing.flush(runtime.engine, runtime.files, practice.id, today=day)
        with reading(runtime.engine, practice.id) as db:
            for row in db.scalars(select(Tally)):
                found.setdefault(row.item, {})[row.value] = row.n
        if found:
            break
    return found
