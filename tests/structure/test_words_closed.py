"""No page shows a patient's words before comments are opened: every page is looked at."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey.actions.model import Action
from survey.db import reading, transaction
from survey.practice.model import Role
from survey.releases.model import Comment
from survey.runtime import Runtime
from survey.web.doors import staff
from tests import builders
from tests.structure.crawling import House, addresses, furnish

CANARY = "zq canary zq"


@pytest.fixture
def house(sqlite_runtime: Runtime) -> House:
    """Every comment holds the canary, and a repair was opened from one."""
    practice = builders.make_practice(sqlite_runtime)
    house = furnish(sqlite_runtime, practice)
    with transaction(sqlite_runtime.engine, practice.id) as db:
        db.execute(update(Comment).values(text=Comment.text + " " + CANARY))
        db.execute(update(Action).values(comment_id=_comment(db).id))
    return house


def _comment(db: Session) -> Comment:
    return db.scalars(select(Comment).order_by(Comment.id)).first() or pytest.fail("there are comments")


def with_words(house: House) -> set[str]:
    """Addresses at which anybody of the house finds the canary."""
    found = set()
    for client in house.visitors.values():
        for address in addresses(house.app, house.values):
            with client.get(address) as answer:
                if CANARY.encode() in answer.data:
                    found.add(address)
    return found


def test_no_page_shows_words_before_comments_are_opened(house: House) -> None:
    number, key = house.values["repair"], house.values["comment"]
    assert with_words(house) >= {
        *("/staff/practice", "/staff/clinician", "/staff/comments", "/staff/practice/comments"),
        "/staff/practice/comments/mentioning/phone",
        *(f"/staff/repairs/{number}", f"/staff/repairs/new/comment/{key}"),
    }, "the crawl does find words where they are open"
    house.close_comments()
    assert with_words(house) == set()


def test_a_page_that_shows_words_without_asking_is_found(house: House) -> None:
    """The broken variant: one more page of comments that does not look whether they are open."""

    @staff(Role.OWNER)
    def careless() -> str:
        with reading(house.runtime.engine) as db:
            return _comment(db).text

    house.app.add_url_rule("/staff/careless", endpoint="careless", view_func=careless)
    house.close_comments()
    assert with_words(house) == {"/staff/careless"}
