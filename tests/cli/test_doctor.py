"""The doctor says in sentences what is wrong with an installation and what to do, and repairs nothing."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path

from alembic import command
from sqlalchemy import text, update

from survey import clock, migrating
from survey.backups import noting
from survey.clock import SystemClock
from survey.db import transaction
from survey.invitations.model import Invitation, InvitationState
from survey.keys import backup_pair
from survey.practice import departing, recording
from survey.practice.model import AuditEntry, JobRun, Practice, PublishedInstrument
from survey.runtime import Runtime
from survey.settings import Settings
from tests import builders
from tests.cli.terminal import Terminal
from tests.invitations.post import invite
from tests.jobs.towns import free_port
from tests.visits.files import line


def complaints(terminal: Terminal) -> list[str]:
    """What the doctor finds wrong; an empty list where all is well."""
    terminal.set("backup_key", backup_pair.new_pair()[1])
    terminal.set("backup_folder", "/backup")
    said = terminal.run("doctor")
    if said.code == 0:
        assert said.out == "All is well.\n"
        return []
    assert (said.code, said.err) == (1, "")
    return [each.removeprefix("- ") for each in said.out.splitlines()]


def test_a_sound_installation_is_well(terminal: Terminal, riverside: Practice) -> None:
    assert complaints(terminal) == []


def test_backups_that_anybody_could_read_are_named(terminal: Terminal, riverside: Practice) -> None:
    said = terminal.run("doctor")
    assert said.out.startswith("- Backups are not sealed")
    assert "afterword backup-key new FILE" in said.out


def test_an_installation_without_any_backup_is_named(terminal: Terminal, riverside: Practice) -> None:
    assert "- No backup was ever made. Set backup_folder" in terminal.run("doctor").out


def test_an_old_backup_and_one_that_failed_are_named(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    now = SystemClock().now()
    night = now.date() - timedelta(days=3)
    with transaction(runtime.engine) as db:
        noting.note_good(db, night)
    (complaint,) = complaints(terminal)
    assert complaint.startswith(f"The last backup is of the night of {night}.")
    with transaction(runtime.engine) as db:
        noting.note_trouble(db, "The disk is full.", now=now)
    (complaint,) = complaints(terminal)
    assert complaint == "The backup after the last night: The disk is full."


def test_an_empty_installation_is_told_the_first_step(terminal: Terminal) -> None:
    terminal.run("flush")  # opens the installation, and refuses: there is no practice
    (complaint,) = complaints(terminal)
    assert complaint.startswith("No practice is entered yet: afterword practice create")


def test_a_database_that_was_never_set_up_is_said_to_be_empty(terminal: Terminal, tmp_path: Path) -> None:
    terminal.set("database_url", f"sqlite:///{tmp_path}/new.sqlite3")
    (complaint,) = complaints(terminal)
    assert complaint.startswith("The database is empty.")


def test_a_server_that_does_not_answer_is_named(terminal: Terminal) -> None:
    terminal.set("database_url", "postgresql://nobody@127.0.0.1:1/none")
    (complaint,) = complaints(terminal)
    assert complaint.startswith("The database does not answer")
    assert "Check database_url" in complaint


def test_another_schema_is_noticed(terminal: Terminal, owned: Runtime, riverside: Practice) -> None:
    with transaction(owned.engine) as db:
        db.execute(text("UPDATE alembic_version SET version_num = 'from the future'"))
    try:
        assert any("does not know" in each for each in complaints(terminal))
    finally:
        with transaction(owned.engine) as db:
            db.execute(text("DELETE FROM alembic_version"))
        command.stamp(migrating.configuration(owned.engine), "head")


def test_keys_of_another_database_are_noticed(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    (runtime.files.root / "generation").write_bytes(bytes(16))
    (complaint,) = complaints(terminal)
    assert "do not belong to this database" in complaint
    assert "Restore the matching key folder" in complaint


def test_keys_that_others_can_read_are_noticed(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    (runtime.files.root / "issue").chmod(0o755)
    (complaint,) = complaints(terminal)
    assert complaint.endswith(f"run: chmod 700 {runtime.files.root / 'issue'}")


def test_a_relay_is_asked_whether_it_answers(terminal: Terminal, riverside: Practice) -> None:
    terminal.set("mail", "smtp")
    terminal.set("smtp_tls", "none")
    port = free_port()
    terminal.set("smtp_port", str(port))
    (complaint,) = complaints(terminal)
    assert complaint.startswith(f"The mail relay 127.0.0.1:{port} does not answer.")
    with socket.create_server(("127.0.0.1", port)):
        assert complaints(terminal) == []


def test_nights_that_stopped_are_noticed(terminal: Terminal, runtime: Runtime, riverside: Practice) -> None:
    today = clock.local_day(SystemClock().now(), riverside.time_zone)
    for days, wrong in ((9, True), (0, False)):
        with transaction(runtime.engine, riverside.id) as db:
            db.add(JobRun(practice_id=riverside.id, job="night", day=today - timedelta(days=days)))
        found = complaints(terminal)
        assert bool(found) is wrong
        assert all("Is afterword work running?" in each for each in found)


def test_mails_that_nobody_decided_about_and_a_changed_log_are_named_together(
    terminal: Terminal, runtime: Runtime, owned: Runtime, riverside: Practice
) -> None:
    invite(runtime, riverside, line(1), line(2))
    with transaction(runtime.engine, riverside.id) as db:
        db.execute(update(Invitation).values(state=InvitationState.UNKNOWN))
        for action in ("first", "second", "third"):
            recording.record(
                db, riverside.id, actor="olu", action=action, subject="", now=runtime.clock.now()
            )
    with transaction(owned.engine, riverside.id) as db:
        db.execute(update(AuditEntry).where(AuditEntry.action == "second").values(action="never mind"))
    unknown, changed, kept = complaints(terminal)
    assert unknown.startswith("Riverside Practice: 2 mails may or may not have arrived")
    assert "is still there. Is afterword work running?" in kept, "they are of a spring long gone"
    assert "the audit log was changed at entry" in changed


def test_keys_inside_the_instance_folder_stop_even_the_doctor(terminal: Terminal, settings: Settings) -> None:
    terminal.set("keys", str(settings.instance / "keys"))
    said = terminal.run("doctor")
    assert said.code == 1
    assert "must not lie inside instance" in said.err


def test_the_doctor_changes_nothing(terminal: Terminal, runtime: Runtime, riverside: Practice) -> None:
    with transaction(runtime.engine) as db:
        db.execute(text("UPDATE installation SET generation = contact_check"))
    before = sorted((path, path.stat().st_mtime_ns) for path in runtime.files.root.rglob("*"))
    first = complaints(terminal)
    assert first
    assert complaints(terminal) == first
    assert before == sorted((path, path.stat().st_mtime_ns) for path in runtime.files.root.rglob("*"))


def test_names_and_addresses_that_tell_too_much_are_named(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    builders.make_clinician(runtime, riverside, "Dr. Ana Rivers")
    with transaction(runtime.engine, riverside.id) as db:
        db.execute(update(Practice).values(name="Rivers Psychology"))
        row = db.get_one(PublishedInstrument, (riverside.id, "after-visit-1"))
        row.body = row.body.replace("About your visit", "About your therapy")
    terminal.set("mail_from", "feedback@therapy.example.org")
    address, name, survey = complaints(terminal)
    assert address.startswith("mail_from: “therapy” tells what kind of care somebody gets")
    assert "“rivers” names a clinician; “psychology” tells" in name
    assert name.endswith(
        'afterword practice rename riverside --mail-name "the name of your street or building"'
    )
    assert survey.startswith("riverside: the survey after-visit-1 shows")
    assert terminal.run("practice", "rename", "riverside", "--mail-name", "River Street").code == 0
    assert len(complaints(terminal)) == 2


def test_a_deletion_that_waits_because_no_owner_can_be_told_is_named(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    today = clock.local_day(SystemClock().now(), riverside.time_zone)
    with transaction(runtime.engine, riverside.id) as db:
        departing.leave(db, riverside.id, today=today - departing.WAITING)
    (complaint,) = complaints(terminal)
    assert complaint.startswith(f"Riverside Practice: its deletion waits since {today - departing.NOTICE}: ")
    assert "does the relay take mail?" in complaint
    assert complaint.endswith("afterword practice delete riverside --now")
    with transaction(runtime.engine, riverside.id) as db:
        departing.note_warned(db, db.get_one(Practice, riverside.id), today=today)
    assert complaints(terminal) == []
