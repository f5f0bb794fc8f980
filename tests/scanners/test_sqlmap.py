"""sqlmap at level 2 finds the planted hole and none in the program, in the same run.

With the cookie of an owner, on SQLite and on PostgreSQL. That its requests reached the code, the statuses
show.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.scanners.conftest import Served, cookie_of, scanner
from tests.scanners.control import COOKIE
from tests.structure.crawling import House

pytestmark = pytest.mark.slow

HOLE = "identified the following injection point"
NONE = "all tested parameters do not appear to be injectable"
PATIENCE = 900


@dataclass(frozen=True)
class Form:
    """A request whose named fields are tried. ``reached``: statuses that show that the code read them."""

    path: str
    fields: str
    tried: str
    reached: tuple[int, ...]
    signed_in: bool = True

    def on(self, served: Served) -> list[str]:
        posted = ["--data", self.fields] if self.fields else []
        return ["--url", served.address + self.path, *posted, "-p", self.tried]


FORMS = (
    Form(
        "/staff/sign-in",
        "email=olu@example.org&password=x&practice=riverside",
        "email,practice",
        (401,),
        False,
    ),
    Form(
        "/s/riverside/after-visit-1/en",
        "token=abc&item.phone=1&box.phone=x",
        "token,item.phone,box.phone",
        (400, 422),
        False,
    ),
    Form("/contact/riverside/en", "name=Ann&reach=0555&words=x", "name,reach,words", (200, 409), False),
    Form("/staff/audit?page=1&kind=releases&month=2026-01", "", "page,kind,month", (200,)),
    Form("/staff/practice/comments/hide", "comment=00&reason=names", "comment,reason", (400, 404)),
    Form("/staff/person", "go=show&address=rita@example.org", "go,address", (200, 400)),
    Form("/staff/repairs/step", "repair=1&seen=due&words=x", "repair,seen,words", (400, 404, 409)),
)


def scan(program: str, arguments: list[str], cookie: str, folder: Path) -> str:
    """What sqlmap says of a request, in its own words."""
    command = [
        program,
        "--batch",
        "--flush-session",
        "--disable-coloring",
        "--level",
        "2",
        "--ignore-code",
        "*",
    ]
    done = subprocess.run(
        [*command, "--output-dir", str(folder), *(["--cookie", cookie] if cookie else []), *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
    )
    return done.stdout + done.stderr


def test_the_scanner_finds_the_planted_hole_and_none_of_ours(
    house: House, ours: Served, control: Served, tmp_path: Path
) -> None:
    program = scanner("sqlmap", get="pip install sqlmap, in an environment of its own")
    planted = ["--url", control.address + "/staff/people?name=ann", "-p", "name"]
    assert HOLE in scan(program, planted, "=".join(COOKIE), tmp_path), "the control's hole is not found"
    assert HOLE not in scan(program, planted, "", tmp_path), "without the cookie nothing is reached"
    for form in FORMS:
        before = ours.count(form.path.partition("?")[0], *form.reached)
        said = scan(program, form.on(ours), f"session={cookie_of(house)}" if form.signed_in else "", tmp_path)
        assert HOLE not in said, said
        assert NONE in said, said
        assert ours.count(form.path.partition("?")[0], *form.reached) > before + 20, (form.path, ours.answers)
    assert ours.faults() == []
