"""The page of the monthly mail: one's own line, or everybody's for the owner."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey.db import reading
from survey.practice.model import Practice, Staff
from survey.runtime import Runtime
from tests import builders
from tests.web.desk import enter, make_clinician_account, make_front_desk, make_owner, token_of

PAGE = "/staff/news"


@pytest.fixture
def accounts(runtime: Runtime, practice: Practice) -> dict[str, Staff]:
    ana, ben = (builders.make_clinician(runtime, practice, name) for name in ("Ana Ortiz", "Ben Yu"))
    return {
        "ana": make_clinician_account(runtime, practice, ana),
        "ben": make_clinician_account(runtime, practice, ben, email="ben@example.org"),
        "olu": make_owner(runtime, practice),
    }


def wants(runtime: Runtime, practice: Practice, staff: Staff) -> bool:
    with reading(runtime.engine, practice.id) as db:
        return db.scalars(select(Staff.news).where(Staff.id == staff.id)).one()


def choose(client: FlaskClient, staff: Staff, go: str) -> int:
    form = {"csrf_token": token_of(client, PAGE), "who": str(staff.id), "go": go}
    return client.post(PAGE, data=form).status_code


def test_a_clinician_stops_and_begins_their_own_mail(
    client: FlaskClient, runtime: Runtime, practice: Practice, accounts: dict[str, Staff]
) -> None:
    enter(client, runtime, accounts["ana"])
    page = client.get(PAGE).text
    assert "Gets the monthly mail" in page
    assert "Ben Yu" not in page
    assert choose(client, accounts["ana"], "off") == 200
    assert not wants(runtime, practice, accounts["ana"])
    assert "Gets no monthly mail" in client.get(PAGE).text
    assert choose(client, accounts["ana"], "on") == 200
    assert wants(runtime, practice, accounts["ana"])


def test_nobody_but_the_owner_changes_anothers(
    client: FlaskClient, runtime: Runtime, practice: Practice, accounts: dict[str, Staff]
) -> None:
    enter(client, runtime, accounts["ana"])
    assert choose(client, accounts["ben"], "off") == 404
    assert wants(runtime, practice, accounts["ben"])
    enter(client, runtime, accounts["olu"])
    page = client.get(PAGE).text
    assert page.index("Ana Ortiz") < page.index("Ben Yu")
    assert choose(client, accounts["ben"], "off") == 200
    assert not wants(runtime, practice, accounts["ben"])


def test_an_owner_reaches_no_other_practice(
    client: FlaskClient, runtime: Runtime, practice: Practice, accounts: dict[str, Staff]
) -> None:
    other = builders.make_practice(runtime, slug="hillside", name="Hillside")
    eve = make_clinician_account(
        runtime, other, builders.make_clinician(runtime, other, "Eve"), email="e@e.org"
    )
    enter(client, runtime, accounts["olu"])
    assert choose(client, eve, "off") == 404
    assert "Eve" not in client.get(PAGE).text


def test_nonsense_changes_nothing_and_the_front_desk_stays_out(
    client: FlaskClient, runtime: Runtime, practice: Practice, accounts: dict[str, Staff]
) -> None:
    enter(client, runtime, accounts["ana"])
    assert choose(client, accounts["ana"], "perhaps") == 302
    assert wants(runtime, practice, accounts["ana"])
    enter(client, runtime, make_front_desk(runtime, practice))
    assert client.get(PAGE).status_code == 403
