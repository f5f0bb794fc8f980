"""The page that begins in a real browser: it fits, has no axe fault, and leads to the first steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survey import beginning
from survey.runtime import Runtime
from tests.browser.axe import faults
from tests.browser.test_dashboards import too_wide
from tests.web.test_first_practice import SOUND

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [320, 1280])
def test_it_leads_to_the_first_steps_by_way_of_a_fault(
    live: str, page: Page, runtime: Runtime, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live}/staff/begin/{beginning.code(runtime.settings)}")
    assert (faults(page), too_wide(page) <= 0) == ([], True)
    for name, value in {**SOUND, "slug": "psychotherapy"}.items():
        field = page.locator(f"#{name}")
        field.select_option(value) if name in {"country", "time_zone"} else field.fill(value)
    page.locator("#again").press("Enter")
    page.get_by_role("alert").wait_for()
    assert (faults(page), too_wide(page) <= 0) == ([], True)
    page.get_by_role("alert").get_by_role("link").click()
    page.locator("#slug:focus").fill("riverside")
    for name in ("password", "again"):
        page.locator(f"#{name}").fill(SOUND[name])
    page.locator("#again").press("Enter")
    page.get_by_role("heading", name="First steps").wait_for()
    assert (faults(page), too_wide(page) <= 0) == ([], True)
