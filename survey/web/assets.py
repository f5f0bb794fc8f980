"""What every template may use: addresses of static files, the page's language and its direction.

Static files are cached for a year, so an address carries a digest of the file; it must never carry anything
about the reader.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, current_app, url_for
from flask_babel import get_locale

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def install(app: Flask) -> None:
    """Give the templates ``asset(name)``, ``page_language`` and ``page_direction``."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset"] = asset
    app.context_processor(page_context)


def asset(name: str) -> str:
    """Address of a static file with the first characters of its SHA-256; KeyError names a missing one."""
    return url_for("static", filename=name, v=_digests()[name])


def page_context() -> dict[str, str]:
    """Language of the page (forced by the address on patient pages) and where its lines begin."""
    language = str(get_locale() or "en").replace("_", "-")
    return {
        "page_language": language,
        "page_direction": "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr",
    }


def _digests() -> dict[str, str]:
    """Digest by name, read once per application: files do not change while it runs."""
    found: dict[str, str] | None = current_app.extensions.get("afterword.assets")
    if found is None:
        root = Path(current_app.static_folder or "static")
        found = {
            path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:8]
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }
        current_app.extensions["afterword.assets"] = found
    return found
