"""The staff pages in a real browser: drawn without script, explored with it, no breach, no axe fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survey.practice.model import Clinician, Practice
from survey.runtime import Runtime
from tests.browser.axe import faults
from tests.web import stage
from tests.web.desk import GOOD, make_clinician_account, make_owner

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

#: Runs before anything of the page: every breach of the policy is written down.
LISTEN = """
window.breaches = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.breaches.push(event.violatedDirective + " " + event.blockedURI);
});
"""


@pytest.fixture
def people(runtime: Runtime, practice: Practice) -> tuple[Clinician, ...]:
    made = stage.stage_year(runtime, practice)
    make_owner(runtime, practice)
    make_clinician_account(runtime, practice, made[0])
    return made


def sign_in(page: Page, live: str, email: str) -> None:
    page.add_init_script(LISTEN)
    page.goto(f"{live}/staff/sign-in")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password").fill(GOOD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def open_comments(page: Page, live: str, path: str) -> None:
    """Press the button that stands where the words would."""
    page.goto(live + path)
    assert (faults(page), too_wide(page) <= 0) == ([], True)
    page.get_by_role("button", name="Open the comments").click()


def breaches(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.breaches")
    return found


def too_wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


# 360 lies between: what fits 320 and 1280 fits it, and the full run looks.
@pytest.mark.parametrize("width", [320, pytest.param(360, marks=pytest.mark.slow), 1280])
def test_every_staff_page_fits_and_has_no_fault(
    live: str, page: Page, people: tuple[Clinician, ...], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live}/staff/sign-in")
    assert faults(page) == []
    sign_in(page, live, "olu@example.org")
    open_comments(page, live, "/staff/practice/comments")
    for path in (
        "/staff/practice",
        "/staff/practice/2026-Q1",
        "/staff/method",
        "/staff/news",
        "/staff/practice/comments",
        "/staff/practice/comments/mentioning/phone",
        "/staff/people",
        "/staff/audit",
        "/staff/visits",
        "/staff/reports",
        "/staff/cards",
    ):
        page.goto(live + path)
        assert (path, faults(page), too_wide(page) <= 0, breaches(page)) == (path, [], True, [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_clinicians_page_has_no_fault_in_light_and_dark(
    live: str, page: Page, people: tuple[Clinician, ...], scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    sign_in(page, live, "ana@example.org")
    assert page.get_by_role("heading", level=1).inner_text() == "What your patients say"
    assert faults(page) == []
    assert too_wide(page) <= 0


def test_plotly_takes_over_on_request_without_a_breach_and_steps_back(
    live: str, page: Page, people: tuple[Clinician, ...]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, live, "ana@example.org")
    assert not any("plotly" in url for url in asked)
    figure = page.locator("figure[data-figure]").first
    figure.get_by_role("button", name="Explore").click()
    figure.locator(".explored svg.main-svg").first.wait_for()
    assert figure.locator(".drawing").is_hidden()
    assert sum("plotly-basic.min.js" in url for url in asked) == 1
    assert faults(page) == []
    assert breaches(page) == []
    figure.get_by_role("button", name="Plain chart").click()
    assert figure.locator(".drawing").is_visible()
    assert page.locator("style").count() == 0


def test_an_explored_chart_is_reached_by_keyboard_and_leaves_a_way_out(
    live: str, page: Page, people: tuple[Clinician, ...]
) -> None:
    sign_in(page, live, "olu@example.org")
    button = page.get_by_role("button", name="Explore").first
    button.focus()
    page.keyboard.press("Enter")
    page.locator(".explored svg.main-svg").first.wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_chart_that_cannot_be_loaded_leaves_the_drawing(
    live: str, page: Page, people: tuple[Clinician, ...]
) -> None:
    sign_in(page, live, "olu@example.org")
    page.route("**/figure/**", lambda route: route.abort())
    figure = page.locator("figure[data-figure]").first
    figure.get_by_role("button", name="Explore").click()
    figure.locator(".figure-note", has_text="could not be loaded").wait_for()
    assert figure.locator(".drawing").is_visible()
    page.unroute("**/figure/**")
    figure.get_by_role("button", name="Explore").click()
    figure.locator(".explored svg.main-svg").first.wait_for()


def test_after_the_sign_in_has_ended_the_chart_says_so(
    live: str, page: Page, people: tuple[Clinician, ...]
) -> None:
    sign_in(page, live, "olu@example.org")
    page.context.clear_cookies()
    figure = page.locator("figure[data-figure]").first
    figure.get_by_role("button", name="Explore").click()
    note = figure.locator(".figure-note", has_text="You are signed out")
    note.wait_for()
    assert note.is_visible()


def test_without_script_drawings_and_tables_are_there_and_no_button(
    live: str, chromium: Browser, people: tuple[Clinician, ...]
) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    page.goto(f"{live}/staff/sign-in")
    page.get_by_label("Email address").fill("olu@example.org")
    page.get_by_label("Password").fill(GOOD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{live}/staff/practice")
    assert page.locator("figure svg[role=img]").first.is_visible()
    assert page.get_by_role("button", name="Explore").count() == 0
    page.get_by_text("Show as table").first.click()
    assert page.locator("figure table").first.is_visible()
    context.close()


def test_a_planted_inline_style_is_noticed_by_the_listener(
    live: str, chromium: Browser, people: tuple[Clinician, ...]
) -> None:
    """The listener that the tests above trust does hear a breach."""
    context = chromium.new_context(locale="en-US")
    page = context.new_page()
    sign_in(page, live, "olu@example.org")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    page.get_by_text("x", exact=True).wait_for()
    assert any(found.startswith("style-src") for found in breaches(page))
    context.close()


def test_the_log_can_be_read_on_a_phone(live: str, page: Page, people: tuple[Clinician, ...]) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    sign_in(page, live, "olu@example.org")
    page.goto(f"{live}/staff/audit")
    entry = page.get_by_role("cell", name="Signed in").first
    assert entry.is_visible()
    assert too_wide(page) <= 0
    page.locator(".roomy").first.evaluate("table => table.className = 'wide'")  # what is hidden on a phone
    assert not entry.is_visible()
