"""A live server and a headless Chromium. Every page fails its test on a console error or a breach of policy.

The journeys run on SQLite only: what a browser shows does not depend on the database.
"""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from werkzeug.serving import make_server

from survey.settings import Settings, load_settings
from tests.services import browser_path, miss

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A port that is ours from the start, so that links in mails lead to the live server and to no other."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        yield opened


@pytest.fixture
def port(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])


@pytest.fixture
def settings(empty_sqlite: Path, tmp_path: Path, port: int) -> Settings:
    settings = load_settings(
        {},
        instance=tmp_path / "instance",
        keys=tmp_path / "keys",
        mail="folder",
        base_url=f"http://127.0.0.1:{port}",
    )
    settings.data.mkdir(parents=True)
    shutil.copy(empty_sqlite, settings.data / "afterword.sqlite3")
    return settings


@pytest.fixture
def live(app: Flask, port: int, listening: socket.socket) -> Iterator[str]:
    """Address of the running application, such as http://127.0.0.1:40123."""
    server = make_server("127.0.0.1", port, app, threaded=True, fd=listening.fileno())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module; it must be gone before another folder's tests start one of their own."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        miss("browser", "playwright is not installed")
    path = browser_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh phone-sized page; at the end nothing may have been complained about in its console."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="en-US")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    # A refused form is answered with its status; Chromium writes that down as an error of the network.
    assert [each for each in complaints if not each.startswith("Failed to load resource")] == []
