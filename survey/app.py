"""The factory: settings, installation, blueprints, headers, error pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from importlib import import_module

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from survey import log_lines
from survey.clock import Clock
from survey.runtime import Runtime, open_runtime, require_role
from survey.settings import PACKAGE, Settings, load_settings
from survey.web import assets, disclosing, doors, errors, headers, remaking, survey_page, updating, wording
from survey.web.installation import KEY
from survey.web.short_path import ShortPath
from survey.web.staff_cookie import StaffCookie

#: Modules of ``survey.web`` with a ``blueprint``: what patients meet, and whoever watches the service.
FOR_PATIENTS: tuple[str, ...] = ("patient", "disclosing", "stopping", "contact", "health")
#: The others; ``mailbox`` exists in demo mode only.
BLUEPRINTS: tuple[str, ...] = (
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
    "metrics",
    "mailbox",
)
#: Blueprints whose forms, or reports, carry a proof of their own instead of a staff session.
WITHOUT_SESSION: tuple[str, ...] = ("patient", "stopping", "contact", "api", "mail_hook")


def create_app(
    settings: Settings | None = None, clock: Clock | None = None, *, only_patients: bool = False
) -> Flask:
    """The web application. Raises SettingsError, UnsafeDatabase or KeyTrouble with a remedy."""
    settings = settings or load_settings()
    log_lines.install(settings.log_format)
    require_role(settings, "web")
    app = make_app(open_runtime(settings, clock), only_patients=only_patients)
    remaking.keep_at_hand(app)
    return app


def make_app(runtime: Runtime, *, only_patients: bool = False) -> Flask:
    """The web application on an installation that is already open.

    ``only_patients``: without a sign-in, a desk or an API; what they need is not even loaded.
    """
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
    _install(app, settings, only_patients=only_patients)
    app.wsgi_app = ShortPath(app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _install(app: Flask, settings: Settings, *, only_patients: bool) -> None:
    Babel(app, locale_selector=wording.staff_language)
    updating.install(app)
    if not only_patients:
        _install_desk(app)
    _add_routes(app, FOR_PATIENTS if only_patients else (*FOR_PATIENTS, *BLUEPRINTS))
    assets.install(app)
    survey_page.install(app, settings)
    disclosing.install(app, settings)
    errors.install(app)
    headers.install(app)
    doors.require_doors(app, only_public=only_patients)


def _install_desk(app: Flask) -> None:
    """What reads a sign-in or draws results. Loaded here, as it weighs more than all that patients need."""
    from flask_wtf.csrf import CSRFProtect

    from survey.web import drawing_once, entering, receiving, status

    for each in (entering, status, receiving, drawing_once):
        each.install(app)
    CSRFProtect(app)


def _add_routes(app: Flask, names: Iterable[str]) -> None:
    forgery = app.extensions.get("csrf")
    for name in names:
        module = import_module(f"survey.web.{name}")
        if name != "mailbox" or app.extensions[KEY].settings.demo:
            app.register_blueprint(module.blueprint)
            if forgery is not None and name in WITHOUT_SESSION:
                forgery.exempt(module.blueprint)
