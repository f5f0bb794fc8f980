"""LA-14 and LA-17 in a real browser: a scanner that runs scripts and presses, and what is left behind.

Needs playwright and an installed Chromium; where one is missing there is no evidence, and none is claimed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import PAGE, House, Kept, send
from survey.attacks.serving import served
from survey.attacks.trial import Finding, Trial, Variant, swapped
from survey.settings import shipped

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NOTHING, ONE = Kept(0, 0, 0), Kept(1, 2, 0)
CLEANS = "history.replaceState"
#: What "answer with one click in the mail" does when the page opens.
ANSWERS_AT_ONCE = """
addEventListener("load", () => {
  document.querySelector("input[type=radio]").checked = true;
  document.querySelector("form button[type=submit], form button:not([type])").click();
});
"""


def scanned(house: House) -> Finding:
    """A scanner opens the link, runs the scripts and presses the button; then the patient answers."""
    token = house.token()
    with opened(house) as (page, base):
        page.goto(f"{base}{PAGE}#{token}")
        page.wait_for_load_state("networkidle")
        if page.get_by_role("button", name="Send my answers").count():
            page.get_by_role("button", name="Send my answers").click()
            page.wait_for_load_state("networkidle")
        after_scan = house.kept()
    reply = send(house.client(), token)
    taken = house.kept() == ONE and reply.status_code == 200
    score = (
        f"{after_scan.spent} links spent by a browser that opens and presses; "
        f"the patient's answer {'taken' if taken else 'lost'}"
    )
    return Finding(won=after_scan != NOTHING or not taken, score=score)


def looked_over_the_shoulder(house: House) -> Finding:
    """Open the link; then read address bar, requests, referrers and all that the browser keeps."""
    token, sent = house.token(), list[str]()
    with opened(house) as (page, base):
        page.on("request", lambda request: sent.append(request.url + str(request.headers)))
        page.goto(f"{base}{PAGE}#{token}")
        page.wait_for_load_state("networkidle")
        bar = page.url
        kept = page.evaluate("[document.cookie, localStorage.length, sessionStorage.length].join()")
        page.goto(f"{base}/s/riverside/kept/en")
        page.go_back()
        bar += page.url
    found = [
        name
        for name, left in (
            ("in the address bar", token in bar or "#" in bar),
            ("in a request", any(token in each for each in sent)),
            ("in cookies or storage", kept != ",0,0"),
            ("in a referrer", any("'referer'" in each.lower() for each in sent)),
        )
        if left
    ]
    places = f"left {' and '.join(found)}" if found else "left nowhere"
    return Finding(won=bool(found), score=f"the code is {places} ({len(sent)} requests)")


@contextmanager
def opened(house: House) -> Iterator[tuple[Page, str]]:
    """A phone's browser and the address of the served application."""
    from playwright.sync_api import sync_playwright

    with served(house.app) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 740}, locale="en-US")
        page.route("**/survey*.js*", give_script)
        try:
            yield page, base
        finally:
            browser.close()


def give_script(route: Route) -> None:
    """The page's script as it is; broken variants give another."""
    route.continue_()


def browser_path() -> str | None:
    """An installed browser, or None."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def is_possible() -> bool:
    """Whether there is a browser here, and the library that drives it."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return False
    return browser_path() is not None


# --- broken on purpose ------------------------------------------------------------------------------------


def _shipped_script() -> str:
    return (shipped("static") / "survey.js").read_text("utf-8")


@contextmanager
def leaves_the_code() -> Iterator[None]:
    """The script takes the code and does not clean the address bar."""
    lines = [line for line in _shipped_script().splitlines() if CLEANS not in line]

    def other(route: Route) -> None:
        route.fulfill(body="\n".join(lines), content_type="text/javascript")

    with swapped((THIS, "give_script", other)):
        yield


@contextmanager
def answers_at_once() -> Iterator[None]:
    """A page that sends an answer as soon as it is opened."""

    def other(route: Route) -> None:
        route.fulfill(body=_shipped_script() + ANSWERS_AT_ONCE, content_type="text/javascript")

    with swapped((THIS, "give_script", other)):
        yield


THIS = sys.modules[__name__]
SCANNER = Trial(
    attack="LA-14",
    title="A scanner with a browser",
    expected="0 links spent, the real answer then taken",
    carry_out=scanned,
    variants=(Variant("answers when opened", answers_at_once),),
)
SHOULDER = Trial(
    attack="LA-17",
    title="The code in the browser",
    expected="the code left nowhere",
    carry_out=looked_over_the_shoulder,
    variants=(Variant("the address bar is not cleaned", leaves_the_code),),
)


@attack
def in_a_browser(options: Options) -> Iterator[Evidence]:
    if is_possible():
        yield from SCANNER.run(options)
        yield from SHOULDER.run(options)
