"""Security headers on every response, errors included."""

from __future__ import annotations

from flask import Flask, Response, request

from survey.web import assets

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{sheets}; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), interest-cohort=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
ENCRYPTED = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
#: Pages that carry their style sheets within, each allowed by its digest; see docs/decisions/0013.
WITH_SHEETS = "patient"


def install(app: Flask) -> None:
    """Add the headers after each request."""
    app.after_request(_add)


def protection(*, sheets: str = "", referrers: str = "no-referrer", secure: bool) -> list[tuple[str, str]]:
    """What every answer carries. ``sheets``: digests of style sheets within the page."""
    found = [("Content-Security-Policy", POLICY.format(sheets=sheets)), *ALWAYS]
    found.append(("Referrer-Policy", referrers))
    return [*found, ENCRYPTED] if secure else found


def _add(response: Response) -> Response:
    headers = response.headers
    sheets = assets.sheet_digests() if request.blueprint == WITH_SHEETS else ""
    referrers = "same-origin" if _for_staff() else "no-referrer"
    for name, value in protection(sheets=sheets, referrers=referrers, secure=request.is_secure):
        headers.setdefault(name, value)
    if request.endpoint != "static" or response.status_code >= 400:
        headers.setdefault("Cache-Control", "no-store")
    return response


def _for_staff() -> bool:
    """Staff forms need a referrer for their forgery check over HTTPS; patients must never send one."""
    return request.path.startswith("/staff")
