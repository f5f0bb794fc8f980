"""The first run in the browser: who may begin, what is refused, and what is there afterwards."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey import beginning
from survey.app import make_app
from survey.db import reading, transaction
from survey.practice.model import AuditEntry, Practice, PublishedInstrument, Role, Staff
from survey.responses.model import PoolKey
from survey.runtime import Runtime
from tests import builders
from tests.web.desk import GOOD, TOKEN

SOUND = {
    "name": "Riverside Practice",
    "mail_name": "",
    "slug": "riverside",
    "phone": "+1 555 0100",
    "country": "US",
    "time_zone": "America/New_York",
    "person": "Olu Bello",
    "email": "olu@example.org",
    "password": GOOD,
    "again": GOOD,
}


def page(runtime: Runtime) -> str:
    return f"/staff/begin/{beginning.code(runtime.settings)}"


def send(client: FlaskClient, address: str, **changed: str) -> tuple[int, str]:
    """The form as a browser sends it; the status and where it leads or what it says."""
    found = TOKEN.search(client.get(address).text)
    data = {**SOUND, **changed, "csrf_token": found.group(1) if found else ""}
    answer = client.post(address, data=data)
    return answer.status_code, answer.location or answer.text


def count(runtime: Runtime, table: type) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_one_page_makes_a_practice_that_can_be_answered_and_signs_its_owner_in(
    runtime: Runtime, client: FlaskClient
) -> None:
    assert send(client, page(runtime)) == (302, "/staff/first-steps")
    with reading(runtime.engine) as db:
        practice, owner = db.scalars(select(Practice)).one(), db.scalars(select(Staff)).one()
        actions = list(db.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))
    assert (practice.slug, practice.name, practice.phone) == (
        "riverside",
        "Riverside Practice",
        "+1 555 0100",
    )
    assert (practice.country, practice.time_zone, practice.sending) == ("US", "America/New_York", False)
    assert (owner.email, owner.role, owner.password_hash != GOOD) == ("olu@example.org", Role.OWNER, True)
    assert actions == ["began the practice", "signed in"]
    assert (count(runtime, PublishedInstrument), count(runtime, PoolKey)) == (1, 2)
    assert client.get("/s/riverside/after-visit-1/en").status_code == 200
    assert client.get("/staff/first-steps").status_code == 200


def test_afterwards_nothing_can_be_begun_and_the_code_is_gone(runtime: Runtime, client: FlaskClient) -> None:
    address = page(runtime)
    send(client, address)
    assert client.get(address).status_code == 404
    assert client.post(address, data=SOUND).status_code in {400, 404}
    assert not list(Path(runtime.settings.instance).glob(beginning.CODE_FILE))
    assert count(runtime, Practice) == 1


@pytest.mark.parametrize("code", ["", "x", "é" * 40, "\0", "0" * 5000])
def test_another_code_opens_nothing(runtime: Runtime, client: FlaskClient, code: str) -> None:
    beginning.code(runtime.settings)
    assert client.get(f"/staff/begin/{code}").status_code in {404, 414}
    assert send(client, f"/staff/begin/{code}")[0] in {400, 404, 405, 414}
    assert count(runtime, Practice) == 0


def test_without_a_code_file_no_code_is_right(runtime: Runtime) -> None:
    assert not beginning.is_code(runtime.settings, "")
    (runtime.settings.instance / beginning.CODE_FILE).write_bytes(b"")
    assert not beginning.is_code(runtime.settings, "")


def test_the_code_is_made_once_and_readable_by_its_user_alone(runtime: Runtime) -> None:
    assert beginning.code(runtime.settings) == beginning.code(runtime.settings)
    assert (runtime.settings.instance / beginning.CODE_FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("field", "value", "at"),
    [
        ("name", "", "name"),
        ("name", "n" * 121, "name"),
        ("name", "Riverside Psychotherapy", "mail_name"),
        ("slug", "River Side", "slug"),
        ("slug", "psychotherapy", "slug"),
        ("slug", "", "slug"),
        ("phone", "ring", "phone"),
        ("country", "XX", "country"),
        ("time_zone", "Mars/North", "time_zone"),
        ("person", "", "person"),
        ("email", "olu", "email"),
        ("password", "short", "password"),
        ("again", "another", "password"),
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_kept(
    runtime: Runtime, client: FlaskClient, field: str, value: str, at: str
) -> None:
    changed = {field: value, **({"again": value} if field == "password" else {})}
    status, words = send(client, page(runtime), **changed)
    assert status == 400
    assert f'href="#{at}"' in words
    assert f'id="{at}-wrong"' in words
    if field != "phone":
        assert 'value="+1 555 0100"' in words, "what was typed comes back"
    assert GOOD not in words
    assert (count(runtime, Practice), count(runtime, Staff)) == (0, 0)


def test_a_telling_name_is_taken_with_a_neutral_one_for_mails(runtime: Runtime, client: FlaskClient) -> None:
    told = send(client, page(runtime), name="Riverside Psychotherapy", mail_name="Riverside House")
    assert told == (302, "/staff/first-steps")
    with reading(runtime.engine) as db:
        assert db.scalars(select(Practice)).one().neutral_name == "Riverside House"


def test_a_practice_in_between_is_not_doubled(runtime: Runtime, client: FlaskClient) -> None:
    """The form was open while somebody entered a practice in a terminal."""
    with transaction(runtime.engine) as db:
        new = beginning.NewPractice("riverside", "Riverside Practice", "555-0100", "US", "Europe/Madrid")
        beginning.begin(db, runtime, new, email="olu@example.org", person="Olu Bello")
    with pytest.raises(beginning.NotTheFirst), transaction(runtime.engine) as db:
        beginning.begin(db, runtime, new, email="eve@example.org", person="Eve")
    assert send(client, page(runtime))[0] in {400, 404}
    assert count(runtime, Practice) == 1


def test_where_web_and_worker_are_apart_it_is_begun_on_the_workers_side(runtime: Runtime) -> None:
    assert beginning.is_open(runtime)
    assert not beginning.is_open(replace(runtime, settings=replace(runtime.settings, role="web")))


def test_an_owner_comes_back_to_the_first_steps_until_mails_go_out(
    runtime: Runtime, client: FlaskClient
) -> None:
    send(client, page(runtime))
    assert client.get("/staff/").location == "/staff/first-steps"
    words = client.get("/staff/first-steps").text
    assert words.count('aria-current="step"') == 1
    with reading(runtime.engine) as db:
        practice = db.scalars(select(Practice)).one()
    with transaction(runtime.engine, practice.id) as db:
        builders.confirm_sender(runtime, db, db.merge(practice), now=builders.LONG_AGO)
    assert client.get("/staff/").location == "/staff/practice"
    after = client.get("/staff/first-steps").text
    assert after.count("Done") == words.count("Done") + 1


def test_the_page_speaks_spanish(runtime: Runtime) -> None:
    client = make_app(runtime).test_client()
    words = client.get(page(runtime), headers={"Accept-Language": "es"}).text
    assert "Su consultorio" in words
    assert "What patients read" not in words


def test_a_page_that_does_not_ask_for_the_code_would_let_a_stranger_begin(
    runtime: Runtime, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant of the check of codes."""
    monkeypatch.setattr(beginning, "is_code", lambda _settings, _given: True)
    assert send(client, "/staff/begin/x") == (302, "/staff/first-steps")
    assert count(runtime, Practice) == 1
