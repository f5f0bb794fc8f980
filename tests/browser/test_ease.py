"""What makes a page easy, on every page that patients can meet: order of headings, names, room for a thumb.

The same checks that Chromium's own report makes, without its machinery; each is first seen to find a fault.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from survey.clock import SimulatedClock
from survey.db import transaction
from survey.invitations import stop_links
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web import survey_page
from tests import builders
from tests.browser import axe
from tests.web.patients import PAGE

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

#: Every fault of a page as one line.
CHECK = """() => {
  const seen = (each) => each.checkVisibility() && !each.closest("[hidden]");
  const all = (what) => [...document.querySelectorAll(what)].filter(seen);
  const named = (each) => `${each.tagName.toLowerCase()} ${each.id || each.textContent.trim().slice(0, 40)}`;
  const found = [];
  const levels = all("h1, h2, h3, h4, h5, h6").map((each) => Number(each.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) found.push(`headings: ${levels}`);
  levels.reduce((before, level) => {
    if (level > before + 1) found.push(`heading ${level} after ${before}`);
    return level;
  }, levels[0] === 2 ? 1 : 0); // what went wrong stands before the title
  for (const each of all("input:not([type=hidden]), textarea, select")) {
    if (![...each.labels].some((label) => label.textContent.trim())) found.push(`no label: ${named(each)}`);
  }
  for (const each of all("a, button")) if (!each.textContent.trim()) found.push(`no name: ${named(each)}`);
  const height = (each) => each.getBoundingClientRect().height;
  for (const each of all("input[type=radio], input[type=checkbox]")) {
    if (height(each.labels[0]) < 48) found.push(`row of ${height(each.labels[0])} px: ${named(each)}`);
  }
  for (const each of all("button, textarea, input:not([type=radio], [type=checkbox], [type=hidden])")) {
    if (height(each) < 44) found.push(`${height(each)} px: ${named(each)}`);
  }
  for (const each of all("main a")) {
    const line = parseFloat(getComputedStyle(each).lineHeight);
    if (Math.max(height(each), line) < 24) found.push(`link of ${height(each)} px: ${named(each)}`);
  }
  for (const name of ["lang", "dir"]) if (!document.documentElement[name]) found.push(`no ${name}`);
  if (!document.title.trim()) found.push("no title");
  if (!document.querySelector("meta[name=viewport]:not([content*=maximum], [content*=scalable])")) {
    found.push("no viewport, or one that cannot be enlarged");
  }
  for (const each of document.images) if (!each.hasAttribute("alt")) found.push(`no words: ${each.src}`);
  return found;
}"""
SCHEMES = ("light", "dark")


@pytest.fixture
def places(runtime: Runtime, practice: Practice) -> list[str]:
    """Addresses of every page of patients that a look can open, in both languages."""
    with transaction(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        here.contact_address, here.complaints_to = "desk@example.org", "Olu Bello, 555-0101"
    closed = builders.make_practice(runtime, slug="hill", name="Hill Street")
    with transaction(runtime.engine, closed.id) as db:
        db.get_one(Practice, closed.id).closed_on = runtime.clock.now().date()
    stop = stop_links.sign(runtime.files, practice.id, bytes(16))
    names = ("/s/riverside/after-visit-1/{}", "/s/hill/after-visit-1/{}", "/s/nowhere/after-visit-1/{}")
    names += ("/s/riverside/kept/{}", "/s/riverside/stored/{}", "/contact/riverside/{}", "/contact/hill/{}")
    names += ("/stop/{}/" + stop, "/stop/{}/nothing")
    return [name.format(language) for name in names for language in ("en", "es")]


def faults(page: Page) -> list[str]:
    return [*axe.faults(page), *page.evaluate(CHECK)]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_page_that_can_be_opened_is_easy(page: Page, live: str, places: list[str], scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = {}
    for address in places:
        page.goto(live + address)
        found[address] = faults(page)
    assert {address: each for address, each in found.items() if each} == {}


@pytest.mark.parametrize(
    ("kind", "language", "scheme"),
    [
        ("link", "en", "dark"),
        ("link", "es", "light"),
        ("card", "en", "light"),
        ("card", "es", "dark"),
        pytest.param("link", "en", "light", marks=pytest.mark.slow),
        pytest.param("link", "es", "dark", marks=pytest.mark.slow),
        pytest.param("card", "en", "dark", marks=pytest.mark.slow),
        pytest.param("card", "es", "light", marks=pytest.mark.slow),
    ],
)
def test_a_link_or_card_that_is_over_leads_to_an_easy_page(
    page: Page, live: str, runtime: Runtime, practice: Practice, language: str, scheme: str, kind: str
) -> None:
    clinician = builders.make_clinician(runtime, practice)
    code = (
        builders.make_token(runtime, practice, clinician)
        if kind == "link"
        else builders.make_cards(runtime, practice)[0]
    )
    assert isinstance(runtime.clock, SimulatedClock)
    runtime.clock.advance(timedelta(days=200))
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{live}/s/riverside/after-visit-1/{language}#{code}")
    page.locator("fieldset label").first.click()
    page.locator("textarea").first.fill("The calm waiting room")
    page.locator("#send").click()
    page.locator("blockquote", has_text="The calm waiting room").wait_for()
    assert page.locator('a[href^="tel:"]').count() >= 2
    assert faults(page) == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_survey_that_closed_meanwhile_gives_the_words_back_on_an_easy_page(
    page: Page, live: str, app: Flask, runtime: Runtime, practice: Practice, language: str
) -> None:
    token = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    page.goto(f"{live}/s/riverside/after-visit-1/{language}#{token}")
    page.locator("fieldset label").first.click()
    page.locator("textarea").first.fill("The calm waiting room")
    with transaction(runtime.engine, practice.id) as db:
        db.get_one(Practice, practice.id).closed_on = runtime.clock.now().date()
    app.extensions[survey_page.KEY].surveys.clear()  # a minute later
    page.locator("#send").click()
    page.locator("blockquote", has_text="The calm waiting room").wait_for()
    assert faults(page) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_what_comes_after_sending_is_easy(
    page: Page, live: str, runtime: Runtime, practice: Practice, places: list[str], scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    clinician = builders.make_clinician(runtime, practice)
    found = {}
    for language in ("en", "es"):
        token = builders.make_token(runtime, practice, clinician)
        page.goto(f"{live}/s/riverside/after-visit-1/{language}#{token}")
        page.locator("#send").click()
        page.locator(".problem").wait_for()
        found[f"problem {language}"] = faults(page)
        page.locator("fieldset label").first.click()
        page.locator("#send").click()
        page.locator("dl, .problem, h1[tabindex]").first.wait_for()
        found[f"thanks {language}"] = faults(page)
    assert found == {name: [] for name in found}


def test_each_check_finds_its_fault(page: Page, live: str, practice: Practice) -> None:
    page.goto(live + PAGE)
    assert page.evaluate(CHECK) == []
    page.evaluate("""() => {
      const main = document.querySelector("main");
      main.insertAdjacentHTML("beforeend", "<h1>x</h1><h3>y</h3><h5>z</h5><input id=bare><button></button>");
      document.querySelector(".rows label").style.minHeight = "1rem";
      document.querySelector(".rows label").style.padding = "0";
      main.querySelector("a").style.cssText = "display:block;font-size:8px;line-height:1";
      document.documentElement.dir = "";
    }""")
    found = "; ".join(page.evaluate(CHECK))
    wanted = (
        "headings: ",
        "heading 5 after 3",
        "no label: input bare",
        "no name: button",
        "row of ",
        "link of",
    )
    assert [each for each in wanted if each not in found] == []
    assert "no dir" in found
