"""Two practices in one installation: nothing that one can ask for holds or depends on anything of the other.

Every page, file and figure is taken twice by everybody of Riverside; in between all of Harbour's words get a
mark and all its numbers change. Harbour's own people see the mark, so that the search can find it.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Select, Update, func, select, update
from werkzeug.test import TestResponse

from survey.actions.model import Action, ActionState
from survey.actions.telling import Line
from survey.clock import local_day
from survey.db import as_owner, reading, transaction
from survey.migrations.tables import METADATA
from survey.practice.authorising import Scope, make_key
from survey.practice.declaring import declare_location
from survey.practice.model import Practice, Role
from survey.releases.model import Tally
from survey.reports import freezing
from survey.runtime import Runtime
from survey.web import entering
from survey.web.doors import staff
from tests import builders
from tests.actions.register import repair
from tests.services import miss
from tests.structure.crawling import House, addresses, furnish
from tests.web.desk import token_of

MARK = "Zanzibar"
#: Words that people of a practice have written, or that name them.
WORDS = {
    "practice": ("name", "mail_name", "complaints_to"),
    "clinician": ("name",),
    "location": ("name",),
    "staff": ("name",),
    "action": ("heard", "promise", "owner"),
    "action_step": ("by", "note"),
    "action_text": ("said", "did"),
    "comment": ("text",),
    "visit_import": ("actor",),
    "audit_entry": ("actor", "subject"),
    "published_instrument": ("note",),
    "api_key": ("name",),
    "visit": ("reference",),
}
NUMBERS = {"tally": "n", "atom": "n"}
#: Addresses that take something away, sent by form.
FILES = ("csv", "xlsx", "pdf", "txt", "fhir")
#: Headers that are of the moment, or of this browser alone.
UNLIKE = ("Date", "Set-Cookie")
#: What is new in every answer of the same page.
CHANGING = (re.compile(rb'name="csrf_token" value="[^"]*"'), re.compile(rb'name="once" value="[^"]*"'))


#: There the queries' own conditions are the only wall.
ON_SQLITE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Towns:
    """Two furnished houses in one installation."""

    riverside: House
    harbour: House
    harbour_id: int


@pytest.fixture
def towns(runtime: Runtime, practice: Practice) -> Towns:
    harbour = builders.make_practice(runtime, slug="harbour", name="Harbour Practice")
    theirs, ours = furnish(runtime, harbour), furnish(runtime, practice)
    settle(runtime, harbour)
    settle(runtime, practice)
    return Towns(ours, theirs, harbour.id)


def settle(runtime: Runtime, practice: Practice) -> None:
    """What a furnished house lacks: something told to patients, a program's key, a place."""
    today = local_day(runtime.clock.now(), practice.time_zone)
    lines = {"en": Line("Calls wait.", "A second line.")}
    with transaction(runtime.engine, practice.id) as db:
        repair(db, practice, today, until=ActionState.CHECKED, heard="Calls wait.", lines=lines)
        make_key(db, practice, "Calendar", today=today)
        declare_location(db, practice.id, "Main Street")


def mark_words(towns: Towns) -> None:
    """A mark into every word of Harbour's."""
    for name, columns in WORDS.items():
        table = METADATA.tables[name]
        whose = table.c["id" if name == "practice" else "practice_id"]
        marked = {each: MARK + " " + table.c[each] for each in columns}
        _run(towns, update(table).where(whose == towns.harbour_id).values(marked))


def change_numbers(towns: Towns) -> None:
    """Other numbers into every count of Harbour's."""
    for name, column in NUMBERS.items():
        table = METADATA.tables[name]
        more = update(table).where(table.c.practice_id == towns.harbour_id)
        _run(towns, more.values({column: table.c[column] * 3 + 7}))


def _run(towns: Towns, change: Update) -> None:
    runtime = towns.riverside.runtime
    with as_owner(runtime.settings, runtime.engine) as owner, owner.begin() as connection:
        assert connection.execute(change).rowcount, f"there is something to change: {change.table}"


def taken(house: House, values: Mapping[str, str], visitor: str) -> Iterator[tuple[str, TestResponse]]:
    """Everything that one can look at or take away, with its address."""
    client = house.visitors[visitor]
    for address in addresses(house.app, dict(values)):
        yield address, client.get(address)
    if visitor == "owner":
        token = token_of(client, "/staff/reports")
        for form in FILES:
            address = f"/staff/reports/2026-Q1/{form}"
            yield address, client.post(address, data={"csrf_token": token})
        for address in ("/staff/reports/year", "/staff/repairs/sheet", "/staff/practice/comments/print"):
            yield address, client.post(address, data={"csrf_token": token, "paper": "a4", "language": "en"})


