"""One answer per link, and the same work whether it is the first."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select

from survey import clock as time
from survey.db import transaction
from survey.keys import issue, tokens
from survey.practice.model import Practice
from survey.prepared import plain_transaction
from survey.responses import submitting
from survey.responses.model import Pool, Scratch, Spent
from survey.runtime import Runtime
from tests import builders


def answer(runtime: Runtime, practice: Practice, token: str, **more: Any) -> None:
    instrument = builders.load_instrument(runtime)
    item = instrument.items[0]
    given = {"ratings": {item.id: item.scale.options[0].value}, "comments": {}, **more}
    today = time.local_day(runtime.clock.now(), practice.time_zone)
    with plain_transaction(runtime.engine, practice.id) as connection:
        submitting.submit(connection, runtime.files, practice, instrument, token=token, today=today, **given)


def count(runtime: Runtime, table: type[Any]) -> int:
    with transaction(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The statements that the database gets, without their values."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_an_answer_becomes_two_boxes_and_a_tag(runtime: Runtime, practice: Practice) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    answer(runtime, practice, token)
    assert (count(runtime, Spent), count(runtime, Pool), count(runtime, Scratch)) == (1, 2, 0)


def test_a_link_answers_once(runtime: Runtime, practice: Practice) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    for _ in range(3):
        answer(runtime, practice, token)
    assert (count(runtime, Spent), count(runtime, Pool)) == (1, 2)


def test_first_and_repeated_answers_run_the_same_statements(runtime: Runtime, practice: Practice) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    answer(
        runtime, practice, builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    )
    with statements(runtime.engine) as first:
        answer(runtime, practice, token)
    with statements(runtime.engine) as second:
        answer(runtime, practice, token)
    assert len(first) >= 3, "keys, link, boxes"
    assert [text.replace("INTO pool", "INTO scratch") for text in first] == second


def test_racing_answers_of_one_link_store_one(runtime: Runtime, practice: Practice) -> None:
    clinician = builders.make_clinician(runtime, practice)
    links = [builders.make_token(runtime, practice, clinician) for _ in range(4)]
    with ThreadPoolExecutor(max_workers=5) as racers:
        list(racers.map(lambda link: answer(runtime, practice, link), links * 5))
    assert (count(runtime, Spent), count(runtime, Pool)) == (4, 8)


@pytest.mark.parametrize("place", [0, 3, 10, 30, 54])
def test_a_changed_token_is_refused(runtime: Runtime, practice: Practice, place: int) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    other = "A" if token[place] != "A" else "B"
    with pytest.raises((tokens.BadToken, tokens.ExpiredToken)):
        answer(runtime, practice, token[:place] + other + token[place + 1 :])
    assert count(runtime, Spent) == count(runtime, Pool) == 0


def test_a_token_of_another_practice_is_refused(runtime: Runtime, practice: Practice) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    token = builders.make_token(runtime, other, builders.make_clinician(runtime, other))
    with pytest.raises(submitting.ForeignToken):
        answer(runtime, practice, token)
    assert count(runtime, Spent) == 0


def test_a_link_dies_with_its_week(runtime: Runtime, practice: Practice) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    week = time.week_number(time.local_day(runtime.clock.now(), practice.time_zone))
    runtime.clock.move_to(time.at_local(issue.last_day(week), 12, practice.time_zone))  # type: ignore[attr-defined]
    answer(runtime, practice, token)
    runtime.clock.advance(timedelta(days=1))  # type: ignore[attr-defined]
    with pytest.raises(tokens.ExpiredToken):
        answer(runtime, practice, token)


def test_a_link_whose_key_is_destroyed_cannot_be_read(runtime: Runtime, practice: Practice) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    for week in issue.weeks_held(runtime.files):
        issue.destroy_week(runtime.files, week)
    with pytest.raises(tokens.ExpiredToken):
        answer(runtime, practice, token)


def test_a_refused_answer_spends_nothing(runtime: Runtime, practice: Practice) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    for wrong in ({"ratings": {}}, {"ratings": {"colour": "blue"}}, {"comments": {"colour": "blue"}}):
        with pytest.raises(submitting.NotTaken):
            answer(runtime, practice, token, **wrong)
    assert (count(runtime, Spent), count(runtime, Pool), count(runtime, Scratch)) == (0, 0, 0)
