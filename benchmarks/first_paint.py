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
                times, asked = sorted(each[0] for each in found), found[-1][2]
                there = median(each[1] for each in found)
                print(f"{address}: first paint after {median(times):.0f} ms, ", end="")
                print(f"from {times[0]:.0f} to {times[-1]:.0f}; all there after {there:.0f} ms; ", end="")
                print(f"{len(asked)} requests: {', '.join(asked)}")
        browser.close()


def painted(browser: Browser, address: str) -> tuple[float, float, list[str]]:
    """Milliseconds to the first words on the screen, and to the page's last byte; what was asked for.

    Between the two lies the browser's own work, which takes longer on a busy machine.
    """
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
    there = float(page.evaluate("performance.getEntriesByType('navigation')[0].responseEnd"))
    context.close()
    return moment, there, asked


if __name__ == "__main__":
    main()
