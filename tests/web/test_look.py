"""The practice's own colour: on patients' and staff's pages, the same bytes for everyone, always readable."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from survey.db import reading, transaction
from survey.practice.model import AuditEntry, Practice
from survey.runtime import Runtime
from tests.web.desk import token_of
from tests.web.patients import PAGE

LOOK, PLUM = "/staff/look", "#7a1f5c"
LINKED = re.compile(r'<link rel="stylesheet" href="(/look/[^"]+)"')

pytestmark = pytest.mark.usefixtures("olu", "unremembered")


def press(client: FlaskClient, **fields: str) -> TestResponse:
    return client.post(LOOK, data={"csrf_token": token_of(client, LOOK), **fields})


def linked(client: FlaskClient, page: str) -> list[str]:
    return LINKED.findall(client.get(page).text)


def test_a_colour_is_worn_by_patients_and_staff_pages_and_noted(
    runtime: Runtime, client: FlaskClient, app: Flask
) -> None:
    before = client.get(PAGE).headers["ETag"]
    assert linked(client, PAGE) == linked(client, "/staff/account") == []
    assert press(client, accent=PLUM).location == f"{LOOK}?saved=1"
    (found,) = linked(client, PAGE)
    for page in ("/s/riverside/kept/en", "/staff/account", LOOK):
        assert linked(client, page) == [found]
    assert client.get(PAGE).headers["ETag"] != before
    assert f"--teal:{PLUM};" in app.test_client().get(found).text
    with reading(runtime.engine) as db:
        last = db.scalars(select(AuditEntry.action).order_by(AuditEntry.number.desc())).first()
    assert last == "changed the look"


def test_the_sheet_is_the_same_for_everyone_and_kept_for_good(client: FlaskClient, app: Flask) -> None:
    press(client, accent=PLUM)
    (found,) = linked(client, PAGE)
    first, second = client.get(found), app.test_client().get(found, headers={"Accept-Language": "es"})
    assert first.data == second.data
    assert first.mimetype == "text/css"
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in first.headers
    known = {"If-None-Match": first.headers["ETag"]}
    assert app.test_client().get(found, headers=known).status_code == 304


@pytest.mark.parametrize(
    "name", ["7a1f5c", "7a1f5c-000000000000", "ffff00-000000000000", "nowhere", "7a1f5c-x%7D", "-"]
)
def test_no_other_address_has_a_sheet(client: FlaskClient, name: str) -> None:
    assert client.get(f"/look/{name}.css").status_code == 404


def test_a_colour_too_pale_to_read_is_refused_with_the_nearest(client: FlaskClient) -> None:
    answer = press(client, accent="#ffcc00")
    assert answer.status_code == 400
    assert "too pale to read" in answer.text
    assert "Nothing was changed." in answer.text
    nearest = re.findall(r'type="color" value="(#[0-9a-f]{6})"', answer.text)
    assert linked(client, PAGE) == []
    assert press(client, accent=nearest[0]).status_code == 302
    assert len(linked(client, PAGE)) == 1


@pytest.mark.parametrize("accent", ["", "plum", "#7a1f5", "red;}body{display:none", "#7a1f5c}"])
def test_what_is_no_colour_is_refused(client: FlaskClient, accent: str) -> None:
    answer = press(client, accent=accent)
    assert answer.status_code == 400
    assert "six digits or letters" in answer.text
    assert linked(client, PAGE) == []


def test_trying_colours_shows_them_here_and_changes_nothing(client: FlaskClient) -> None:
    answer = press(client, accent=PLUM, **{"try": "1"})
    assert LINKED.findall(answer.text)[0].startswith("/look/7a1f5c-")
    assert "Nothing is saved yet" in answer.text
    assert f'value="{PLUM}"' in answer.text
    assert linked(client, PAGE) == linked(client, LOOK) == []


def test_our_own_look_comes_back(client: FlaskClient) -> None:
    assert "Back to the look of Afterword" not in client.get(LOOK).text
    press(client, accent=PLUM)
    assert "Back to the look of Afterword" in client.get(LOOK).text
    assert client.post(f"{LOOK}/back", data={"csrf_token": token_of(client, LOOK)}).status_code == 302
    assert linked(client, PAGE) == linked(client, LOOK) == []


def test_no_style_stands_in_an_attribute(client: FlaskClient) -> None:
    press(client, accent=PLUM)
    for page in (LOOK, PAGE):
        assert " style=" not in client.get(page).text


def test_the_database_takes_no_other_text_for_a_colour(runtime: Runtime, practice: Practice) -> None:
    with pytest.raises(IntegrityError), transaction(runtime.engine, practice.id) as db:
        db.execute(update(Practice).values(accent="plum"))


def test_a_colour_that_this_version_would_not_take_is_left_out(
    runtime: Runtime, practice: Practice, client: FlaskClient
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.execute(update(Practice).values(accent="#ffff00"))
    assert linked(client, PAGE) == linked(client, LOOK) == []
