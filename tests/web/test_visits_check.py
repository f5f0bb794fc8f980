"""A file that waits: corrected, answered, previewed and taken, with every kind of file there is."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.invitations.model import Invitation
from survey.practice.model import Staff
from survey.runtime import Runtime
from survey.visits import history
from survey.visits.model import Upload, Visit, VisitImport
from tests.practice.closing import set_closed
from tests.services import data_folder
from tests.web.desk import enter
from tests.web.wizard import GOOD_FILE, HEADER, TIED, begin, bring_in, check, fields, send, upload

FILES = {
    "generic": ("generic_visits.csv",),
    "jane": ("jane_appointments.csv",),
    "ics": ("calendar.ics",),
    "simplepractice": ("simplepractice_clients.csv", "simplepractice_appointment_status.csv"),
}
NUMBER = re.compile(r'<dt>([^<]+)</dt><dd><span class="figure-value">(\d+)<')


def real(name: str) -> list[Path]:
    return [data_folder() / "visits" / file for file in FILES[name]]


def count(runtime: Runtime, table: type) -> int:
    with reading(runtime.engine) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def taken(runtime: Runtime) -> tuple[int, int]:
    return count(runtime, Visit), count(runtime, Invitation)


@pytest.fixture
def july(clock: SimulatedClock, olu: Staff, runtime: Runtime, client: FlaskClient) -> None:
    """A week after the first visits of the real files."""
    clock.move_to(datetime(2026, 7, 10, 15, tzinfo=UTC))
    enter(client, runtime, olu)


@pytest.mark.usefixtures("july")
@pytest.mark.parametrize("name", list(FILES))
def test_the_real_run_of_a_real_file_is_what_the_preview_said(
    runtime: Runtime, client: FlaskClient, olu: Staff, name: str
) -> None:
    address = begin(client, *real(name))
    assert check(client, address).headers["Location"] == address + "/preview"
    preview = send(client, address + "/preview")
    said = {word: int(number) for word, number in NUMBER.findall(preview.text)}
    assert said["New visits"] > 100
    assert taken(runtime) == (0, 0)
    send(client, address + "/take")
    assert taken(runtime) == (said["New visits"], said["People who would be asked"])
    with reading(runtime.engine) as db:
        (last,) = history.past(db, olu.practice_id, now=runtime.clock.now())
    assert (last.outcome.new, last.invited, last.refused) == (
        said["New visits"],
        said["People who would be asked"],
        said["Lines left out"],
    )


@pytest.mark.usefixtures("july")
def test_real_files_again_in_another_order_add_nothing(runtime: Runtime, client: FlaskClient) -> None:
    for name in ("generic", "ics", "jane", "simplepractice"):
        bring_in(client, *real(name))
    before = taken(runtime)
    for name in ("simplepractice", "jane", "generic", "ics"):
        bring_in(client, *real(name))
    assert taken(runtime) == before


@pytest.mark.usefixtures("july")
def test_no_cell_that_says_who_somebody_is_stands_in_a_page(client: FlaskClient) -> None:
    address = begin(client, *real("simplepractice"))
    pages = [client.get(address).text, client.get(address + "/preview").text]
    pages += [send(client, address + path).text for path in ("/preview", "/lines")]
    clients = real("simplepractice")[0].read_text("utf-8").splitlines()[1:]
    assert all(len(page) > 1000 for page in pages)
    for line in clients:
        name, address_of = line.split(",")[0], next((c for c in line.split(",") if "@" in c), "")
        for page in pages:
            assert len(name) < 6 or name not in page
            assert not address_of or address_of not in page


@pytest.mark.parametrize("meaning", ["clinician", "location", "status", "start", "visit_type"])
def test_a_column_of_people_that_is_chosen_by_mistake_is_not_shown(
    client: FlaskClient, olu: Staff, meaning: str
) -> None:
    lines = [HEADER + ",Client Name,Room", *(each + ",Rita Quokka,R7" for each in GOOD_FILE.splitlines()[1:])]
    address = begin(client, "\n".join(lines))
    checked = check(client, address, **{f"column-{meaning}": "Client Name"})
    pages = [checked, client.get(address), client.get(address + "/preview")]
    pages += [send(client, address + path) for path in ("/preview", "/lines")]
    assert not any("quokka" in page.text.lower() for page in pages)
    assert "Not shown: it says who somebody is." in client.get(address).text
    check(client, address, **{f"column-{meaning}": "Room"})
    if meaning != "status":
        assert '<span class="sample">R7</span>' in client.get(address).text


def test_a_wrong_name_is_looked_for_at_all() -> None:
    """The list that the test above looks through does hold names and addresses."""
    text = real("simplepractice")[0].read_text("utf-8")
    assert text.count("@") > 50


@pytest.mark.parametrize("files", [TIED, TIED[::-1]])
def test_a_person_says_whose_visits_are_whose_and_it_is_never_written_down(
    runtime: Runtime, client: FlaskClient, olu: Staff, files: tuple[str, str]
) -> None:
    address = begin(client, *files)
    page = client.get(check(client, address).headers["Location"])
    assert "Whose visits are these?" in page.text
    assert "Ma… Ga… · Ana Ortiz" in page.text
    assert "m…11@example.org" in page.text
    preview = send(client, address + "/preview", {"tie-0": "0"})
    assert 'name="chosen" value="0:0"' in preview.text
    assert "could not be read" not in preview.text
    with reading(runtime.engine) as db:
        assert "mgarcia" not in db.scalars(select(Upload.match)).one()
    send(client, address + "/take", {"chosen": "0:0"})
    assert count(runtime, Visit) == 3


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("none", "none of the clients of this name was chosen"),
        ("", "Several clients have this name."),
        ("7", "Several clients have this name."),
        ("²", "Several clients have this name."),
    ],
)
def test_visits_of_nobody_certain_are_left_out(
    client: FlaskClient, olu: Staff, choice: str, words: str
) -> None:
    address = begin(client, *TIED)
    preview = send(client, address + "/preview", {"tie-0": choice})
    assert preview.status_code == 200
    assert "2 rows could not be read" in preview.text
    assert words in preview.text


def test_confirming_twice_takes_the_file_once(runtime: Runtime, client: FlaskClient, olu: Staff) -> None:
    address = begin(client, GOOD_FILE)
    first, second = (send(client, address + "/take") for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"] == "/staff/visits"
    assert taken(runtime) == (3, 1)
    assert count(runtime, VisitImport) == 1
    for path in (address, address + "/preview"):
        assert client.get(path).headers["Location"] == "/staff/visits"
    for path in ("/lines", "/preview", "/cancel"):
        assert send(client, address + path).headers["Location"] == "/staff/visits"


def test_while_a_file_is_being_taken_a_second_click_waits(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    from survey.visits import uploading

    address = begin(client, GOOD_FILE)
    with transaction(runtime.engine, olu.practice_id) as db:
        assert uploading.claim(db, olu.practice_id, address.rpartition("/")[2], now=runtime.clock.now())
    assert send(client, address + "/take").headers["Location"] == "/staff/visits"
    assert taken(runtime) == (0, 0)
    assert "A file is being taken just now." in client.get("/staff/visits").text
    assert send(client, address + "/cancel").status_code == 302
    assert count(runtime, Upload) == 1


def test_a_closed_practice_takes_no_file_and_says_so(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    address = begin(client, GOOD_FILE)
    set_closed(runtime, olu.practice_id, closed=True)
    for path in ("/lines", "/take"):
        refused = send(client, address + path)
        assert (refused.status_code, taken(runtime)) == (409, (0, 0)), path
        assert "This practice is closed and takes no visits." in refused.text
    set_closed(runtime, olu.practice_id, closed=False)
    assert send(client, address + "/take").status_code == 302
    assert taken(runtime) == (3, 1), "the file waited"


def test_looking_changes_nothing_and_a_preview_can_be_asked_for_again(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    address = begin(client, GOOD_FILE)
    pages = [send(client, address + "/preview").text for _ in range(2)]
    assert taken(runtime) == (0, 0)
    tokens = re.compile(r'value="[^"]{50,}"')
    assert tokens.sub("", pages[0]) == tokens.sub("", pages[1])


def test_a_day_that_can_be_read_in_two_ways_is_asked_about(client: FlaskClient, olu: Staff) -> None:
    lines = GOOD_FILE.replace("2026-02-27T09:00:00-05:00", "02/03/2026").replace(
        "2026-02-27T10:00:00-05:00", "02/03/2026"
    )
    address = begin(client, lines.replace("2026-02-27T11:00:00-05:00", "02/03/2026"))
    assert check(client, address).headers["Location"] == address
    page = client.get(address).text
    assert "Which comes first, day or month?" in page
    assert check(client, address, date_order="mdy").headers["Location"] == address + "/preview"


def test_an_unknown_word_is_asked_about_and_its_lines_are_left_out_until_then(
    client: FlaskClient, olu: Staff
) -> None:
    address = begin(client, GOOD_FILE.replace("no-show", "vanished"))
    page = client.get(address)
    assert "Which of these words mean that the visit took place?" in page.text
    assert check(client, address).headers["Location"] == address + "/preview"
    assert "The status “vanished” is not known." in client.get(address + "/preview").text
    place = next(n for n, v in fields(page).items() if v == "vanished").partition("-")[2]
    check(client, address, **{f"status-{place}": "not attended"})
    assert "could not be read" not in client.get(address + "/preview").text


def test_what_the_file_does_not_say_is_said_for_every_line(
    runtime: Runtime, client: FlaskClient, olu: Staff
) -> None:
    without = "\n".join(
        ",".join(c for i, c in enumerate(line.split(",")) if i not in (2, 5))
        for line in GOOD_FILE.splitlines()
    )
    address = begin(client, without)
    assert check(client, address).headers["Location"] == address
    said = check(client, address, **{"fixed-clinician": "Ana Ortiz", "fixed-status": "attended"})
    assert said.headers["Location"] == address + "/preview"
    send(client, address + "/take")
    assert count(runtime, Visit) == 3


@pytest.mark.parametrize("wrong", [{"delimiter": ";"}, {"encoding": "utf-16-le"}])
def test_a_wrong_choice_can_be_taken_back_without_choosing_the_columns_again(
    client: FlaskClient, olu: Staff, wrong: dict[str, str]
) -> None:
    address = begin(client, GOOD_FILE)
    was = fields(client.get(address))
    assert check(client, address, **wrong).status_code in (302, 400)
    check(client, address, delimiter=",", encoding="utf-8")
    now = fields(client.get(address))
    assert {k: v for k, v in now.items() if k.startswith("column")} == {
        k: v for k, v in was.items() if k.startswith("column")
    }


BAD = {
    "a letter that is not UTF-8": ({"encoding": "utf-16"}, "Line"),
    "another mark": ({"delimiter": ";"}, ""),
    "a zone nobody knows": ({"time_zone": "Mars/Olympus"}, "The time zone Mars/Olympus is not known."),
}


@pytest.mark.parametrize("what", list(BAD))
def test_what_cannot_be_meant_is_refused_in_words_and_nothing_is_taken(
    runtime: Runtime, client: FlaskClient, olu: Staff, what: str
) -> None:
    changed, words = BAD[what]
    address = begin(client, GOOD_FILE)
    page = check(client, address, **changed)
    if page.status_code == 302:
        page = client.get(page.headers["Location"])
    assert page.status_code in (200, 400, 409)
    assert "There is a problem" in page.text or "You are asked" in page.text
    assert words in page.text
    assert taken(runtime) == (0, 0)


FAULTS = {
    "V4,yesterday,Ana Ortiz,Main,four@example.org,attended,en,2,no": ("start", "2026-07-01"),
    "V4,2026-02-27,Ana Ortiz,Main,a@x.org; b@x.org,attended,en,2,no": ("email", "not one mail address"),
    "V4,2026-02-27,,Main,four@example.org,attended,en,2,no": ("clinician", "missing"),
    "V1,2026-02-26,Ana Ortiz,Main,one@example.org,attended,en,3,no": ("visit_id", "Keep one of them"),
    "V4,2026-02-27,Ana Ortiz,Main,attended,en,2,no": ("visit_number", "cells"),
}


@pytest.mark.parametrize("line", list(FAULTS))
def test_a_faulty_line_is_named_with_line_and_column_and_the_others_are_taken(
    runtime: Runtime, client: FlaskClient, olu: Staff, line: str
) -> None:
    column, words = FAULTS[line]
    address = begin(client, GOOD_FILE + line + "\n")
    page = send(client, address + "/preview").text
    assert f'<td class="number">5</td><td>{column}</td>' in page
    assert words in page
    assert "four@example.org" not in page
    table = send(client, address + "/lines")
    assert table.mimetype == "text/csv"
    assert f"5,{column}," in table.text
    assert "@" not in table.text.replace("name@example.org", "")
    send(client, address + "/take")
    assert count(runtime, Visit) == 3


def test_each_visit_that_leads_to_no_mail_stands_in_the_table_once_with_its_reason(
    client: FlaskClient, olu: Staff
) -> None:
    more = "V4,2026-02-27T12:00:00-05:00,Ben Yu,Main,four@example.org,attended,en,5,yes\n"
    address = begin(client, GOOD_FILE + more)
    table = send(client, address + "/lines").text.splitlines()
    assert table[1] == "3,,First visits are not asked about."
    assert table[2].startswith("5,,")
    assert len(table) == 3, "the one who is asked and the one who did not come are no skipped visits"


BROKEN = {
    "a quotation mark that never ends": (GOOD_FILE + 'V4,"2026', "quotation mark is wrong"),
    "a misspelt column that protects": (GOOD_FILE.replace("do_not_survey", "do_not_servey"), "misspelt"),
}


@pytest.mark.parametrize("what", list(BROKEN))
def test_a_file_that_cannot_be_trusted_is_refused_as_a_whole(
    runtime: Runtime, client: FlaskClient, olu: Staff, what: str
) -> None:
    content, words = BROKEN[what]
    sent = upload(client, content)
    page = sent
    if sent.status_code == 302:
        address = sent.headers["Location"]
        page = send(client, address + "/preview")
        assert send(client, address + "/take").status_code == 409
    assert page.status_code in (400, 409)
    assert words in page.text
    assert taken(runtime) == (0, 0)


def test_every_address_of_an_upload_that_never_was_is_no_address(client: FlaskClient, olu: Staff) -> None:
    for upload_id, path in itertools.product(("0" * 32, "..", "a.b"), ("", "/preview")):
        assert client.get(f"/staff/visits/{upload_id}{path}").status_code == 404
