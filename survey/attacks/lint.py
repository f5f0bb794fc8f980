"""LA-28: read the schema and the connections for what would give people away.

One reading of a schema for the tests and for the evidence. It looks for hidden row numbers, instants and
days, texts that could hold an answer, references across the wall, and names that tell who took part. It is
the database itself that is read (``live``), as its migrations left it.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    Engine,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from survey import db as database
from survey.attacks import live
from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import House
from survey.attacks.trial import Finding, Trial, Variant, original, swapped
from survey.db import Instant, make_engine
from survey.responses.model import LENGTH_RULE

CONNECTIONS = 5
BOUND = "a value was bound"
#: What every database refuses: a table that is not there, a tag without its practice.
REFUSED = (
    "SELECT :value FROM no_such_table",
    "INSERT INTO spent (practice_id, tag, issue_week) VALUES (NULL, :value, 1)",
)
IDENTIFIED = {
    *("visit", "visit_identity", "visit_import", "visit_before", "api_request", "upload"),
    *("invitation", "opt_out", "cap_mark", "mail_run", "sent_total"),
    *("mail_count", "mail_complaint", "contact_request"),
}
ANONYMOUS = {
    *("spent", "card", "spent_card", "pool_key", "pool", "scratch"),
    *("atom", "tally", "comment", "unreleased", "theme_correction"),
}
#: Read before the practice is known, or one for the whole installation.
WITHOUT_PRACTICE_FIRST = {"practice", "cell_practice", "installation"}
#: Unique over all practices: what stands outside the database can belong to one of them only.
OF_ONE_PRACTICE = {("watched_folder", "path")}
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
    ("card", "quarter"),
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
    ("theme_correction", "themes"),  # slugs of a list
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
            if names[0] != "practice_id" and (table.name, *names) not in OF_ONE_PRACTICE:
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


def read_closely(house: House) -> Finding:
    """What stands in the database, how it differs from what is declared, and several connections at once."""
    engine = make_engine(house.runtime.settings)
    try:
        read = live.read(engine)
        found = [*faults(read.metadata), *read.differences, *read.extras]
        for each in (engine, house.runtime.engine):
            found += connection_faults(each)
    finally:
        engine.dispose()
    tables = read.metadata.sorted_tables
    columns = sum(len(table.columns) for table in tables)
    words = "; ".join(found[:2]) or "0 findings"
    return Finding(
        won=bool(found),
        score=f"{words} in {columns} columns of {len(tables)} tables as they are in the database, "
        f"and on {2 * CONNECTIONS} connections",
    )


def connection_faults(engine: Engine) -> Iterator[str]:
    """Deleted rows that stay on disk, values in error texts, statements in logs."""
    with ExitStack() as stack:
        for number in range(CONNECTIONS):
            connection = stack.enter_context(engine.connect().execution_options(writing=None))
            if engine.dialect.name == "sqlite" and connection.scalar(text("PRAGMA secure_delete")) != 1:
                yield f"connection {number} leaves deleted rows on disk"
            for statement in REFUSED:
                if any(mark in _error_text(connection, statement) for mark in (BOUND, BOUND.encode().hex())):
                    yield f"an error text of connection {number} shows a bound value"
    if engine.echo:
        yield "statements are logged"


def _error_text(connection: Connection, statement: str) -> str:
    """All that a log could hold of a statement that is refused."""
    try:
        connection.execute(text(statement), {"value": BOUND.encode()})
    except SQLAlchemyError as trouble:
        connection.rollback()
        return "".join(traceback.format_exception(trouble))
    raise AssertionError("the database was expected to refuse this")


# --- broken on purpose ------------------------------------------------------------------------------------


def _altered(change: Sequence[str], undo: Sequence[str]) -> AbstractContextManager[None]:
    """The live database is really changed just before it is read, and put right again."""
    read = live.read

    def of_a_changed_one(engine: Engine) -> live.Live:
        _run(engine, change)
        try:
            return read(engine)
        finally:
            _run(engine, undo)

    return swapped((live, "read", of_a_changed_one))


def _run(engine: Engine, statements: Sequence[str]) -> None:
    """Those that are meant for this database; ``dialect: statement`` is for one only."""
    with engine.begin() as connection:
        for statement in statements:
            dialect, mark, rest = statement.partition(": ")
            if not mark or dialect == engine.dialect.name:
                connection.exec_driver_sql(rest if mark else statement)


def a_day_beside_the_tag() -> AbstractContextManager[None]:
    """One more column, for the statistics, made by hand in the database."""
    return _altered(["ALTER TABLE spent ADD COLUMN day DATE"], ["ALTER TABLE spent DROP COLUMN day"])


def a_trigger_that_takes_notes() -> AbstractContextManager[None]:
    """The database itself does something for each answer; no declared table shows it."""
    body = "BEGIN RETURN NEW; END"
    return _altered(
        [
            "sqlite: CREATE TRIGGER noting AFTER INSERT ON spent BEGIN SELECT 1; END",
            f"postgresql: CREATE FUNCTION noting() RETURNS trigger LANGUAGE plpgsql AS '{body}'",
            "postgresql: CREATE TRIGGER noting BEFORE INSERT ON spent FOR EACH ROW EXECUTE FUNCTION noting()",
        ],
        [
            "sqlite: DROP TRIGGER noting",
            "postgresql: DROP TRIGGER noting ON spent",
            "postgresql: DROP FUNCTION noting",
        ],
    )


def a_table_that_counts() -> AbstractContextManager[None]:
    """A table of somebody's own, with a number that counts up."""
    return _altered(
        [
            "sqlite: CREATE TABLE visitors (number INTEGER PRIMARY KEY AUTOINCREMENT)",
            "postgresql: CREATE TABLE visitors (number BIGSERIAL PRIMARY KEY)",
        ],
        ["DROP TABLE visitors"],
    )


