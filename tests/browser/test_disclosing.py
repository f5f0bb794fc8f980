"""The public pages on what is kept, in a browser: readable on a phone, in the dark, and without sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("practice")]

PAGES = [f"/s/riverside/{name}/{language}" for name in ("kept", "stored") for language in ("en", "es")]
OPEN_ALL = "all => all.forEach(each => { each.open = true })"


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_with_everything_unfolded(page: Page, live: str, scheme: str, address: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(live + address)
    page.eval_on_selector_all("details", OPEN_ALL)
    assert axe.faults(page) == []


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("address", PAGES)
def test_nothing_sticks_out_sideways(page: Page, live: str, width: int, address: str) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(live + address)
    page.eval_on_selector_all("details", OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_columns_of_a_table_unfold_by_keyboard_and_without_script(page: Page, live: str) -> None:
    page.goto(f"{live}/s/riverside/stored/en")
    table = page.locator("#table-spent")
    assert not table.get_by_text("issue_week").is_visible()
    table.locator("summary").press("Enter")
    assert table.get_by_text("issue_week").is_visible()
    assert page.locator("script").count() == 0


def test_folds_can_be_hit_with_a_thumb_and_say_what_they_unfold(page: Page, live: str) -> None:
    page.goto(f"{live}/s/riverside/stored/en")
    heights = page.eval_on_selector_all("summary", "all => all.map(e => e.getBoundingClientRect().height)")
    assert min(heights) >= 44
    names = page.locator("summary").all_inner_texts()
    assert len(set(names)) == len(names)
