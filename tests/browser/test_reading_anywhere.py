"""Patients' pages anywhere: from right to left, on paper, enlarged, in the dark, without sight."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from survey.db import transaction
from survey.invitations import stop_links
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders
from tests.browser import axe
from tests.web.patients import EN_BLANCO, PAGE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser]

CLOSED = "/s/hill/after-visit-1"
PLACES = [
    *(f"/s/riverside/after-visit-1/{language}" for language in ("en", "es")),
    *(f"/contact/riverside/{language}" for language in ("en", "es")),
    *(f"/contact/hill/{language}" for language in ("en", "es")),
    *(f"{CLOSED}/{language}" for language in ("en", "es")),
    *(f"/s/riverside/kept/{language}" for language in ("en", "es")),
]


@pytest.fixture(autouse=True)
def practices(runtime: Runtime, practice: Practice) -> Practice:
    """One practice that wants to be asked, and one that closed."""
    with transaction(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        here.contact_address, here.complaints_to = "desk@example.org", "Olu Bello, 555-0101"
    closed = builders.make_practice(runtime, slug="hill", name="Hill Street")
    with transaction(runtime.engine, closed.id) as db:
        db.get_one(Practice, closed.id).closed_on = runtime.clock.now().date()
    return practice


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.parametrize("address", PLACES)
def test_axe_finds_nothing_and_one_heading_leads(page: Page, live: str, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(live + address)
    assert axe.faults(page) == []
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256)])
@pytest.mark.parametrize("address", PLACES)
def test_small_or_enlarged_nothing_sticks_out(
    page: Page, live: str, address: str, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(live + address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("address", PLACES)
def test_from_right_to_left_the_page_is_mirrored(page: Page, live: str, address: str) -> None:
    page.goto(live + address)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    notice = page.evaluate(
        "(({borderLeftWidth, borderRightWidth}) => [borderLeftWidth, borderRightWidth])"
        "(getComputedStyle(document.querySelector('.notice')))"
    )
    assert notice == ["0px", "4px"]
    name, switch = (
        page.evaluate(
            "[...document.querySelectorAll('.top > span')].map(each => each.getBoundingClientRect().left)"
        )
        if page.locator(".top > span").count() == 2
        else (1, 0)
    )
    assert name > switch, "the name begins on the right"


def test_no_stylesheet_of_patients_names_left_or_right(runtime: Runtime) -> None:
    for name in ("afterword.css", "stored.css", "choices.css"):
        assert one_sided(Path(runtime.settings.static, name).read_text("utf-8")) == []
    assert one_sided("p{margin-left:1rem;text-align: right}") == ["margin-left", "text-align: right"]


def one_sided(text: str) -> list[str]:
    """Rules that would stay on one side where the lines begin on the other."""
    return re.findall(r"(?:margin|padding|border)-(?:left|right)|(?:text-align|float): ?(?:left|right)", text)


@pytest.mark.parametrize("address", [PAGE, EN_BLANCO])
def test_on_paper_there_is_no_button_and_every_question(page: Page, live: str, address: str) -> None:
    page.goto(live + address)
    page.emulate_media(media="print")
    assert not page.locator("#send").is_visible()
    assert page.locator("legend").first.is_visible()
    assert page.locator("legend").count() == 11


@pytest.mark.parametrize("language", ["en", "es"])
def test_asking_to_be_contacted_by_keyboard_alone(page: Page, live: str, language: str) -> None:
    page.goto(f"{live}/contact/riverside/{language}")
    page.locator("#name").focus()
    for words in ("Mara Quill", "555-0199", "A bill"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.locator("#send").press("Enter")
    page.locator("h1", has_text="Your request").or_(page.locator("h1", has_text="Su solicitud")).wait_for()
    assert axe.faults(page) == []


def test_what_is_missing_in_a_request_is_said_at_its_field(page: Page, live: str) -> None:
    page.goto(f"{live}/contact/riverside/en")
    page.eval_on_selector_all("[required]", "all => all.forEach(each => each.removeAttribute('required'))")
    page.locator("#send").click()
    page.locator(".problem:focus").wait_for()
    assert axe.faults(page) == []
    page.get_by_role("link", name="Write your name").click()
    page.locator("#name:focus").wait_for()


@pytest.mark.parametrize("language", ["en", "es"])
def test_dead_ends_are_readable(
    page: Page, live: str, runtime: Runtime, practice: Practice, language: str
) -> None:
    signed = stop_links.sign(runtime.files, practice.id, bytes(16))
    page.goto(f"{live}/stop/{language}/{signed}")
    assert axe.faults(page) == []
    page.locator(".send").click()
    page.locator("h1", has_text="no more").or_(page.locator("h1", has_text="No recibirá")).wait_for()
    assert axe.faults(page) == []


def test_no_page_asks_anybody_else_for_anything(page: Page, live: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for address in PLACES:
        page.goto(live + address)
    assert len(asked) > len(PLACES)
    assert [each for each in asked if not each.startswith(live)] == []
