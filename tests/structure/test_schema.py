"""The tables keep the promises: no answer in clear, no order, no time, no link across the wall."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from survey.db import Instant
from survey.migrations.tables import METADATA

IDENTIFIED = {"visit", "invitation", "opt_out", "cap_mark", "mail_run", "sent_total"}
ANONYMOUS = {"spent", "pool_key", "pool", "scratch", "atom", "tally", "comment", "unreleased"}
#: Read before the practice is known, or one for the whole installation.
WITHOUT_PRACTICE_FIRST = {"practice", "cell_practice", "installation"}
TELLING = (
    "created",
    "updated",
    "answered",
    "completed",
    "opened",
    "reminded",
    "sequence",
    "user_agent",
    "ip",
)
#: The only text columns on the anonymous side, and what stands in them.
TEXTS = {
    ("pool_key", "kind"),
    ("pool", "kind"),
    ("scratch", "kind"),
    ("atom", "instrument"),
    ("atom", "kind"),
    ("atom", "month"),
    ("tally", "item"),
    ("tally", "value"),
    ("comment", "box"),
    ("comment", "audience"),
    ("comment", "text"),  # released and redacted
    ("unreleased", "month"),
    ("unreleased", "kind"),
    ("unreleased", "cause"),
}


def faults(metadata: MetaData) -> Iterator[str]:
    """Every broken promise of a schema, as a sentence."""
    for table in metadata.sorted_tables:
        yield from _key_faults(table)
        yield from _wall_faults(table)
        if table.name in ANONYMOUS:
            yield from _anonymous_faults(table)
        for column in () if table.name == "staff_session" else table.columns:
            if any(word in column.name.split("_") for word in TELLING):
                yield f"{table.name}.{column.name} tells who took part or when"


def _key_faults(table: Table) -> Iterator[str]:
    first = next(iter(table.primary_key.columns)).name
    if table.name not in WITHOUT_PRACTICE_FIRST and first != "practice_id":
        yield f"{table.name}: practice_id is not first in its key"
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and table.name not in WITHOUT_PRACTICE_FIRST:
            names = [column.name for column in constraint.columns]
            if names[0] != "practice_id":
                yield f"{table.name}: a unique rule without practice_id"


def _wall_faults(table: Table) -> Iterator[str]:
    for key in table.foreign_keys:
        other = key.column.table.name
        pair = {table.name, other}
        if pair & IDENTIFIED and pair & ANONYMOUS:
            yield f"{table.name} points across the wall to {other}"


def _anonymous_faults(table: Table) -> Iterator[str]:
    if table.dialect_options["sqlite"]["with_rowid"]:
        yield f"{table.name} has a hidden row number that counts up"
    for column in table.columns:
        if isinstance(column.type, (DateTime, Instant)):
            yield f"{table.name}.{column.name} is an instant"
        if isinstance(column.type, Date) and (table.name, column.name) != ("pool_key", "last_tick"):
            yield f"{table.name}.{column.name} is a day"
        if isinstance(column.type, (String, Text)) and (table.name, column.name) not in TEXTS:
            yield f"{table.name}.{column.name} could hold an answer in clear"
        if column.autoincrement is True:
            yield f"{table.name}.{column.name} counts up"


def test_the_schema_keeps_its_promises() -> None:
    assert list(faults(METADATA)) == []


def test_every_table_stands_on_a_side() -> None:
    named = {table.name for table in METADATA.sorted_tables}
    assert named >= IDENTIFIED | ANONYMOUS
    shared = named - IDENTIFIED - ANONYMOUS
    assert shared == {
        "action",
        "action_step",
        "audit_entry",
        "cell",
        "cell_practice",
        "clinician",
        "installation",
        "job_run",
        "location",
        "practice",
        "published_instrument",
        "report",
        "staff",
        "staff_session",
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
