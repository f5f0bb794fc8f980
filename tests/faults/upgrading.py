"""A newer version beside a running one: the same program with one more step of the schema, in a process that
can be killed at chosen places of the step.

    python -m tests.faults.upgrading FOLDER

brings the database of the environment up to date with the steps in FOLDER.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from survey import migrating
from survey.db import make_engine
from survey.settings import Settings, environment_for, load_settings
from tests.services import FULL

ROOT = Path(__file__).resolve().parents[2]
NEWER = "9999"
#: Places of the step at which it dies; the last one is after everything, before the commit.
PLACES = (0, 1, 2) if FULL else (1,)
STEP = """
import os
import signal

import sqlalchemy as sa
from alembic import op

from survey.clock import pause

revision, down_revision, branch_labels, depends_on = {newer!r}, {head!r}, None, None


def at(place):
    pause(0.3)  # so that answers come in meanwhile
    if place == {death!r}:
        os.kill(os.getpid(), signal.SIGKILL)


def upgrade():
    grown = op.create_table("grown", sa.Column("number", sa.Integer, primary_key=True))
    {between}
    at(0)
    op.bulk_insert(grown, [{{"number": number}} for number in range(500)])
    at(1)
    op.add_column("spent", sa.Column("note", sa.Text))
    at(2)
"""
#: What a step does that is not one transaction with its version.
COMMITS = 'op.get_bind().exec_driver_sql("COMMIT"); op.get_bind().exec_driver_sql("BEGIN")'


def steps(folder: Path, *, death: int | None = None, between: str = "pass") -> Path:
    """All steps of this program and the newer one, which dies at a place where one is given."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(migrating.PACKAGE / "migrations", folder)
    head = max(path.name.partition("_")[0] for path in (folder / "versions").glob("[0-9]*_*.py"))
    text = STEP.format(newer=NEWER, head=head, death=death, between=between)
    (folder / "versions" / f"{NEWER}_newer.py").write_text(text, "utf-8")
    return folder


def upgraded(settings: Settings, folder: Path) -> int:
    """Start the newer version's upgrade; its exit code, negative for a signal."""
    program = [sys.executable, "-m", "tests.faults.upgrading", str(folder)]
    ended = subprocess.run(
        program, check=False, env=environment_for(settings), cwd=ROOT, capture_output=True, timeout=120
    )
    return ended.returncode


def main(folder: str) -> None:
    migrating.MIGRATIONS = Path(folder)
    engine = make_engine(load_settings(os.environ))
    migrating.upgrade(engine)
    engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1])
