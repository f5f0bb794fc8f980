"""When a dashboard is drawn on a bad line: ``python benchmarks/dashboard_paint.py [--rounds 7]``.

Chromium held to 150 ms of round trip and 1.6 Mbit/s, signed in as somebody who has been on a staff page
before, so that stylesheet and font are at hand; the page itself is always asked for. Prints when the first
words and the first drawing stand on the screen, the first words of a small staff page for comparison, and
whether plotly was asked for. Needs playwright and a Chromium.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from first_paint import PAINTED
from playwright.sync_api import Browser, sync_playwright
from staged import PASSWORD, Plan, open_staged, owner_and_clinician, stage

from survey.app import make_app
from survey.attacks.serving import served

ROUND_TRIP, BYTES_PER_SECOND = 150, 1_600_000 // 8
#: Where the comments of a dashboard are opened.
COMMENTS = {"/staff/practice": "/staff/practice/comments", "/staff/clinician": "/staff/comments"}
#: Runs before the page: notes when the first drawing has a size, and has been painted.
WATCH = """
window.drawn = 0;
(function look() {
  const found = document.querySelector("main svg.chart");
  if (found && found.getBoundingClientRect().height > 0) {
    requestAnimationFrame(() => setTimeout(() => { window.drawn = performance.now(); }, 0));
  } else { requestAnimationFrame(look); }
}());
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    given = parser.parse_args()
    plan = Plan("large", "Large Practice", clinicians=50, months=36, answers=1_000_000)
    logging.getLogger("waitress").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        runtime = open_staged(Path(folder))
        stage(runtime, plan)
        browser = playwright.chromium.launch(executable_path=given.browser, args=["--no-sandbox"])
        with served(make_app(runtime)) as ours:
            for address, email in owner_and_clinician(plan).items():
                small = [looked(browser, ours, "/staff/news", email)[0] for _ in range(given.rounds)]
                found = [looked(browser, ours, address, email) for _ in range(given.rounds + 1)][1:]
                words, drawing = (sorted(each[place] for each in found) for place in (0, 1))
                print(
                    f"{address}: first words after {median(words):.0f} ms, first drawing after "
                    f"{median(drawing):.0f} ms, from {drawing[0]:.0f} to {drawing[-1]:.0f}; "
                    f"a small page: first words after {median(small):.0f} ms; "
                    f"plotly asked for: {any(each[2] for each in found)}",
                    flush=True,
                )
        browser.close()
        runtime.engine.dispose()


def looked(browser: Browser, ours: str, address: str, email: str) -> tuple[float, float, bool]:
    """Milliseconds to the first words and the first drawing, and whether plotly was asked for."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{ours}/staff/sign-in")
    page.fill("input[type=email]", email)
    page.fill("input[type=password]", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_load_state()
    if address in COMMENTS:
        page.goto(ours + COMMENTS[address])
        page.get_by_role("button", name="Open the comments").click()
        page.wait_for_load_state()
    page.goto(f"{ours}/staff/method")
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    limits = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
    tools.send("Network.emulateNetworkConditions", {"offline": False, "latency": ROUND_TRIP, **limits})
    page.add_init_script(WATCH)
    page.goto(ours + address, wait_until="load")
    if address != "/staff/news":  # which has no drawing
        page.wait_for_function("window.drawn > 0")
    found = float(page.evaluate(PAINTED)), float(page.evaluate("window.drawn"))
    context.close()
    return *found, any("plotly" in url for url in asked)


if __name__ == "__main__":
    main()
