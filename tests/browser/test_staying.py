"""The warning before a sign-in ends, in a real browser: heard, answered by keyboard, nothing typed lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from survey.clock import SimulatedClock
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.browser.axe import faults
from tests.browser.test_dashboards import sign_in, too_wide
from tests.web.desk import GOOD, make_owner

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WORDS = "Nobody answers the phone on Mondays."
SOON, OVER = "Are you still there?", "You are signed out"


@pytest.fixture
def form(live: str, page: Page, runtime: Runtime, practice: Practice) -> Page:
    """Olu writes a repair; the browser's clock goes on as usual, and a test may put it ahead."""
    make_owner(runtime, practice)
    page.clock.install()
    sign_in(page, live, "olu@example.org")
    page.goto(f"{live}/staff/repairs/new")
    return page


def pass_time(page: Page, clock: SimulatedClock, *, minutes: int, seconds: int = 0) -> None:
    """On the server and in the browser, each in one step.

    Were the browser's time to run step by step, an answer of the server, which is there already, could come
    on the way and be counted down a second time.
    """
    clock.advance(timedelta(minutes=minutes, seconds=seconds))
    page.clock.fast_forward((minutes * 60 + seconds) * 1000)


def write(page: Page) -> None:
    page.get_by_label("What it is about").select_option("phone")
    page.get_by_label("What was heard").fill(WORDS)


def sign_in_here(page: Page) -> None:
    page.get_by_label("Email address").fill("olu@example.org")
    page.get_by_label("Password").fill(GOOD)
    page.locator("main").get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("width", [320, 1280])
def test_two_minutes_before_the_end_a_warning_is_shown_and_has_no_fault(
    form: Page, clock: SimulatedClock, width: int
) -> None:
    form.set_viewport_size({"width": width, "height": 740})
    pass_time(form, clock, minutes=12, seconds=55)
    assert form.get_by_role("alertdialog").count() == 0
    pass_time(form, clock, minutes=0, seconds=10)
    box = form.get_by_role("alertdialog", name=SOON)
    box.wait_for()
    assert "to protect what it shows" in box.inner_text().lower()
    assert (faults(form), too_wide(form) <= 0) == ([], True)
    place = box.bounding_box()
    assert place is not None
    middle = (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    assert middle == pytest.approx((width / 2, 370), abs=2), "in the middle of the window"
    pass_time(form, clock, minutes=1)
    form.get_by_text("60 seconds left.").wait_for()


def test_with_the_keyboard_alone_one_stays_and_goes_on_where_one_was(
    form: Page, clock: SimulatedClock
) -> None:
    write(form)
    pass_time(form, clock, minutes=13, seconds=5)
    form.get_by_role("alertdialog").wait_for()
    assert form.evaluate("document.activeElement.textContent") == "Stay signed in"
    form.keyboard.press("Tab")
    assert form.evaluate("document.activeElement.textContent") == "Sign out now"
    form.keyboard.press("Shift+Tab")
    form.keyboard.press("Enter")
    form.get_by_role("alertdialog").wait_for(state="hidden")
    assert form.evaluate("document.activeElement.id") == "heard"
    pass_time(form, clock, minutes=12)
    form.get_by_role("button", name="Open the repair").click()
    form.get_by_text(WORDS).first.wait_for()


def test_work_in_another_tab_is_enough(form: Page, live: str, clock: SimulatedClock) -> None:
    clock.advance(timedelta(minutes=10))
    other = form.context.new_page()
    other.goto(f"{live}/staff/account")
    clock.advance(timedelta(minutes=3, seconds=5))
    with form.expect_response("**/staff/stay"):
        form.clock.fast_forward(785_000)
    assert form.get_by_role("alertdialog").count() == 0


def test_a_page_on_which_nothing_was_typed_goes_from_the_screen(form: Page, clock: SimulatedClock) -> None:
    pass_time(form, clock, minutes=13, seconds=5)
    form.get_by_role("alertdialog").wait_for()
    pass_time(form, clock, minutes=2)
    form.get_by_role("heading", name="Sign in").wait_for()
    assert form.get_by_text("You were signed out because the page was quiet").count() == 1


def test_what_was_typed_outlives_the_end_and_is_sent_after_signing_in_in_a_new_tab(
    form: Page, clock: SimulatedClock
) -> None:
    write(form)
    pass_time(form, clock, minutes=13, seconds=5)
    form.get_by_role("alertdialog", name=SOON).wait_for()
    pass_time(form, clock, minutes=2)
    form.get_by_role("alertdialog", name=OVER).wait_for()
    assert faults(form) == []
    form.keyboard.press("Escape")
    assert form.get_by_role("alertdialog", name=OVER).is_visible(), "the page stays covered"
    come_back(form)


def test_what_was_typed_outlives_another_signing_secret(
    form: Page, app: Flask, clock: SimulatedClock
) -> None:
    """As after a restart with a new one: every cookie is a stranger's."""
    write(form)
    app.config["SECRET_KEY"] = "another secret of more than 32 letters"
    pass_time(form, clock, minutes=13, seconds=5)
    form.get_by_role("alertdialog", name=OVER).wait_for()
    assert form.get_by_label("What was heard").input_value() == WORDS
    come_back(form)


def come_back(form: Page) -> None:
    """Sign in in a new tab, and send what was typed."""
    with form.context.expect_page() as opening:
        form.keyboard.press("Enter")
    sign_in_here(opening.value)
    opening.value.get_by_role("button", name="Sign out").wait_for()
    form.clock.fast_forward(25_000)
    form.get_by_role("alertdialog").wait_for(state="hidden")
    assert form.get_by_label("What was heard").input_value() == WORDS
    form.get_by_role("button", name="Open the repair").click()
    form.get_by_text(WORDS).first.wait_for()


def test_without_script_the_page_that_asks_to_sign_in_gives_it_back(
    chromium: Browser, live: str, runtime: Runtime, practice: Practice, clock: SimulatedClock
) -> None:
    make_owner(runtime, practice)
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, locale="en-US", java_script_enabled=False
    )
    page = context.new_page()
    sign_in(page, live, "olu@example.org")
    page.goto(f"{live}/staff/repairs/new")
    write(page)
    clock.advance(timedelta(minutes=16))
    page.get_by_role("button", name="Open the repair").click()
    sign_in_here(page)
    page.get_by_text(WORDS).wait_for()
    page.get_by_role("button", name="Send it now").click()
    page.get_by_role("heading", name="Open a repair").wait_for(state="hidden")
    assert page.get_by_text(WORDS).count() >= 1
    context.close()
