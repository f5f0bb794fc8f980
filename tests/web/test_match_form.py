"""What a person says of a file: another sheet is looked at anew, a client's name becomes nobody else's."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.db import reading
from survey.practice.model import Clinician, Staff
from survey.runtime import Runtime
from survey.visits import source, suggestion
from survey.visits.model import Visit
from tests.web.wizard import GOOD_FILE, HEADER, begin, check, fields, send

JANE = "Id,Start,Staff Member,Patient Email,State\n77,2026-02-26 09:00,Ben Yu,five@example.org,Arrived\n"
REASON = "seems to say who clients are"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook with notes, visits in the plain form, and visits as Jane writes them."""
    made = openpyxl.Workbook()
    made.active.append(["Notes"])
    for title, text in (("Visits", GOOD_FILE), ("Jane", JANE)):
        sheet = made.create_sheet(title)
        for line in text.splitlines():
            sheet.append(line.split(","))
    made.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def visits(runtime: Runtime) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(Visit)) or 0


def clinicians(runtime: Runtime) -> set[str]:
    with reading(runtime.engine) as db:
        return set(db.scalars(select(Clinician.name)))


def test_a_workbook_goes_through_the_pages_to_its_end_by_the_sheet_that_is_chosen(
    runtime: Runtime, client: FlaskClient, olu: Staff, book: Path
) -> None:
    address = begin(client, book)
    assert fields(client.get(address))["sheet"] == "Sheet"
    assert check(client, address, sheet="Visits").headers["Location"] == address, "seen before it is taken"
    page = client.get(address)
    found = fields(page)
    assert found["sheet"] == "Visits"
    assert (found["column-start"], found["column-address"]) == ("start", "email")
    assert "You are asked" not in page.text
    assert check(client, address).headers["Location"] == address + "/preview"
    assert "First visits are not asked about." in client.get(address + "/preview").text
    send(client, address + "/take")
    assert visits(runtime) == 3
    assert clinicians(runtime) == {"Ana Ortiz", "Ben Yu"}


def test_another_sheet_is_looked_at_anew_with_every_preset(
    runtime: Runtime, client: FlaskClient, olu: Staff, book: Path
) -> None:
    address = begin(client, book)
    check(client, address, sheet="Visits")
    check(client, address, sheet="Jane", time_zone="America/Chicago")
    page = client.get(address)
    found = fields(page)
    assert "Excel workbook · Jane" in page.text
    assert (found["column-clinician"], found["column-address"]) == ("Staff Member", "Patient Email")
    assert found["time_zone"] == "America/Chicago", "what was said of the file stays said"
    check(client, address)
    send(client, address + "/take")
    assert visits(runtime) == 1


def test_how_a_sheet_was_read_is_remembered(
    runtime: Runtime, client: FlaskClient, olu: Staff, book: Path
) -> None:
    address = begin(client, book)
    check(client, address, sheet="Visits")
    check(client, address)
    send(client, address + "/take")
    again = begin(client, book)
    check(client, again, sheet="Visits")
    assert check(client, again).headers["Location"] == again + "/preview"
    send(client, again + "/take")
    assert visits(runtime) == 3


NAMED = "\n".join([HEADER + ",Client Name", *(each + ",Rita Quokka" for each in GOOD_FILE.splitlines()[1:])])


@pytest.mark.parametrize("meaning", ["clinician", "location", "visit_type", "reference"])
def test_a_column_of_clients_becomes_nothing_that_is_kept_and_shown(
    runtime: Runtime, client: FlaskClient, olu: Staff, meaning: str
) -> None:
    address = begin(client, NAMED)
    sent = check(client, address, **{f"column-{meaning}": "Client Name"})
    assert sent.headers["Location"] == address
    page = client.get(address)
    assert f"The column Client Name {REASON}." in page.text
    spanish = client.get(address, headers={"Accept-Language": "es"})
    assert "La columna Client Name parece decir" in spanish.text
    assert send(client, address + "/take").status_code == 409
    assert visits(runtime) == 0
    assert clinicians(runtime) == set()


def test_the_column_of_the_address_is_no_clinician_either_whatever_its_heading(
    client: FlaskClient, olu: Staff
) -> None:
    address = begin(client, GOOD_FILE.replace("email", "Write to"))
    check(client, address, **{"column-address": "Write to", "column-clinician": "Write to"})
    assert f"The column Write to {REASON}." in client.get(address).text


def test_without_the_refusal_clients_would_become_clinicians(
    runtime: Runtime, client: FlaskClient, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leaky variant: headings are not looked at."""
    monkeypatch.setattr(source, "says_who", lambda _heading: False)
    address = begin(client, NAMED)
    check(client, address, **{"column-clinician": "Client Name"})
    send(client, address + "/take")
    assert clinicians(runtime) == {"Rita Quokka"}


def test_the_refusal_is_the_same_for_files_that_nobody_looks_at() -> None:
    """Watched folders and commands read by ``open_source``; the page says it before."""
    assert suggestion.of_people is source.of_people
    header = ("start", "Client Name", "email")
    faults = [str(fault) for fault in source.of_people(header, {"clinician": 1, "address": 2})]
    assert len(faults) == 1
    assert faults[0].startswith(f"The column Client Name {REASON}.")
    assert list(source.of_people(header, {"start": 0, "name": 1, "address": 2})) == []
