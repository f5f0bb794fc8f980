"""Which outside services the tests may use, and what happens where one is missing.

A missing service skips its tests with a printed reason; where ``AFTERWORD_REQUIRE`` names it they fail.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from survey.settings import read_test_environment

ENVIRONMENT = read_test_environment()
REQUIRED = set(filter(None, ENVIRONMENT.get("AFTERWORD_REQUIRE", "").split(",")))
POSTGRES = ENVIRONMENT.get("AFTERWORD_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = ENVIRONMENT.get("AFTERWORD_TEST_REDIS", "redis://127.0.0.1:6379/15")
FULL = ENVIRONMENT.get("AFTERWORD_FULL") == "1"


def miss(service: str, reason: str) -> NoReturn:
    """Skip, or fail where the service is required."""
    if service in REQUIRED:
        pytest.fail(f"{service} is required here but {reason}")
    pytest.skip(f"{service}: {reason}")


def needs(service: str, *, there: bool, reason: str) -> pytest.MarkDecorator:
    """For all tests of a file: skip them where it is not there, or fail where it is required."""
    if not there and service in REQUIRED:
        pytest.fail(f"{service} is required here but {reason}")
    return pytest.mark.skipif(not there, reason=f"{service}: {reason}")


def data_folder() -> Path:
    """The folder with real test data; skips where it is absent."""
    given = ENVIRONMENT.get("AFTERWORD_DATA")
    folder = Path(given) if given else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        miss("data", "the real test data is absent; set AFTERWORD_DATA to its folder")
    return folder


def browser_path() -> str:
    """An installed Chromium; skips where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    miss("browser", "no Chromium is installed")


@contextmanager
def postgres_database() -> Iterator[str]:
    """Address of a fresh PostgreSQL database, dropped at the end; skips where there is no server."""
    try:
        import psycopg
        from psycopg import sql
    except ImportError:
        miss("postgres", "psycopg is not installed")
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        miss("postgres", "no PostgreSQL server answers (set AFTERWORD_TEST_POSTGRES)")
    name = f"afterword_test_{secrets.token_hex(4)}"
    with server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            # Ordinary tests do not pull the plug; waiting for the disk at each commit would tell nothing.
            server.execute(
                sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name))
            )
            yield POSTGRES.rsplit("/", 1)[0] + "/" + name
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def behind_wall(address: str, role: str) -> str:
    """The same database as a role that owns no table, so that row-level security holds for it."""
    return f"{address}?options=-crole%3D{role}"


@contextmanager
def walled_role(address: str) -> Iterator[str]:
    """A role without any right of its own, for as long as the database of this address is there."""
    import psycopg
    from psycopg import sql

    name = f"afterword_web_{secrets.token_hex(4)}"
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        server.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
    try:
        yield name
    finally:
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
            server.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
