"""The day after a week is over, its invitations, addresses, tags and keys are nowhere: a search of bytes.

On SQLite in every file; on PostgreSQL in every file of the database but its write-ahead log, of which it is
shown instead that no key on disk opens or recognises anything in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from survey import clock, db, jobs
from survey.app import make_app
from survey.db import make_engine, reading
from survey.invitations.model import Invitation
from survey.keys import issue, tokens
from survey.keys.files import KeyFiles
from survey.keys.sealing import BoxUnreadable, unseal
from survey.practice.model import Practice
from survey.responses.model import Spent
from survey.runtime import Runtime
from tests import builders
from tests.invitations.post import invite
from tests.journeys.days import CONTENT, letters, live_through, send
from tests.journeys.traces import server_folder
from tests.services import miss

TUESDAY = date(2026, 3, 3)


@dataclass(frozen=True)
class Week:
    """What a thief would look for, taken down while it lived."""

    number: int
    secrets: dict[str, list[bytes]]
    boxes: list[bytes]
    nonces: list[bytes]
    tags: list[bytes]


def lived(runtime: Runtime, practice: Practice) -> Week:
    """Three people are invited, mailed, and answer."""
    rows = [f"V-{n},2026-03-02,Ana Ortiz,Main,p{n}@example.org,attended,en,2," for n in range(3)]
    assert invite(runtime, practice, *rows).invited == 3
    live_through(runtime, practice, TUESDAY, 3, 9)
    client = make_app(runtime).test_client()
    for letter in letters(runtime):
        assert send(client, letter.token, CONTENT, path=letter.path).status_code == 200
    with reading(runtime.engine) as session:
        invitations = session.scalars(select(Invitation)).all()
        tags = list(session.scalars(select(Spent.tag)))
    (number,) = {row.issue_week for row in invitations}
    keys = [runtime.files.read(f"issue/{clock.week_label(number)}.{half}", 32) for half in issue.HALVES]
    boxes = [row.address_sealed for row in invitations]
    return Week(
        number,
        {
            "invitations": [row.id for row in invitations],
            "addresses": [box[40:104] for box in boxes],
            "tags": tags,
            "keys": keys,
        },
        boxes,
        [tokens.read_token(runtime.files, letter.token).nonce for letter in letters(runtime)],
        tags,
    )


def over(week: Week) -> date:
    return issue.last_day(week.number) + timedelta(days=1)


def files_of(runtime: Runtime) -> Iterator[Path]:
    for folder in (runtime.settings.instance, runtime.settings.keys):
        for path in folder.rglob("*"):
            if path.is_file() and runtime.settings.mailbox not in path.parents:
                yield path
    if runtime.engine.dialect.name == "postgresql":
        folder = server_folder(runtime)
        if folder is None:
            miss("postgres", "the server's folder cannot be read from here")
        outside = {"isolation_level": "AUTOCOMMIT", "writing": None}
        with (
            db.as_owner(runtime.settings, runtime.engine) as owner,
            owner.connect().execution_options(**outside) as connection,
        ):
            connection.execute(text("CHECKPOINT"))
            number = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        yield from (path for path in (folder / "base" / str(number)).iterdir() if path.is_file())


def remains(runtime: Runtime, week: Week) -> set[str]:
    """Which kinds of secrets are still found somewhere."""
    found = set()
    for path in files_of(runtime):
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # the server has just removed it
            continue
        found |= {kind for kind, each in week.secrets.items() if any(secret in content for secret in each)}
    return found


def test_the_day_after_a_week_is_over_nothing_of_it_is_left(runtime: Runtime, practice: Practice) -> None:
    week = lived(runtime, practice)
    assert remains(runtime, week) == {"invitations", "addresses", "tags", "keys"}, "while it lives"
    live_through(runtime, practice, issue.last_day(week.number), 3, 23)
    assert "keys" in remains(runtime, week), "its links still work"
    live_through(runtime, practice, over(week), 3)
    assert remains(runtime, week) == set()
    assert (over(week) - clock.week_monday(week.number)).days <= 23


def test_no_key_that_is_left_opens_or_recognises_what_a_log_may_hold(
    runtime: Runtime, practice: Practice
) -> None:
    week = lived(runtime, practice)
    assert opened(runtime.files, week), "while the week lives this search does find"
    live_through(runtime, practice, over(week), 3)
    builders.make_token(
        runtime, practice, builders.make_clinician(runtime, practice)
    )  # other weeks have keys
    assert issue.weeks_held(runtime.files)
    assert not opened(runtime.files, week)


def opened(files: KeyFiles, week: Week) -> bool:
    """Whether any key on disk opens an address, or makes a stored tag of a known link."""
    for path in files.root.rglob("*.sk"):
        for box in week.boxes:
            try:
                unseal(box, path.read_bytes())
            except BoxUnreadable:
                continue
            return True
    held = issue.weeks_held(files)
    return any(issue.spent_tag(files, each, nonce) in week.tags for each in held for nonce in week.nonces)


# --- leaky variants ------------------------------------------------------------------------------------


def test_destruction_without_tidying_would_be_noticed(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "tidy_after_flush", lambda _engine: True)
    week = lived(runtime, practice)
    live_through(runtime, practice, over(week), 3)
    assert remains(runtime, week) >= {"invitations", "addresses"}


def test_deleting_without_wiping_would_be_noticed(
    sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite without secure_delete: the rows' bytes stay in pages that are still in use."""
    monkeypatch.setattr(db, "PRAGMAS", {**db.PRAGMAS, "secure_delete": ("OFF", 0)})
    leaky = replace(sqlite_runtime, engine=make_engine(sqlite_runtime.settings))
    practice = builders.make_practice(leaky)
    week = lived(leaky, practice)
    # somebody who was invited later keeps the page of the invitations in use
    live_through(leaky, practice, over(week) - timedelta(days=6), 3)
    invite(leaky, practice, "V-9,2026-03-18,Ana Ortiz,Main,late@example.org,attended,en,2,")
    live_through(leaky, practice, over(week), 3)
    found = remains(leaky, week)
    leaky.engine.dispose()
    assert found


def test_keys_that_outlive_their_week_would_be_noticed(
    runtime: Runtime, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue, "destroy_week", lambda *_: None)
    week = lived(runtime, practice)
    live_through(runtime, practice, over(week), 3)
    assert remains(runtime, week) == {"keys"}
    assert opened(runtime.files, week)
