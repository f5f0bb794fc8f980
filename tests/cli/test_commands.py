"""Every command on good and on bad input: the exit code, and words that name the place and the remedy."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey import __version__, clock
from survey.clock import SystemClock
from survey.db import reading
from survey.invitations.model import Invitation
from survey.practice.model import AuditEntry, Practice, Staff
from survey.runtime import Runtime
from survey.settings import shipped
from survey.visits.model import Visit
from tests import builders
from tests.cli.terminal import Terminal
from tests.invitations.post import mails
from tests.jobs.towns import nights, zone_at_noon
from tests.services import data_folder
from tests.visits.files import HEADER, line, visits_csv

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
        (["visits", "import"], "Missing argument 'FILE'"),
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
        ("harbour", ["--instrument", "nps"], "There is no survey 'nps'. There are: after_visit, fft."),
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
        notes = db.scalars(select(AuditEntry.action)).all()
    assert people["olu@example.org"] is None
    assert people["ana@example.org"] is not None
    assert list(notes) == ["invite", "invite"]


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


# --- visits and mails ---------------------------------------------------------------------------------


def test_the_real_file_imports_as_it_is(terminal: Terminal, runtime: Runtime, riverside: Practice) -> None:
    file = data_folder() / "visits" / "generic_visits.csv"
    said = terminal.run("visits", "import", str(file))
    assert (said.code, said.err) == (0, "")
    assert "567 new, 0 changed, 0 unchanged visits" in said.out
    assert count(runtime, Visit) == 567
    again = terminal.run("visits", "import", str(file))
    assert "0 new, 0 changed, 567 unchanged visits" in again.out
    assert "0 invitations planned" in again.out


def test_a_dry_run_says_what_the_import_then_does_and_changes_nothing(
    terminal: Terminal, runtime: Runtime, riverside: Practice, tmp_path: Path
) -> None:
    today = clock.local_day(SystemClock().now(), riverside.time_zone)
    rows = [line(number, start=str(today - timedelta(days=1))) for number in range(1, 4)]
    rows.append(line(4, start=str(today - timedelta(days=30))))
    file = tmp_path / "visits.csv"
    file.write_bytes(visits_csv(*rows))
    rehearsed = terminal.run("visits", "import", str(file), "--dry-run")
    assert (count(runtime, Visit), count(runtime, Invitation), count(runtime, AuditEntry)) == (0, 0, 0)
    done = terminal.run("visits", "import", str(file))
    assert (rehearsed.code, done.code) == (0, 0)
    assert rehearsed.out.replace("would be planned", "planned") == done.out
    assert "3 invitations planned\n  1 not asked: The visit was more than 10 days ago." in done.out
    assert (count(runtime, Visit), count(runtime, Invitation)) == (4, 3)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04rest", "Save it as “CSV UTF-8” and try again."),
        (b"%PDF-1.7", "This is a PDF."),
        (b"", "The file is empty."),
        (b"a,b,c\n1,2,3\n", "visit_id"),
        (HEADER.replace("clinician", "therapist").encode() + b"\n", "clinician"),
        ("ñ".encode("latin-1"), "Line 1 is not in UTF-8."),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing_and_says_why(
    terminal: Terminal, runtime: Runtime, riverside: Practice, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "visits.csv"
    file.write_bytes(content)
    for more in ([], ["--dry-run"]):
        said = terminal.run("visits", "import", str(file), *more)
        assert said.code == 1
        assert words in said.err
    assert (count(runtime, Visit), count(runtime, AuditEntry)) == (0, 0)


def test_faulty_rows_are_named_with_line_and_column_and_the_others_are_taken(
    terminal: Terminal, runtime: Runtime, riverside: Practice, tmp_path: Path
) -> None:
    today = clock.local_day(SystemClock().now(), riverside.time_zone)
    file = tmp_path / "visits.csv"
    rows = [line(1, start=str(today)), line(2, start="yesterday"), line(3, start=str(today), email="a@b@c")]
    file.write_bytes(visits_csv(*rows))
    said = terminal.run("visits", "import", str(file))
    assert said.code == 1
    assert "line 3, start:" in said.err
    assert "line 4, email:" in said.err
    assert "2 rows were left out; correct them and import again." in said.err
    assert "a@b@c" not in said.out + said.err
    assert count(runtime, Visit) == 1


def test_a_column_nobody_asked_for_is_named(
    terminal: Terminal, runtime: Runtime, riverside: Practice, tmp_path: Path
) -> None:
    file = tmp_path / "visits.csv"
    file.write_bytes(visits_csv(header=HEADER.replace("language", "diagnosis")))
    said = terminal.run("visits", "import", str(file))
    assert said.code == 0
    assert "Columns that were not read: diagnosis" in said.out


def test_what_is_due_is_sent_once(terminal: Terminal, runtime: Runtime, tmp_path: Path) -> None:
    now = SystemClock().now()
    practice = builders.make_practice(runtime, time_zone=zone_at_noon(now))
    from tests.invitations.post import invite

    before = now - timedelta(days=3)
    rows = [line(n, start=str(clock.local_day(before, practice.time_zone))) for n in (1, 2)]
    assert invite(runtime, practice, *rows, now=before).invited == 2
    assert terminal.run("invitations", "send").out.startswith("2 sent, 0 to be tried again, 0 refused")
    assert terminal.run("invitations", "send").out.startswith("0 sent")
    assert len(mails(runtime)) == 2


def test_a_relay_that_is_away_loses_nothing(terminal: Terminal, runtime: Runtime) -> None:
    from tests.invitations.post import invite
    from tests.jobs.towns import free_port

    now = SystemClock().now()
    practice = builders.make_practice(runtime, time_zone=zone_at_noon(now))
    before = now - timedelta(days=3)
    row = line(1, start=str(clock.local_day(before, practice.time_zone)))
    assert invite(runtime, practice, row, now=before).invited == 1
    for name, value in (("mail", "smtp"), ("smtp_tls", "none"), ("smtp_port", str(free_port()))):
        terminal.set(name, value)
    said = terminal.run("invitations", "send")
    assert said.code == 0
    assert "0 sent, 1 to be tried again" in said.out


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


def test_a_report_is_written_as_csv_and_pdf(
    terminal: Terminal, runtime: Runtime, riverside: Practice, tmp_path: Path
) -> None:
    said = terminal.run("report", "2026-Q1", "--dir", str(tmp_path / "out"))
    assert said.code == 0
    paths = [Path(each) for each in said.out.split()]
    assert [path.name for path in paths] == ["riverside-2026-Q1.csv", "riverside-2026-Q1.pdf"]
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
    assert (said.code, said.out) == (0, "3 checked, no errors\n")


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
