"""The survey editor in a real browser: every page fits, has no axe fault, and works by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.browser.axe import faults
from tests.browser.test_dashboards import breaches, sign_in, too_wide
from tests.web.desk import make_owner
from tests.web.editing import DRAFT, HOME

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGES = (
    HOME,
    DRAFT,
    f"{DRAFT}/frame",
    f"{DRAFT}/question/phone",
    f"{DRAFT}/question/to_change",
    f"{DRAFT}/answers/definitely",
    f"{HOME}/after_visit/preview/en",
    f"{HOME}/after_visit/publish",
    f"{HOME}/after_visit/compare/after-visit-1/draft",
)


@pytest.fixture
def owner(live: str, page: Page, runtime: Runtime, practice: Practice) -> Page:
    """The owner, with a draft."""
    make_owner(runtime, practice)
    sign_in(page, live, "olu@example.org")
    page.goto(live + HOME)
    page.get_by_role("button", name="Change this survey").press("Enter")
    page.wait_for_url(live + DRAFT)
    return page


@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.slow)])
def test_every_page_fits_and_has_no_fault(live: str, owner: Page, width: int) -> None:
    owner.set_viewport_size({"width": width, "height": 800})
    owner.goto(f"{live}{DRAFT}/question/phone")
    owner.get_by_label("English: Words").fill("Did we call you back?")
    owner.get_by_label("Español: Words").fill("")
    owner.get_by_role("button", name="Save", exact=True).press("Enter")
    owner.get_by_text("Words are missing").wait_for()
    assert (faults(owner), too_wide(owner) <= 0) == ([], True)
    owner.goto(f"{live}{DRAFT}/question/phone")
    assert faults(owner) == []
    owner.get_by_label("Español: Words").fill("¿Le devolvimos la llamada?")
    owner.get_by_role("button", name="Save", exact=True).press("Enter")
    owner.wait_for_url(f"{live}{DRAFT}#phone")
    for path in PAGES:
        owner.goto(live + path)
        assert (path, faults(owner), too_wide(owner) <= 0, breaches(owner)) == (path, [], True, [])


def test_the_seldom_places_open_by_keyboard(live: str, owner: Page) -> None:
    owner.get_by_text("More", exact=True).press("Enter")
    assert faults(owner) == []
    owner.get_by_role("link", name="Printed cards").press("Enter")
    owner.wait_for_url(f"{live}/staff/cards")


def test_a_survey_is_moved_tested_and_published_by_keyboard(live: str, owner: Page) -> None:
    first = owner.locator("h3").first.inner_text()
    owner.get_by_role("button", name="Down").first.press("Enter")
    owner.wait_for_url(f"{live}{DRAFT}#overall")
    assert owner.locator("h3").first.inner_text() != first
    owner.get_by_role("link", name="Preview and test").press("Enter")
    frame = owner.frame_locator("iframe")
    frame.get_by_label("Very good").press("Space")
    frame.get_by_role("button", name="Send my answers").press("Enter")
    frame.get_by_role("heading", name="A test").wait_for()
    assert breaches(owner) == []
    owner.get_by_role("link", name="Publish").press("Enter")
    owner.get_by_label("What did you change?").fill("Phone first.")
    owner.get_by_role("button", name="Publish").press("Enter")
    owner.get_by_text("Phone first.").wait_for()
