"""Row-level security of PostgreSQL: a second wall between practices, behind the queries' own conditions.

A role that does not own the tables sees and writes only rows of the practice that its transaction named
(``app.practice_id``); where none was named, none. The tables OUTSIDE hold nothing of a patient. SQLite has no
roles and no wall.
"""

from __future__ import annotations

from alembic import op

#: Read before the practice is known, or over all practices: that no two of them watch one folder, and on
#: which day the clock was last believed.
OUTSIDE = frozenset({"practice", "cell_practice", "watched_folder", "job_run"})
#: An unset name reads as nothing or, after a transaction that had set it, as empty.
OWN = "practice_id = nullif(current_setting('app.practice_id', true), '')::bigint"


def put_behind(*tables: str) -> None:
    """To be called by the step that makes a table with practice_id."""
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def take_away(*tables: str) -> None:
    """The way back."""
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            op.execute(f"DROP POLICY own_practice ON {table}")
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
