"""Sending in a browser: words stay while the connection is gone, and one answer arrives, whatever happens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders
from tests.browser import axe
from tests.web.patients import EN_BLANCO, NOTHING, ONE_ANSWER, PAGE, kept

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("practice")]

ANSWERS = re.compile(r"/after-visit-1/\w\w\?$")
STORED = "[localStorage.length, sessionStorage.length, document.cookie]"


@pytest.fixture
def token(runtime: Runtime, practice: Practice) -> str:
    return builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))


def fill(page: Page, address: str) -> None:
    page.goto(address)
    page.locator('label:has(input[name="item.overall"][value="good"])').click()
    page.locator("textarea").first.fill("The calm waiting room")


def press_send(page: Page) -> None:
    page.locator("#send").click()


def test_without_a_connection_everything_stays_and_is_sent_when_it_is_back(
    page: Page, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    fill(page, f"{live}{PAGE}#{token}")
    page.context.set_offline(True)
    press_send(page)
    page.get_by_text("No connection. Your answers stay on this page").wait_for()
    assert page.locator("textarea").first.input_value() == "The calm waiting room"
    assert page.evaluate(STORED) == [0, 0, ""]
    assert axe.faults(page) == []
    assert kept(runtime, practice) == NOTHING
    page.context.set_offline(False)
    page.get_by_role("heading", name="Thank you").wait_for()
    assert kept(runtime, practice) == ONE_ANSWER


@pytest.mark.parametrize("trouble", ["cut before", "cut after", "broken"])
def test_a_line_that_breaks_once_loses_nothing_and_counts_once(
    page: Page, live: str, runtime: Runtime, practice: Practice, token: str, trouble: str
) -> None:
    met: list[str] = []

    def once(route: Route) -> None:
        met.append(trouble)
        if len(met) > 1:
            route.continue_()
        elif trouble == "broken":
            route.fulfill(status=502, body="bad gateway")
        else:
            if trouble == "cut after":
                route.fetch()
            route.abort()

    page.route(ANSWERS, once)
    fill(page, f"{live}{PAGE}#{token}")
    press_send(page)
    page.get_by_text("No connection.").wait_for()
    press_send(page)
    page.get_by_role("heading", name="Thank you").wait_for()
    assert len(met) == 2
    counted = kept(runtime, practice)
    assert (counted.spent, counted.waiting) == (ONE_ANSWER.spent, ONE_ANSWER.waiting)


def test_on_a_slow_line_it_says_that_it_is_sending_and_a_second_press_changes_nothing(
    page: Page, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(ANSWERS, hold)
    fill(page, f"{live}{PAGE}#{token}")
    press_send(page)
    page.get_by_text("Sending …").wait_for()
    press_send(page)
    page.wait_for_timeout(100)
    assert len(held) == 1
    held[0].continue_()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert kept(runtime, practice) == ONE_ANSWER


def test_the_thank_you_is_announced_and_is_the_page_that_comes_without_script(
    page: Page, live: str, token: str
) -> None:
    fill(page, f"{live}{PAGE}#{token}")
    press_send(page)
    page.locator("h1:focus", has_text="Thank you").wait_for()
    assert page.title().startswith("Thank you")
    shown = page.locator("main").inner_text()
    answer = page.request.post(live + PAGE, form={"item.overall": "good", "token": token})
    page.set_content(answer.text().replace("/static", f"{live}/static"))
    assert page.locator("main").inner_text() == shown


def test_going_back_shows_the_form_with_everything_in_it(page: Page, live: str, token: str) -> None:
    fill(page, f"{live}{PAGE}#{token}")
    press_send(page)
    page.get_by_role("heading", name="Thank you").wait_for()
    page.go_back()
    page.locator("#send").wait_for()
    assert page.locator("textarea").first.input_value() == "The calm waiting room"
    assert not page.locator("#code").is_visible()


def test_loaded_again_or_sent_again_after_going_back_it_counts_once(
    page: Page, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    fill(page, f"{live}{PAGE}#{token}")
    for _ in range(2):
        press_send(page)
        page.get_by_role("heading", name="Thank you").wait_for()
        counted = kept(runtime, practice)
        assert (counted.spent, counted.waiting) == (ONE_ANSWER.spent, ONE_ANSWER.waiting)
        page.go_back()
        page.locator("#send").wait_for()
    press_send(page)
    page.get_by_role("heading", name="Thank you").wait_for()
    page.reload()
    page.locator("#send").wait_for()
    assert page.locator("textarea").first.input_value() == ""
    assert page.locator('input[name^="item."]:checked').count() == 0


def test_a_form_with_something_missing_comes_back_as_without_script(
    page: Page, live: str, token: str
) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    page.locator("textarea").first.fill("The calm waiting room")
    press_send(page)
    page.locator(".problem").wait_for()
    assert page.locator("textarea").first.input_value() == "The calm waiting room"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (PAGE, "Call me at 555 010 0199"),
        (PAGE, "On 12/03 I waited"),
        (PAGE, "It was on March 3rd"),
        (PAGE, "Dr. Ortiz was kind"),
        (PAGE, "my name is Mara"),
        (EN_BLANCO, "El 3 de marzo esperé"),
        (EN_BLANCO, "La doctora Ruiz fue amable"),
        (EN_BLANCO, "Me llamo Mara"),
        (EN_BLANCO, "Mi teléfono: 612-34-56-78"),
    ],
)
def test_what_may_tell_who_writes_is_pointed_out_and_nothing_is_sent(
    page: Page, live: str, address: str, words: str
) -> None:
    page.goto(live + address)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    box = page.locator("textarea").first
    hint = page.locator("textarea + output").first
    assert hint.inner_text() == ""
    box.press_sequentially(words)
    expected = "Is this a name" if address == PAGE else "¿Es un nombre"
    assert hint.inner_text().startswith(expected)
    assert hint.get_attribute("aria-live") in (None, "polite"), "an output speaks politely by itself"
    assert axe.faults(page) == []
    box.fill("The bill was not clear")
    assert hint.inner_text() == ""
    assert asked == []
    assert page.evaluate(STORED) == [0, 0, ""]


@pytest.mark.parametrize(
    "words",
    [
        "I waited 25 minutes, twice in 2 weeks",
        "The bill was $120.50 and then $90",
        "Everything was fine. Thank you",
        "May I suggest 2 more chairs",
        "Called 3 times in the march of time",
        "Perfecto, 10/10",
    ],
)
def test_ordinary_words_are_left_alone(page: Page, live: str, words: str) -> None:
    page.goto(live + PAGE)
    page.locator("textarea").first.press_sequentially(words)
    assert page.locator("textarea + output").first.inner_text() == ""
