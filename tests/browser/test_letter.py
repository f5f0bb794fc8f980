"""The HTML part of a letter as a mail program would draw it: narrow and wide, with nothing loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survey.invitations.envelope import html_of, plain_of
from survey.invitations.letters import Kind, written_languages
from survey.invitations.vetting import sample_letter
from survey.settings import Settings, shipped

if TYPE_CHECKING:
    from playwright.sync_api import Page

SETTINGS = Settings(base_url="https://feedback.example.org", mail_from="feedback@example.org")
ALL = [(language, kind) for language in sorted(written_languages(shipped("templates"))) for kind in Kind]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize(("language", "kind"), ALL)
def test_a_letter_fits_its_window_asks_for_nothing_and_has_a_button_for_a_thumb(
    page: Page, language: str, kind: Kind, width: int
) -> None:
    html = html_of(sample_letter(SETTINGS, language=language, kind=kind, name="Riverside"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 800})
    page.set_content(html)
    assert page.evaluate(WIDER) == 0
    button = page.locator("td[bgcolor='#0b5c63']").bounding_box()
    assert button is not None
    assert button["height"] >= 44
    longest = max(page.locator("p").evaluate_all("all => all.map(p => p.getBoundingClientRect().width)"))
    assert longest <= 640
    assert asked == []


@pytest.mark.browser
def test_a_code_that_cannot_break_would_be_too_wide_for_a_phone(page: Page) -> None:
    html = html_of(sample_letter(SETTINGS)).replace('style="word-break:break-all"', "")
    page.set_content(html)
    assert page.evaluate(WIDER) > 0


@pytest.mark.browser
@pytest.mark.parametrize(("language", "kind"), ALL)
def test_read_aloud_both_parts_say_the_same_in_the_same_order(page: Page, language: str, kind: Kind) -> None:
    message = sample_letter(SETTINGS, language=language, kind=kind, name="Riverside")
    page.set_content(html_of(message))
    drawn = " ".join(page.inner_text("body").split()).replace("’", "'")
    said = [line for line in plain_of(message).splitlines() if line.endswith(".") and "http" not in line]
    assert len(said) >= 5
    places = [drawn.find(line) for line in said]
    assert -1 not in places, said[places.index(-1)]
    assert places == sorted(places)
