"""The files of real shape: each is read with its preset, and the same visits are known again across them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from survey.settings import shipped
from survey.visits.model import VisitStatus
from survey.visits.visit_file import (
    Match,
    Part,
    VisitFile,
    VisitRow,
    load_presets,
    open_source,
    read_all,
    suggest,
)
from survey.visits.visit_row import Known
from tests.services import data_folder

NOW = datetime(2026, 10, 1, tzinfo=UTC)
PRESETS = load_presets(shipped("surveys_config"))
FILES = {
    "generic": ("generic_visits.csv",),
    "jane": ("jane_appointments.csv",),
    "ics": ("calendar.ics",),
    "simplepractice": ("simplepractice_clients.csv", "simplepractice_appointment_status.csv"),
}


def parts(name: str) -> list[Part]:
    return [Part(file, data_folder() / "visits" / file) for file in FILES[name]]


def matched(name: str) -> Match:
    return suggest(parts(name), presets=PRESETS, time_zone="America/New_York", now=NOW).match


def read(name: str) -> VisitFile:
    """A file read with what was suggested; ties answered as the generic file knows the truth."""
    match = matched(name)
    if match.join is None:
        return read_all(parts(name), match, now=NOW)
    source = open_source(parts(name), match, now=NOW)
    addresses = {row.line: row.address for row in read("generic").rows}
    choices = {}
    for tie in source.ties:
        own = addresses[tie.lines[0]]
        masks = {candidate.masked: candidate.key for candidate in tie.candidates}
        choices[tie.key] = masks.get(f"{own[:1]}…{own.partition('@')[0][-2:]}@example.org", "nobody")
    return read_all(parts(name), match.settled(choices), now=NOW)


@pytest.mark.parametrize("name", list(FILES))
def test_the_preset_is_found_by_the_header_and_nothing_is_left_open(name: str) -> None:
    found = suggest(parts(name), presets=PRESETS, time_zone="America/New_York", now=NOW)
    assert (found.match.preset, found.questions, found.problems) == (name, (), ())
    assert None not in found.statuses.values()


@pytest.mark.parametrize(
    ("name", "rows", "attended"), [("generic", 567, 497), ("jane", 567, 497), ("ics", 120, 106)]
)
def test_every_visit_is_read_without_a_fault(name: str, rows: int, attended: int) -> None:
    file = read(name)
    assert (len(file.rows), file.errors) == (rows, ())
    assert sum(row.status is VisitStatus.ATTENDED for row in file.rows) == attended


def test_letters_with_accents_arrive_whole_from_windows_letters() -> None:
    match = matched("jane")
    assert (match.encoding, match.delimiter, match.date_order) == ("cp1252", ";", "dmy")
    samples = suggest(parts("jane"), presets=PRESETS, time_zone="UTC").samples
    assert "Patient" not in samples
    assert "Lewis Grant, LCSW" in samples["clinician"]


def test_without_choices_every_visit_of_a_doubled_name_waits_for_a_person() -> None:
    file = read_all(parts("simplepractice"), matched("simplepractice"), now=NOW)
    kinds = Counter(error.sentence.split(".")[0] for error in file.errors)
    assert kinds["Several clients have this name"] == 121
    assert len(file.errors) - 121 <= 4  # the same client and clinician twice on one day, once called off


def test_a_called_off_visit_of_simplepractice_is_not_attended() -> None:
    truth = {row.line: row for row in read("generic").rows}
    for row in read("simplepractice").rows:
        assert row.status is truth[row.line].status
        assert row.day == truth[row.line].day


def test_clinical_columns_and_names_are_nowhere_in_what_was_read() -> None:
    file = read("simplepractice")
    text = repr(file.rows) + repr(file.errors)
    assert "90837" not in text
    assert "LOCKED" not in text
    assert "@example.org" not in text
    assert "García" not in text


def alone(rows: Iterable[VisitRow], known: Known) -> dict[str, int]:
    """Line by identity, of identities that belong to one visit of the file only."""
    texts = [(i.text, row.line) for row in rows for i in row.identities if i.known is known]
    counts = Counter(text for text, _line in texts)
    return {text: line for text, line in texts if counts[text] == 1}


def pairs(one: Iterable[VisitRow], other: Iterable[VisitRow], known: Known) -> list[tuple[int, int]]:
    """Lines of visits that two files both hold."""
    mine, theirs = alone(one, known), alone(other, known)
    return [(line, theirs[text]) for text, line in mine.items() if text in theirs]


def test_the_same_visits_are_known_again_by_client_and_start() -> None:
    """Line by line the two tables hold the same 567 visits, the calendar the first 120 of them."""
    generic, jane, calendar = (read(name).rows for name in ("generic", "jane", "ics"))
    same = pairs(generic, jane, Known.START)
    assert len(same) == 567
    assert all(line == other for line, other in same)
    assert len(pairs(generic, calendar, Known.START)) == len(pairs(jane, calendar, Known.START)) == 120


def test_a_file_without_hours_is_known_again_where_a_client_came_once_that_day() -> None:
    generic, paid = read("generic").rows, read("simplepractice").rows
    same = pairs(generic, paid, Known.DAY)
    wrong = [line for line, other in same if line != other]
    assert len(same) == 478  # of 567: the others came twice that day, or share their name
    assert wrong == []


def test_numbers_of_two_programs_that_look_alike_are_not_the_same() -> None:
    jane, calendar = read("jane").rows, read("ics").rows
    assert not pairs(jane, calendar, Known.NUMBER)
