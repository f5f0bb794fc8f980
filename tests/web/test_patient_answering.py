"""Sending an answer: what is taken, what comes back, what is never spent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MultiDict

from survey.actions.model import ActionState
from survey.actions.telling import Line
from survey.clock import SimulatedClock
from survey.db import transaction
from survey.keys import issue
from survey.keys.files import KeyTrouble
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web import patient
from survey.web.answer_path import AnswerPath
from tests import builders
from tests.actions.register import repair
from tests.web.patients import (
    EN_BLANCO,
    GOOD,
    NOTHING,
    ONE_ANSWER,
    PAGE,
    Kept,
    kept,
    send,
    told_apart,
)

WORDS = "The waiting room was <b>calm</b>."


@pytest.fixture
def token(runtime: Runtime, practice: Practice) -> str:
    return builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))


def test_an_answer_is_taken_and_thanked(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    response = send(client, token, box_works_well=WORDS)
    assert response.status_code == 200
    assert "Thank you" in response.text
    assert "The first answer sent with a link counts." in response.text
    assert 'href="tel:988"' in response.text
    assert response.headers["Cache-Control"] == "no-store"
    assert kept(runtime, practice) == ONE_ANSWER


def test_what_was_done_is_shown_in_thanks_and_never_as_markup(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    today = date(2026, 3, 2)
    with transaction(runtime.engine, practice.id) as db:
        lines = {"en": Line("Nobody <i>answered</i>", "Two people answer from 8 to 10")}
        repair(db, practice, today, until=ActionState.DONE, lines=lines)
    page = send(client, token).text
    assert "You said, we did" in page
    assert "Nobody &lt;i&gt;answered&lt;/i&gt;" in page
    assert "Two people answer from 8 to 10" in page


def test_a_repeated_answer_looks_the_same_and_keeps_the_first(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    first = send(client, token)
    second = send(client, token, box_works_well="something else")
    assert told_apart(first, second) == set()
    assert kept(runtime, practice) == Kept(spent=1, waiting=2, scratch=2)


def test_a_page_that_betrays_a_used_link_would_be_noticed(
    client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = send(client, token)
    monkeypatch.setattr(AnswerPath, "thanks", lambda *_: b"You have answered already.")
    assert told_apart(first, send(client, token)) >= {"body"}


def test_a_pasted_link_is_as_good_as_its_code(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    assert send(client, f"  https://example.org{PAGE}#{token[:20]}\n{token[20:]} ").status_code == 200
    assert kept(runtime, practice) == ONE_ANSWER


def test_no_answer_at_all_spends_nothing_and_keeps_the_words(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    response = client.post(PAGE, data={"token": token, "box.works_well": WORDS})
    assert response.status_code == 422
    assert "<title>Error:" in response.text
    assert "There is a problem" in response.text
    assert 'href="#item.overall"' in response.text
    assert "autofocus" in response.text
    assert "The waiting room was &lt;b&gt;calm&lt;/b&gt;." in response.text
    assert f'type="hidden" name="token" value="{token}"' in response.text
    assert kept(runtime, practice) == NOTHING


def test_changing_the_language_keeps_everything_and_spends_nothing(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    response = send(client, token, box_to_change=WORDS, go="language:es")
    assert response.status_code == 200
    assert '<html lang="es"' in response.text
    assert "value=good checked" in response.text
    assert "calm" in response.text
    assert token in response.text
    assert f'action="{EN_BLANCO}?"' in response.text
    assert "<title>Error" not in response.text
    assert kept(runtime, practice) == NOTHING


def test_without_a_code_the_page_asks_for_it_and_keeps_the_answers(
    client: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    response = client.post(PAGE, data=GOOD)
    assert response.status_code == 422
    assert 'href="#token"' in response.text
    assert "Put in the code from the mail or card" in response.text
    assert "value=good checked" in response.text
    assert kept(runtime, practice) == NOTHING


@pytest.mark.parametrize("change", ["short", "letter", "nonsense", "invisible"])
def test_a_changed_code_is_named_and_the_answers_stay(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str, change: str
) -> None:
    other = "A" if token[-1] != "A" else "B"
    wrong = {
        "short": token[:40],
        "letter": token[:-1] + other,
        "nonsense": "!" * 56,
        "invisible": "\u200b" + token,
    }[change]
    response = send(client, wrong, box_works_well=WORDS)
    assert response.status_code == 400
    assert "This link is not complete" in response.text
    assert "calm" in response.text
    assert kept(runtime, practice) == NOTHING


def test_a_code_of_another_practice_is_refused(
    client: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside Practice")
    foreign = builders.make_token(runtime, other, builders.make_clinician(runtime, other))
    response = send(client, foreign)
    assert response.status_code == 400
    assert "This code belongs to another survey" in response.text
    assert kept(runtime, practice) == NOTHING


def test_an_expired_link_says_so_with_the_phone_and_gives_the_words_back(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str, clock: SimulatedClock
) -> None:
    clock.advance(timedelta(days=30))
    response = send(client, token, box_works_well=WORDS)
    assert response.status_code == 410
    assert "This link is no longer open" in response.text
    assert "call 555-0100" in response.text
    assert "calm" in response.text
    assert kept(runtime, practice) == NOTHING


def test_a_link_whose_keys_are_gone_is_expired(client: FlaskClient, runtime: Runtime, token: str) -> None:
    for week in issue.weeks_held(runtime.files):
        issue.destroy_week(runtime.files, week)
    assert send(client, token).status_code == 410


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ([("item.phone", "splendid")], "Question 3: choose one of the answers shown."),
        ([("item.phone", "no"), ("item.phone", "mostly")], "Question 3 came twice."),
        ([("item.colour", "blue")], "no question “colour”"),
        ([("box.colour", "blue")], "no question “colour”"),
        ([("box.works_well", "a"), ("box.works_well", "b")], "“What works well?” came twice."),
        ([("token", "again")], "The code came twice."),
    ],
)
def test_a_form_that_our_page_never_sends_is_named_and_spends_nothing(
    client: FlaskClient,
    runtime: Runtime,
    practice: Practice,
    token: str,
    fields: list[tuple[str, str]],
    named: str,
) -> None:
    base = [("item.overall", "good"), ("token", token), ("box.to_change", WORDS)]
    response = client.post(PAGE, data=MultiDict([*base, *fields]))
    assert response.status_code == 400
    assert named in response.text
    assert "calm" in response.text
    assert kept(runtime, practice) == NOTHING


def test_thousands_of_unknown_fields_get_a_short_page(client: FlaskClient, token: str) -> None:
    fields = {f"item.x{number}": "1" for number in range(2000)}
    response = client.post(PAGE, data={**fields, "token": token})
    assert response.status_code == 400
    assert response.text.count("no question") <= 24


def test_unknown_fields_of_no_meaning_are_ignored(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    response = client.post(PAGE, data={**GOOD, "token": token, "practice_id": "1", "released": "true"})
    assert response.status_code == 200
    assert kept(runtime, practice) == ONE_ANSWER


def test_words_too_long_for_their_box_come_back_whole(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    long = "so " * 13_334
    response = send(client, token, box_works_well=long)
    assert response.status_code == 422
    assert "shorten your words to 1000 characters" in response.text
    assert long.strip() in response.text
    assert kept(runtime, practice) == NOTHING


@pytest.mark.parametrize(
    "text", ["\x00\x07\x1b[31m", "\u202e\u200b\ufeff", "\ud83d", "a" * 1000, "🙂" * 1000]
)
def test_strange_characters_never_break_the_page(client: FlaskClient, token: str, text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    response = client.post(
        PAGE,
        data=b"item.overall=good&token=" + token.encode() + b"&box.works_well=" + raw,
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code in {200, 422}


def test_a_body_over_the_limit_is_refused_before_it_is_read(
    client: FlaskClient, runtime: Runtime, practice: Practice, token: str
) -> None:
    response = send(client, token, box_works_well="x" * 70_000)
    assert response.status_code == 413
    assert "your words are still there" in response.text
    assert kept(runtime, practice) == NOTHING


def test_a_busy_database_keeps_the_form_and_says_not_saved(
    client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(patient.submitting, "submit", busy)
    response = send(client, token, box_works_well=WORDS)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert "Not saved yet" in response.text
    assert "value=good checked" in response.text
    assert "calm" in response.text
    assert token in response.text


def test_trouble_with_a_key_keeps_the_form_and_logs_no_code(
    client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise KeyTrouble("the key file pool/1.pk is missing")

    monkeypatch.setattr(patient.submitting, "submit", gone)
    assert send(client, token, box_works_well=WORDS).status_code == 503
    assert "pool/1.pk" in caplog.text
    assert token not in caplog.text
    assert "calm" not in caplog.text


def test_the_best_and_the_worst_answer_get_the_same_page(
    app: Flask, runtime: Runtime, practice: Practice
) -> None:
    clinician = builders.make_clinician(runtime, practice)
    pages = []
    for value in ("very_good", "very_poor"):
        token = builders.make_token(runtime, practice, clinician)
        data = {"item.overall": value, "token": token}
        pages.append(app.test_client().post(PAGE, data=data).data)
    assert pages[0] == pages[1]


def test_an_answer_leaves_no_line_in_any_log(
    client: FlaskClient, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    send(client, token, box_works_well=WORDS)
    assert caplog.text == ""