def said(answer: TestResponse) -> bytes:
    """All that an answer tells: its headers and what can be read in its body, packed or printed."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers if name not in UNLIKE).encode()
    body = answer.data
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in sorted(packed.namelist()))
    elif body.startswith(b"%PDF"):
        body = printed(body)
    for changing in CHANGING:
        body = changing.sub(b"", body)
    return headers + b"\n\n" + body


def printed(document: bytes) -> bytes:
    """The words of a PDF."""
    program = shutil.which("pdftotext")
    if program is None:
        miss("pdftotext", "the words of a PDF cannot be read without it")
    return subprocess.run([program, "-", "-"], input=document, capture_output=True, check=True).stdout


def told(house: House, values: Mapping[str, str] | None = None) -> dict[tuple[str, str], bytes]:
    """What everybody of a practice is told, by visitor and address."""
    found = {}
    for visitor in house.visitors:
        for address, answer in taken(house, values or house.values, visitor):
            found[visitor, address] = said(answer)
            answer.close()
    return found


OWN_LOG = "/staff/audit"


def marked(answers: Mapping[tuple[str, str], bytes]) -> set[str]:
    """Addresses where Harbour's mark is read."""
    return {address for (_visitor, address), content in answers.items() if MARK.encode() in content}


@ON_SQLITE
def test_nothing_that_is_told_is_of_another_practice_or_depends_on_it(towns: Towns) -> None:
    mark_words(towns)
    theirs = told(towns.harbour)
    assert len(marked(theirs)) >= 60, "the mark is found where it belongs"
    before = told(towns.riverside)
    assert marked(before) == set()
    change_numbers(towns)
    after = told(towns.riverside)
    # The practice's own log grew: a crawl signs in and takes reports away. No foreign mark stands in it.
    changed = {address for visitor, address in before if after[visitor, address] != before[visitor, address]}
    assert changed - {OWN_LOG} == set()
    assert marked(after) == set()
    again = told(towns.harbour)
    assert len([place for place in theirs if again[place] != theirs[place]]) >= 5, "numbers did change"


def read_with_a_key(house: House, practice_id: int, name: str) -> list[bytes]:
    """Everything that a program with a new key of a practice can read."""
    runtime = house.runtime
    with transaction(runtime.engine, practice_id) as db:
        practice = db.get_one(Practice, practice_id)
        today = local_day(runtime.clock.now(), practice.time_zone)
        key = make_key(db, practice, name, today=today, scopes=tuple(Scope))
        freezing.freeze(db, practice, "2025-Q4", today=today)
    ways = ("results", "reports", *(f"reports/2025-Q4.{kind}" for kind in ("csv", "xlsx", "pdf")))
    client = house.app.test_client()
    answers = [client.get(f"/api/v1/{way}", headers={"Authorization": f"Bearer {key}"}) for way in ways]
    assert {answer.status_code for answer in answers} == {200}
    return [said(answer) for answer in answers]


def test_what_a_key_reads_is_of_its_own_practice_alone(towns: Towns) -> None:
    mark_words(towns)
    theirs = read_with_a_key(towns.harbour, towns.harbour_id, "One")
    assert MARK.encode() in theirs[0], "the mark is found where it belongs"
    assert all(b"harbour" in each for each in theirs[2:]), "files carry their practice's name"
    runtime = towns.riverside.runtime
    with as_owner(runtime.settings, runtime.engine) as owner, owner.connect() as connection:
        ours = connection.scalar(select(Practice.id).where(Practice.id != towns.harbour_id))
    assert ours is not None
    before = read_with_a_key(towns.riverside, ours, "One")
    change_numbers(towns)
    assert read_with_a_key(towns.riverside, ours, "Two") == before
    assert not any(word in each.lower() for each in before for word in (MARK.lower().encode(), b"harbour"))


