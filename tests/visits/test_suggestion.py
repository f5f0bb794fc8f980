"""What a file seems to be: the preset by its header, matches used before first, nothing shown of people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from survey.instruments.faults import InstrumentFaults
from survey.settings import shipped
from survey.visits.match import DateOrder, Match
from survey.visits.model import VisitStatus
from survey.visits.presets import generic, load_presets
from survey.visits.visit_file import Asked, Part, Suggestion, UnreadableFile, read_visits, review, suggest
from tests.visits.files import line, visits_csv

PRESETS = load_presets(shipped("surveys_config"))
OWN = b"When,Who,Mail,State,Fee,Phone\n03/04/2026,Ana,a@example.org,seen,100,555\n"


def looked_at(data: bytes, *remembered: Match) -> Suggestion:
    parts = [Part("visits.csv", data)]
    return suggest(parts, presets=PRESETS, remembered=remembered, time_zone="America/New_York")


def corrected() -> Match:
    return replace(
        looked_at(OWN).match,
        columns={"start": "When", "clinician": "Who", "address": "Mail", "status": "State"},
        statuses={"seen": VisitStatus.ATTENDED},
        date_order=DateOrder.DMY,
    )


def test_a_file_of_an_unknown_program_leaves_the_columns_nobody_knows_open() -> None:
    found = looked_at(OWN)
    asked = {question.subject for question in found.questions if question.about is Asked.COLUMN}
    assert asked == {"start", "clinician", "address"}
    assert (found.match.preset, found.statuses, found.unused) == (
        "",
        {"seen": None},
        ("When", "Who", "Mail", "Fee", "Phone"),
    )


def test_a_match_used_before_comes_before_every_preset() -> None:
    found = looked_at(OWN, corrected())
    assert (found.remembered, found.questions) == (True, ())
    assert found.match.date_order is DateOrder.DMY
    assert found.unused == ("Fee", "Phone")


def test_a_day_that_contradicts_what_was_used_before_wins() -> None:
    assert looked_at(OWN.replace(b"03/04", b"03/24"), corrected()).match.date_order is DateOrder.MDY


def test_a_match_survives_being_written_down() -> None:
    match = corrected()
    assert Match.from_json(match.to_json()) == match
    with pytest.raises((ValueError, KeyError, TypeError)):
        Match.from_json('{"kind": "csv", "other": 1}')


def test_a_new_word_for_a_status_is_asked_about() -> None:
    found = looked_at(OWN.replace(b"seen", b"gone"), corrected())
    assert found.statuses == {"gone": None}
    assert [(q.about, q.subject) for q in found.questions] == [(Asked.STATUS, "gone")]


def test_a_file_used_before_without_its_columns_is_looked_at_anew() -> None:
    found = looked_at(visits_csv(line(1)), corrected())
    assert (found.remembered, found.match.preset) == (False, "generic")


def test_no_sample_shows_who_somebody_is() -> None:
    text = repr(looked_at(visits_csv(line(1, email="olu@example.org") + ",C-77", header=HEAD)).samples)
    assert "olu" not in text
    assert "C-77" not in text
    assert "Ana Ortiz" in text


HEAD = "visit_id,start,clinician,location,email,status,language,visit_number,do_not_survey,client"


def test_what_a_file_does_not_say_can_be_said_for_all_of_it() -> None:
    match = replace(
        corrected(),
        columns={"start": "When", "address": "Mail"},
        fixed={"clinician": "Dr. Ana", "status": "seen"},
    )
    (row,) = read_visits(OWN, match).rows
    assert (row.clinician, row.status) == ("Dr. Ana", VisitStatus.ATTENDED)


def test_day_and_hour_may_stand_in_two_columns() -> None:
    data = (
        b"Appointment Date,Appointment Time,Clinician,Patient Email,Appointment Status\n"
        b"07/13/2026,2:30 PM,Ana,a@example.org,Completed\n"
    )
    found = looked_at(data)
    assert found.match.preset == "therapynotes"
    assert read_visits(data, found.match).rows[0].start == "2026-07-13T18:30Z"


PRESET = """
id: mine
title: Mine
kinds: [csv]
confirmed: yes
columns: {start: When, clinician: Who, address: Mail, status: [State, Status]}
statuses: {attended: [seen, "no"]}
"""


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "mine.yaml").write_text(text, "utf-8")
    return tmp_path


def test_adding_a_preset_is_adding_a_file(tmp_path: Path) -> None:
    presets = load_presets(folder(tmp_path, PRESET))
    assert [preset.id for preset in presets] == ["mine"]
    assert presets[0].words["no"] is VisitStatus.ATTENDED  # words stay words
    found = suggest([Part("a.csv", OWN)], presets=presets, time_zone="UTC")
    assert (found.match.preset, found.match.columns["status"]) == ("mine", "State")


def test_a_folder_without_presets_has_the_shipped_ones(tmp_path: Path) -> None:
    shipped_ones = ["fhir", "generic", "ics", "jane", "simplepractice", "therapynotes"]
    assert [preset.id for preset in load_presets(tmp_path)] == shipped_ones
    assert generic() in load_presets(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("start:", "begin:"), "this meaning is not known"),
        (("start: When, ", ""), "start is missing"),
        (("attended:", "present:"), "present"),
        (("confirmed: yes", "confirmed: maybe"), "confirmed"),
        (("title: Mine", "titel: Mine"), "titel"),
        (("id: mine", "- mine"), "mine.yaml:"),
    ],
)
def test_a_faulty_preset_is_named_with_its_file_and_line(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    with pytest.raises(InstrumentFaults, match=words):
        load_presets(folder(tmp_path, PRESET.replace(*change)))


def test_a_corrected_match_is_shown_again_as_it_is() -> None:
    parts = [Part("visits.csv", OWN)]
    found = review(parts, corrected())
    assert (found.match, found.questions, found.unused) == (corrected(), (), ("Fee", "Phone"))
    wrong = review(parts, replace(corrected(), columns={**corrected().columns, "status": "Fee"}))
    assert [(q.about, q.subject) for q in wrong.questions] == [(Asked.STATUS, "100")]
    with pytest.raises(UnreadableFile, match="another mark"):
        read_visits(OWN, replace(corrected(), delimiter=";"))


def test_letters_a_person_has_chosen_are_not_asked_about_again() -> None:
    data = visits_csv(line(1, clinician="Renée")).decode().encode("mac_roman")
    chosen = replace(looked_at(data).match, encoding="mac_roman")
    found = review([Part("visits.csv", data)], chosen)
    assert (found.samples["clinician"], found.questions) == (("Renée",), ())


def test_a_column_that_protects_people_is_used_whatever_the_preset() -> None:
    header = b"Id,Start,Staff Member,Patient Email,State,do_not_survey\n"
    data = header + b"1,2026-07-01,Ana,a@example.org,Arrived,yes\n"
    found = looked_at(data)
    assert (found.match.preset, found.match.columns["do_not_survey"]) == ("jane", "do_not_survey")
    assert read_visits(data, found.match).rows[0].do_not_survey
