"""Visits in and mails out by the command line: what was taken, what was left out and why, what was sent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey import clock
from survey.clock import SystemClock
from survey.db import reading
from survey.invitations.model import Invitation
from survey.practice.model import AuditEntry, Practice
from survey.runtime import Runtime
from survey.visits.model import Visit
from tests import builders
from tests.cli.terminal import Terminal
from tests.invitations.post import invite, mails
from tests.jobs.towns import free_port, zone_at_noon
from tests.services import data_folder
from tests.visits.files import HEADER, line, visits_csv


def count(runtime: Runtime, table: type) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_the_real_file_imports_as_it_is(terminal: Terminal, runtime: Runtime, riverside: Practice) -> None:
    file = data_folder() / "visits" / "generic_visits.csv"
    said = terminal.run("visits", "import", str(file))
    assert (said.code, said.err) == (0, "")
    assert "567 new, 0 changed, 0 unchanged visits" in said.out
    assert count(runtime, Visit) == 567
    again = terminal.run("visits", "import", str(file))
    assert "0 new, 0 changed, 567 unchanged visits" in again.out
    assert "0 invitations planned" in again.out


def test_answers_of_a_person_are_refused_with_the_reason(
    terminal: Terminal, runtime: Runtime, riverside: Practice, tmp_path: Path
) -> None:
    file = tmp_path / "answers.json"
    file.write_text(
        '{"resourceType": "QuestionnaireResponse", "subject": {"reference": "Patient/p"}}', "utf-8"
    )
    said = terminal.run("visits", "import", str(file))
    assert said.code == 1
    assert "no answer belongs to a person" in said.err
    assert count(runtime, Visit) == 0


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
        (b"PK\x03\x04rest", "cannot be opened as an Excel workbook"),
        (b"%PDF-1.7", "This is a PDF."),
        (b"", "The file is empty."),
        (b"a,b,c\n1,2,3\n", "No column was found for start"),
        (HEADER.replace("clinician", "therapist").encode() + b"\n", "clinician"),
        (visits_csv(line(1, start="03/04/2026")), "Say --date-order"),
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
    before = now - timedelta(days=3)
    rows = [line(n, start=str(clock.local_day(before, practice.time_zone))) for n in (1, 2)]
    assert invite(runtime, practice, *rows, now=before).invited == 2
    assert terminal.run("invitations", "send").out.startswith("2 sent, 0 to be tried again, 0 refused")
    assert terminal.run("invitations", "send").out.startswith("0 sent")
    assert len(mails(runtime)) == 2


def test_a_relay_that_is_away_loses_nothing(terminal: Terminal, runtime: Runtime) -> None:
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


def test_two_ways_to_read_a_day_are_settled_by_a_person(
    terminal: Terminal, runtime: Runtime, riverside: Practice, tmp_path: Path
) -> None:
    file = tmp_path / "visits.csv"
    today = clock.local_day(SystemClock().now(), riverside.time_zone).replace(day=2)
    file.write_bytes(visits_csv(line(1, start=f"{today:%d/%m/%Y}")))
    assert terminal.run("visits", "check", str(file)).code == 1
    assert terminal.run("visits", "import", str(file), "--date-order", "dmy").code == 0
    with reading(runtime.engine) as db:
        assert list(db.scalars(select(Visit.day))) == [today]


def test_a_check_names_every_visit_nobody_is_asked_about_and_no_address(
    terminal: Terminal, runtime: Runtime, riverside: Practice, tmp_path: Path
) -> None:
    today = clock.local_day(SystemClock().now(), riverside.time_zone)
    old, file = today - timedelta(days=40), tmp_path / "visits.csv"
    rows = [line(1, start=str(today)), line(2, start=str(old))]
    file.write_bytes(visits_csv(*rows))
    said = terminal.run("visits", "check", str(file))
    assert (said.code, count(runtime, Visit)) == (0, 0)
    assert f"line 3, {old}, Ana Ortiz: The visit was more than 10 days ago." in said.out
    assert "line 2," not in said.out
    assert "@" not in said.out
    assert terminal.run("visits", "check", str(file), "--preset", "nobody").code == 1


def test_the_last_import_is_listed_and_taken_back(
    terminal: Terminal, runtime: Runtime, riverside: Practice, tmp_path: Path
) -> None:
    today = clock.local_day(SystemClock().now(), riverside.time_zone)
    file = tmp_path / "visits.csv"
    file.write_bytes(visits_csv(line(1, start=str(today)), line(2, start=str(today))))
    terminal.run("visits", "import", str(file))
    assert (
        "2 new, 0 changed, 0 unchanged, 0 left out, 2 invitations (done)"
        in terminal.run("visits", "history").out
    )
    assert "Import 1" in terminal.run("visits", "undo").out
    assert (count(runtime, Visit), count(runtime, Invitation)) == (0, 0)
    assert "(undone)" in terminal.run("visits", "history").out
    again = terminal.run("visits", "undo")
    assert (again.code, "no import" in again.err) == (1, True)
