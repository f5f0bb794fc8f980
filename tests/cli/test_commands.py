"""Every command on good and on bad input: the exit code, and words that name the place and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey import __version__, clock
from survey.clock import SystemClock
from survey.db import reading
from survey.practice.model import AuditEntry, Practice, Staff
from survey.runtime import Runtime
from survey.settings import shipped
from tests import builders
from tests.cli.terminal import Terminal
from tests.jobs.towns import nights

EXAMPLES = shipped("surveys_config")


def count(runtime: Runtime, table: type) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


# --- as such ------------------------------------------------------------------------------------------


def test_the_command_says_its_version_and_what_it_can_do(terminal: Terminal) -> None:
    assert __version__ in terminal.run("--version").out
    listed = terminal.run("--help").out
    for name in (
        "serve",
        "work",
        "visits",
        "invitations",
        "flush",
        "report",
        "instrument",
        "user",
        "doctor",
        "demo",
        "test",
    ):
        assert f"  {name}" in listed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["dance"], "No such command 'dance'"),
        (["visits", "import"], "Missing argument 'FILES...'"),
        (["visits", "import", "nowhere.csv"], "'nowhere.csv' does not exist"),
        (["serve", "--port", "many"], "'many' is not a valid integer"),
        (["flush", "--hard"], "No such option"),
    ],
)
def test_a_wrong_call_is_explained(terminal: Terminal, arguments: list[str], words: str) -> None:
    said = terminal.run(*arguments)
    assert said.code == 2
    assert words in said.err


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("smtp_port", "many", "AFTERWORD_SMTP_PORT: smtp_port must be a whole number, not 'many'"),
        ("smtp_prot", "25", "unknown setting 'smtp_prot'"),
        ("mail", "pigeon", "mail must be smtp or folder, not 'pigeon'"),
        ("database_url", "mysql://x/y", "only SQLite and PostgreSQL are supported"),
        ("database_url", "postgresql://nobody@127.0.0.1:1/none", "The database does not answer"),
    ],
)
def test_a_wrong_setting_stops_every_command_and_is_named(
    terminal: Terminal, name: str, value: str, words: str
) -> None:
    terminal.set(name, value)
    said = terminal.run("flush")
    assert said.code == 1
    assert words in said.err


def test_without_a_practice_the_remedy_is_named(terminal: Terminal) -> None:
    said = terminal.run("flush")
    assert said.code == 1
    assert "afterword practice create" in said.err


def test_of_two_practices_one_must_be_named(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    builders.make_practice(runtime, slug="hillside", name="Hillside")
    for arguments in (["flush"], ["flush", "--practice", "nowhere"]):
        said = terminal.run(*arguments)
        assert said.code == 1
        assert "Name one practice with --practice. There are: hillside, riverside." in said.err
    assert terminal.run("flush", "--practice", "hillside").code == 0


# --- practices and people -----------------------------------------------------------------------------


def create(terminal: Terminal, slug: str = "harbour", *more: str, phone: bool = True) -> tuple[int, str]:
    number = ["--phone", "555-0101"] if phone else []
    said = terminal.run("practice", "create", slug, "Harbour Practice", *number, *more)
    return said.code, said.out + said.err


def test_a_practice_is_entered_and_ready_to_ask(terminal: Terminal, runtime: Runtime, tmp_path: Path) -> None:
    code, words = create(terminal, "harbour", "--time-zone", "Europe/Berlin", "--instrument", "fft")
    assert code == 0
    assert "Harbour Practice is entered. Next: afterword user invite" in words
    with reading(runtime.engine) as db:
        practice = db.scalars(select(Practice)).one()
    assert (practice.slug, practice.time_zone, practice.instrument) == ("harbour", "Europe/Berlin", "fft")
    assert terminal.run("flush").code == 0


@pytest.mark.parametrize(
    ("slug", "more", "words"),
    [
        ("Über Uns", [], "slug 'Über Uns': use up to 40 small letters"),
        ("harbour", ["--time-zone", "Mars/Olympus"], "time zone 'Mars/Olympus' is not known; write one like"),
        (
            "harbour",
            ["--instrument", "nps"],
            "There is no survey 'nps'. There are: after_visit, cg_cahps_visit, fft, short, two_tap.",
        ),
        ("riverside", [], "slug 'riverside' is taken; choose another"),
    ],
)
def test_a_practice_that_cannot_be_entered_changes_nothing(
    terminal: Terminal, runtime: Runtime, riverside: Practice, slug: str, more: list[str], words: str
) -> None:
    before = set(runtime.files.names("pool"))
    code, said = create(terminal, slug, *more)
    assert code == 1
    assert words in said
    assert count(runtime, Practice) == 1
    assert set(runtime.files.names("pool")) == before


def test_a_practice_needs_a_phone_number(terminal: Terminal) -> None:
    code, words = create(terminal, phone=False)
    assert code == 2
    assert "--phone" in words


def test_an_invited_user_gets_a_link(terminal: Terminal, runtime: Runtime, riverside: Practice) -> None:
    said = terminal.run("user", "invite", "olu@example.org", "--name", "Olu Bello", "--role", "owner")
    assert said.code == 0
    assert said.out.startswith(f"{runtime.settings.base_url}/staff/welcome/")
    options = ["--name", "Ana Ortiz", "--role", "clinician", "--clinician", "Ana Ortiz"]
    assert terminal.run("user", "invite", "ana@example.org", *options).code == 0
    with reading(runtime.engine) as db:
        people = {member.email: member.clinician_id for member in db.scalars(select(Staff))}
        notes = [tuple(row) for row in db.execute(select(AuditEntry.action, AuditEntry.subject))]
    assert people["olu@example.org"] is None
    assert people["ana@example.org"] is not None
    assert sorted(notes) == [("invited colleague", email) for email in sorted(people)]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["not an address", "--name", "Olu", "--role", "owner"], 1, "email: write one address"),
        (
            ["a@example.org", "--name", "Olu", "--role", "king"],
            2,
            "'king' is not one of 'owner'",
        ),
        (["a@example.org", "--name", "Ana", "--role", "clinician"], 1, "a clinician's account needs the"),
        (["a@example.org", "--name", " ", "--role", "owner"], 1, "name: 1 to 120 characters"),
        (["olu@example.org", "--name", "Olu", "--role", "owner"], 1, "this address has an account already"),
        (["a@example.org", "--role", "owner"], 2, "Missing option '--name'"),
    ],
)
def test_a_user_who_cannot_be_invited_changes_nothing(
    terminal: Terminal, runtime: Runtime, riverside: Practice, arguments: list[str], code: int, words: str
) -> None:
    terminal.run("user", "invite", "olu@example.org", "--name", "Olu Bello", "--role", "owner")
    said = terminal.run("user", "invite", *arguments)
    assert (said.code, said.out) == (code, "")
    assert words in said.err
    assert (count(runtime, Staff), count(runtime, AuditEntry)) == (1, 1)


# --- flush and report ---------------------------------------------------------------------------------


def test_a_flush_is_a_night_done_by_hand(terminal: Terminal, runtime: Runtime, riverside: Practice) -> None:
    said = terminal.run("flush")
    assert said.code == 0
    assert "Flushed. What is enough to show is on the dashboards." in said.out
    assert nights(runtime, riverside) == [clock.local_day(SystemClock().now(), riverside.time_zone)]


def test_a_flush_without_its_key_says_which_file(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    for name in list(runtime.files.names("pool")):
        (runtime.files.root / name).write_bytes(b"short")
    said = terminal.run("flush")
    assert said.code == 1
    assert "is damaged: 32 bytes expected" in said.err


def test_a_report_is_written_as_csv_pdf_and_workbook(
    terminal: Terminal, runtime: Runtime, riverside: Practice, tmp_path: Path
) -> None:
    said = terminal.run("report", "2026-Q1", "--dir", str(tmp_path / "out"))
    assert said.code == 0
    paths = [Path(each) for each in said.out.split()]
    assert [path.name for path in paths] == [f"riverside-2026-Q1.{kind}" for kind in ("csv", "pdf", "xlsx")]
    assert paths[1].read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("quarter", ["2026-Q9", "2026", "26-Q1", "2026-Q1/../../x"])
def test_a_quarter_that_is_none_is_explained(
    terminal: Terminal, riverside: Practice, tmp_path: Path, quarter: str
) -> None:
    said = terminal.run("report", quarter, "--dir", str(tmp_path / "out"))
    assert said.code == 1
    assert "is not a quarter; write it as 2026-Q4" in said.err
    assert not (tmp_path / "out").exists()


# --- surveys as files ---------------------------------------------------------------------------------


def test_the_shipped_surveys_have_no_errors(terminal: Terminal) -> None:
    files = [str(EXAMPLES / name) for name in ("after_visit.yaml", "fft.yaml", "touchpoints.yaml")]
    said = terminal.run("instrument", "check", *files)
    assert said.code == 0
    assert said.out.splitlines() == [
        "after-visit-1: 10 questions, about 45 seconds, in en, es",
        "fft-1: 1 question, about 5 seconds, in en, es",
        "3 checked, no errors",
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("id: after_visit", "id: [", "after_visit.yaml"),
        ("touchpoint: phone", "touchpoint: fax", "fax"),
        ("scale: definitely", "scale: perhaps", "perhaps"),
        ("version: 1", "version: 1\nversoin: 2", "versoin"),
    ],
)
def test_a_faulty_survey_is_named_with_file_and_line(
    terminal: Terminal, tmp_path: Path, before: str, after: str, words: str
) -> None:
    text = (EXAMPLES / "after_visit.yaml").read_text("utf-8")
    file = tmp_path / "after_visit.yaml"
    file.write_text(text.replace(before, after, 1), "utf-8")
    said = terminal.run("instrument", "check", str(file))
    assert said.code == 1
    assert f"{file}:" in said.out
    assert words in said.out
    assert "no errors" not in said.out
