"""Follow-ups, several choices and questions drawn by lot in a real browser, with and without script."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from survey.db import transaction
from survey.practice import publishing
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders
from tests.browser import axe
from tests.instruments.kinds import every_kind
from tests.web.patients import NOTHING, ONE_ANSWER, kept

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PAGE = "/s/riverside/every-kind-1/en"
DRAWN = ("Was one good?", "Was two good?", "Was six good?")


@pytest.fixture
def token(runtime: Runtime, practice: Practice) -> str:
    with transaction(runtime.engine, practice.id) as db:
        publishing.publish(db, practice.id, every_kind(), from_day=date(2020, 1, 1))
    return builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))


def drawn(page: Page) -> list[str]:
    return [words for words in DRAWN if page.get_by_text(words).is_visible()]


def tap(page: Page, value: str) -> None:
    page.locator(f'label:has(input[value="{value}"])').first.click()


def test_a_follow_up_appears_where_it_applies_and_goes_where_it_does_not(
    page: Page, live: str, token: str
) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    follow_up, second = page.get_by_text("What was it about?"), page.get_by_text("Was the bill explained?")
    assert not follow_up.first.is_visible()
    tap(page, "not_yet")
    assert follow_up.first.is_visible()
    assert not second.is_visible()
    tap(page, "bill")
    assert second.is_visible()
    tap(page, "nothing")
    assert not follow_up.first.is_visible()
    assert not second.is_visible()


def test_what_is_hidden_is_not_sent(
    page: Page, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.goto(f"{live}{PAGE}#{token}")
    for value in ("not_yet", "bill", "nothing"):
        tap(page, value)
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    form = next(each for each in sent if each)
    assert "item.trouble=nothing" in form
    assert "item.what" not in form
    assert kept(runtime, practice) == ONE_ANSWER


def test_none_of_these_takes_the_other_ticks_away_and_they_take_its(
    page: Page, live: str, token: str
) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    for value in ("not_yet", "bill", "phone", "none"):
        tap(page, value)
    assert page.locator('[name="item.what"]:checked').evaluate_all("all => all.map(e => e.value)") == ["none"]
    tap(page, "phone")
    assert page.locator('[name="item.what"]:checked').evaluate_all("all => all.map(e => e.value)") == [
        "phone"
    ]


def test_one_of_three_is_drawn_and_the_draw_is_not_always_the_same(page: Page, live: str, token: str) -> None:
    """Thirty draws: that one of three never comes up has a chance of about one in 60,000."""
    seen = []
    for _ in range(30):
        page.goto("about:blank")
        page.goto(f"{live}{PAGE}#{token}")
        (question,) = drawn(page)
        seen.append(question)
    assert set(seen) == set(DRAWN)


def test_a_drawn_question_that_was_answered_stays_where_the_page_comes_back(
    page: Page, live: str, token: str
) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    (question,) = drawn(page)
    page.get_by_role("group", name=question).get_by_text("No", exact=True).click()
    for language in ("Español", "English"):
        page.get_by_role("button", name=language).click()
    assert drawn(page) == [question]
    assert page.get_by_role("group", name=question).get_by_label("No", exact=True).is_checked()


def test_without_script_everything_is_shown_and_said_and_can_be_sent(
    chromium: Browser, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{live}{PAGE}")
    assert drawn(page) == list(DRAWN)
    assert page.get_by_text("Only if you answered “Yes, put right” or “Yes, not yet”").is_visible()
    assert "Here are all 7 we ask" in page.locator("main").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for value in ("not_yet", "bill", "none"):
        tap(page, value)
    page.get_by_label("Code from the mail").fill(token)
    page.get_by_role("button", name="Send my answers").click()
    assert "“None of these” does not go with other answers" in page.locator(".problem").inner_text()
    assert kept(runtime, practice) == NOTHING
    tap(page, "none")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    context.close()
    assert kept(runtime, practice) == ONE_ANSWER


def test_a_number_is_chosen_by_keyboard(page: Page, live: str, token: str) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    page.locator('[id="item.recommend"]').focus()
    page.keyboard.press("Space")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    assert page.get_by_role("radio", name="7", exact=True).is_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_a_screen_reader(
    chromium: Browser, live: str, token: str, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{live}{PAGE}#{token}")
    for value in ("not_yet", "bill", "7"):
        tap(page, value)
    assert axe.faults(page) == []
    context.close()
