"""No more mails: the page with the button, and the request of a mail program."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.db import reading
from survey.invitations import stop_links
from survey.invitations.model import OptOut
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.web.patients import cookie_faults

TAG = b"0123456789abcdef"


@pytest.fixture
def link(runtime: Runtime, practice: Practice) -> str:
    return f"/stop/en/{stop_links.sign(runtime.files, practice.id, TAG)}"


def stopped(runtime: Runtime, practice: Practice) -> int:
    with reading(runtime.engine, practice.id) as db:
        return db.scalar(select(func.count()).select_from(OptOut)) or 0


def test_opening_the_link_asks_and_writes_nothing(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    response = client.get(link)
    assert response.status_code == client.head(link).status_code == 200
    assert "Stop these mails" in response.text
    assert "Riverside Practice" in response.text
    assert stopped(runtime, practice) == 0


def test_the_button_stops_the_mails_and_a_second_press_says_the_same(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    first, second = client.post(link), client.post(link)
    assert first.status_code == second.status_code == 200
    assert first.data == second.data
    assert "You will get no more of these mails" in first.text
    assert stopped(runtime, practice) == 1


def test_a_mail_programs_one_click_is_enough(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    response = client.post(link, data={"List-Unsubscribe": "One-Click"}, headers={"Origin": "null"})
    assert response.status_code == 200
    assert "Location" not in response.headers
    assert cookie_faults(response) == set()
    assert stopped(runtime, practice) == 1


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("change", ["cut", "forged", "empty word"])
def test_a_link_that_we_did_not_make_stops_nothing(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str, method: str, change: str
) -> None:
    content, _, signature = link.rpartition(".")
    forged = f"{content}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    broken = {"cut": link[:-9], "forged": forged, "empty word": "/stop/en/x"}[change]
    response = getattr(client, method)(broken)
    assert response.status_code == 400
    assert "This link is not complete" in response.text
    assert stopped(runtime, practice) == 0


def test_the_page_speaks_spanish_and_leads_to_english(client: FlaskClient, link: str) -> None:
    page = client.get(link.replace("/en/", "/es/")).text
    assert "No recibir más correos" in page
    assert f'href="{link}"' in page


def test_a_language_without_pages_still_stops_the_mails(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    assert client.post(link.replace("/en/", "/fr/")).status_code == 200
    assert stopped(runtime, practice) == 1


def test_a_large_body_is_refused(
    client: FlaskClient, runtime: Runtime, practice: Practice, link: str
) -> None:
    assert client.post(link, data={"x": "y" * 10_000}).status_code == 413
    assert stopped(runtime, practice) == 0
