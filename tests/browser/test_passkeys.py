"""A passkey is made and used in a real browser, with a device that the browser itself plays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.settings import Settings
from tests.browser import axe
from tests.web.desk import GOOD, make_owner

if TYPE_CHECKING:
    from playwright.sync_api import Page

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def settings(settings: Settings, port: int) -> Settings:
    """Browsers take passkeys for a name, never for a number."""
    return replace(settings, base_url=f"http://localhost:{port}")


@pytest.fixture
def device(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


@pytest.mark.usefixtures("live", "device")
def test_a_passkey_is_added_and_lets_its_owner_in(
    page: Page, settings: Settings, runtime: Runtime, practice: Practice
) -> None:
    make_owner(runtime, practice)
    page.goto(f"{settings.base_url}/staff/sign-in")
    assert axe.faults(page) == []
    page.get_by_label("Email address").fill("olu@example.org")
    page.get_by_label("Password").fill(GOOD)
    page.locator("main").get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "sign-in" not in url)

    page.goto(f"{settings.base_url}/staff/account/passkeys")
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_label("Your password").fill(GOOD)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Work laptop").wait_for()
    assert axe.faults(page) == []

    page.context.clear_cookies()
    page.goto(f"{settings.base_url}/staff/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
    page.goto(f"{settings.base_url}/staff/account")
    assert page.get_by_role("heading", name="Passkeys").is_visible()
