"""Watched folders by the command line: watch, list, stop, and a sentence where that cannot be."""

from __future__ import annotations

from pathlib import Path

from survey.practice.model import Practice
from tests.cli.terminal import Terminal


def test_a_folder_is_watched_listed_and_stopped(
    terminal: Terminal, riverside: Practice, tmp_path: Path
) -> None:
    folder = tmp_path / "inbox"
    folder.mkdir()
    assert "is watched from now on" in terminal.run("visits", "watch", str(folder)).out
    assert terminal.run("visits", "watch").out == f"{folder.resolve()}\n"
    assert "no longer watched" in terminal.run("visits", "watch", str(folder), "--stop").out
    assert terminal.run("visits", "watch").out == ""


def test_what_cannot_be_watched_is_said_with_a_remedy(
    terminal: Terminal, riverside: Practice, tmp_path: Path
) -> None:
    said = terminal.run("visits", "watch", str(tmp_path / "absent"))
    assert (said.code, said.out) == (1, "")
    assert "is not a folder. Make it first" in said.err
    said = terminal.run("visits", "watch", str(tmp_path), "--stop")
    assert said.code == 1
    assert "is not watched" in said.err