ANY_LENGTH = """practice_id BIGINT NOT NULL, id BLOB NOT NULL, cell_id BIGINT NOT NULL,
    kind VARCHAR(8) NOT NULL, kid BLOB NOT NULL, sealed BLOB NOT NULL,
    CONSTRAINT pk_pool PRIMARY KEY (practice_id, id), FOREIGN KEY (practice_id) REFERENCES practice (id),
    FOREIGN KEY (practice_id, cell_id) REFERENCES cell (practice_id, id)"""


def a_rule_less() -> AbstractContextManager[None]:
    """A declared rule that is not in the database: a box may have any length, and so tell its content."""
    return _altered(
        [
            "sqlite: ALTER TABLE pool RENAME TO kept",
            f"sqlite: CREATE TABLE pool ({ANY_LENGTH}) WITHOUT ROWID",
            "postgresql: ALTER TABLE pool DROP CONSTRAINT ck_pool_one_length",
        ],
        [
            "sqlite: DROP TABLE pool",
            "sqlite: ALTER TABLE kept RENAME TO pool",
            f"postgresql: ALTER TABLE pool ADD CONSTRAINT ck_pool_one_length CHECK ({LENGTH_RULE})",
        ],
    )


@contextmanager
def shows_what_it_binds() -> Iterator[None]:
    """Error texts as the database library writes them by default."""
    create = original(database, "create_engine")

    def showing(*given: Any, **values: Any) -> Engine:
        engine: Engine = create(*given, **{**values, "hide_parameters": False})
        return engine

    with swapped((database, "create_engine", showing)):
        yield


@contextmanager
def careless_connections() -> Iterator[None]:
    """SQLite leaves deleted rows where they were; PostgreSQL's errors quote the row that is refused."""
    set_pragmas = database._set_pragmas

    def careless(connection: Any, record: Any) -> None:
        set_pragmas(connection, record)
        connection.execute("PRAGMA secure_delete=OFF")

    def quoting(_context: Any) -> None:
        return

    with swapped((database, "_set_pragmas", careless), (database, "forget_values", quoting)):
        yield


TRIAL = Trial(
    attack="LA-28",
    title="Reading the schema",
    expected="0 findings",
    carry_out=read_closely,
    variants=(
        Variant("a day beside the tag", a_day_beside_the_tag),
        Variant("a trigger that takes notes", a_trigger_that_takes_notes),
        Variant("a table that counts", a_table_that_counts),
        Variant("a rule less", a_rule_less),
        Variant("bound values in error texts", shows_what_it_binds),
        Variant("careless connections", careless_connections),
    ),
)


@attack
def schema_lint(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
