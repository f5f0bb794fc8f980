"""What templates may use: addresses of static files, sheets within a page, its language and direction.

Static files are cached for a year, so an address carries a digest of the file; it must never carry anything
about the reader.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import Flask, current_app, url_for
from flask_babel import get_locale
from markupsafe import Markup

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
KEY = "afterword.assets"
#: Style sheets that the survey page carries within, so that it is painted after one round trip.
WITHIN = ("afterword.css", "choices.css")


@dataclass(frozen=True)
class Assets:
    """Digest of each file by name, the sheets that go into pages, and what the content policy calls them."""

    digests: dict[str, str]
    sheets: dict[str, Markup]
    sheet_digests: str


def install(app: Flask) -> None:
    """Give the templates ``asset(name)``, ``sheet(name)``, ``page_language`` and ``page_direction``.

    Files are read once: they do not change while the application runs.
    """
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(asset=asset, sheet=sheet)
    app.context_processor(page_context)
    root = Path(app.static_folder or "static")
    sheets = {name: _sheet(root / name) for name in WITHIN}
    app.extensions[KEY] = Assets(_digests(root), sheets, "".join(map(_named, sheets.values())))


def asset(name: str) -> str:
    """Address of a static file with the first characters of its SHA-256; KeyError names a missing one."""
    return url_for("static", filename=name, v=_assets().digests[name])


def sheet(name: str) -> Markup:
    """The text of a style sheet, to stand in a page; KeyError names one that is not in ``WITHIN``."""
    return _assets().sheets[name]


def sheet_digests() -> str:
    """How the content policy allows the sheets within pages: a blank and a digest for each."""
    return _assets().sheet_digests


def page_context() -> dict[str, str]:
    """Language of the page (forced by the address on patient pages) and where its lines begin."""
    language = str(get_locale() or "en").replace("_", "-")
    return {
        "page_language": language,
        "page_direction": "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr",
    }


def _assets() -> Assets:
    return cast(Assets, current_app.extensions[KEY])


def _digests(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def _sheet(path: Path) -> Markup:
    """A sheet of ours as it stands in a page.

    It fetches nothing: a browser would send the page's address along, whatever the referrer policy says.
    """
    text = path.read_text("utf-8")
    assert "</" not in text, f"{path.name} would end its own element"
    assert "url(" not in text, f"{path.name} would tell where it stands"
    return Markup(text)  # noqa: S704 — a file of the program, nothing that anybody enters


def _named(text: Markup) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f" 'sha256-{base64.b64encode(digest).decode('ascii')}'"
