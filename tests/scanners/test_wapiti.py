"""wapiti, signed in as an owner, finds the planted holes and none in the program, in the same run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.scanners.conftest import Served, cookie_of, scanner
from tests.scanners.control import COOKIE
from tests.structure.crawling import House

pytestmark = pytest.mark.slow

MODULES = "sql,blindsql,xss,permanentxss,exec,file,crlf,redirect,csp"
#: What it does not reach: these end the sign-in that it scans with. (Its own list of what to leave out fails
#: with Python 3.11.)
ENDINGS = ("sign-out", "account/end", "account/password", "people/change", "account/second-factor")
#: Seconds for looking around, and for each kind of attack.
LOOKING, ATTACKING = 60, 45


def scan(program: str, served: Served, cookie: tuple[str, str], folder: Path) -> dict[str, Any]:
    """Its report: name of a kind of hole -> where it was found."""
    jar = {"version": 0, "expires": None, "secure": False, "value": cookie[1], "port": None}
    held, report = folder / "cookie.json", folder / "report.json"
    held.write_text(json.dumps({"127.0.0.1": {"/staff": {cookie[0]: jar}}}), "utf-8")
    done = subprocess.run(
        [
            *(program, "--url", served.address + "/staff/", "--scope", "domain", "--module", MODULES),
            *("--cookie", str(held), "--format", "json", "--output", str(report), "--flush-session"),
            *("--max-scan-time", str(LOOKING), "--max-attack-time", str(ATTACKING), "--no-bugreport"),
            *("--store-session", str(folder), "--store-config", str(folder), "--verbose", "0"),
        ],
        capture_output=True,
        text=True,
        timeout=60 * 60,
        check=False,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    read = json.loads(report.read_text("utf-8"))
    return {
        name: found
        for part in ("vulnerabilities", "anomalies")
        for name, found in read[part].items()
        if found
    }


def test_the_scanner_finds_the_planted_holes_and_none_of_ours(
    house: House, ours: Served, control: Served, tmp_path: Path
) -> None:
    program = scanner("wapiti", get="apt install wapiti")
    for name in ("control", "ours"):
        (tmp_path / name).mkdir()
    planted = scan(program, control, COOKIE, tmp_path / "control")
    assert {"Cross Site Scripting", "Open Redirect"} <= set(planted), planted
    ours.out_of_reach = tuple(f"/staff/{each}" for each in ENDINGS)
    found = scan(program, ours, ("session", cookie_of(house)), tmp_path / "ours")
    assert found == {}
    assert ours.faults() == []
    reached = {path for (path, status) in ours.answers if status == 200 and path.startswith("/staff/")}
    assert len(reached) > 30, reached
    assert house.owner.get("/staff/account").status_code == 200, "the sign-in held until the end"
