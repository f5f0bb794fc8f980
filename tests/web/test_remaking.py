"""Pages that are at hand all the time: made anew by the process itself, so that nobody waits for one."""

from __future__ import annotations

from threading import Event
from unittest.mock import Mock

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from survey import app as factory
from survey import clock
from survey.attacks.oracle import listening
from survey.commands import serving as command
from survey.db import transaction
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web import patient, remaking, serving, survey_page, updating
from tests import builders
from tests.web.patients import PAGE, send

SPANISH = PAGE.removesuffix("en") + "es"
PATIENCE = 20.0


class Hours:
    """A clock for what is remembered, an hour ahead for each call of ``pass_one``."""

    ahead = 0.0

    def __call__(self) -> float:
        return clock.monotonic() + self.ahead

    def pass_one(self) -> None:
        self.ahead += 3600


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> Hours:
    hours, began = Hours(), clock.monotonic()
    monkeypatch.setattr(updating, "monotonic", lambda: began)
    for place in (survey_page, patient):
        monkeypatch.setattr(place, "monotonic", hours)
    return hours


def asked_by_a_look(app: Flask, client: FlaskClient, runtime: Runtime, page: str) -> list[str]:
    """The statements that the database gets for a look at a page."""
    with listening(runtime.engine) as heard:
        assert client.get(page).status_code == 200
    return heard


@pytest.mark.parametrize("page", [PAGE, SPANISH])
def test_the_first_look_and_one_after_an_hour_ask_the_database_nothing(
    app: Flask, client: FlaskClient, runtime: Runtime, practice: Practice, hours: Hours, page: str
) -> None:
    remaking.make_all(app)
    assert asked_by_a_look(app, client, runtime, page) == []
    hours.pass_one()
    remaking.make_all(app)
    assert asked_by_a_look(app, client, runtime, page) == []


def test_without_a_round_the_first_look_of_a_minute_would_have_it_made(
    app: Flask, client: FlaskClient, runtime: Runtime, practice: Practice, hours: Hours
) -> None:
    remaking.make_all(app)
    hours.pass_one()
    assert asked_by_a_look(app, client, runtime, PAGE) != []
    assert asked_by_a_look(app, client, runtime, PAGE) == []


def test_the_first_answer_of_an_hour_costs_what_the_next_one_does(
    app: Flask, client: FlaskClient, runtime: Runtime, practice: Practice, hours: Hours
) -> None:
    clinician = builders.make_clinician(runtime, practice)
    send(
        client, builders.make_token(runtime, practice, clinician)
    )  # the first of a second looks at the schema
    heard = []
    for _ in range(2):
        hours.pass_one()
        remaking.make_all(app)
        for _ in range(2):
            token = builders.make_token(runtime, practice, clinician)
            with listening(runtime.engine) as statements:
                assert send(client, token).status_code == 200
            heard.append(statements)
    assert heard[0]
    assert heard == [heard[0]] * 4


def test_what_the_practice_changes_is_on_the_page_after_a_round(
    app: Flask, client: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    remaking.make_all(app)
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).phone = "555-0199"
    assert "555-0199" not in client.get(PAGE).text
    remaking.make_all(app)
    assert "555-0199" in client.get(PAGE).text


def test_a_closed_practice_is_not_kept_at_hand(
    app: Flask, client: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).closed_on = runtime.clock.now().date()
    remaking.make_all(app)
    assert client.get(PAGE).status_code == 410


def test_a_large_installation_has_so_many_at_hand_and_no_more(
    app: Flask, runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slug in ("lakeside", "hillside"):
        builders.make_practice(runtime, slug=slug, name=slug.title())
    monkeypatch.setattr(remaking, "MOST", 2)
    remaking.make_all(app)
    shelf: survey_page.Shelf = app.extensions[survey_page.KEY]
    assert len(shelf.surveys) == 2


def test_every_way_to_serve_keeps_them_at_hand(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Flask] = []
    monkeypatch.setattr(remaking, "keep_at_hand", kept.append)
    monkeypatch.setattr(command, "load_settings", lambda: runtime.settings)
    monkeypatch.setattr(serving, "WebServer", lambda _app, **_given: Mock())
    for place in (factory, command):
        monkeypatch.setattr(place, "open_runtime", lambda *_given: runtime)
    factory.create_app(runtime.settings)
    found = CliRunner().invoke(command.serve, ["--port", "0"])
    assert (found.exit_code, len(kept)) == (0, 2), found.output


def test_rounds_go_on_when_the_database_was_away_and_end_when_they_are_told_to(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds, twice = [], Event()

    def fail_first(_app: Flask, **_given: object) -> None:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise OperationalError("SELECT", {}, Exception("away"))
        twice.set()

    monkeypatch.setattr(remaking, "make_all", fail_first)
    monkeypatch.setattr(remaking, "EVERY", 0.01)
    thread, ended = remaking.keep_at_hand(app)
    assert twice.wait(PATIENCE)
    ended.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
