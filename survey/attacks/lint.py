"""LA-28: read the schema and the connections for what would give people away.

One reading of the schema for the tests and for the evidence. It looks for hidden row numbers, instants and
days, texts that could hold an answer, references across the wall, and names that tell who took part.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import Column, Date, DateTime, Engine, MetaData, String, Table, Text, UniqueConstraint, text
from sqlalchemy.exc import SQLAlchemyError

from survey import db as database
from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import House
from survey.attacks.trial import Finding, Trial, Variant, original, swapped
from survey.db import Base, Instant, make_engine

CONNECTIONS = 5
BOUND = "a value that was bound"
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


def read_closely(house: House) -> Finding:
    """The schema, and several connections of a pool at once."""
    metadata, engine = schema(), make_engine(house.runtime.settings)
    try:
        found = [*faults(metadata), *connection_faults(engine)]
    finally:
        engine.dispose()
    columns = sum(len(table.columns) for table in metadata.sorted_tables)
    words = "; ".join(found[:2]) or "0 findings"
    return Finding(
        won=bool(found),
        score=f"{words} in {columns} columns of {len(metadata.sorted_tables)} tables "
        f"and on {CONNECTIONS} connections",
    )


def schema() -> MetaData:
    """Every table of the program."""
    return Base.metadata


def connection_faults(engine: Engine) -> Iterator[str]:
    """Deleted rows that stay on disk, bound values in error texts, statements in logs."""
    with ExitStack() as stack:
        for number in range(CONNECTIONS):
            connection = stack.enter_context(engine.connect().execution_options(writing=False))
            if engine.dialect.name == "sqlite" and connection.scalar(text("PRAGMA secure_delete")) != 1:
                yield f"connection {number} leaves deleted rows on disk"
    with engine.connect() as connection:
        try:
            connection.execute(text("SELECT :value FROM no_such_table"), {"value": BOUND})
        except SQLAlchemyError as trouble:
            if BOUND in str(trouble):
                yield "an error text shows a bound value"
    if engine.echo:
        yield "statements are logged"


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def a_day_beside_the_tag() -> Iterator[None]:
    """One more column, for the statistics."""
    planted = MetaData()
    for table in Base.metadata.sorted_tables:
        table.to_metadata(planted)
    planted.tables["spent"].append_column(Column("day", Date))
    with swapped((THIS, "schema", lambda: planted)):
        yield


@contextmanager
def shows_what_it_binds() -> Iterator[None]:
    """Error texts as the database library writes them by default."""
    create = original(database, "create_engine")

    def showing(*given: Any, **values: Any) -> Engine:
        engine: Engine = create(*given, **{**values, "hide_parameters": False})
        return engine

    with swapped((database, "create_engine", showing)):
        yield


THIS = sys.modules[__name__]
TRIAL = Trial(
    attack="LA-28",
    title="Reading the schema",
    expected="0 findings",
    carry_out=read_closely,
    variants=(
        Variant("a day beside the tag", a_day_beside_the_tag),
        Variant("bound values in error texts", shows_what_it_binds),
    ),
)


@attack
def schema_lint(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
