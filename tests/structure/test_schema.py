"""The tables keep the promises: no answer in clear, no order, no time, no link across the wall."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from survey import migrations
from survey.attacks.lint import ANONYMOUS, IDENTIFIED, faults
from survey.db import Instant
from survey.migrations.tables import METADATA


def test_the_schema_keeps_its_promises() -> None:
    assert list(faults(METADATA)) == []


def test_every_table_stands_on_a_side() -> None:
    named = {table.name for table in METADATA.sorted_tables}
    assert named >= IDENTIFIED | ANONYMOUS
    shared = named - IDENTIFIED - ANONYMOUS
    assert shared == {
        "action",
        "action_step",
        "action_text",
        "audit_entry",
        "cell",
        "cell_practice",
        "clinician",
        "clinician_alias",
        "clinician_merge",
        "draft",
        "installation",
        "job_run",
        "location",
        "logo",
        "mail_schedule",
        "mail_test",
        "own_day",
        "passkey",
        "password_request",
        "pending_sign_in",
        "recovery_code",
        "second_factor",
        "practice",
        "published_instrument",
        "relay_rest",
        "remembered_match",
        "report",
        "sso_attempt",
        "sso_binding",
        "staff",
        "staff_session",
        "used_challenge",
        "visit_type",
        "api_key",
        "watched_folder",
        "calendar_feed",
    }


def planted(name: str, *columns: Column[object]) -> MetaData:
    """A schema with one broken promise, to see that it is found."""
    metadata = MetaData()
    Table("practice", metadata, Column("id", BigInteger, primary_key=True))
    Table(
        "invitation",
        metadata,
        Column("practice_id", BigInteger, primary_key=True),
        Column("id", LargeBinary, primary_key=True),
    )
    key = Column("practice_id", BigInteger, primary_key=True)
    Table(name, metadata, key, *columns, sqlite_with_rowid=False)
    return metadata


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (planted("pool", Column("phone", String)), "could hold an answer in clear"),
        (planted("pool", Column("at", Instant)), "is an instant"),
        (planted("spent", Column("day", Date)), "is a day"),
        (planted("spent", Column("invitation_id", ForeignKey("invitation.id"))), "across the wall"),
        (planted("invitation_log", Column("completed", Integer)), "tells who took part"),
        (planted("atom", Column("number", Integer, primary_key=True, autoincrement=True)), "counts up"),
    ],
)
def test_a_broken_promise_is_found(metadata: MetaData, words: str) -> None:
    assert any(words in fault for fault in faults(metadata))


def test_a_hidden_row_number_is_found() -> None:
    metadata = MetaData()
    Table("pool", metadata, Column("practice_id", BigInteger, primary_key=True))
    assert any("hidden row number" in fault for fault in faults(metadata))


def test_a_key_without_practice_is_found() -> None:
    metadata = MetaData()
    Table("visit", metadata, Column("id", BigInteger, primary_key=True))
    assert any("not first in its key" in fault for fault in faults(metadata))


STEP = re.compile(r'^(revision|down_revision) = "?([^"\n]*)"?$', re.MULTILINE)


def chain_faults(steps: dict[str, str]) -> list[str]:
    """Steps of the schema, text by name, that do not follow the one before them by number."""
    found, before = [], "None"
    for name, text in sorted(steps.items()):
        numbers = dict(STEP.findall(text))
        if (numbers["revision"], numbers["down_revision"]) != (name[:4], before):
            found.append(name)
        before = numbers["revision"]
    return found


def test_the_steps_of_the_schema_form_one_chain() -> None:
    folder = Path(migrations.__file__).parent / "versions"
    steps = {path.name: path.read_text("utf-8") for path in folder.glob("[0-9]*.py")}
    assert len(steps) > 30
    assert chain_faults(steps) == []


def test_two_steps_that_follow_the_same_one_are_found() -> None:
    """The broken variant: two people took the same number."""
    step = 'revision = "0002"\ndown_revision = "0001"\n'
    first = 'revision = "0001"\ndown_revision = None\n'
    assert chain_faults({"0001_a.py": first, "0002_b.py": step, "0002_c.py": step}) == ["0002_c.py"]