@ON_SQLITE
def test_what_is_asked_for_by_another_practices_names_is_not_there(towns: Towns) -> None:
    mark_words(towns)
    theirs = towns.harbour.values
    assert marked(told(towns.riverside, theirs)) <= {stop_page(towns.harbour)}
    names = [theirs[each] for each in ("repair", "comment", "upload")]
    for visitor in ("owner", "clinician", "front desk", "auditor"):
        for address, answer in taken(towns.riverside, theirs, visitor):
            if any(name in address for name in names):
                assert answer.status_code in ({404} if visitor == "owner" else {403, 404}), address


@ON_SQLITE
def test_nothing_of_another_practice_is_changed(towns: Towns) -> None:
    """Every form is sent with the other practice's names in its address and in its fields."""
    before = rows(towns)
    house, theirs = towns.riverside, towns.harbour.values
    fields = {name: theirs[name] for name in ("repair", "comment", "upload", "survey", "part")}
    fields |= {"action": theirs["repair"], "id": theirs["comment"], "name": "Calendar", "seen": "1"}
    token = token_of(house.owner, "/staff/reports")
    answered = [
        house.owner.post(address, data={"csrf_token": token, **fields}).status_code
        for address in posted(house, theirs)
    ]
    assert len(answered) >= 40
    assert max(answered) < 500
    assert rows(towns) == before


def stop_page(house: House) -> str:
    """The public page of a link in a mail; it names its own practice."""
    return f"/stop/en/{house.values['stop']}"


def posted(house: House, values: Mapping[str, str]) -> Iterator[str]:
    """Addresses of forms, but for the one that signs out."""
    with house.app.test_request_context():
        for rule in house.app.url_map.iter_rules():
            if "POST" in (rule.methods or set()) and rule.endpoint != "access.sign_out":
                given = {
                    name: values["welcome"] if name == "signed" else values[name] for name in rule.arguments
                }
                built = rule.build(given)
                assert built is not None
                yield built[1]


def rows(towns: Towns) -> dict[str, list[str]]:
    """Everything that is kept of Harbour."""
    runtime = towns.riverside.runtime
    with as_owner(runtime.settings, runtime.engine) as owner, owner.connect() as connection:
        return {
            table.name: sorted(
                repr(tuple(row))
                for row in connection.execute(select(table).where(table.c["practice_id"] == towns.harbour_id))
            )
            for table in METADATA.sorted_tables
            if "practice_id" in table.c
        }


# --- broken variants: on PostgreSQL the second wall holds where the query forgot ------------------------


def careless(towns: Towns, query: Select[Any]) -> str:
    """A page that forgets whose rows it may show."""
    runtime = towns.riverside.runtime

    @staff(Role.OWNER)
    def planted() -> str:
        with reading(runtime.engine, entering.own_practice().id) as db:
            return " ".join(str(value) for value in db.scalars(query))

    address = f"/staff/careless-{len(towns.riverside.app.view_functions)}"
    towns.riverside.app.add_url_rule(address, endpoint=address[7:], view_func=planted)
    return address


def test_a_query_that_forgets_its_condition_would_be_noticed(towns: Towns) -> None:
    words, numbers = careless(towns, select(Action.heard)), careless(towns, select(func.sum(Tally.n)))
    walled = towns.riverside.runtime.engine.dialect.name == "postgresql"
    mark_words(towns)
    before = seen(towns, words, numbers)
    assert marked(before) == (set() if walled else {words})
    change_numbers(towns)
    after = seen(towns, words, numbers)
    assert (after["owner", numbers] != before["owner", numbers]) == (not walled)


def seen(towns: Towns, *looked_at: str) -> dict[tuple[str, str], bytes]:
    """What Riverside's owner is told there."""
    return {("owner", address): said(towns.riverside.owner.get(address)) for address in looked_at}


@ON_SQLITE
def test_a_form_that_forgets_whose_row_it_changes_would_be_noticed(towns: Towns) -> None:
    runtime, before = towns.riverside.runtime, rows(towns)

    @staff(Role.OWNER)
    def planted() -> str:
        with transaction(runtime.engine, entering.own_practice().id) as db:
            db.execute(
                update(Action).where(Action.id == int(towns.harbour.values["repair"])).values(heard="x")
            )
        return "changed"

    towns.riverside.app.add_url_rule("/staff/careless", "careless", planted, methods=["POST"])
    token = token_of(towns.riverside.owner, "/staff/reports")
    assert towns.riverside.owner.post("/staff/careless", data={"csrf_token": token}).status_code == 200
    assert rows(towns) != before
