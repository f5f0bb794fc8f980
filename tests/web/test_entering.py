"""Every route has its door, every door is shut to strangers and to the wrong role, and looking never writes.

The checkers are first shown to find an application whose guard was taken out.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Connection
from werkzeug.routing import Rule

from survey.app import make_app
from survey.practice.model import Practice, Role
from survey.runtime import Runtime
from survey.web import doors
from tests import builders
from tests.web import stage
from tests.web.desk import enter, make_auditor, make_clinician_account, make_front_desk, make_owner, token_of

VALUES = {"touchpoint": "phone", "quarter": "2026-Q1", "form": "csv", "signed": "x", "slug": "riverside"}
VALUES |= {"repair": "1", "comment": "0" * 32}
VALUES |= {"upload": "0" * 32, "period": "quarter", "earlier": "2025-Q4"}
VALUES["theme"] = "access"
VALUES |= {"survey": "after_visit", "part": "phone", "label": "after-visit-1"}
VALUES |= {"before": "after-visit-1", "after": "draft", "language": "en"}


def guarded(app: Flask) -> Iterator[tuple[str, str, frozenset[Role]]]:
    """Method, address and roles of every staff route."""
    for rule in app.url_map.iter_rules():
        door = doors.door_of(app, rule.endpoint)
        if door is not None and door.roles is not None:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield method, _address(app, rule), door.roles


def open_to_strangers(app: Flask) -> list[str]:
    """Staff routes that answer somebody who is not signed in."""
    client = app.test_client()
    found = []
    for method, address, _roles in guarded(app):
        answer = client.open(address, method=method)
        away = answer.status_code == 302 and answer.location.startswith("/staff/sign-in")
        if not (away if method == "GET" else answer.status_code == 401):
            found.append(f"{method} {address}")
    return found


def open_to_role(app: Flask, client: FlaskClient, role: Role, token: str) -> list[str]:
    """Staff routes that let in a role their door does not name."""
    return [
        f"{method} {address}"
        for method, address, roles in guarded(app)
        if role not in roles
        and client.open(address, method=method, data={"csrf_token": token}).status_code != 403
    ]


def _address(app: Flask, rule: Rule) -> str:
    with app.test_request_context():
        built = rule.build({name: VALUES[name] for name in rule.arguments}, append_unknown=False)
    assert built is not None
    return built[1]


def without_guard(runtime: Runtime) -> Flask:
    """The application with its guard taken out: what the checkers must find."""
    app = make_app(runtime)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.before_request_funcs[None] = [
        each for each in app.before_request_funcs[None] if each.__module__ != "survey.web.entering"
    ]
    return app


def test_there_are_staff_routes_to_check(app: Flask) -> None:
    assert len(list(guarded(app))) >= 10


def test_no_staff_route_answers_a_stranger(app: Flask, practice: Practice) -> None:
    assert open_to_strangers(app) == []


def test_the_checker_finds_an_application_without_its_guard(runtime: Runtime, practice: Practice) -> None:
    app = without_guard(runtime)
    assert set(open_to_strangers(app)) == {f"{method} {address}" for method, address, _ in guarded(app)}


def test_no_staff_route_lets_the_wrong_role_in(
    runtime: Runtime, app: Flask, client: FlaskClient, practice: Practice
) -> None:
    ana = make_clinician_account(runtime, practice, builders.make_clinician(runtime, practice))
    enter(client, runtime, ana)
    assert open_to_role(app, client, Role.CLINICIAN, token_of(client, "/staff/clinician")) == []
    enter(client, runtime, make_front_desk(runtime, practice))
    assert open_to_role(app, client, Role.FRONT_DESK, token_of(client, "/staff/mail")) == []
    enter(client, runtime, make_auditor(runtime, practice))
    assert open_to_role(app, client, Role.AUDITOR, token_of(client, "/staff/audit")) == []


def test_a_route_without_a_door_stops_the_start(app: Flask) -> None:
    app.view_functions["bare"] = lambda: "come in"
    app.url_map.add(Rule("/bare", endpoint="bare"))
    with pytest.raises(RuntimeError, match="bare"):
        doors.require_doors(app)


def test_looking_never_opens_a_writing_transaction(
    runtime: Runtime, app: Flask, client: FlaskClient, practice: Practice
) -> None:
    people = stage.stage_year(runtime, practice)
    ana, olu = make_clinician_account(runtime, practice, people[0]), make_owner(runtime, practice)
    ada = make_auditor(runtime, practice)
    addresses = [address for method, address, _ in guarded(app) if method == "GET"]
    addresses += ["/staff/sign-in", "/staff/code", "/staff/welcome/x", "/staff/forgotten"]
    addresses += ["/staff/new-password/x", "/staff/sso/callback", "/healthz", "/readyz"]
    writing: list[str] = []
    now_at = ""

    def listen(connection: Connection) -> None:
        if connection.get_execution_options().get("writing", True) and now_at:
            writing.append(now_at)

    event.listen(runtime.engine, "begin", listen)
    for person in (ana, ada, olu):
        now_at = ""
        enter(client, runtime, person)
        for now_at in addresses:
            assert client.get(now_at).status_code < 500
    assert writing == []
    now_at = "POST"
    client.post("/staff/mail/resume", data={"csrf_token": token_of(client, "/staff/visits")})
    event.remove(runtime.engine, "begin", listen)
    assert "POST" in writing, "the listener hears a writing transaction"
