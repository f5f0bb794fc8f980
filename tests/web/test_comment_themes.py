"""Themes on the desk: marked as a guess, filtered by the address alone, corrected without touching a word."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.comments import sorting
from survey.comments.model import ThemeCorrection
from survey.comments.themes import Theme
from survey.db import reading
from survey.practice import recording
from survey.practice.model import AuditEntry, Clinician, Practice
from survey.releases.model import Comment
from survey.runtime import Runtime
from tests.web.desk import enter, make_clinician_account, token_of

DESK = "/staff/practice/comments"
WORDS = "The phone rang for ever."


def key_of(runtime: Runtime, practice: Practice) -> str:
    with reading(runtime.engine, practice.id) as db:
        return db.scalars(select(Comment.id).where(Comment.text == WORDS)).one().hex()


def sort(client: FlaskClient, key: str, *slugs: str) -> TestResponse:
    form = {"csrf_token": token_of(client, DESK), "comment": key, "theme": list(slugs)}
    return client.post(f"{DESK}/sort", data=form)


def said(runtime: Runtime, practice: Practice) -> dict[str, frozenset[Theme]]:
    with reading(runtime.engine, practice.id) as db:
        return {key.hex(): found for key, found in sorting.corrections(db, practice.id).items()}


def test_themes_are_called_a_guess_until_a_person_sets_them(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    page = owner.get(DESK).text
    assert "Sorted by a guess of the program" in page
    assert "Sorted by a person:" not in page
    key = key_of(runtime, practice)
    assert sort(owner, key, "food", "location").status_code == 302
    page = owner.get(DESK).text
    assert "Sorted by a person:" in page
    assert "One comment was sorted by a person." in page
    assert said(runtime, practice) == {key: frozenset({Theme.FOOD, Theme.LOCATION})}


def test_a_theme_of_the_address_shows_its_comments_only(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    sort(owner, key_of(runtime, practice), "food")
    assert WORDS in owner.get(f"{DESK}/about/food").text
    assert WORDS not in owner.get(f"{DESK}/about/medication").text
    assert owner.get(f"{DESK}/about/anything").status_code == 404


def test_no_parameter_filters(runtime: Runtime, practice: Practice, owner: FlaskClient) -> None:
    strip = re.compile(r'value="[^"]{40,}"')
    plain, asked = owner.get(DESK).text, owner.get(DESK, query_string={"theme": "food"}).text
    assert strip.sub("", plain) == strip.sub("", asked)


def test_setting_no_theme_is_a_correction_too(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    key = key_of(runtime, practice)
    sort(owner, key, "food")
    sort(owner, key)
    assert said(runtime, practice) == {key: frozenset()}


def test_a_correction_leaves_the_words_and_a_line_in_the_log(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    key = key_of(runtime, practice)
    for _ in range(2):
        sort(owner, key, "access")
    assert key_of(runtime, practice) == key
    with reading(runtime.engine, practice.id) as db:
        assert recording.first_broken(db, practice.id) is None
        rows = db.execute(select(AuditEntry.subject).where(AuditEntry.action == "sorted a comment"))
        assert [row.subject for row in rows] == [key]
        assert sorting.number_of_corrections(db, practice.id) == 1
        assert sorting.corrected_texts(db, practice.id) == [(WORDS, frozenset({Theme.ACCESS}))]


@pytest.mark.parametrize("slug", ["", "Staff", "everything", "food location"])
def test_only_themes_of_the_list_can_be_set(
    runtime: Runtime, practice: Practice, owner: FlaskClient, slug: str
) -> None:
    assert sort(owner, key_of(runtime, practice), slug).status_code == 400
    assert said(runtime, practice) == {}


@pytest.mark.parametrize("key", ["", "0" * 32, "g" * 32])
def test_an_unknown_comment_is_said_to_be_gone(
    runtime: Runtime, practice: Practice, owner: FlaskClient, key: str
) -> None:
    assert sort(owner, key, "food").status_code == 404
    assert said(runtime, practice) == {}


def test_a_clinician_corrects_nothing(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...], owner: FlaskClient
) -> None:
    other = owner.application.test_client()
    enter(other, runtime, make_clinician_account(runtime, practice, people[0]))
    form = {
        "csrf_token": token_of(other, "/staff/clinician"),
        "comment": key_of(runtime, practice),
        "theme": "food",
    }
    assert other.post(f"{DESK}/sort", data=form).status_code == 403
    assert other.get(f"{DESK}/about/food").status_code == 403
    with reading(runtime.engine, practice.id) as db:
        assert db.scalars(select(ThemeCorrection.themes)).all() == []


def test_a_theme_with_few_comments_has_no_number(
    runtime: Runtime, practice: Practice, owner: FlaskClient
) -> None:
    sort(owner, key_of(runtime, practice), "food")
    page = owner.get(DESK).text
    nav = page.split('class="themes"')[1].split("</nav>")[0]
    assert "about/food" in nav
    assert re.findall(r"about/food\"[^>]*>([^<]*(?:<span[^>]*>[^<]*)?)", nav) == ["Food and activities"]


def test_a_touchpoint_of_the_address_shows_what_mentions_it(owner: FlaskClient) -> None:
    page = owner.get(f"{DESK}/mentioning/phone")
    assert WORDS in page.text
    assert WORDS not in owner.get(f"{DESK}/mentioning/billing").text
    assert owner.get(f"{DESK}/mentioning/anything").status_code == 404
