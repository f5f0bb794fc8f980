"""When the survey page is painted on a bad line: ``python benchmarks/first_paint.py [--rounds 7]``.

Chromium with an empty cache, its network held to 150 ms of round trip and 1.6 Mbit/s (what is called slow
4G), as its own developer tools do it: each request waits a round trip; making the connection is not slowed.
Prints the first contentful paint of the survey page in both languages, of a page of one word for comparison,
and all requests. Needs playwright and a Chromium (``--browser PATH``).
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from page import bare, furnish
from playwright.sync_api import Browser, sync_playwright

from survey.app import make_app
from survey.attacks.serving import served

ROUND_TRIP, BYTES_PER_SECOND = 150, 1_600_000 // 8
PAGES = ("/s/riverside/after-visit-1/en", "/s/riverside/after-visit-1/es")
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  const found = list.getEntriesByName("first-contentful-paint")[0];
  if (found) done(found.startTime);
}).observe({type: "paint", buffered: true}))"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=given.browser, args=["--no-sandbox"])
        logging.getLogger("waitress").setLevel(logging.ERROR)
        with served(make_app(furnish(Path(folder)))) as ours, served(bare()) as hello:
            for address in (hello + "/", *(ours + path for path in PAGES)):
                found = [painted(browser, address) for _ in range(given.rounds + 1)][1:]
                times, asked = sorted(each[0] for each in found), found[-1][1]
                print(f"{address}: first paint after {median(times):.0f} ms, ", end="")
                print(f"from {times[0]:.0f} to {times[-1]:.0f}; {len(asked)} requests: {', '.join(asked)}")
        browser.close()


def painted(browser: Browser, address: str) -> tuple[float, list[str]]:
    """Milliseconds from the request to the first words on the screen, and what was asked for."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto("about:blank")
    tools, asked = context.new_cdp_session(page), list[str]()
    tools.send("Network.enable")
    tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    limits = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
    tools.send("Network.emulateNetworkConditions", {"offline": False, "latency": ROUND_TRIP, **limits})
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2].partition("?")[0]))
    page.goto(address, wait_until="load")
    moment = float(page.evaluate(PAINTED))
    context.close()
    return moment, asked


if __name__ == "__main__":
    main()
