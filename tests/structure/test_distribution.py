"""Every key and every statement carries its practice, so that practices can be spread over machines.

`docs/scale.md` says when that is needed. The few exceptions stand here, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    UniqueConstraint,
    event,
    exists,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased

from survey.app import make_app
from survey.migrations.tables import METADATA
from survey.prepared import Prepared
from survey.releases.model import Atom, Tally
from survey.responses.model import Pool
from survey.runtime import Runtime
from tests import builders
from tests.journeys.days import CONTENT, answer_often, live_through, send
from tests.structure.crawling import addresses, furnish
from tests.structure.distribution import rule_faults, statement_faults

#: These stand whole on every machine: they are small, or read before the practice is known.
EXCEPTIONS = {
    "practice(id)": "the practice itself",
    "practice(slug)": "an address names a practice before its number is known",
    "cell_practice(cell_id)": "a cell belongs to one practice, whoever asks",
    "installation(id)": "one row for the whole installation",
    "watched_folder(path)": "a folder outside the database can belong to one practice only",
}
#: Asked of all practices together.
OF_ALL = {
    "job_run": "whether the clock can be believed is judged by the last night of any practice",
}

Twin = aliased(Atom, name="twin")
OWN_ATOM = Atom.id == Tally.atom_id
TALLIED = select(Tally.practice_id, Tally.atom_id)


def planted(*parts: Any) -> MetaData:
    """A table beside a practice and its people."""
    metadata = MetaData()
    Table("practice", metadata, Column("id", BigInteger, primary_key=True))
    own = Column("practice_id", BigInteger, ForeignKey("practice.id"), primary_key=True)
    Table("person", metadata, own, Column("id", BigInteger, primary_key=True))
    Table("thing", metadata, Column("person_id", BigInteger), Column("code", BigInteger), *parts)
    return metadata


def own() -> Column[Any]:
    return Column("practice_id", BigInteger, primary_key=True)


def test_every_key_unique_rule_and_reference_carries_its_practice() -> None:
    assert list(rule_faults(METADATA, EXCEPTIONS)) == []


def test_no_exception_is_out_of_date() -> None:
    faulty = {fault.partition(":")[0] for fault in rule_faults(METADATA, {})}
    assert faulty == set(EXCEPTIONS)


@pytest.mark.parametrize(
    ("metadata", "fault"),
    [
        (planted(Column("id", BigInteger, primary_key=True)), "thing(id): unique"),
        (planted(own(), UniqueConstraint("code")), "thing(code): unique"),
        (planted(own(), Index("ix", "code", unique=True)), "thing(code): unique"),
        (planted(own(), ForeignKeyConstraint(["person_id"], ["person.id"])), "thing -> person: refers"),
        (planted(own(), ForeignKeyConstraint(["code"], ["practice.id"])), "thing -> practice: refers"),
    ],
)
def test_a_planted_table_that_cannot_be_spread_is_found(metadata: MetaData, fault: str) -> None:
    assert [each for each in rule_faults(metadata, {"practice(id)": ""}) if each.startswith(fault)]


def test_a_planted_table_that_can_be_spread_is_not_found() -> None:
    key = ForeignKeyConstraint(["practice_id", "person_id"], ["person.practice_id", "person.id"])
    assert list(rule_faults(planted(own(), UniqueConstraint("practice_id", "code"), key), EXCEPTIONS)) == []


@pytest.fixture
def asked(sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, list[str]]]:
    """Each statement that the installation runs from here on, with its faults; prepared ones, too."""
    found: dict[str, list[str]] = {}

    def watch(_connection: Any, statement: Any, *_more: Any) -> None:
        words = str(statement)
        if words not in found:
            found[words] = statement_faults(statement)

    written = Prepared._in

    def heard(prepared: Prepared, connection: Any) -> Any:
        watch(connection, prepared.statement)
        return written(prepared, connection)

    monkeypatch.setattr(Prepared, "_in", heard)
    event.listen(type(sqlite_runtime.engine), "before_execute", watch)
    yield found
    event.remove(type(sqlite_runtime.engine), "before_execute", watch)


def loose(asked: dict[str, list[str]]) -> set[str]:
    return {fault.partition(" ")[0] for faults in asked.values() for fault in faults}


def test_every_statement_of_pages_and_uploads_is_held_to_one_practice(
    sqlite_runtime: Runtime, asked: dict[str, list[str]]
) -> None:
    house = furnish(sqlite_runtime, builders.make_practice(sqlite_runtime))
    for address in addresses(house.app, house.values):
        house.owner.get(address).close()
    assert len(asked) >= 150, "the crawl does come in"
    assert loose(asked) <= set(OF_ALL)


def test_every_statement_of_answers_and_nights_is_held_to_one_practice(
    sqlite_runtime: Runtime, asked: dict[str, list[str]]
) -> None:
    practice = builders.make_practice(sqlite_runtime)
    person = builders.make_clinician(sqlite_runtime, practice)
    patients = make_app(sqlite_runtime).test_client()
    for monday in (date(2026, 3, 9), date(2026, 3, 16), date(2026, 4, 6)):
        answer_often(sqlite_runtime, practice, person, client=patients, times=11, words=4)
        card = builders.make_cards(sqlite_runtime, practice)[0]
        assert send(patients, card, CONTENT).status_code == 200
        live_through(sqlite_runtime, practice, monday, 3, 9)
    for done in (
        "INSERT INTO tally",
        "DELETE FROM atom",
        "DELETE FROM spent",
    ):  # published, joined, forgotten
        assert any(words.startswith(done) for words in asked)
    assert loose(asked) == set(OF_ALL)


GOOD = [
    select(Tally).where(Tally.practice_id == 1),
    update(Pool).where(Pool.practice_id == 1).values(kid=b""),
    select(Tally).join(Atom, OWN_ATOM & (Atom.practice_id == Tally.practice_id)).where(Atom.practice_id == 1),
    select(Atom).where(Atom.practice_id == 1, tuple_(Atom.practice_id, Atom.id).in_(TALLIED)),
    insert(Atom).values(practice_id=1),
]
LOOSE = [
    (select(func.sum(Tally.n)), "tally"),
    (update(Pool).where(Pool.kind == "ratings").values(kid=b""), "pool"),
    (select(Tally).join(Atom, OWN_ATOM).where(Atom.practice_id == 1), "tally"),
    (select(Atom).where(Atom.practice_id == 1, Atom.id.in_(select(Tally.atom_id))), "tally"),
    (select(Atom).where(Atom.practice_id == 1, exists().where(Twin.id == Atom.id)), "atom"),
    (select(Tally).join(Atom, OWN_ATOM & (Atom.practice_id == Tally.practice_id)), "atom"),
    (select(Tally).where(Tally.practice_id > 1), "tally"),
    (insert(Tally).from_select(["atom_id"], select(Atom.id)), "atom"),
]


@pytest.mark.parametrize("statement", GOOD)
def test_a_statement_of_one_practice_passes(statement: Any) -> None:
    assert statement_faults(statement) == []


@pytest.mark.parametrize(("statement", "table"), LOOSE)
def test_a_statement_that_forgets_its_practice_is_found(statement: Any, table: str) -> None:
    assert f"{table} is not held to one practice" in statement_faults(statement)
