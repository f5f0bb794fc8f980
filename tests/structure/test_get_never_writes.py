"""Looking changes nothing: GET and HEAD of every address, as anybody, leave the database as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from survey.db import reading, transaction
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web.doors import public
from tests.databases import SQLITE_FIRST
from tests.structure.crawling import House, addresses, fingerprint, furnish


@pytest.fixture
def house(runtime: Runtime, practice: Practice) -> House:
    return furnish(runtime, practice)


def looks(house: House) -> Iterator[tuple[str, str, str, int]]:
    """Look at everything as everybody: visitor, method, address, status."""
    for visitor, client in house.visitors.items():
        for address in addresses(house.app, house.values):
            for method in ("GET", "HEAD"):
                with client.open(address, method=method) as answer:
                    yield visitor, method, address, answer.status_code


def test_looking_at_everything_changes_nothing_and_head_answers_as_get_does(house: House) -> None:
    before = fingerprint(house.runtime)
    seen = list(looks(house))
    assert fingerprint(house.runtime) == before
    # the house's clock has jumped by months, and /readyz says so with 503
    assert [each for each in seen if each[3] >= 500 and each[2] != "/readyz"] == []
    opened = {address for _, method, address, status in seen if status == 200 and method == "GET"}
    assert len(opened) >= 14, "the crawl does come in"
    statuses = {(visitor, method, address): status for visitor, method, address, status in seen}
    differing = [each for each in statuses if statuses[each] != statuses[each[0], "GET", each[2]]]
    assert differing == [], "GET and HEAD answer alike"


@SQLITE_FIRST
def test_a_page_that_writes_by_being_looked_at_changes_the_fingerprint(house: House) -> None:
    """The broken variant: a planted view that counts its visitors."""
    runtime = house.runtime

    @public
    def counting() -> str:
        with transaction(runtime.engine) as db:
            db.execute(update(Practice).values(phone=Practice.phone + "1"))
        return "counted"

    house.app.add_url_rule("/counting", endpoint="counting", view_func=counting)
    before = fingerprint(runtime)
    assert "/counting" in {address for _, _, address, status in looks(house) if status == 200}
    assert fingerprint(runtime) != before


def test_a_page_that_reads_cannot_write_even_if_it_tries(house: House) -> None:
    """Pages read in transactions in which the database itself refuses a write."""
    runtime = house.runtime

    @public
    def sly() -> str:
        with reading(runtime.engine) as db:
            db.execute(update(Practice).values(phone="0"))
            db.commit()
        return "written"

    house.app.add_url_rule("/sly", endpoint="sly", view_func=sly)
    house.app.config["PROPAGATE_EXCEPTIONS"] = False
    before = fingerprint(runtime)
    assert house.stranger.get("/sly").status_code in {500, 503}
    assert fingerprint(runtime) == before
    with reading(runtime.engine) as db:
        assert db.scalars(select(Practice.phone)).all() == ["555-0100"]
