"""Figures for a program that watches: not there unless wanted, for the token alone, and blind to answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from survey import gauging
from survey.app import make_app
from survey.clock import SimulatedClock, at_local
from survey.db import reading, transaction
from survey.gauging import Gauge
from survey.invitations.model import Invitation, InvitationState
from survey.practice.model import JobRun, Practice
from survey.responses.model import Pool
from survey.runtime import Runtime
from survey.settings import SettingsError, load_settings
from tests.invitations.post import invite
from tests.jobs.towns import answer
from tests.visits.files import line

TOKEN = "Watch0Watch1Watch2Watch3Watch4Watch5"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}
MONDAY = date(2026, 3, 2)


@pytest.fixture
def watched(runtime: Runtime, practice: Practice) -> FlaskClient:
    """A client of an installation with figures: on Wednesday, after eight mails for Tuesday."""
    with transaction(runtime.engine, practice.id) as db:
        db.add(JobRun(practice_id=practice.id, job="night", day=MONDAY + timedelta(days=2)))
    invite(runtime, practice, *(line(number) for number in range(1, 9)))
    with transaction(runtime.engine, practice.id) as db:
        db.execute(update(Invitation).values(state=InvitationState.SENT, send_day=MONDAY + timedelta(days=1)))
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.move_to(at_local(MONDAY + timedelta(days=2), 12, practice.time_zone))
    app = make_app(replace(runtime, settings=replace(runtime.settings, metrics_token=TOKEN)))
    return app.test_client()


def test_without_the_setting_there_is_no_such_page(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", "Bearer é"])
def test_without_the_token_it_is_shut(watched: FlaskClient, shown: str) -> None:
    answer = watched.get("/metrics", headers={"Authorization": shown.encode("utf-8").decode("latin-1")})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert b"afterword" not in answer.data


def test_the_figures_are_of_whole_days_and_rounded(watched: FlaskClient) -> None:
    answer = watched.get("/metrics", headers=SHOWN)
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["Cache-Control"] == "no-store"
    rows = [row for row in answer.text.splitlines() if not row.startswith("#")]
    assert 'afterword_mails_yesterday{state="sent"} 10' in rows
    assert 'afterword_mails_yesterday{state="failed"} 0' in rows
    assert 'afterword_stopped{part="night"} 0' in rows
    assert 'afterword_last_day_seconds{part="night"} 1772582400' in rows
    assert not any("riverside" in row for row in rows)


def test_a_night_that_is_missing_is_counted_and_its_last_day_stays(
    watched: FlaskClient, runtime: Runtime, practice: Practice
) -> None:
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.advance(timedelta(days=2))
    rows = watched.get("/metrics", headers=SHOWN).text.splitlines()
    assert 'afterword_stopped{part="night"} 1' in rows
    assert 'afterword_last_day_seconds{part="night"} 1772582400' in rows


def test_answers_change_no_byte(watched: FlaskClient, runtime: Runtime, practice: Practice) -> None:
    before = watched.get("/metrics", headers=SHOWN).data
    answer(runtime, practice, times=7)
    assert watched.get("/metrics", headers=SHOWN).data == before


def test_a_figure_of_what_waits_would_be_noticed(
    watched: FlaskClient, runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deliberately broken variant."""
    whole = gauging.gauges

    def leaking(runtime: Runtime, **given: object) -> tuple[Gauge, ...]:
        with reading(runtime.engine, practice.id) as db:
            waiting = db.scalar(select(func.count()).select_from(Pool)) or 0
        return (*whole(runtime, **given), Gauge("afterword_waiting", "", {"": waiting}))  # type: ignore[arg-type]

    monkeypatch.setattr(gauging, "gauges", leaking)
    before = watched.get("/metrics", headers=SHOWN).data
    answer(runtime, practice, times=7)
    assert watched.get("/metrics", headers=SHOWN).data != before


def test_a_short_token_stops_the_start() -> None:
    with pytest.raises(SettingsError, match="at least 32"):
        load_settings({}, metrics_token="short")
