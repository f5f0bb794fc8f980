"""Statements that every answer needs: written down once for each kind of database, run by its driver.

SQLAlchemy makes objects for each run of a statement and for each row. That is most of what a short statement
costs, so these few go past it, in the same connection and transaction. Whoever listens to the engine hears
them too, and a trouble looks as it always does. A session costs as much again, and an answer needs none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ClauseElement, Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from survey.error_text import without_values
from survey.turns import turn_to_write

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Written:
    """A statement as one kind of database reads it. ``names``: of its values, where it counts places."""

    text: str
    names: tuple[str, ...] | None

    def bound(self, values: Values) -> Values | tuple[Any, ...]:
        return values if self.names is None else tuple(values[name] for name in self.names)


@dataclass(frozen=True)
class Prepared:
    """A statement whose values and results are numbers, texts and bytes, as the driver takes and gives them.

    ``columns``: of an insert, those that get a value.
    """

    statement: ClauseElement
    columns: tuple[str, ...] = ()
    _written: dict[str, Written] = field(default_factory=dict)

    def rows(self, connection: Connection, values: Values) -> list[tuple[Any, ...]]:
        """What it finds, or nothing where it is not one that finds. Raises DBAPIError."""
        written = self._in(connection)
        given, dialect = written.bound(values), cast(Any, connection.dialect)
        cursor = connection.connection.cursor()
        try:
            for listener in connection.dispatch.before_cursor_execute:
                listener(connection, cursor, written.text, given, None, False)
            cursor.execute(written.text, given)
            return list(cursor.fetchall()) if cursor.description else []
        except dialect.loaded_dbapi.Error as trouble:
            raise without_values(trouble, _told(written, trouble, dialect)) from trouble
        finally:
            cursor.close()

    def _in(self, connection: Connection) -> Written:
        name = connection.dialect.name
        if name not in self._written:
            made: Any = self.statement.compile(
                dialect=connection.dialect, column_keys=list(self.columns) or None
            )
            self._written[name] = Written(made.string, tuple(made.positiontup) if made.positional else None)
        return self._written[name]


#: For row-level security, until the transaction ends.
_PRACTICE = Prepared(text("SELECT set_config('app.practice_id', :practice, true)"))


@contextmanager
def plain_transaction(engine: Engine, practice_id: int) -> Iterator[Connection]:
    """One writing transaction of a practice, as ``db.transaction``, without a session."""
    with turn_to_write(engine), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            _PRACTICE.rows(connection, {"practice": str(practice_id)})
        yield connection


def _told(written: Written, trouble: Exception, dialect: Any) -> DBAPIError:
    """The same trouble as SQLAlchemy tells it."""
    base = dialect.loaded_dbapi.Error
    told = DBAPIError.instance(written.text, None, trouble, base, hide_parameters=True, dialect=dialect)
    assert isinstance(told, DBAPIError)  # SQLAlchemy leaves only what is no error of the driver as it is
    return told
