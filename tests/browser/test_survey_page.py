"""The patient's minute in a real browser: with and without script, by keyboard, small, dark, bilingual."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from survey.keys.codes import grouped
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders
from tests.browser import axe
from tests.web.patients import EN_BLANCO, NOTHING, ONE_ANSWER, PAGE, kept

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("practice")]


@pytest.fixture
def token(runtime: Runtime, practice: Practice) -> str:
    return builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))


def choose(page: Page, item: str, value: str) -> None:
    page.locator(f'label:has(input[name="item.{item}"][value="{value}"])').click()


def test_from_link_to_thank_you(
    page: Page, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    assert page.url == f"{live}{PAGE}"
    assert not page.locator("#code").is_visible()
    choose(page, "overall", "very_good")
    page.get_by_label("What works well?").fill("The calm waiting room")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert kept(runtime, practice) == ONE_ANSWER


def test_the_code_is_kept_nowhere_but_in_the_form(page: Page, live: str, token: str) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    stored = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie, history.length]")
    assert stored[:3] == [0, 0, ""]
    assert page.locator("#token").input_value() == token


def test_every_request_stays_here_and_none_carries_the_code(page: Page, live: str, token: str) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url + str(request.headers)))
    page.goto(f"{live}{PAGE}#{token}")
    page.wait_for_load_state("networkidle")
    assert len(seen) >= 3
    assert all(each.startswith(live) and token not in each for each in seen)


def test_changing_the_language_keeps_choices_words_and_code(
    page: Page, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    choose(page, "phone", "no")
    page.get_by_label("What should we change?").fill("Answer the phone")
    page.get_by_role("button", name="Español").click()
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.locator('input[name="item.phone"][value="no"]').is_checked()
    assert page.get_by_label("¿Qué deberíamos cambiar?").input_value() == "Answer the phone"
    assert kept(runtime, practice) == NOTHING
    page.get_by_role("button", name="Enviar mis respuestas").click()
    page.get_by_role("heading", name="Gracias").wait_for()
    assert kept(runtime, practice) == ONE_ANSWER


def test_who_may_read_the_words_is_chosen_in_one_tap_and_kept_by_the_other_language(
    page: Page, live: str, token: str
) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    assert page.get_by_label("The practice").is_checked()
    page.get_by_text("Nobody: they are destroyed unread").click()
    page.get_by_role("button", name="Español").click()
    assert page.get_by_label("Nadie: se destruyen sin leer").is_checked()


def test_an_empty_form_leads_to_the_first_question(page: Page, live: str, token: str) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    page.get_by_role("button", name="Send my answers").click()
    page.locator(".problem:focus").wait_for()
    assert page.title().startswith("Error: ")
    page.get_by_role("link", name="Answer at least one question.").click()
    page.locator('[id="item.overall"]:focus').wait_for()


def test_enter_on_an_answer_never_sends_a_half_filled_form(
    page: Page, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    page.locator('[id="item.overall"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.get_by_role("heading", level=1).inner_text() == "About your visit"
    assert page.evaluate("document.activeElement.id") == "item.overall"
    assert kept(runtime, practice) == NOTHING


def test_enter_sends_nothing_without_script_either(
    chromium: Browser, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live}{PAGE}")
    choose(page, "overall", "poor")
    page.get_by_label("Code from the mail").fill(token)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "About your visit"
    assert page.locator('input[name="item.overall"][value="poor"]').is_checked()
    context.close()
    assert kept(runtime, practice) == NOTHING


def test_all_ten_are_answered_by_keyboard_in_few_presses(
    page: Page, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    presses = 0

    def press(key: str) -> None:
        nonlocal presses
        presses += 1
        page.keyboard.press(key)

    for _ in range(4):  # language, what we keep, who to call, first question
        press("Tab")
    for number in range(10):
        press("Space")
        if number < 9:
            press("Tab")
    assert presses <= 25
    assert page.locator('input[name^="item."]:checked').count() == 10
    page.get_by_role("button", name="Send my answers").press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    assert kept(runtime, practice) == ONE_ANSWER


def test_ten_answers_and_sending_take_eleven_taps(
    chromium: Browser, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{live}{PAGE}#{token}")
    for rows in page.locator("fieldset:not(.plain) .rows").all():
        rows.locator("label").first.tap()
    page.get_by_role("button", name="Send my answers").tap()
    page.get_by_role("heading", name="Thank you").wait_for()
    context.close()
    assert kept(runtime, practice) == ONE_ANSWER


def test_without_script_the_code_is_pasted(
    chromium: Browser, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live}{PAGE}#{token}")
    choose(page, "overall", "poor")
    page.get_by_role("button", name="Send my answers").click()
    assert "Put in the code from the mail or card" in page.locator(".problem").inner_text()
    page.get_by_label("Code from the mail").fill(token)
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    context.close()
    assert kept(runtime, practice) == ONE_ANSWER


def test_a_scanned_card_fills_in_its_code(
    page: Page, live: str, runtime: Runtime, practice: Practice
) -> None:
    code, *_ = builders.make_cards(runtime, practice)
    page.goto(f"{live}{PAGE}#{code}")
    assert page.url == f"{live}{PAGE}"
    assert not page.locator("#code").is_visible()
    choose(page, "overall", "very_good")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()


def test_a_typed_card_goes_by_the_short_address_and_in_any_spelling(
    chromium: Browser, live: str, runtime: Runtime, practice: Practice
) -> None:
    code, *_ = builders.make_cards(runtime, practice)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live}/s/riverside/en")
    assert page.url == f"{live}{PAGE}"
    choose(page, "overall", "poor")
    page.get_by_label("Code from the mail or card").fill(grouped(code).lower().replace("0", "o"))
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    context.close()


def test_an_encoded_mark_still_leads_to_a_filled_form(page: Page, live: str, token: str) -> None:
    page.goto(f"{live}{PAGE}%23{token}")
    assert page.url == f"{live}{PAGE}"
    assert page.locator("#token").input_value() == token


def test_going_back_after_sending_keeps_the_code_out_of_sight(page: Page, live: str, token: str) -> None:
    page.goto(f"{live}{PAGE}#{token}")
    choose(page, "overall", "good")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    page.go_back()
    page.get_by_role("button", name="Send my answers").wait_for()
    assert not page.locator("#code").is_visible()
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()


def test_another_link_opened_in_the_same_tab_shows_the_survey_again(
    page: Page, live: str, runtime: Runtime, practice: Practice, token: str
) -> None:
    other = builders.make_token(runtime, practice, builders.make_clinician(runtime, practice))
    page.goto(f"{live}{PAGE}#{token}")
    choose(page, "overall", "good")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    page.goto(f"{live}{PAGE}#{other}")
    assert page.locator("#token").input_value() == other
    assert page.locator('input[name^="item."]:checked').count() == 0


def test_rows_are_tall_enough_for_a_thumb(page: Page, live: str) -> None:
    page.goto(f"{live}{PAGE}")
    heights = page.eval_on_selector_all(
        ".rows label, button:not([hidden])", "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert len(heights) > 40
    assert min(heights[1:]) >= 48
    assert heights[0] >= 44


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("address", [PAGE, EN_BLANCO, "/s/riverside/kept/es", "/stop/es/x"])
def test_nothing_sticks_out_sideways(page: Page, live: str, width: int, address: str) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(live + address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_four_hundred_percent_zoom_needs_no_sideways_scrolling(chromium: Browser, live: str) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 256}, device_scale_factor=4)
    page = context.new_page()
    page.goto(live + PAGE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    choose(page, "overall", "good")
    assert page.locator('input[name="item.overall"][value="good"]').is_checked()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page_address", [PAGE, EN_BLANCO])
def test_axe_finds_nothing_on_the_way(
    page: Page, live: str, token: str, scheme: str, page_address: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found: dict[str, list[str]] = {}
    page.goto(live + page_address)
    found["code field"] = axe.faults(page)
    page.locator(".send").click()
    page.locator(".problem").wait_for()
    found["problem"] = axe.faults(page)
    page.goto(f"{live}{page_address}#{token}")
    choose(page, "overall", "good")
    found["filled"] = axe.faults(page)
    page.locator(".send").click()
    page.locator("h1", has_text="Thank you").or_(page.locator("h1", has_text="Gracias")).wait_for()
    found["thanks"] = axe.faults(page)
    assert found == {name: [] for name in found}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address", ["/s/riverside/kept/en", "/s/riverside/kept/es", "/stop/en/x", "/s/nowhere/x/en"]
)
def test_axe_finds_nothing_beside_the_way(page: Page, live: str, scheme: str, address: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(live + address)
    assert axe.faults(page) == []


def test_axe_would_notice_a_field_without_a_name(page: Page, live: str) -> None:
    page.goto(f"{live}/s/nowhere/x/en")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    assert any(each.startswith("label") for each in axe.faults(page))
