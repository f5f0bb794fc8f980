"""FHIR bundles: appointments and encounters with the people they refer to."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from survey.settings import shipped
from survey.visits.model import VisitStatus
from survey.visits.visit_file import Part, UnreadableFile, VisitFile, load_presets, read_all, suggest

PRESETS = load_presets(shipped("surveys_config"))
NOW = datetime(2026, 8, 1, tzinfo=UTC)
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "García", "given": ["Olu"]}],
    "telecom": [
        {"system": "phone", "value": "555-0100"},
        {"system": "email", "value": "old@example.org", "use": "old"},
        {"system": "email", "value": "second@example.org", "rank": 2},
        {"system": "email", "value": "olu@example.org", "rank": 1},
    ],
    "communication": [{"language": {"coding": [{"code": "es-MX"}]}, "preferred": True}],
    "birthDate": "1990-01-01",
}
CLINICIAN = {
    "resourceType": "Practitioner",
    "id": "d1",
    "name": [{"prefix": ["Dr."], "given": ["Maya"], "family": "Okafor"}],
}

ANSWERS = {"resourceType": "QuestionnaireResponse", "subject": {"reference": "Patient/p1"}, "item": []}


def appointment(status: str = "fulfilled", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "id": "a1",
        "status": status,
        "start": "2026-07-01T10:15:00-04:00",
        "reasonCode": [{"text": "F41.1"}],
        "participant": [
            {"actor": {"reference": "Patient/p1"}, "status": "accepted"},
            {"actor": {"reference": "Practitioner/d1"}, "status": "accepted"},
            {"actor": {"reference": "Location/l1", "display": "Riverside"}, "status": "accepted"},
        ],
        **more,
    }


def encounter(status: str = "finished", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": "e1",
        "status": status,
        "period": {"start": "2026-07-01T10:15:00-04:00"},
        "subject": {"reference": "Patient/p1"},
        "participant": [{"individual": {"reference": "Practitioner/d1"}}],
        **more,
    }


def bundle(*resources: Any) -> bytes:
    return json.dumps(
        {"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}
    ).encode()


def read(data: bytes) -> VisitFile:
    parts = [Part("bundle.json", data)]
    return read_all(parts, suggest(parts, presets=PRESETS, time_zone="America/New_York").match, now=NOW)


def test_an_appointment_is_read_with_the_people_it_refers_to() -> None:
    file = read(bundle(PATIENT, CLINICIAN, appointment()))
    (row,) = file.rows
    assert (row.reference, row.start, row.clinician) == (
        "Appointment/a1",
        "2026-07-01T14:15Z",
        "Dr. Maya Okafor",
    )
    assert (row.location, row.address, row.language) == ("Riverside", "olu@example.org", "es")
    assert (row.status, row.minor, row.line) == (VisitStatus.ATTENDED, False, 3)
    assert "F41" not in repr(file)
    assert "García" not in repr(file)


@pytest.mark.parametrize(
    ("kind", "status", "attended"),
    [
        *[("a", word, True) for word in ("fulfilled", "arrived", "checked-in")],
        *[
            ("a", word, False)
            for word in ("proposed", "pending", "booked", "cancelled", "noshow", "waitlist")
        ],
        *[("e", word, True) for word in ("arrived", "triaged", "in-progress", "onleave", "finished")],
        *[("e", word, False) for word in ("planned", "cancelled", "entered-in-error", "unknown")],
    ],
)
def test_every_status_of_the_standard_is_known(kind: str, status: str, attended: bool) -> None:
    visit = appointment(status) if kind == "a" else encounter(status)
    (row,) = read(bundle(PATIENT, CLINICIAN, visit)).rows
    assert (row.status is VisitStatus.ATTENDED) is attended


def test_another_status_is_named() -> None:
    (error,) = read(bundle(PATIENT, CLINICIAN, appointment("done"))).errors
    assert (error.line, error.column) == (3, "status")


def test_an_encounter_and_its_appointment_are_one_visit() -> None:
    linked = encounter(appointment=[{"reference": "Appointment/a1"}])
    (row,) = read(bundle(PATIENT, CLINICIAN, appointment("booked"), linked)).rows
    assert (row.reference, row.status) == ("Appointment/a1", VisitStatus.ATTENDED)


def test_contained_people_and_full_addresses_are_followed() -> None:
    actors = [{"actor": {"reference": "#p1"}}, {"actor": {"reference": "urn:uuid:7"}}]
    visit = appointment(contained=[PATIENT], participant=actors)
    entries = [{"resource": visit}, {"fullUrl": "urn:uuid:7", "resource": CLINICIAN}]
    (row,) = read(json.dumps({"resourceType": "Bundle", "entry": entries}).encode()).rows
    assert (row.address, row.clinician) == ("olu@example.org", "Dr. Maya Okafor")


def test_a_child_is_a_minor_on_the_day_and_comes_with_the_guardians_address() -> None:
    guardian = {
        "relationship": [{"coding": [{"code": "GUARD"}]}],
        "telecom": [{"system": "email", "value": "parent@example.org"}],
    }
    child = {**PATIENT, "birthDate": "2008-07-02", "contact": [guardian]}
    (row,) = read(bundle(child, CLINICIAN, appointment())).rows
    assert (row.minor, row.guardian) == (True, "parent@example.org")
    (grown,) = read(bundle({**child, "birthDate": "2008-07-01"}, CLINICIAN, appointment())).rows
    assert not grown.minor


def test_two_patients_of_one_visit_are_two_visits() -> None:
    other = {**PATIENT, "id": "p2", "telecom": [{"system": "email", "value": "kim@example.org"}]}
    visit = appointment()
    visit["participant"].append({"actor": {"reference": "Patient/p2"}})
    file = read(bundle(PATIENT, other, CLINICIAN, visit))
    assert [row.address for row in file.rows] == ["olu@example.org", "kim@example.org"]
    assert len({row.identity for row in file.rows}) == 2


@pytest.mark.parametrize(
    ("visit", "column"),
    [
        (appointment(participant=[]), "email"),
        (appointment(participant="nobody"), "start"),
        (appointment(start=None), "start"),
        (appointment(participant=[{"actor": {"reference": "Patient/p1"}}]), "practitioner"),
    ],
)
def test_an_entry_that_says_too_little_is_named(visit: dict[str, Any], column: str) -> None:
    (error,) = read(bundle(PATIENT, CLINICIAN, visit)).errors
    assert (error.line, error.column) == (3, column)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", "well-formed"),
        (b'{"a":' * 100_000, "well-formed"),
        (b'{"resourceType": "Patient"}', "no FHIR bundle"),
        (bundle(PATIENT), "no Appointment"),
        (b'{"resourceType": "Bundle", "entry": 3}', "no FHIR bundle"),
        (b'{"resourceType": "QuestionnaireResponse"}', "no answer belongs to a person"),
        (bundle(PATIENT, CLINICIAN, appointment(), ANSWERS), "no answer belongs to a person"),
        (bundle(PATIENT, CLINICIAN, appointment(contained=[ANSWERS])), "no answer belongs to a person"),
    ],
)
def test_what_is_no_bundle_of_visits_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read(data)
