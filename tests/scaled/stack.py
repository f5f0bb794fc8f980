"""The services of ``deploy/compose.yaml`` as processes of this machine, with the settings that stand there.

PostgreSQL and Redis are those of the tests; two web processes and two workers are started, each knowing
nothing but its own environment.
"""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import yaml
from psycopg import sql

from survey import clock
from survey.settings import Settings, environment_for_tool, load_settings
from tests.jobs.towns import ROOT, free_port, interruptible
from tests.services import POSTGRES, REDIS

COMPOSE = ROOT / "deploy" / "compose.yaml"
WORKERS = ("worker-1", "worker-2")
WEBS = ("web-1", "web-2")
PATIENCE = 60.0
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


def composed() -> dict[str, Any]:
    """What stands in the file, references resolved."""
    read: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    return read


def filled(text: str, given: Mapping[str, str]) -> str:
    """A value with its variables put in, as compose does. Raises KeyError for one that must be given."""
    return VARIABLE.sub(
        lambda found: (given.get(found[1]) or found[3]) if found[2] == "-" else given[found[1]], text
    )


@dataclass
class Stack:
    """The running set. ``kill`` ends a service as a power cut does, ``start`` begins it again."""

    folder: Path
    database: str
    roles: tuple[str, str]
    mail_port: int
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in WEBS})
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def environment(self, service: str) -> dict[str, str]:
        """The settings of a service: hosts, folders and roles of this machine in the place of the file's."""
        given = {
            "AFTERWORD_NAME": "feedback.riverside.example",
            "AFTERWORD_WORK_PASSWORD": "work",
            "AFTERWORD_OWNER_PASSWORD": "owner",
            "AFTERWORD_SECRET_KEY": "by chance " * 4,
            "AFTERWORD_MAIL_FROM": "feedback@riverside.example",
            "AFTERWORD_SMTP_HOST": "127.0.0.1",
            "AFTERWORD_SMTP_PORT": str(self.mail_port),
        }
        values = composed()["services"][service]["environment"]
        found = {name: filled(str(value), given) for name, value in values.items()}
        server, owner, work = POSTGRES.split("@", 1)[1].rsplit("/", 1)[0], *self.roles
        for name, value in found.items():
            here = value.replace("@postgres/afterword", f"@{server}/{self.database}")
            here = here.replace("//afterword_owner:", f"//{owner}:").replace("//afterword:", f"//{work}:")
            found[name] = here.replace("redis://redis:6379/0", REDIS).replace("/srv/", f"{self.folder}/")
        return {**found, "AFTERWORD_SMTP_TLS": "none"}  # a relay on this machine

    def settings(self, service: str) -> Settings:
        return load_settings(self.environment(service))

    def start(self, service: str) -> None:
        command = [part for part in composed()["services"][service]["command"] if part != "afterword"]
        if service in self.ports:
            command[command.index("--host") + 1] = "127.0.0.1"
            command += ["--port", str(self.ports[service])]
        with (self.folder / f"{service}.log").open("ab") as log:
            self.processes[service] = subprocess.Popen(
                [sys.executable, "-m", "survey.cli", *command],
                env=environment_for_tool(**self.environment(service)),
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                preexec_fn=interruptible,  # noqa: PLW1509 — a simple function
            )

    def kill(self, service: str) -> None:
        self.processes[service].kill()
        self.processes[service].wait()

    def address(self, service: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}"

    def is_ready(self, service: str) -> bool:
        """What the health check of the file asks."""
        if service in WORKERS:
            return (Path(self.environment(service)["AFTERWORD_KEYS_WEB"]) / "generation").is_file()
        try:
            with urllib.request.urlopen(self.address(service) + "/readyz", timeout=3) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False

    def wait_for(self, service: str) -> None:
        until = clock.monotonic() + PATIENCE
        while not self.is_ready(service):
            assert self.processes[service].poll() is None, self.said()
            assert clock.monotonic() < until, self.said()
            clock.pause(0.1)

    def said(self) -> str:
        return "\n".join(f"{path.name}: {path.read_text('utf-8')}" for path in self.folder.glob("*.log"))


@contextmanager
def running(folder: Path, mail_port: int) -> Iterator[Stack]:
    """All four, ready, in the order of the file; ended and cleared away afterwards."""
    with _database() as (name, roles):
        stack = Stack(folder, name, roles, mail_port)
        for place in ("afterword", "afterword-web", "afterword-keys", "afterword-keys-web"):
            (folder / place).mkdir(mode=0o700)
        try:
            for service in (*WORKERS, *WEBS):
                stack.start(service)
                stack.wait_for(service)
            yield stack
        finally:
            for process in stack.processes.values():
                process.kill()
                process.wait()


@contextmanager
def _database() -> Iterator[tuple[str, tuple[str, str]]]:
    """An empty database and its two roles, as ``deploy/roles.sql`` makes them."""
    mark = secrets.token_hex(4)
    name, owner, work = (sql.Identifier(f"afterword_{kind}_{mark}") for kind in ("scaled", "owner", "work"))
    with psycopg.connect(POSTGRES, autocommit=True) as server:
        for role in (owner, work):
            server.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'work'").format(role))
        server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, owner))
        try:
            yield f"afterword_scaled_{mark}", (f"afterword_owner_{mark}", f"afterword_work_{mark}")
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            for role in (work, owner):
                server.execute(sql.SQL("DROP ROLE {}").format(role))
