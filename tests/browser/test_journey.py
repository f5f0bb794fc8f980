"""The whole way in a real browser: mail, link, answers, thank-you, night, sign-in, the clinician's page."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders
from tests.browser.axe import faults
from tests.browser.test_dashboards import LISTEN, breaches, sign_in
from tests.invitations.post import invite
from tests.journeys.days import answer_often, letters, live_through
from tests.visits.files import line
from tests.web.desk import make_clinician_account
from tests.web.patients import ONE_ANSWER, kept

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TUESDAY, NEXT_MONDAY = date(2026, 3, 3), date(2026, 3, 9)


def check(page: Page) -> None:
    """No fault of accessibility and no breach of the policy on the page that is open."""
    assert (page.url, faults(page), breaches(page)) == (page.url, [], [])


def test_from_the_mail_to_the_clinicians_page(
    live: str, page: Page, app: Flask, runtime: Runtime, practice: Practice
) -> None:
    page.add_init_script(LISTEN)
    invite(runtime, practice, line(1))
    live_through(runtime, practice, TUESDAY, 9)
    (letter,) = letters(runtime)
    assert letter.link.startswith(live)

    page.goto(letter.link)
    assert page.url == live + letter.path, "the code is gone from the address bar"
    assert page.get_by_role("heading", level=1).inner_text() == "About your visit"
    check(page)
    for rows in page.locator(".rows").all():
        rows.locator("label").first.click()
    page.get_by_label("What should we change?").fill("Nothing at all.")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    check(page)
    assert letter.token not in page.content() + page.url
    assert kept(runtime, practice) == ONE_ANSWER

    page.goto(f"{live}/s/riverside/kept/en")
    check(page)

    ana = builders.make_clinician(runtime, practice)
    make_clinician_account(runtime, practice, ana)
    sign_in(page, live, "ana@example.org")
    assert "Not enough answers yet" in page.locator("main").inner_text()
    check(page)

    answer_often(runtime, practice, ana, client=app.test_client(), times=11)
    live_through(runtime, practice, NEXT_MONDAY, 3)
    page.context.clear_cookies()
    sign_in(page, live, "ana@example.org")
    assert page.get_by_role("heading", level=1).inner_text() == "What your patients say"
    words = page.locator("main").inner_text()
    assert "10+ answers" in words
    assert "90% or more" in words
    check(page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    check(page)
