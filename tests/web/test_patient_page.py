"""The survey as everybody first sees it."""

from __future__ import annotations

import re

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from survey.db import transaction
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web import survey_page
from survey.web.doors import public
from tests import builders
from tests.web.patients import EN_BLANCO, NOTHING, PAGE, cookie_faults, kept

pytestmark = pytest.mark.usefixtures("practice")


def test_every_question_is_a_group_with_its_own_words_and_nothing_is_chosen(client: FlaskClient) -> None:
    page = client.get(PAGE).text.partition("</style>")[2]
    questions, _, rest = page.partition('name="audience"')
    assert questions.count("<legend>") == 10 + 1
    assert page.count("<fieldset") == page.count("<legend>")
    assert "checked" not in questions
    assert rest.count("checked") == 1, "who may read the words is not a question about the visit"
    assert "required" not in page
    assert "Overall, how was your experience of our service?" in page


def test_the_top_says_how_long_it_takes_and_how_answers_are_grouped(client: FlaskClient) -> None:
    page = client.get(PAGE).text
    assert "10 questions, about 50 seconds." in page
    assert "groups of 5 people or more" in page
    assert 'href="/s/riverside/kept/en"' in page


def test_help_lines_and_the_practice_number_can_be_dialled(client: FlaskClient) -> None:
    page = client.get(PAGE).text
    assert 'href="tel:5550100"' in page
    assert 'href="tel:911"' in page
    assert 'href="tel:988"' in page


def test_the_code_field_is_there_for_a_browser_without_script(client: FlaskClient) -> None:
    page = client.get(PAGE).text
    assert re.search(r'<label for="token">Code from the mail or card</label>', page)
    assert re.search(r'<input id="token" name="token"', page)


def test_the_spanish_page_is_spanish_throughout(client: FlaskClient) -> None:
    page = client.get(EN_BLANCO).text
    assert '<html lang="es" dir="ltr">' in page
    assert "Enviar mis respuestas" in page
    assert "10 preguntas, unos 50 segundos." in page
    assert "Send my answers" not in page
    assert "Need help" not in page


def test_bytes_are_the_same_for_everyone_and_may_be_kept_for_a_while(client: FlaskClient, app: Flask) -> None:
    first = client.get(PAGE, headers={"User-Agent": "a", "Accept-Language": "es", "Cookie": "session=x"})
    second = app.test_client().get(PAGE, headers={"User-Agent": "b", "X-Forwarded-For": "10.0.0.1"})
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=300"


def test_an_unchanged_page_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get(PAGE).headers["ETag"]
    again = client.get(PAGE, headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.data == b""


def test_head_answers_like_get_and_writes_nothing(
    client: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    head, get = client.head(PAGE), client.get(PAGE)
    assert head.status_code == 200
    assert head.headers["ETag"] == get.headers["ETag"]
    assert kept(runtime, practice) == NOTHING


def test_a_page_is_made_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get(PAGE)
    monkeypatch.setattr(survey_page, "survey_body", lambda *_: pytest.fail("made twice"))
    assert client.get(PAGE).status_code == 200


def test_a_new_phone_number_reaches_the_page_after_a_minute(
    client: FlaskClient, runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get(PAGE)
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).phone = "555-0199"
    assert client.get(PAGE).data == before.data
    later = survey_page.monotonic() + survey_page.FRESH + 1
    monkeypatch.setattr(survey_page, "monotonic", lambda: later)
    after = client.get(PAGE)
    assert "555-0199" in after.text
    assert after.headers["ETag"] != before.headers["ETag"]


@pytest.mark.parametrize(
    "address",
    [
        "/s/nowhere/after-visit-1/en",
        "/s/riverside/after-visit-9/en",
        "/s/riverside/after-visit-1/fr",
        "/s/riverside/after-visit-1/e%00n",
        "/s/river%00side/after-visit-1/en",
        "/s/RIVERSIDE/after-visit-1/en",
        "/s/riverside/kept/french",
        "/s/nowhere/kept/en",
        "/s/riverside/after-visit-1/en/more",
        "/s/riverside",
    ],
)
def test_an_unknown_address_gets_a_kind_page(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert "Open the link in the mail once more" in response.text
    assert response.headers["Cache-Control"] == "no-store"


def test_an_unknown_address_under_a_spanish_link_is_told_in_spanish(client: FlaskClient) -> None:
    assert "No encontramos esta página" in client.get("/s/nowhere/after-visit-1/es").text


@pytest.mark.parametrize("between", ["%23", "/%23"])
def test_a_link_whose_mark_was_encoded_finds_its_way_back(
    client: FlaskClient, runtime: Runtime, practice: Practice, between: str
) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    response = client.get(f"{PAGE}{between}{token}")
    assert response.status_code == 302
    assert response.headers["Location"] == f"{PAGE}#{token}"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("rest", ["%23", "%23/evil.example", "%23a b", "%23<script>", "%23" + "a" * 300])
def test_only_a_code_is_led_back(client: FlaskClient, rest: str) -> None:
    assert client.get(PAGE + rest).status_code == 404


def test_no_page_sets_or_reads_a_cookie(client: FlaskClient, runtime: Runtime, practice: Practice) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    responses = [
        client.get(PAGE, headers={"Cookie": "session=x"}),
        client.get("/s/riverside/kept/en"),
        client.get("/s/nowhere/kept/en"),
        client.get("/stop/en/anything"),
        client.post(PAGE, data={}),
        client.post(PAGE, data={"item.overall": "good", "token": token}),
    ]
    assert [cookie_faults(response) for response in responses] == [set()] * len(responses)


def test_a_page_that_touches_the_session_would_be_noticed(app: Flask) -> None:
    @public
    def curious() -> str:
        session["seen"] = True
        return "seen"

    app.add_url_rule("/s/curious", view_func=curious)
    assert cookie_faults(app.test_client().get("/s/curious", base_url="http://localhost")) == {
        "Set-Cookie",
        "Vary",
    }


def test_what_we_keep_says_the_record_and_the_limits(client: FlaskClient) -> None:
    page = client.get("/s/riverside/kept/en").text
    assert "This is all we keep of an answer" in page
    assert "at least 10 people have answered and at least 3 have written" in page
    assert "What this cannot protect you from" in page
    assert "Qué guardamos" in client.get("/s/riverside/kept/es").text
