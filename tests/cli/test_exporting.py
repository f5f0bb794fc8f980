"""``afterword practice export``: one whole file for its owner alone, or none."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from survey.db import reading
from survey.practice.model import AuditEntry
from survey.runtime import Runtime
from tests.cli.terminal import Terminal


@pytest.mark.usefixtures("riverside")
def test_it_is_written_for_its_owner_alone_and_noted(
    terminal: Terminal, runtime: Runtime, tmp_path: Path
) -> None:
    file = tmp_path / "all.zip"
    said = terminal.run("practice", "export", "riverside", str(file))
    assert (said.code, said.err) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as packed:
        assert packed.testzip() is None
        assert "README.txt" in packed.namelist()
    with reading(runtime.engine) as db:
        assert db.scalars(select(AuditEntry.action)).all()[-1] == "took everything away"


@pytest.mark.usefixtures("riverside")
def test_a_file_that_is_there_stays_and_nothing_half_done_is_left(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    file.write_text("mine")
    said = terminal.run("practice", "export", "riverside", str(file))
    assert (said.code, "is there already" in said.err, file.read_text()) == (1, True, "mine")
    said = terminal.run("practice", "export", "harbour", str(tmp_path / "other.zip"))
    assert (said.code, said.err) == (1, "Error: There is no practice 'harbour'. There are: riverside.\n")
    said = terminal.run("practice", "export", "riverside", str(tmp_path / "nowhere" / "all.zip"))
    assert (said.code, "cannot be written" in said.err) == (1, True)
    assert [each.name for each in tmp_path.glob("*.zip*")] == ["all.zip"]
