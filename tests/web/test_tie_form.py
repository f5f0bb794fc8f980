"""Names that stand in the list of clients more than once: asked page by page, none lost, nothing written."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.db import reading
from survey.practice.model import Staff
from survey.runtime import Runtime
from survey.visits.model import Upload, Visit
from survey.web import tie_form
from tests.web.wizard import begin, check, send

TIES = 250
LETTERS = "abcdefghijklmnop"


def name(number: int) -> str:
    return f"Rita Q{LETTERS[number // 16]}{LETTERS[number % 16]}"


VISITS = "Date of Service,Client,Clinician,Billing Code\n" + "".join(
    f"02/26/2026,{name(number)},Ana Ortiz,90837\n" for number in range(TIES)
)
CLIENTS = "Client,Email,Client Type,Primary Clinician\n" + "".join(
    f"{name(number)},r{number}.{each}@example.org,Adult,Ana Ortiz\n"
    for number in range(TIES)
    for each in ("one", "two")
)
CHOSEN = re.compile('name="chosen" value="([^"]*)"')
ASKED = re.compile(r'id="tie-(\d+)"')


@pytest.fixture
def address(client: FlaskClient, olu: Staff) -> str:
    found = begin(client, VISITS, CLIENTS)
    check(client, found)
    return found + "/preview"


def answered(text: str, said: str = "0") -> dict[str, str]:
    """The form of a page of names as it is sent with the same answer everywhere."""
    places = ASKED.findall(text)
    (chosen,) = CHOSEN.findall(text)
    return {f"tie-{place}": said for place in places} | {"place": places[0], "chosen": chosen}


def visits(runtime: Runtime) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(Visit)) or 0


def test_every_name_is_asked_about_page_by_page(runtime: Runtime, client: FlaskClient, address: str) -> None:
    page, seen = client.get(address).text, []
    assert "Names 1 to 100 of 250." in page
    while "Whose visits are these?" in page:
        seen += ASKED.findall(page)
        assert "Next names" in page or "Names 201 to 250 of 250." in page
        page = send(client, address, answered(page)).text
    assert seen == [str(place) for place in range(TIES)]
    assert "could not be read" not in page
    with reading(runtime.engine) as db:
        assert "example.org" not in db.scalars(select(Upload.match)).one()
    chosen = CHOSEN.findall(page)
    send(client, address.replace("/preview", "/take"), {"chosen": chosen[0]})
    assert visits(runtime) == TIES


def test_the_other_names_can_be_left_out_and_the_lines_say_so(
    runtime: Runtime, client: FlaskClient, address: str
) -> None:
    page = client.get(address).text
    preview = send(client, address, answered(page) | {"rest": "out"}).text
    assert "150 rows could not be read" in preview
    assert "Several clients have this name." in preview
    lines = send(client, address.replace("/preview", "/lines"), {"chosen": CHOSEN.findall(preview)[0]}).text
    assert lines.count("Several clients have this name.") == 150


def test_one_page_alone_would_lose_the_rest(
    client: FlaskClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variant that it was: after the first page nobody asks about the others."""
    monkeypatch.setattr(tie_form, "next_place", lambda _form: tie_form.ALL)
    preview = send(client, address, answered(client.get(address).text)).text
    assert "150 rows could not be read" in preview


@pytest.mark.parametrize("nonsense", ["-1", "x", "²", "9" * 5000])
def test_a_place_that_is_none_is_the_beginning(client: FlaskClient, address: str, nonsense: str) -> None:
    page = send(client, address, {"place": nonsense, "tie-0": "0", "chosen": f"{nonsense}:0 0:{nonsense}"})
    assert page.status_code == 200
    assert "Names 101 to 200 of 250." in page.text
    assert send(client, address.replace("/preview", "/lines"), {"chosen": f"{nonsense}:0"}).status_code == 200
