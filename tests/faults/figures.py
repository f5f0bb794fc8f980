"""The figures of the full run, as the page docs/faults.md; a short run writes nothing."""

from __future__ import annotations

from pathlib import Path

from tests.faults.dying import Scene
from tests.services import FULL

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
#: How the rows of figures begin, by the two ways to die.
FIRST = ("| ended", "| killed")
HEAD = """# What happens when a night is cut

Written by the full run of `tests/faults` (`python3 -m survey test --full tests/faults`). The night's work
is run in a real process that dies at its n-th step, for every n until the night lives; then the worker
wakes again that night and the two nights after. Before the night seven answers wait that will be published,
three that will not, comments that wait, and two parts of a closed month that will become one.

Harmed means: an answer lost, published twice or not at all, a waiting box that its key does not open, a key
left over or missing, a tally changed, the night not noted as done.

| How it dies | Database | Points | Harmed |
|---|---|---|---|
"""
TAIL = """
The deliberately broken orders are kept as tests and are noticed: a key destroyed before the commit, and a
flush that does not sweep keys left over. Not covered: a disk that lies about what it has written, and a
database server that is killed itself (its own log brings it back).
"""


def note(how: str, scene: Scene, seen: list[tuple[int, list[str]]]) -> None:
    """Put the figures of one run in place of the ones before them."""
    if not FULL:
        return
    database = "PostgreSQL" if scene.settings.database_url else "SQLite"
    row = f"| {how} | {database} |"
    others = [line for line in _rows() if not line.startswith(row)]
    harmed = sum(1 for _, wrong in seen if wrong)
    lines = sorted([*others, f"{row} {len(seen)} | {harmed} |"])
    PAGE.write_text(HEAD + "\n".join(lines) + "\n" + TAIL, "utf-8")


def _rows() -> list[str]:
    if not PAGE.exists():
        return []
    return [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith(FIRST)]
