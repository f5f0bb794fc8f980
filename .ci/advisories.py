"""Reads what ``pip-audit --format json`` found: fails on a known hole, says what was not looked up.

    advisories.py REPORT

A service that does not answer is no proof of anything: it neither fails a change nor counts as checked.
Exit 1 where a package has a known hole, else 0. Needs nothing but Python.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

UNREACHABLE = "Known holes were NOT looked for: pip-audit or its service could not be reached."


def told(text: str) -> tuple[list[str], int]:
    """What to print and the exit code, for the text of a report; empty where pip-audit wrote none."""
    try:
        packages = json.loads(text)["dependencies"]
        checked = [each for each in packages if "vulns" in each]
    except (ValueError, KeyError, TypeError):
        return [UNREACHABLE], 0
    lines = [
        f"{each['name']} {each['version']}: {hole['id']}, mended in {_versions(hole)}"
        for each in checked
        for hole in each["vulns"]
    ]
    found = len(lines)
    lines.append(f"{len(checked)} of {len(packages)} packages could be checked, {found} known holes")
    if not checked:
        lines.append(UNREACHABLE)
    return lines, 1 if found else 0


def _versions(hole: dict[str, list[str]]) -> str:
    return ", ".join(hole["fix_versions"]) or "no version yet"


def main(arguments: Sequence[str]) -> int:
    """Read the report, print, return the exit code."""
    report = Path(arguments[0])
    lines, code = told(report.read_text("utf-8") if report.is_file() else "")
    sys.stdout.write("\n".join(lines) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
