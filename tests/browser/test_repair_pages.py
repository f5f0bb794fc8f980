"""The register and the comments desk in a real browser: odd words, narrow and wide, light and dark."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from survey.actions import acting
from survey.actions.acting import Measure
from survey.actions.model import ActionState
from survey.actions.telling import Line
from survey.db import transaction
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.actions.register import open_repair, repair
from tests.browser.axe import faults
from tests.browser.test_dashboards import breaches, open_comments, sign_in, too_wide
from tests.web import stage
from tests.web.desk import make_clinician_account, make_owner

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LONG, ARABIC = "W" * 300, "لا أحد يرد على الهاتف 👩🏽‍🔧"
DAY = date(2026, 4, 1)


@pytest.fixture
def register(runtime: Runtime, practice: Practice) -> list[str]:
    """The addresses of a register with odd words: one repair waits for its promise, one for its check."""
    people = stage.stage_year(runtime, practice)
    stage.add_comments(runtime, practice, people[0], texts=("x" * 1000, ARABIC, "I want to die."))
    make_owner(runtime, practice)
    make_clinician_account(runtime, practice, people[0])
    with transaction(runtime.engine, practice.id) as db:
        waiting = open_repair(db, practice, DAY, heard=LONG)
        acting.acknowledge(db, waiting, by=LONG, today=DAY, note=ARABIC)
        acting.apologise(db, waiting, words=LONG, by=ARABIC, today=DAY)
        repair(db, practice, DAY, heard=ARABIC, words=LONG)
        done = repair(
            db,
            practice,
            DAY,
            until=ActionState.DONE,
            measure=Measure("phone.1", 3),
            lines={"en": Line("L" * 120, ARABIC), "es": Line("Se espera.", "Otra línea.")},
        )
        pages = ["", "/new", "/new/phone", f"/{waiting.id}", f"/{done.id}"]
    return [f"/staff/repairs{page}" for page in pages]


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), pytest.param(360, "dark", marks=pytest.mark.slow), (1280, "light")]
)
def test_every_page_of_the_register_fits_and_has_no_fault(
    live: str, page: Page, register: list[str], width: int, scheme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    sign_in(page, live, "olu@example.org")
    open_comments(page, live, "/staff/practice/comments")
    for path in (*register, "/staff/practice/comments"):
        page.goto(live + path)
        assert (path, faults(page), too_wide(page) <= 0, breaches(page)) == (path, [], True, [])
    page.get_by_label("Look for a word").fill("die")
    page.get_by_role("button", name="Search").click()
    assert page.get_by_text("One comment has this word.").is_visible()
    assert (faults(page), too_wide(page) <= 0) == ([], True)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_clinicians_pages_fit_and_have_no_fault(
    live: str, page: Page, register: list[str], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, live, "ana@example.org")
    open_comments(page, live, "/staff/comments")
    for path in ("/staff/repairs", "/staff/repairs/new/phone", "/staff/comments"):
        page.goto(live + path)
        assert (path, faults(page), too_wide(page) <= 0, breaches(page)) == (path, [], True, [])
