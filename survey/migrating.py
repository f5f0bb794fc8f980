"""Bring the schema up or down; refuse a database that is newer than this program.

Alembic is loaded only where a step is to be taken: it weighs eight megabytes, and nearly every start finds
the schema as it should be.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from survey.db import UnsafeDatabase
from survey.settings import PACKAGE, SettingsError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = PACKAGE / "migrations"
#: PostgreSQL's code for a role that may not do this (insufficient_privilege).
NOT_THE_OWNER = "42501"
OWNS = "SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'pool'::regclass"
#: Tables into which a role may not write yet.
CLOSED = """
    SELECT count(*) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
        AND relname <> 'alembic_version' AND NOT has_table_privilege(:role, oid, 'INSERT')
"""

UNKNOWN = (
    "The database has schema {found}, which this version of Afterword does not know. "
    "Install the newer version again; nothing was changed."
)


def configuration(engine: Engine) -> Config:
    """Alembic's configuration for this engine; no ini file is needed."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


@cache
def revisions() -> tuple[str, ...]:
    """The schemas this program knows, the newest first: each step's file begins with the name of its own."""
    steps = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return tuple(sorted((step.name.partition("_")[0] for step in steps), reverse=True))


def upgrade(engine: Engine) -> None:
    """To this program's schema; quick where nothing is to do. Raises UnsafeDatabase for a newer one."""
    known, found = revisions(), revision(engine)
    if found == known[0]:
        return
    if found is not None and found not in known:
        raise UnsafeDatabase(UNKNOWN.format(found=found))
    from alembic import command

    try:
        command.upgrade(configuration(engine), "head")
    except ProgrammingError as refused:
        if getattr(refused.orig, "sqlstate", "") != NOT_THE_OWNER:
            raise
        raise UnsafeDatabase(
            "The database has an older schema, and its role may not change it. Start the worker first, "
            "with owner_database_url; nothing was changed."
        ) from None


def admit(owner: Engine, engine: Engine) -> None:
    """Let the role of ``engine`` do its work in tables of which it owns none. Writes to the audit log are
    never changed or taken back."""
    name = _role(engine)
    role = owner.dialect.identifier_preparer.quote(name)
    with owner.begin() as connection:
        if connection.scalar(text(CLOSED), {"role": name}) == 0:
            return
        schema = owner.dialect.identifier_preparer.quote(connection.scalar(text("SELECT current_schema()")))
        for order in (
            f"GRANT USAGE ON SCHEMA {schema} TO {role}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
            f"REVOKE INSERT, UPDATE, DELETE ON {schema}.alembic_version FROM {role}",
            f"REVOKE UPDATE, DELETE ON {schema}.audit_entry FROM {role}",
        ):
            connection.execute(text(order))


def require_owner(engine: Engine) -> None:
    """Raises SettingsError where this role may not renew the tables of short-lived rows each night."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            owns = connection.scalar(text(OWNS))
        if not owns:
            raise SettingsError(
                "The role in database_url does not own the tables, so the night could not destroy what is "
                "over. Set owner_database_url to the address of the role that does."
            )


def _role(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(text("SELECT current_user")))


def downgrade(engine: Engine, target: str) -> None:
    """To an older schema; ``base`` removes every table."""
    from alembic import command

    command.downgrade(configuration(engine), target)


def revision(engine: Engine) -> str | None:
    """The schema revision of the database, None for an empty one. Asked here and not through alembic, which
    writes to the log each time: web processes look while answers come in."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def complaint(engine: Engine) -> str:
    """What is wrong with the schema, in words; empty where it is this program's. Changes nothing."""
    found = revision(engine)
    if found == revisions()[0]:
        return ""
    if found is not None and found not in revisions():
        return UNKNOWN.format(found=found)
    return (
        f"The database has the older schema {found}, and another version of Afterword may be at work. "
        "Stop every process of it, then start this one."
    )


def require_current(engine: Engine) -> None:
    """Raises UnsafeDatabase where another version changed the schema while this process ran."""
    if wrong := complaint(engine):
        raise UnsafeDatabase(wrong)


def is_current(engine: Engine) -> bool:
    """Whether the database has exactly this program's schema; for the health page and the doctor."""
    return revision(engine) == revisions()[0]
