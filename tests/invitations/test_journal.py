"""The opt-out journal: whole lines, only ours, safe before the database knows."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from survey.db import reading, transaction
from survey.invitations import journal, opting_out
from survey.invitations.model import Cause, OptOut
from survey.practice.model import Practice
from survey.runtime import Runtime

ANA, BEN = b"a" * 16, b"b" * 16


def only_file(runtime: Runtime) -> Path:
    (path,) = runtime.settings.journal.iterdir()
    return path


def test_what_was_appended_is_read_again_and_no_address_is_in_it(sqlite_runtime: Runtime) -> None:
    journal.append(sqlite_runtime, 7, ANA)
    journal.append(sqlite_runtime, 7, BEN)
    assert journal.entries(sqlite_runtime) == {(7, ANA), (7, BEN)}
    assert only_file(sqlite_runtime).stat().st_mode & 0o777 == 0o640
    assert b"@" not in only_file(sqlite_runtime).read_bytes()


def test_web_and_worker_write_files_of_their_own_and_each_reads_both(sqlite_runtime: Runtime) -> None:
    web = replace(sqlite_runtime, settings=replace(sqlite_runtime.settings, role="web"))
    journal.append(sqlite_runtime, 7, ANA)
    journal.append(web, 7, BEN)
    assert journal.entries(web) == journal.entries(sqlite_runtime) == {(7, ANA), (7, BEN)}


@pytest.mark.parametrize("kept", range(1, journal.LINE))
def test_a_line_cut_by_a_power_failure_costs_no_other_line(sqlite_runtime: Runtime, kept: int) -> None:
    journal.append(sqlite_runtime, 7, ANA)
    journal.append(sqlite_runtime, 8, ANA)
    os.truncate(only_file(sqlite_runtime), journal.LINE + kept)
    assert journal.entries(sqlite_runtime) == {(7, ANA)}
    journal.append(sqlite_runtime, 7, BEN)
    assert journal.entries(sqlite_runtime) == {(7, ANA), (7, BEN)}


def test_a_line_that_we_did_not_write_is_passed_over(sqlite_runtime: Runtime) -> None:
    journal.append(sqlite_runtime, 7, ANA)
    line = only_file(sqlite_runtime).read_bytes()
    forged = line.replace(b"7 ", b"8 ", 1)
    only_file(sqlite_runtime).write_bytes(forged + b"\xff" * len(line) + line)
    assert journal.entries(sqlite_runtime) == {(7, ANA)}


def test_a_forgotten_person_is_blanked_and_the_others_stay(sqlite_runtime: Runtime) -> None:
    for tag in (ANA, BEN, ANA):
        journal.append(sqlite_runtime, 7, tag)
    journal.forget(sqlite_runtime, 7, ANA)
    assert journal.entries(sqlite_runtime) == {(7, BEN)}
    assert ANA.hex().encode() not in only_file(sqlite_runtime).read_bytes()


def test_an_opt_out_whose_commit_fails_is_in_the_journal_and_comes_back(
    runtime: Runtime, practice: Practice
) -> None:
    class Cut(Exception):
        pass

    def cut_short() -> None:
        with transaction(runtime.engine, practice.id) as db:
            opting_out.stop_mail(db, runtime, practice, ANA, cause=Cause.ASKED, now=runtime.clock.now())
            raise Cut

    with pytest.raises(Cut):
        cut_short()
    with transaction(runtime.engine, practice.id) as db:
        assert db.scalar(select(func.count()).select_from(OptOut)) == 0
        assert opting_out.reapply(db, runtime, practice.id) == 1
        assert opting_out.reapply(db, runtime, practice.id) == 0
    with reading(runtime.engine, practice.id) as db:
        assert db.scalars(select(OptOut.contact_tag)).all() == [ANA]
