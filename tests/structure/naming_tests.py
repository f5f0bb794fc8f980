"""Documents that name tests: what they name must be there. For the checks of each of these pages."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: A file of ours, and a test or function in it: `tests/web/test_x.py::test_y`.
NAMED = re.compile(r"`((?:tests|survey)/[\w/]+\.py)(?:::(\w+))?`")


def dead_names(text: str) -> list[str]:
    """What a page names and is not there."""
    found = []
    for path, name in NAMED.findall(text):
        file = ROOT / path
        if not file.is_file():
            found.append(f"{path} does not exist")
        elif name and f"def {name}(" not in file.read_text("utf-8"):
            found.append(f"{path} has no {name}")
    return found


def rows(heading: str, text: str) -> list[list[str]]:
    """The cells of the table below a heading, its head first and its line of dashes left out."""
    section = text.split(f"## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if set(line) - set("|-")]
