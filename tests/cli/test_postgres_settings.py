"""A PostgreSQL server set up wrongly on purpose: the doctor names each setting that tells too much."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from survey.commands import doctor
from survey.runtime import open_runtime
from survey.settings import Settings, load_settings
from tests import builders
from tests.jobs.towns import free_port
from tests.services import miss

ROOT_NEEDS = "postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None


def program(name: str) -> str:
    """A server program; Debian keeps them outside the search path."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(places[-1]) if places else None)
    if found is None:
        miss("postgres", f"{name} is not installed")
    return found


def run(*command: str) -> None:
    """Quietly, and never as root: the server refuses that."""
    subprocess.run(command, user=ROOT_NEEDS, cwd="/", check=True, stdout=subprocess.DEVNULL, timeout=120)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a server that keeps the time of every commit; only a start can set that."""
    initdb, control = program("initdb"), program("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    if ROOT_NEEDS:
        shutil.chown(folder, ROOT_NEEDS)
    data, port = str(folder / "data"), free_port()
    run(initdb, "--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "-D", data)
    given = f"-p {port} -h 127.0.0.1 -k {folder} -F -c track_commit_timestamp=on"
    run(control, "-D", data, "-w", "-l", str(folder / "log"), "-o", given, "start")
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        run(control, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def installation(server: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("misset")
    settings = load_settings(
        {}, database_url=server, instance=folder / "instance", keys=folder / "keys", mail="folder"
    )
    opened = open_runtime(settings)
    builders.make_practice(opened)
    opened.engine.dispose()
    return settings


def named(settings: Settings) -> set[str]:
    """The PostgreSQL settings that the doctor complains about."""
    return {each.split()[2] for each in doctor.examine(settings) if each.startswith("PostgreSQL has ")}


def test_times_of_commits_are_noticed(installation: Settings) -> None:
    assert named(installation) == {"track_commit_timestamp"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log_statement", "all"),
        ("log_statement", "mod"),
        ("log_min_duration_statement", "0"),
        ("log_min_duration_sample", "0"),
        ("log_transaction_sample_rate", "0.5"),
        ("log_duration", "on"),
        ("log_parameter_max_length_on_error", "-1"),
    ],
)
def test_statements_and_values_in_the_servers_log_are_noticed(
    installation: Settings, server: str, name: str, value: str
) -> None:
    with psycopg.connect(server, autocommit=True) as own:
        own.execute(sql.SQL("ALTER DATABASE postgres SET {} = {}").format(sql.Identifier(name), value))
        try:
            assert named(installation) == {"track_commit_timestamp", name}
        finally:
            own.execute(sql.SQL("ALTER DATABASE postgres RESET {}").format(sql.Identifier(name)))
