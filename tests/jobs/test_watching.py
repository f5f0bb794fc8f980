"""Watched folders: files are imported and removed; what cannot be read stands aside with why."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from survey import clock, watching
from survey.db import reading, transaction
from survey.invitations import taking, undoing
from survey.practice.model import AuditEntry, Practice
from survey.runtime import Runtime
from survey.visits import history, inbox, remembering
from survey.visits.history import Shown
from survey.visits.match import DateOrder
from survey.visits.model import Visit, WatchedFolder
from survey.visits.part import LARGEST
from survey.visits.visit_file import Part, generic_match, open_source
from tests import builders
from tests.jobs.towns import run_at
from tests.visits.files import HEADER, line, visits_csv

GOOD = visits_csv(line(1), line(2))


@pytest.fixture
def folder(runtime: Runtime, practice: Practice, tmp_path: Path) -> Path:
    """A folder that is watched for Riverside."""
    made = tmp_path / "inbox"
    made.mkdir()
    watch(runtime, practice, made)
    return made


def watch(runtime: Runtime, practice: Practice, folder: Path) -> None:
    with transaction(runtime.engine, practice.id) as db:
        watching.watch(db, practice, folder, keys=runtime.settings.keys)


def put(runtime: Runtime, path: Path, content: bytes) -> Path:
    """A file that was written to two minutes ago."""
    path.write_bytes(content)
    moment = (runtime.clock.now() - timedelta(minutes=2)).timestamp()
    os.utime(path, (moment, moment))
    return path


def look(runtime: Runtime, practice: Practice) -> None:
    watching.take_in(runtime, practice, now=runtime.clock.now())


def visits(runtime: Runtime) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(Visit)) or 0


def imports(runtime: Runtime, practice: Practice) -> tuple[history.PastImport, ...]:
    with reading(runtime.engine, practice.id) as db:
        return history.past(db, practice.id, now=runtime.clock.now())


def complaints(runtime: Runtime, practice: Practice) -> list[str]:
    with reading(runtime.engine, practice.id) as db:
        return list(watching.complaints(db, practice))


def texts(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted((folder / inbox.REFUSED).glob("*.txt"))]


def test_the_job_imports_a_file_and_removes_it(runtime: Runtime, practice: Practice, folder: Path) -> None:
    put(runtime, folder / "visits.csv", GOOD)
    run_at(runtime, runtime.clock.now())
    (done,) = imports(runtime, practice)
    assert (done.actor, done.outcome.new, done.refused) == (watching.ACTOR, 2, 0)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [inbox.LOCK]
    assert complaints(runtime, practice) == []


def test_what_was_imported_by_hand_adds_nothing(runtime: Runtime, practice: Practice, folder: Path) -> None:
    now = runtime.clock.now()
    match = generic_match(time_zone=practice.time_zone)
    source = open_source([Part("visits.csv", GOOD)], match, now=now)
    taking.take(runtime, practice, source, actor="olu", name=match.source, now=now)
    put(runtime, folder / "visits.csv", GOOD)
    look(runtime, practice)
    newest, _by_hand = imports(runtime, practice)
    assert (newest.outcome.new, newest.outcome.unchanged) == (0, 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7", "This is a PDF."),
        (b"a,b\n1,2\n", "No column was found"),
        (b"\x00" * 50, ""),
        (b"[{" * 100_000, ""),
        (HEADER.encode() + b"\n\xff\xfe\n", ""),
        (visits_csv(line(1, start="03/04/2026")), "can be read in two ways"),
    ],
)
def test_a_file_that_cannot_be_read_stands_aside_with_why(
    runtime: Runtime, practice: Practice, folder: Path, content: bytes, words: str
) -> None:
    put(runtime, folder / "visits.csv", content)
    look(runtime, practice)
    (text,) = texts(folder)
    assert text.strip()
    assert words in text
    assert "person1@example.org" not in text
    assert visits(runtime) == 0
    assert "refused files: 1" in complaints(runtime, practice)[0]
    look(runtime, practice)
    assert len(texts(folder)) == 1


def test_a_first_line_that_is_no_heading_is_not_repeated(
    runtime: Runtime, practice: Practice, folder: Path
) -> None:
    put(runtime, folder / "visits.csv", f"{line(1)}\n{line(2)}\n".encode())
    look(runtime, practice)
    (text,) = texts(folder)
    assert "@" not in text
    assert "No column was found" in text


def test_a_refused_file_goes_after_24_hours_and_the_text_says_so(
    runtime: Runtime, practice: Practice, folder: Path
) -> None:
    put(runtime, folder / "rita-doe.txt", b"%PDF person1@example.org")
    look(runtime, practice)
    set_aside = runtime.clock.now()
    for hours, stands in ((23, True), (24, False)):
        watching.take_in(runtime, practice, now=set_aside + timedelta(hours=hours))
        left = [path for path in (folder / inbox.REFUSED).iterdir() if "@" in path.read_text()]
        assert bool(left) == stands
    (text,) = (folder / inbox.REFUSED).iterdir()
    assert "rita" not in text.name
    assert text.read_text().splitlines()[-1] == inbox.REMOVED
    assert text.read_text().startswith("This is a PDF.")
    assert "refused files: 1" in complaints(runtime, practice)[0]
    watching.take_in(runtime, practice, now=set_aside + timedelta(hours=99))
    assert list((folder / inbox.REFUSED).iterdir()) == [text]


def test_a_folder_inside_refused_stops_nothing(runtime: Runtime, practice: Practice, folder: Path) -> None:
    put(runtime, folder / "a.csv", b"%PDF")
    look(runtime, practice)
    (folder / inbox.REFUSED / "somebody's").mkdir()
    put(runtime, folder / "b.csv", GOOD)
    watching.take_in(runtime, practice, now=runtime.clock.now() + timedelta(days=2))
    assert visits(runtime) == 2


def test_the_history_lists_a_file_of_which_nothing_was_taken(
    runtime: Runtime, practice: Practice, folder: Path
) -> None:
    put(runtime, folder / "a.csv", GOOD)
    look(runtime, practice)
    put(runtime, folder / "b.csv", b"%PDF")
    put(runtime, folder / "c.csv", visits_csv(line(1, start="never")))
    look(runtime, practice)
    second, first, taken = imports(runtime, practice)
    for each in (first, second):
        assert (each.shown, each.actor, each.can_be_undone) == (Shown.REFUSED, watching.ACTOR, False)
    assert taken.can_be_undone
    with transaction(runtime.engine, practice.id) as db:
        assert undoing.undo_last(db, practice.id, now=runtime.clock.now()).number == taken.number
    assert visits(runtime) == 0


def test_a_refused_file_does_not_cut_a_day_of_small_requests_in_two(
    runtime: Runtime, practice: Practice, folder: Path
) -> None:
    now = runtime.clock.now()
    today = clock.local_day(now, practice.time_zone)
    numbers = []
    for _ in range(2):
        with transaction(runtime.engine, practice.id) as db:
            numbers.append(
                history.resume(db, practice.id, actor="key", source="generic", today=today, now=now)
            )
        put(runtime, folder / "b.csv", b"%PDF")
        look(runtime, practice)
    assert numbers[0] == numbers[1]


def test_of_a_file_with_a_faulty_line_the_others_are_taken(
    runtime: Runtime, practice: Practice, folder: Path
) -> None:
    put(runtime, folder / "visits.csv", visits_csv(line(1), line(2, start="never")))
    look(runtime, practice)
    (text,) = texts(folder)
    assert text.startswith("line 3, start: ")
    assert "person2@example.org" not in text
    assert visits(runtime) == 1


def test_a_file_is_read_as_the_practice_read_such_files_before(
    runtime: Runtime, practice: Practice, folder: Path
) -> None:
    content = visits_csv(line(1, start="01/02/2026"))
    put(runtime, folder / "visits.csv", content)
    look(runtime, practice)
    assert "can be read in two ways" in texts(folder)[0]
    match = replace(generic_match(time_zone=practice.time_zone), date_order=DateOrder.DMY)
    columns = {meaning: name for meaning, name in match.columns.items() if name in HEADER.split(",")}
    with transaction(runtime.engine, practice.id) as db:
        kept = replace(match, columns=columns)
        remembering.remember(db, practice.id, kept, now=runtime.clock.now())
    put(runtime, folder / "visits.csv", content)
    look(runtime, practice)
    assert len(texts(folder)) == 1
    with reading(runtime.engine) as db:
        assert db.scalars(select(Visit.day)).one() == date(2026, 2, 1)


def test_a_link_is_refused_and_what_it_names_stays(
    runtime: Runtime, practice: Practice, folder: Path, tmp_path: Path
) -> None:
    precious = put(runtime, tmp_path / "precious.csv", GOOD)
    (folder / "visits.csv").symlink_to(precious)
    os.utime(folder / "visits.csv", (0, 0), follow_symlinks=False)
    look(runtime, practice)
    assert texts(folder) == [watching.NO_FILE + "\n"]
    assert (precious.read_bytes(), visits(runtime)) == (GOOD, 0)


def test_a_file_that_is_too_large_is_refused_unread(
    runtime: Runtime, practice: Practice, folder: Path
) -> None:
    path = folder / "visits.csv"
    put(runtime, path, b"")
    os.truncate(path, LARGEST + 1)  # a hole; takes no room
    moment = (runtime.clock.now() - timedelta(minutes=2)).timestamp()
    os.utime(path, (moment, moment))
    look(runtime, practice)
    assert "larger than 200 MB" in texts(folder)[0]


def test_two_workers_import_a_file_once(runtime: Runtime, practice: Practice, folder: Path) -> None:
    put(runtime, folder / "visits.csv", GOOD)
    start = Barrier(2)

    def work() -> None:
        start.wait()
        look(runtime, practice)

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(imports(runtime, practice)) == 1
    assert texts(folder) == []


def test_a_folder_that_another_worker_holds_is_left_alone(
    runtime: Runtime, practice: Practice, folder: Path
) -> None:
    put(runtime, folder / "visits.csv", GOOD)
    with inbox.held(folder):
        look(runtime, practice)
    assert (visits(runtime), (folder / "visits.csv").exists()) == (0, True)


def test_a_folder_that_is_gone_stops_nothing_and_is_said(
    runtime: Runtime, practice: Practice, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.rmdir()
    with caplog.at_level(logging.WARNING):
        look(runtime, practice)
    assert "cannot be used" in caplog.text
    assert "cannot be used" in complaints(runtime, practice)[0]


def test_no_log_names_the_file_or_a_client(
    runtime: Runtime, practice: Practice, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    put(runtime, folder / "rita-doe.csv", b"%PDF person1@example.org")
    with caplog.at_level(logging.DEBUG):
        look(runtime, practice)
    assert "rita" not in caplog.text
    assert "person1" not in caplog.text


def test_a_folder_is_watched_for_one_practice(runtime: Runtime, practice: Practice, folder: Path) -> None:
    harbour = builders.make_practice(runtime, slug="harbour", name="Harbour Practice")
    with pytest.raises(watching.CannotWatch, match="overlaps"):
        watch(runtime, harbour, folder)
    with pytest.raises(IntegrityError), transaction(runtime.engine, practice.id) as db:
        db.execute(insert(WatchedFolder).values(practice_id=harbour.id, path=str(folder.resolve())))
    watch(runtime, practice, folder)  # again is harmless


def test_two_practices_that_watch_one_folder_at_the_same_moment_do_not_both_get_it(
    runtime: Runtime, practice: Practice, tmp_path: Path
) -> None:
    harbour = builders.make_practice(runtime, slug="harbour", name="Harbour Practice")
    outer = tmp_path / "outer"
    (outer / "inner").mkdir(parents=True)
    start, refused = Barrier(2), list[Practice]()

    def work(whose: Practice, which: Path) -> None:
        start.wait()
        try:
            watch(runtime, whose, which)
        except watching.CannotWatch:
            refused.append(whose)

    workers = [Thread(target=work, args=each) for each in ((practice, outer), (harbour, outer / "inner"))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with reading(runtime.engine) as db:
        assert db.scalar(select(func.count()).select_from(WatchedFolder)) == 1
    assert len(refused) == 1


def test_the_key_folder_and_what_is_above_it_are_not_watched(
    runtime: Runtime, practice: Practice, tmp_path: Path
) -> None:
    for place in (runtime.settings.keys, tmp_path):
        with pytest.raises(watching.CannotWatch, match="keys"):
            watch(runtime, practice, place)


def test_a_folder_that_is_stopped_is_left_alone(runtime: Runtime, practice: Practice, folder: Path) -> None:
    put(runtime, folder / "visits.csv", GOOD)
    with transaction(runtime.engine, practice.id) as db:
        watching.stop(db, practice.id, folder)
    look(runtime, practice)
    assert (folder / "visits.csv").exists()
    with pytest.raises(watching.CannotWatch), transaction(runtime.engine, practice.id) as db:
        watching.stop(db, practice.id, folder)


def test_when_a_folder_is_stopped_nothing_refused_stays_in_clear(
    runtime: Runtime, practice: Practice, folder: Path
) -> None:
    put(runtime, folder / "a.csv", b"%PDF person1@example.org")
    look(runtime, practice)
    put(runtime, folder / "b.csv", GOOD)
    inbox.claim(folder, now=runtime.clock.now())  # and the run was cut
    with transaction(runtime.engine, practice.id) as db:
        watching.stop(db, practice.id, folder)
    assert not any("@" in path.read_text() for path in (folder / inbox.REFUSED).iterdir())
    assert [path.read_bytes() for path in folder.glob("*-b.csv")] == [GOOD]


def test_what_was_done_stands_in_the_audit_log(runtime: Runtime, practice: Practice, folder: Path) -> None:
    put(runtime, folder / "a.csv", GOOD)
    put(runtime, folder / "b.csv", b"%PDF")
    look(runtime, practice)
    with reading(runtime.engine) as db:
        query = select(AuditEntry.action).where(AuditEntry.actor == watching.ACTOR)
        assert sorted(db.scalars(query)) == ["import visits", "refuse file"]
