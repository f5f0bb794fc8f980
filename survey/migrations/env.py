"""Run by alembic; the engine comes from ``migrating``. SQLite changes tables in batch mode."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine

from survey.migrations.tables import METADATA


def run() -> None:
    """All steps in one transaction."""
    engine: Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
