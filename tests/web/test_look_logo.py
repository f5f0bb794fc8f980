"""A practice's logo: uploaded by the owner, shown with its name, found at an address of its own."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.db import transaction
from survey.practice import branding, declaring
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.practice.test_logo import picture, talkative
from tests.web.desk import token_of
from tests.web.patients import PAGE

LOOK = "/staff/look"
SHOWN = re.compile(r'<img src="(/logo/[^"]+)" alt="([^"]*)"')

pytestmark = pytest.mark.usefixtures("olu", "unremembered")


def send(client: FlaskClient, data: bytes, said: str = "image/png") -> TestResponse:
    head = f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token_of(client, LOOK)}\r\n'
    head += (
        f'--x\r\nContent-Disposition: form-data; name="logo"; filename="a"\r\nContent-Type: {said}\r\n\r\n'
    )
    body = head.encode() + data + b"\r\n--x--\r\n"
    return client.post(f"{LOOK}/logo", data=body, content_type="multipart/form-data; boundary=x")


def go_back(client: FlaskClient, **fields: str) -> TestResponse:
    return client.post(f"{LOOK}/back", data={"csrf_token": token_of(client, LOOK), **fields})


def shown(client: FlaskClient, page: str) -> list[tuple[str, str]]:
    return SHOWN.findall(client.get(page).text)


def test_a_logo_stands_on_patients_and_staff_pages_with_the_practice_s_name(client: FlaskClient) -> None:
    before = client.get(PAGE).headers["ETag"]
    assert shown(client, PAGE) == []
    assert send(client, picture()).location == f"{LOOK}?saved=1"
    ((address, name),) = shown(client, PAGE)
    assert name == "Riverside Practice"
    for page in ("/s/riverside/kept/en", "/staff/account"):
        assert shown(client, page) == [(address, name)]
    assert client.get(PAGE).headers["ETag"] != before


def test_it_is_the_same_for_everyone_and_kept_for_good(client: FlaskClient, app: Flask) -> None:
    send(client, talkative("PNG"))
    ((address, _),) = shown(client, PAGE)
    first, second = client.get(address), app.test_client().get(address, headers={"Accept": "text/html"})
    assert first.data == second.data
    assert first.mimetype == second.mimetype == "image/png"
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in first.headers
    known = {"If-None-Match": first.headers["ETag"]}
    assert app.test_client().get(address, headers=known).status_code == 304


def test_another_logo_has_another_address_and_the_old_one_leads_nowhere(client: FlaskClient) -> None:
    send(client, picture())
    ((old, _),) = shown(client, PAGE)
    send(client, picture(colour="#000000"))
    ((new, _),) = shown(client, PAGE)
    assert new != old
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_a_practice_s_logo_is_found_under_its_own_name_only(runtime: Runtime, client: FlaskClient) -> None:
    with transaction(runtime.engine) as db:
        other = declaring.create_practice(db, slug="hill", name="Hill", time_zone="America/New_York")
    with transaction(runtime.engine, other.id) as db:
        branding.set_logo(db, db.get_one(Practice, other.id), b"theirs")
        digest = db.get_one(Practice, other.id).logo
    assert client.get(f"/logo/hill/{digest}.png").status_code == 200
    send(client, picture())
    for address in (f"/logo/riverside/{digest}.png", "/logo/riverside/.png", "/logo/nowhere/x.png"):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("data", "said", "words"),
    [
        (b"", "image/png", "Choose a picture first."),
        (b"<svg/>", "image/svg+xml", "can hold program code"),
        (picture("JPEG"), "image/png", "of another kind than its name says"),
        (picture() + b"<script>", "image/png", "something else behind the picture"),
        (picture() + bytes(1024 * 1024), "image/png", "more than 1 MB"),
    ],
)
def test_what_is_not_taken_is_named_and_changes_nothing(
    client: FlaskClient, data: bytes, said: str, words: str
) -> None:
    send(client, picture())
    before = shown(client, PAGE)
    answer = send(client, data, said)
    assert answer.status_code == 400
    assert words in answer.text
    assert "Nothing was changed." in answer.text
    assert shown(client, PAGE) == before


def test_far_too_much_is_turned_away_unread(client: FlaskClient) -> None:
    assert send(client, bytes(3 * 1024 * 1024)).status_code == 413


def test_the_logo_goes_alone_or_with_the_colour(client: FlaskClient) -> None:
    token = {"csrf_token": token_of(client, LOOK)}
    client.post(LOOK, data={**token, "accent": "#7a1f5c"})
    send(client, picture())
    assert go_back(client, logo="1").status_code == 302
    assert shown(client, PAGE) == []
    assert "/look/7a1f5c-" in client.get(PAGE).text
    send(client, picture())
    assert go_back(client).status_code == 302
    assert shown(client, PAGE) == []
    assert "/look/" not in client.get(PAGE).text
