"""The files for running it in service: settings and commands that exist, keys that stay where they belong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from survey.all_commands import commands
from survey.settings import PREFIX, Settings

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
KNOWN = {PREFIX + entry.name.upper() for entry in fields(Settings)}
#: Given to the database and to the web server in front, and not to Afterword.
OTHERS = {"AFTERWORD_OWNER_PASSWORD", "AFTERWORD_WORK_PASSWORD", "AFTERWORD_NAME", "POSTGRES_PASSWORD"}
PRIVATE = re.compile(r"^keys:|afterword-keys(?!-web)")


def composed() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return read


def clustered() -> list[dict[str, Any]]:
    return [each for each in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8")) if each]


def strings(value: object) -> Iterator[str]:
    """Every text in nested lists and dictionaries."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    else:
        yield str(value)


def unknown_settings(files: object) -> set[str]:
    named = {name for text in strings(files) for name in re.findall(r"\bAFTERWORD_[A-Z_]+\b", text)}
    return named - KNOWN - OTHERS


def given_to_pages(compose: dict[str, Any]) -> list[str]:
    """What of the private keys or of the owner of the tables a web process is given."""
    found = []
    for name, service in compose["services"].items():
        if name.startswith("web"):
            found += [each for each in service["volumes"] if PRIVATE.search(each)]
            found += [each for each in service["environment"] if "OWNER" in each]
    return found


def test_every_setting_that_is_given_exists() -> None:
    assert unknown_settings(composed()) == set()
    assert unknown_settings(clustered()) == set()


def test_a_misspelt_setting_is_found() -> None:
    assert unknown_settings({"environment": {"AFTERWORD_KEY": "/srv"}}) == {"AFTERWORD_KEY"}


def test_pages_never_get_private_keys_or_the_owner_of_the_tables() -> None:
    assert given_to_pages(composed()) == []


@pytest.mark.parametrize(
    "planted",
    [
        {"volumes": ["keys:/srv/afterword-keys"], "environment": {}},
        {"volumes": [], "environment": {"AFTERWORD_OWNER_DATABASE_URL": "x"}},
    ],
)
def test_keys_or_the_owner_in_the_hands_of_pages_are_found(planted: dict[str, Any]) -> None:
    assert given_to_pages({"services": {"web-1": planted}})


def test_in_a_cluster_pages_never_get_private_keys_either() -> None:
    pages = [each for each in clustered() if each["metadata"]["name"] == "web"]
    assert pages
    assert [
        text for text in strings(pages) if PRIVATE.search(text) or "OWNER" in text or text == "keys"
    ] == []


def too_old_for_backups(dockerfile: str, compose: dict[str, Any]) -> bool:
    """Whether the image lacks PostgreSQL's programs, or has some that refuse to copy a newer server."""
    client = re.search(r"\bpostgresql-client-(\d+)\b", dockerfile)
    server = re.fullmatch(r"postgres:(\d+)", compose["services"]["postgres"]["image"])
    return server is None or client is None or int(client[1]) < int(server[1])


def test_the_image_can_back_up_the_database_beside_it() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert not too_old_for_backups(dockerfile, composed())
    for name in ("worker-1", "worker-2"):
        worker = composed()["services"][name]
        mounted = {each.partition(":")[2] for each in worker["volumes"]}
        assert worker["environment"]["AFTERWORD_BACKUP_FOLDER"] in mounted
        assert worker["environment"]["AFTERWORD_BACKUP_FOLDER"] in dockerfile


@pytest.mark.parametrize("installed", ["", "apt-get install postgresql-client-16"])
def test_an_image_that_could_not_back_up_is_found(installed: str) -> None:
    assert too_old_for_backups(installed, composed())


def test_every_command_exists() -> None:
    services = [each.get("command", [""]) for each in composed()["services"].values()]
    started = [command[1:] for command in services if command[0] == "afterword"]
    units = [path.read_text("utf-8") for path in sorted((DEPLOY / "systemd").glob("*.service"))]
    started += [re.findall(r"^ExecStart=\S*/afterword (.*)$", unit, re.M)[0].split() for unit in units]
    named = {command[0] for command in started}
    assert named == {"serve", "work"}
    assert named <= set(commands.commands)


def test_only_one_worker_wakes_the_others() -> None:
    working = [
        service["command"]
        for service in composed()["services"].values()
        if service.get("command", [])[:2] == ["afterword", "work"]
    ]
    assert sum("--no-periodic" not in command for command in working) == 1
    assert len(working) == 2


def test_nothing_keeps_a_list_of_who_opened_what() -> None:
    caddy = (DEPLOY / "Caddyfile").read_text("utf-8")
    assert "exclude http.log.access http.log.error http.handlers.reverse_proxy" in caddy
    assert not re.search(r"^\s*log\s*\{", caddy, re.M), "no site writes an access log"
    assert {"log_statement=none", "track_commit_timestamp=off"} <= set(
        composed()["services"]["postgres"]["command"]
    )


def test_no_memory_image_is_ever_written() -> None:
    assert all("LimitCORE=0" in path.read_text("utf-8") for path in (DEPLOY / "systemd").glob("*.service"))
    ours = [each for each in composed()["services"].values() if each["image"] == "afterword"]
    assert len(ours) == 4
    assert all(each["ulimits"] == {"core": 0} for each in ours)
