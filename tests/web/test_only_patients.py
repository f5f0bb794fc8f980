"""A process that serves patients alone: their pages as everywhere, and no way to a desk or an API."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey import app as factory
from survey.app import make_app
from survey.db import reading
from survey.practice.model import Practice, Role
from survey.responses.model import Pool, Spent
from survey.runtime import Runtime
from survey.web.doors import staff
from tests import builders
from tests.journeys.days import CONTENT, PAGE, send
from tests.structure.test_guards import plant
from tests.web.desk import enter, make_owner
from tests.web.test_entering import VALUES

SAME = (
    PAGE,
    "/s/riverside/en",
    "/s/riverside/kept/es",
    "/s/riverside/stored/en",
    "/contact/riverside/en",
    "/stop/en/nonsense",
    "/s/nowhere/after-visit-1/en",
    "/healthz",
    "/readyz",
)


@pytest.fixture
def small(runtime: Runtime) -> Flask:
    return make_app(runtime, only_patients=True)


def addresses_for_others(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and address of every route that is not for patients."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in (*factory.FOR_PATIENTS, "static"):
            continue
        with app.test_request_context():
            built = rule.build({name: VALUES.get(name, "1") for name in rule.arguments}, append_unknown=False)
        assert built is not None
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield method, built[1]


def told(answer: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    """All but the second at which it was answered."""
    headers = sorted(header for header in answer.headers if header[0] != "Date")
    return answer.status_code, headers, answer.data


def answering(small: Flask, whole: Flask) -> list[str]:
    """What the small one does not refuse as unknown, and how it differs."""
    client = small.test_client()
    found = []
    for method, address in addresses_for_others(whole):
        answer = client.open(address, method=method)
        if answer.status_code != 404 or "Set-Cookie" in answer.headers:
            found.append(f"{method} {address}")
    return found


def test_no_address_for_staff_or_programs_is_there(small: Flask, app: Flask, practice: Practice) -> None:
    assert len(list(addresses_for_others(app))) > 150
    assert answering(small, app) == []


def test_the_check_finds_an_application_with_a_desk(app: Flask, practice: Practice) -> None:
    assert len(answering(app, app)) > 100


def test_a_sign_in_opens_nothing(small: Flask, app: Flask, runtime: Runtime, practice: Practice) -> None:
    owner = make_owner(runtime, practice)
    client = app.test_client()
    enter(client, runtime, owner)
    cookie = client.get_cookie("session", path="/staff")
    assert cookie is not None
    assert client.get("/staff/status").status_code == 200
    other = small.test_client()
    other.set_cookie("session", cookie.value, path="/staff")
    answer = other.get("/staff/status")
    assert (answer.status_code, "Back to the desk" in answer.text) == (404, False)


@pytest.mark.parametrize("path", SAME)
def test_pages_of_patients_are_the_same_with_all_headers(
    small: Flask, app: Flask, practice: Practice, path: str
) -> None:
    assert told(small.test_client().get(path)) == told(app.test_client().get(path))


def test_an_answer_is_taken_and_spends_the_link(
    small: Flask, app: Flask, runtime: Runtime, practice: Practice
) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    first = told(send(small.test_client(), token, CONTENT, "Calm rooms."))
    assert first[0] == 200
    assert told(send(app.test_client(), token, CONTENT, "Calm rooms.")) == first
    with reading(runtime.engine, practice.id) as db:
        counts = [db.scalar(select(func.count()).select_from(table)) for table in (Pool, Spent)]
    assert counts == [2, 1]


@pytest.mark.parametrize("path", [PAGE, "/contact/riverside/en", "/stop/en/nonsense"])
def test_too_much_is_refused_as_everywhere(small: Flask, app: Flask, practice: Practice, path: str) -> None:
    body = {"token": "x" * 2_000_000}
    assert told(small.test_client().post(path, data=body)) == told(app.test_client().post(path, data=body))


def test_a_planted_route_for_staff_stops_the_start(
    sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, view=staff(Role.OWNER)(lambda: "come in"))
    monkeypatch.setattr(factory, "FOR_PATIENTS", (*factory.FOR_PATIENTS, "planted"))
    with pytest.raises(RuntimeError, match=r"nobody can sign in: planted\.bare"):
        make_app(sqlite_runtime, only_patients=True)
