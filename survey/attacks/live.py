"""The schema as it stands in the database, read from the database's own books.

What a program declares and what its migrations left can differ, and a trigger, a view or a sequence stands in
no declaration at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Engine, MetaData, inspect, text

from survey.migrations.tables import METADATA

#: The one table that is not ours: which migrations were run.
BOOKKEEPING = "alembic_version"
#: What may stand beside tables: nothing. Each question gives names.
POSTGRES_EXTRAS = {
    "a trigger": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "a view": "SELECT table_name FROM information_schema.views "
    "WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
    "a stored view": "SELECT matviewname FROM pg_matviews",
    "a counter": "SELECT sequencename FROM pg_sequences",
    "a function": "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
    "WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')",
    "a table elsewhere": "SELECT table_name FROM information_schema.tables "
    "WHERE table_schema NOT IN ('public', 'pg_catalog', 'information_schema')",
}
SQLITE_EXTRAS = {
    "a trigger": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "a view": "SELECT name FROM sqlite_master WHERE type = 'view'",
    "a counter": "SELECT name FROM sqlite_master WHERE name = 'sqlite_sequence'",
}
#: What the database fills in by itself: column and expression.
POSTGRES_DEFAULTS = (
    "SELECT table_name || '.' || column_name, coalesce(column_default, generation_expression) "
    "FROM information_schema.columns "
    "WHERE table_schema = 'public' AND (column_default IS NOT NULL OR is_generated = 'ALWAYS')"
)
SQLITE_DEFAULTS = (
    "SELECT t.name || '.' || c.name, coalesce(c.dflt_value, 'generated') "
    "FROM sqlite_master t, pragma_table_xinfo(t.name) c "
    "WHERE t.type = 'table' AND (c.dflt_value IS NOT NULL OR c.hidden <> 0)"
)
#: A fixed text or number, such as a new column needs where there are rows already, tells nothing.
FIXED = re.compile(r"(?:'[^']*'|-?\d+|true|false|NULL)(?:::[a-z ]+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Live:
    """The tables that are there, how they differ from those declared, and what else is there."""

    metadata: MetaData
    differences: tuple[str, ...]
    extras: tuple[str, ...]


def read(engine: Engine) -> Live:
    """Reads only."""
    metadata = MetaData()
    with engine.connect().execution_options(writing=False) as connection:
        metadata.reflect(connection, only=lambda name, _: name != BOOKKEEPING)
        hidden = _with_row_number(connection)
        for table in metadata.tables.values():
            table.dialect_options["sqlite"]["with_rowid"] = table.name in hidden
        return Live(metadata, tuple(_differences(connection)), tuple(_extras(connection)))


def _with_row_number(connection: Connection) -> set[str]:
    """SQLite's tables that keep a hidden number for each row; PostgreSQL has none."""
    if connection.dialect.name != "sqlite":
        return set()
    return set(connection.scalars(text("SELECT name FROM pragma_table_list WHERE type = 'table' AND NOT wr")))


def _differences(connection: Connection) -> Iterator[str]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    for found in compare_metadata(context, METADATA):
        yield f"the database differs from what is declared: {found!r}"[:200]
    for table in METADATA.sorted_tables:
        wanted = {str(rule.name) for rule in table.constraints if isinstance(rule, CheckConstraint)}
        there = {str(rule["name"]) for rule in inspect(connection).get_check_constraints(table.name)}
        for name in sorted(wanted ^ there):
            yield f"{table.name}: the rule {name} is {'not in' if name in wanted else 'only in'} the database"


def _extras(connection: Connection) -> Iterator[str]:
    questions = SQLITE_EXTRAS if connection.dialect.name == "sqlite" else POSTGRES_EXTRAS
    for what, question in questions.items():
        for name in connection.scalars(text(question)):
            yield f"{what} in the database: {name}"
    defaults = SQLITE_DEFAULTS if connection.dialect.name == "sqlite" else POSTGRES_DEFAULTS
    for name, expression in connection.execute(text(defaults)):
        if not FIXED.fullmatch(expression):
            yield f"the database fills in {name} by itself: {expression}"
