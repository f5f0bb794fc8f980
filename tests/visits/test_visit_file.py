"""Reading a visits file: what is taken, what is refused, and that nothing is changed or guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.visits.model import VisitStatus
from survey.visits.visit_file import FileKind, Match, UnreadableFile, VisitFile, read_visits
from tests.services import data_folder
from tests.visits.files import HEADER, line, visits_csv


def only_error(file: VisitFile) -> tuple[int, str, str]:
    assert file.rows == ()
    (error,) = file.errors
    return error.line, error.column, error.message


def test_the_real_file_is_read_whole() -> None:
    file = read_visits((data_folder() / "visits" / "generic_visits.csv").read_bytes())
    assert (len(file.rows), file.errors, file.ignored) == (567, (), ())
    attended = [row for row in file.rows if row.status is VisitStatus.ATTENDED]
    assert (len(attended), sum(row.do_not_survey for row in file.rows)) == (497, 20)
    assert file.rows[0].clinician == "Lewis Grant, LCSW"


@pytest.mark.parametrize("name", ["jane_appointments.csv", "simplepractice_clients.csv", "calendar.ics"])
def test_files_of_other_programs_are_refused_with_a_remedy(name: str) -> None:
    with pytest.raises(UnreadableFile, match=r"CSV UTF-8|Expected columns|not in utf-8|iCalendar"):
        read_visits((data_folder() / "visits" / name).read_bytes())


def test_a_byte_order_mark_makes_no_difference() -> None:
    plain = visits_csv(line(1))
    assert read_visits(b"\xef\xbb\xbf" + plain) == read_visits(plain)


def test_every_cell_arrives_as_it_was_typed() -> None:
    row = line(1, clinician='"=HYPERLINK(""x"")"', location="NA").replace("V-1,", "00123,")
    (read,) = read_visits(visits_csv(row)).rows
    assert (read.reference, read.clinician, read.location) == ("00123", '=HYPERLINK("x")', "NA")


@pytest.mark.parametrize(
    ("start", "day"),
    [
        ("2026-03-02", date(2026, 3, 2)),
        ("2026-03-02T23:30:00-05:00", date(2026, 3, 2)),
        ("2026-03-02 09:00", date(2026, 3, 2)),
        ("2026-03-02T09:00:00Z", date(2026, 3, 2)),
    ],
)
def test_days_and_times_in_iso_form_are_taken(start: str, day: date) -> None:
    (row,) = read_visits(visits_csv(line(1, start=start)), time_zone="America/New_York").rows
    assert row.day == day


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ("", "Write the day as 2026-07-01"),
        ("07/01/2026", "two ways"),
        ("1/7/26", "Write the day as 2026-07-01"),
        ("2026-13-01", "no such day"),
        ("2026-02-30", "no such day"),
        ("20260301", "Write the day as 2026-07-01"),
        ("2026-W10-1", "Write the day as 2026-07-01"),
        ("٢٠٢٦-٠٣-٠٢", "Write the day as 2026-07-01"),
        ("2026-03-02T24:10", "no such time"),
    ],
)
def test_ambiguous_or_impossible_days_are_named_never_guessed(start: str, words: str) -> None:
    number, column, message = only_error(read_visits(visits_csv(line(1, start=start))))
    assert (number, column) == (2, "start")
    assert words in message


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"email": '"a@example.org,b@example.org"'}, "email", "not one mail address"),
        ({"email": "NA"}, "email", "not one mail address"),
        ({"status": "present"}, "status", "attended, arrived, completed"),
        ({"status": ""}, "status", "Known ones"),
        ({"clinician": " "}, "clinician", "missing"),
        ({"clinician": "x" * 121}, "clinician", "120"),
        ({"clinician": '"Ana\nOrtiz"'}, "clinician", "line break"),
        ({"clinician": "Ana\x1bOrtiz"}, "clinician", "invisible"),
        ({"clinician": "Ana\u202eOrtiz"}, "clinician", "invisible"),
        ({"language": "Klingon!"}, "language", "en or es"),
        ({"visit_number": "-1"}, "visit_number", "1, 2, 3"),
        ({"visit_number": "0"}, "visit_number", "1, 2, 3"),
        ({"flag": "maybe"}, "do_not_survey", "yes or no"),
    ],
)
def test_a_faulty_cell_is_named_by_line_and_column(change: dict[str, str], column: str, words: str) -> None:
    number, found, message = only_error(read_visits(visits_csv(line(1, **change))))
    assert (number, found) == (2, column)
    assert words in message


def test_a_fault_never_repeats_an_address() -> None:
    file = read_visits(visits_csv(line(1, email="secret@example.org extra")))
    assert "secret" not in file.errors[0].message


def test_an_address_as_visit_number_is_refused() -> None:
    file = read_visits(visits_csv(line(1).replace("V-1,", "ana@example.org,")))
    assert only_error(file)[1] == "visit_id"


@pytest.mark.parametrize("cells", ["one,more", "fewer"])
def test_a_shifted_line_is_left_out_whole(cells: str) -> None:
    bad = line(1) + ",extra" if cells == "one,more" else line(1).rsplit(",", 1)[0]
    file = read_visits(visits_csv(bad, line(2)))
    assert [row.reference for row in file.rows] == ["V-2"]
    assert file.errors[0].line == 2
    assert "cells" in file.errors[0].message


def test_all_faults_of_a_line_come_at_once() -> None:
    file = read_visits(visits_csv(line(1, start="x", status="y", flag="z")))
    assert [error.column for error in file.errors] == ["start", "status", "do_not_survey"]


def test_lines_are_counted_over_cells_with_line_breaks() -> None:
    file = read_visits(visits_csv(line(1, clinician='"A\r\nB"'), line(2, status="?")))
    assert [error.line for error in file.errors] == [2, 4]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "empty"),
        (b"PK\x03\x04rest", "Excel"),
        (b"%PDF-1.7", "PDF"),
        ("visit_id".encode("utf-16"), "not in utf-8"),
        (visits_csv(line(1)) + b"\0", "Line 3 holds a zero byte"),
        (visits_csv(line(1, clinician="Ana")).replace(b"Ana", b"Ren\xe9e"), "Line 2 is not in utf-8"),
        (visits_csv(line(1), line(2, clinician='"Ana')), "line 3"),
        (visits_csv(line(1, clinician='"' + "x" * 200_000)), "line 2"),
        (visits_csv(line(1)).replace(b",email", b",e_address"), "lacks email"),
        (visits_csv(header=HEADER.replace(",", ";")), "separated by another mark"),
        (visits_csv(header=HEADER + ",email"), "email is there twice"),
        (visits_csv(header=HEADER.replace("do_not_survey", "do_not_surevy")), "misspelt"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(1, 200)), "picture"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_as_a_whole(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read_visits(data)


def test_other_columns_are_not_looked_at_but_named() -> None:
    file = read_visits(visits_csv(line(1) + ",F41.1", header=HEADER + ",diagnosis"))
    assert file.ignored == ("diagnosis",)
    assert "F41" not in repr(file)


def test_the_order_of_columns_and_capitals_make_no_difference() -> None:
    data = b"Status,EMAIL,Clinician,Start\nattended,a@example.org,Ana,2026-03-02\n"
    (row,) = read_visits(data).rows
    assert (row.address, row.clinician, row.reference) == ("a@example.org", "Ana", "")


def test_a_match_reads_another_programs_columns() -> None:
    match = Match(
        kind=FileKind.CSV,
        columns={
            "reference": "Id",
            "start": "Date",
            "clinician": "Staff",
            "address": "Mail",
            "status": "State",
        },
        statuses={"arrived": VisitStatus.ATTENDED},
        delimiter=";",
    )
    (row,) = read_visits(b"Id;Date;Staff;Mail;State\n7;2026-03-02;Ana;a@example.org;Arrived\n", match).rows
    assert (row.reference, row.status) == ("7", VisitStatus.ATTENDED)


def test_the_same_line_twice_is_one_visit() -> None:
    file = read_visits(visits_csv(line(1), line(1)))
    assert (len(file.rows), file.errors) == (1, ())


def test_one_number_for_two_visits_is_a_fault_of_the_later_line() -> None:
    file = read_visits(visits_csv(line(1), line(1, email="other@example.org")))
    assert len(file.rows) == 1
    assert (file.errors[0].line, file.errors[0].column) == (3, "visit_id")
    assert "Line 2" in file.errors[0].message


def test_a_visit_without_number_client_or_address_cannot_be_recognised() -> None:
    file = read_visits(visits_csv(line(1, email="").replace("V-1,", ",")))
    assert "recognised" in only_error(file)[2]


def test_faults_can_be_said_in_another_language() -> None:
    (error,) = read_visits(visits_csv(line(1, status="?"))).errors
    assert error.in_words(lambda sentence: "Estado {status}") == "Estado ?"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_never_anything_else(data: bytes) -> None:
    try:
        ending: object = read_visits(data)
    except UnreadableFile as refusal:
        ending = str(refusal) or None
    assert isinstance(ending, VisitFile | str)


@given(st.lists(st.text(max_size=30), min_size=9, max_size=9))
def test_any_cells_are_read_or_named(cells: list[str]) -> None:
    quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    if "\0" in quoted or any("\ud800" <= mark <= "\udfff" for mark in quoted):
        return
    file = read_visits(visits_csv(quoted))
    blank = not any(cell.strip() for cell in cells)
    assert len(file.rows) == (0 if file.errors or blank else 1)
