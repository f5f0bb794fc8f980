"""The pages of a waiting file in a real browser: they fit and have no axe fault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.browser.axe import faults
from tests.browser.test_dashboards import breaches, sign_in, too_wide
from tests.web.desk import make_owner
from tests.web.wizard import TIED

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.slow)])
def test_every_page_of_the_import_fits_and_has_no_fault(
    live: str, page: Page, runtime: Runtime, practice: Practice, tmp_path: Path, width: int
) -> None:
    make_owner(runtime, practice)
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page, live, "olu@example.org")
    page.goto(f"{live}/staff/visits")
    for field, content in zip(("file", "clients"), TIED, strict=True):
        (tmp_path / f"{field}.csv").write_text(content, "utf-8")
        page.set_input_files(f"#{field}", tmp_path / f"{field}.csv")
    for button, heading in (
        ("Upload", "Check how the file is read"),
        ("See what would happen", "Whose visits are these?"),
        ("See what would happen", "What taking this file would do"),
        ("Take the file", "Visits"),
    ):
        page.get_by_role("button", name=button, exact=True).click()
        page.get_by_role("heading", name=heading, exact=True).wait_for()
        assert (heading, faults(page), too_wide(page) <= 0, breaches(page)) == (heading, [], True, [])
    page.get_by_role("link", name="Take the last import back").click()
    page.get_by_role("heading", name="Take the last import back").wait_for()
    assert (faults(page), too_wide(page) <= 0, breaches(page)) == ([], True, [])
