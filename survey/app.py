"""The factory: settings, installation, blueprints, headers, error pages."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from flask import Flask
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from survey import log_lines
from survey.clock import Clock
from survey.runtime import Runtime, open_runtime, require_role
from survey.settings import PACKAGE, Settings, load_settings
from survey.web import (
    assets,
    disclosing,
    doors,
    drawing_once,
    entering,
    errors,
    headers,
    receiving,
    status,
    survey_page,
    updating,
)
from survey.web.installation import KEY
from survey.web.short_path import ShortPath
from survey.web.staff_cookie import StaffCookie

#: Modules of ``survey.web`` with a ``blueprint``; ``mailbox`` exists in demo mode only.
BLUEPRINTS: tuple[str, ...] = (
    "patient",
    "disclosing",
    "stopping",
    "contact",
    "access",
    "forgotten",
    "first_practice",
    "first_steps",
    "status",
    "second_step",
    "sso",
    "second_factor",
    "passkeys",
    "passkey_entry",
    "account",
    "staying",
    "people",
    "clinicians",
    "audit",
    "clinician",
    "method",
    "news",
    "owner",
    "opening",
    "comments",
    "visits",
    "visits_check",
    "mail",
    "mail_test",
    "mail_settings",
    "mail_arrival",
    "reaching",
    "look",
    "mail_hook",
    "person",
    "quarterly",
    "everything",
    "leaving",
    "cards",
    "comments_desk",
    "repairs",
    "repairs_told",
    "programs",
    "editor",
    "editor_draft",
    "editor_question",
    "editor_answers",
    "editor_preview",
    "editor_publish",
    "editor_compare",
    "api",
    "api_results",
    "health",
    "metrics",
    "mailbox",
)
#: Blueprints whose forms, or reports, carry a proof of their own instead of a staff session.
WITHOUT_SESSION: tuple[str, ...] = ("patient", "stopping", "contact", "api", "mail_hook")


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> Flask:
    """The web application. Raises SettingsError, UnsafeDatabase or KeyTrouble with a remedy."""
    settings = settings or load_settings()
    log_lines.install(settings.log_format)
    require_role(settings, "web")
    return make_app(open_runtime(settings, clock))


def make_app(runtime: Runtime) -> Flask:
    """The web application on an installation that is already open."""
    settings = runtime.settings
    secure = settings.base_url.startswith("https://")
    app = Flask("survey", template_folder=str(settings.templates), static_folder=str(settings.static))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        # not "__Host-": that would send it along with patients' answers, too (docs/decisions/0022)
        SESSION_COOKIE_NAME="__Secure-session" if secure else "session",
        SESSION_COOKIE_PATH="/staff",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        BABEL_DEFAULT_LOCALE="en",
        BABEL_TRANSLATION_DIRECTORIES=str(PACKAGE / "translations"),
    )
    app.session_interface = StaffCookie()
    app.extensions[KEY] = runtime
    _install(app, runtime)
    app.wsgi_app = ShortPath(app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _install(app: Flask, runtime: Runtime) -> None:
    Babel(app, locale_selector=entering.staff_language)
    updating.install(app)
    entering.install(app)
    status.install(app)
    receiving.install(app)
    forgery = CSRFProtect(app)
    for name in BLUEPRINTS:
        module = import_module(f"survey.web.{name}")
        if name != "mailbox" or runtime.settings.demo:
            app.register_blueprint(module.blueprint)
            if name in WITHOUT_SESSION:
                forgery.exempt(module.blueprint)
    assets.install(app)
    drawing_once.install(app)
    survey_page.install(app, runtime.settings)
    disclosing.install(app, runtime.settings)
    errors.install(app)
    headers.install(app)
    doors.require_doors(app)
