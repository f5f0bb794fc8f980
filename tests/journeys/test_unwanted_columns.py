"""Columns that nobody matched, clinical ones above all: once the file is taken no byte of them is left."""

from __future__ import annotations

import secrets

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.db import reading
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits.model import Visit
from tests.journeys.traces import everything_logged, traces
from tests.web.desk import enter, make_front_desk
from tests.web.wizard import GOOD_FILE, HEADER, begin, bring_in, check, send


@pytest.fixture
def desk(runtime: Runtime, practice: Practice, client: FlaskClient) -> FlaskClient:
    enter(client, runtime, make_front_desk(runtime, practice))
    return client


def clinical(mark: str) -> str:
    """The plain form with a diagnosis, a note and a client's name, of which nobody asked."""
    lines = GOOD_FILE.splitlines()[1:]
    more = [f",F41.1 {mark},{mark} slept badly,Rita {mark}" for _line in lines]
    return "\n".join([HEADER + ",Diagnosis,Progress Note,Client Name", *map(str.__add__, lines, more)])


def found(runtime: Runtime, mark: str) -> list[str]:
    return [*traces(runtime, mark), *traces(runtime, mark.lower())]


def test_what_nobody_matched_is_stored_nowhere(runtime: Runtime, desk: FlaskClient) -> None:
    mark = f"Quokka{secrets.token_hex(8)}"
    with everything_logged(runtime):
        page = bring_in(desk, clinical(mark))
        assert "<td>done</td>" in page.text
        with reading(runtime.engine) as db:
            assert len(db.scalars(select(Visit.visit_tag)).all()) == 3
        lines = send(desk, begin(desk, clinical(mark)) + "/lines").text
    assert mark not in page.text + lines
    assert found(runtime, mark) == []


def test_a_matched_one_would_be_found(runtime: Runtime, desk: FlaskClient) -> None:
    """The leaky variant: a person takes the notes for the location."""
    mark = f"Quokka{secrets.token_hex(8)}"
    address = begin(desk, clinical(mark))
    check(desk, address, **{"column-location": "Progress Note"})
    send(desk, address + "/take")
    assert found(runtime, mark)
