"""Databases as text, each of a schema that was in use once: made here, kept, and never made anew.

At each release, with the schema that it has:

    .venv/bin/python -m tests.upgrades.making

writes ``<schema>.sql`` beside this file. One that is there stays as it is: what somebody has on disk
does not change either.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

from survey import migrating
from survey.clock import SimulatedClock
from survey.db import make_engine
from survey.prepared import plain_transaction
from survey.responses import submitting
from survey.runtime import Runtime, open_runtime
from survey.settings import load_settings
from tests import builders
from tests.web import desk, stage

HERE = Path(__file__).parent
MARCH = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def populate(runtime: Runtime) -> None:
    """A practice with a year of results, comments, an owner, and one answer that waits."""
    practice = builders.make_practice(runtime)
    people = stage.stage_year(runtime, practice)
    desk.make_owner(runtime, practice)
    instrument = builders.load_instrument(runtime)
    token = builders.make_token(runtime, practice, people[0])
    with plain_transaction(runtime.engine, practice.id) as connection:
        submitting.submit(
            connection,
            runtime.files,
            practice,
            instrument,
            token=token,
            ratings={"overall": "good"},
            comments={},
            today=date(2026, 4, 20),
        )


def dump(schema: str) -> str:
    """The populated database taken back to a schema, as SQL; without anything that its older form had not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = load_settings({}, instance=folder / "instance", keys=folder / "keys", mail="folder")
        runtime = open_runtime(settings, SimulatedClock(MARCH))
        populate(runtime)
        runtime.engine.dispose()
        engine = make_engine(settings)
        if schema != migrating.revisions()[0]:
            migrating.downgrade(engine, schema)
        engine.dispose()
        with closing(sqlite3.connect(settings.data / "afterword.sqlite3")) as opened:
            return "\n".join(opened.iterdump()) + "\n"


def main(schemas: list[str]) -> None:
    for schema in schemas or [migrating.revisions()[0]]:
        file = HERE / f"{schema}.sql"
        if not file.exists():
            file.write_text(dump(schema), encoding="utf-8")
            print(file)


if __name__ == "__main__":
    main(sys.argv[1:])
