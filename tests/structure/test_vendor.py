"""The vendored files are what their checksums say, fit the libraries, and keep the strict policy."""

import importlib.util
import json
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType

import pytest

from tests.services import browser_path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"
FIGURE = {
    "data": [{"type": "bar", "x": ["1", "2"], "y": [3, 4], "name": "a"}, {"type": "scatter", "y": [1, 2]}],
    "layout": {"title": {"text": "t"}},
    "config": {"displayModeBar": False},
}


def _load_refresh() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor_refresh", VENDOR / "refresh.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


refresh = _load_refresh()


def test_every_file_is_what_its_checksum_says() -> None:
    assert refresh.differences(refresh.local_files()) == []


def test_a_changed_a_missing_and_an_added_file_are_found() -> None:
    files = refresh.local_files()
    name = "plotly/plotly-basic.min.js"

    assert refresh.differences({**files, name: files[name] + b" "})
    assert refresh.differences({path: content for path, content in files.items() if path != name})
    assert refresh.differences({**files, "plotly/more.js": b""})


def test_the_bundle_is_the_version_the_python_library_draws_for() -> None:
    from plotly.offline import get_plotlyjs_version

    head = (VENDOR / "plotly" / "plotly-basic.min.js").read_text("utf-8")[:300]
    found = re.search(r"plotly\.js \(basic - minified\) v(\S+)", head)

    assert found is not None
    assert found[1] == get_plotlyjs_version()
    assert refresh.PLOTLY.endswith(f"@{found[1]}")


def test_every_vendored_folder_carries_a_licence() -> None:
    folders = [path for path in VENDOR.iterdir() if path.is_dir() and path.name != "__pycache__"]

    assert folders
    assert [folder.name for folder in folders if not list(folder.glob("LICENSE*"))] == []


def test_the_font_style_sheet_names_files_that_exist() -> None:
    folder = VENDOR / "source-sans"
    named = re.findall(r'url\("([^"]+)"\)', (folder / "source-sans.css").read_text("utf-8"))

    assert len(named) == 4
    assert [name for name in named if not (folder / name).is_file()] == []


def test_no_vendored_style_sheet_asks_another_host() -> None:
    for sheet in VENDOR.rglob("*.css"):
        assert not re.search(r"https?:|//|data:|@import", sheet.read_text("utf-8")), sheet.name


# --- in a browser -------------------------------------------------------------------------------------


class _Strict(SimpleHTTPRequestHandler):
    """Serves a folder under the policy that the staff pages have."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing; the test reads what the browser says."""


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[str]:
    """A server with one page that draws a figure, with the rules (good) and without them (bad)."""
    for name in ("plotly-basic.min.js", "plotly-basic.css"):
        shutil.copy(VENDOR / "plotly" / name, tmp_path / name)
    (tmp_path / "draw.js").write_text(
        f"const f = {json.dumps(FIGURE)};\n"
        "Plotly.newPlot('chart', f.data, f.layout, f.config).then(() => { document.title = 'drawn'; });\n"
    )
    link = (
        '<link rel="stylesheet" href="plotly-basic.css" id="plotly.js-style-global" class="no-inline-styles">'
    )
    for page, rules in (("good", link), ("bad", "")):
        (tmp_path / f"{page}.html").write_text(
            f'<!doctype html><html lang="en"><head><title>x</title>{rules}</head><body><div id="chart"></div>'
            '<script src="plotly-basic.min.js"></script><script src="draw.js"></script></body></html>'
        )
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Strict, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _violations(address: str) -> list[str]:
    from playwright.sync_api import sync_playwright

    said: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.goto(address)
        page.locator("svg.main-svg .bars path").first.wait_for(state="attached")
        page.locator("svg.main-svg .scatter path").first.wait_for(state="attached")
        browser.close()
    return [line for line in said if "Content Security Policy" in line or "addRelatedStyleRule" in line]


@pytest.mark.browser
def test_a_figure_under_the_strict_policy_breaks_no_rule(pages: str) -> None:
    assert _violations(f"{pages}/good.html") == []


@pytest.mark.browser
def test_without_the_linked_rules_the_same_figure_breaks_the_policy(pages: str) -> None:
    assert _violations(f"{pages}/bad.html")


@pytest.mark.browser
def test_the_linked_rules_are_those_that_the_bundle_would_add() -> None:
    expected = refresh.plotly_rules(VENDOR / "plotly" / "plotly-basic.min.js", browser_path())

    # every selector must be there; browsers of another version may write a value differently
    def selectors(sheet: str) -> list[str]:
        return [line.partition(" {")[0] for line in sheet.splitlines()]

    assert selectors((VENDOR / "plotly" / "plotly-basic.css").read_text("utf-8")) == selectors(expected)
