"""Bring the schema up or down; refuse a database that is newer than this program."""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from survey.db import UnsafeDatabase
from survey.settings import PACKAGE


def configuration(engine: Engine) -> Config:
    """Alembic's configuration for this engine; no ini file is needed."""
    config = _configuration()
    config.attributes["engine"] = engine
    return config


def _configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "migrations"))
    return config


@cache
def revisions() -> tuple[str, ...]:
    """The schemas this program knows, the newest first. Read once: every step is a module to be loaded."""
    scripts = ScriptDirectory.from_config(_configuration())
    return tuple(script.revision for script in scripts.walk_revisions())


def upgrade(engine: Engine) -> None:
    """To this program's schema; quick where nothing is to do. Raises UnsafeDatabase for a newer one."""
    known, found = revisions(), revision(engine)
    if found == known[0]:
        return
    if found is not None and found not in known:
        raise UnsafeDatabase(
            f"The database has schema {found}, which this version of Afterword does not know. "
            "Install the newer version again; nothing was changed."
        )
    command.upgrade(configuration(engine), "head")


def downgrade(engine: Engine, target: str) -> None:
    """To an older schema; ``base`` removes every table."""
    command.downgrade(configuration(engine), target)


def revision(engine: Engine) -> str | None:
    """The schema revision of the database, None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Whether the database has exactly this program's schema; for the health page and the doctor."""
    return revision(engine) == revisions()[0]
