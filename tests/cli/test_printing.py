"""``afterword cards``: a file to print, and what stands in the way of it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey.db import reading
from survey.practice.model import Practice
from survey.responses.model import Card
from survey.runtime import Runtime
from tests.cli.terminal import Terminal


def printed(runtime: Runtime) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(Card)) or 0


@pytest.mark.usefixtures("riverside")
def test_cards_are_written_for_their_owner_alone(
    terminal: Terminal, runtime: Runtime, tmp_path: Path
) -> None:
    out = tmp_path / "cards.pdf"
    said = terminal.run(
        "cards", "print", "--number", "10", "--paper", "a4", "--language", "es", "--out", str(out)
    )
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"16 cards in {out}, good until ")
    assert out.read_bytes().startswith(b"%PDF-")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert printed(runtime) == 16


@pytest.mark.usefixtures("riverside")
def test_a_file_that_is_there_stays_and_no_card_is_made(
    terminal: Terminal, runtime: Runtime, tmp_path: Path
) -> None:
    out = tmp_path / "cards.pdf"
    out.write_text("mine")
    said = terminal.run("cards", "print", "--out", str(out))
    assert said.code == 1
    assert "is there already" in said.err
    assert out.read_text() == "mine"
    missing = terminal.run("cards", "print", "--out", str(tmp_path / "nowhere" / "cards.pdf"))
    assert (missing.code, "cannot be written" in missing.err) == (1, True)
    assert printed(runtime) == 0


@pytest.mark.usefixtures("riverside")
def test_a_number_out_of_range_leaves_no_file(terminal: Terminal, runtime: Runtime, tmp_path: Path) -> None:
    said = terminal.run("cards", "print", "--number", "1001", "--out", str(tmp_path / "cards.pdf"))
    assert said.code == 1
    assert "from 1 to 1000" in said.err
    assert list(tmp_path.glob("*.pdf")) == []
    assert printed(runtime) == 0


def test_a_poster_is_written(terminal: Terminal, riverside: Practice, tmp_path: Path) -> None:
    out = tmp_path / "poster.pdf"
    said = terminal.run("cards", "poster", "--practice", riverside.slug, "--out", str(out))
    assert (said.code, said.out) == (0, f"Poster in {out}.\n")
    assert out.read_bytes().startswith(b"%PDF-")
