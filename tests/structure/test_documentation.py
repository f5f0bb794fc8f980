"""The documents name every setting and every folder as the program does, and their links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from survey.all_commands import commands
from survey.settings import TEST_VARIABLES, Settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND = re.compile(r"(?:`|^    )(?:\S+=\S+ )?(?:afterword|python3 -m survey) ([a-z][^`\n]*)", re.MULTILINE)


def row(name: str, text: str) -> re.Pattern[str]:
    return re.compile(rf"^\| `{re.escape(name)}` \|.*\| {re.escape(text)} \|$", re.MULTILINE)


@pytest.mark.parametrize("name", [entry.name for entry in fields(Settings)])
def test_every_setting_is_explained_in_its_own_words(name: str) -> None:
    note = next(entry.metadata["note"] for entry in fields(Settings) if entry.name == name)
    assert row(f"AFTERWORD_{name.upper()}", note).search(OPERATIONS)


@pytest.mark.parametrize("name", list(TEST_VARIABLES))
def test_every_variable_of_the_tests_is_explained(name: str) -> None:
    assert f"| `{name}` | {TEST_VARIABLES[name]} |" in OPERATIONS


def test_no_setting_is_explained_that_does_not_exist() -> None:
    named = set(re.findall(r"AFTERWORD_[A-Z_]+[A-Z]", "".join(path.read_text("utf-8") for path in DOCUMENTS)))
    assert named <= {f"AFTERWORD_{entry.name.upper()}" for entry in fields(Settings)} | set(TEST_VARIABLES)


def targets(document: Path) -> Iterator[str]:
    for one, other in LINK.findall(document.read_text("utf-8")):
        if not (one or other).startswith("https://"):
            yield one or other


def anchors(document: Path) -> set[str]:
    """The names that headings get on the page."""
    found = HEADING.findall(document.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in found}


def leads_somewhere(document: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    there = (document.parent / path).resolve() if path else document
    return there.exists() and (not anchor or anchor in anchors(there))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    assert [target for target in targets(document) if not leads_somewhere(document, target)] == []


def test_a_link_into_nothing_would_be_noticed() -> None:
    assert not leads_somewhere(ROOT / "README.md", "docs/operation.md")
    assert not leads_somewhere(ROOT / "README.md", "docs/operations.md#backup")
    assert leads_somewhere(ROOT / "README.md", "docs/operations.md#backups")


def options(command: click.Command) -> set[str]:
    return {option for one in command.params for option in one.opts}


def unknown(line: str) -> str:
    """What of a command line the program does not know; empty where it knows all."""
    command: click.Command = commands
    for word in shlex.split(line, comments=True):
        if isinstance(command, click.Group):
            if word not in command.commands:
                return word
            command = command.commands[word]
        elif word.startswith("--") and word not in {"--full", *options(command)}:
            return word
    return ""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_in_the_documents_exists(document: Path) -> None:
    found = COMMAND.findall(document.read_text("utf-8"))
    assert [line for line in found if unknown(line.split(" && ")[0])] == []
    assert found or document.name not in {"README.md", "operations.md"}


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    assert unknown("visits export file.csv") == "export"
    assert unknown("visits import --wet-run file.csv") == "--wet-run"
    assert unknown("work --no-periodic    # and a remark") == ""
