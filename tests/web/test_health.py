"""The two addresses for whoever watches the service: one word each, whatever is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from survey import clock_guard, migrating
from survey.app import make_app
from survey.db import make_engine
from survey.runtime import Runtime

Planting = Callable[[Runtime], AbstractContextManager[Runtime]]


def test_a_running_process_says_so(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


@contextmanager
def another_schema(owned: Runtime) -> Iterator[Runtime]:
    migrating.downgrade(owned.engine, "base")
    try:
        yield owned
    finally:
        migrating.upgrade(owned.engine)


@contextmanager
def no_database(runtime: Runtime) -> Iterator[Runtime]:
    engine = make_engine(replace(runtime.settings, database_url="postgresql://nobody@127.0.0.1:1/none"))
    yield replace(runtime, engine=engine)
    engine.dispose()


@contextmanager
def keys_of_another(runtime: Runtime) -> Iterator[Runtime]:
    (runtime.files.root / "generation").write_bytes(bytes(16))
    yield runtime


@contextmanager
def no_keys(runtime: Runtime) -> Iterator[Runtime]:
    (runtime.files.root / "contact.key").unlink()
    yield runtime


@contextmanager
def clock_in_doubt(runtime: Runtime) -> Iterator[Runtime]:
    clock_guard.doubt(runtime, runtime.clock.now())
    yield runtime


@pytest.mark.parametrize(
    ("plant", "word"),
    [
        (no_database, "database"),
        (another_schema, "schema"),
        (keys_of_another, "keys"),
        (no_keys, "keys"),
        (clock_in_doubt, "clock"),
    ],
)
@pytest.mark.usefixtures("practice")
def test_what_is_wrong_is_said_in_one_word(owned: Runtime, plant: Planting, word: str) -> None:
    assert make_app(owned).test_client().get("/readyz").text == "ready\n"
    with plant(owned) as broken:
        client = make_app(broken).test_client()
        answer, alive = client.get("/readyz"), client.get("/healthz")
    assert (answer.status_code, answer.text) == (503, f"{word}\n")
    assert (alive.status_code, alive.text) == (200, "ok\n")
