"""Who may enter what: one table, and a start that fails where a route has no door."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from types import ModuleType

import pytest
from flask import Blueprint, Flask

from survey import app as factory
from survey.practice.model import Role
from survey.runtime import Runtime
from survey.web import doors
from survey.web.doors import public

EVERYBODY, OWNER = frozenset(Role), frozenset({Role.OWNER})
RESULTS, DESK = frozenset({Role.OWNER, Role.CLINICIAN}), frozenset({Role.OWNER, Role.FRONT_DESK})
BOOKS = frozenset({Role.OWNER, Role.AUDITOR})
#: Every route that needs a sign-in. A new one is entered here on purpose.
STAFF = {
    "access.home": EVERYBODY,
    "first_steps.listing": OWNER,
    "status.page": OWNER,
    "account.page": EVERYBODY,
    "staying.ask": EVERYBODY,
    "staying.stay": EVERYBODY,
    "account.end": EVERYBODY,
    "sso.unbind": EVERYBODY,
    "account.change_password": EVERYBODY,
    "people.listing": BOOKS,
    "people.invite": OWNER,
    "people.change": OWNER,
    "audit.listing": BOOKS,
    "audit.take_away": BOOKS,
    "leaving.page": OWNER,
    "leaving.close": OWNER,
    "leaving.stay": OWNER,
    "everything.page": OWNER,
    "everything.take_away": OWNER,
    "clinicians.listing": OWNER,
    "clinicians.change": OWNER,
    "second_factor.page": EVERYBODY,
    "second_factor.change": EVERYBODY,
    "second_factor.confirm": EVERYBODY,
    "second_factor.everybody": OWNER,
    "passkeys.page": EVERYBODY,
    "passkeys.begin": EVERYBODY,
    "passkeys.add": EVERYBODY,
    "passkeys.change": EVERYBODY,
    "clinician.dashboard": RESULTS,
    "clinician.figure": RESULTS,
    "method.page": RESULTS,
    "news.form": RESULTS,
    "news.choose": RESULTS,
    "owner.overview": OWNER,
    "owner.figure": OWNER,
    "opening.open_comments": RESULTS,
    "comments.desk": OWNER,
    "comments.about": OWNER,
    "comments.mentioning": OWNER,
    "comments.sort": OWNER,
    "comments.hide": OWNER,
    "comments.show": OWNER,
    "comments_desk.own": frozenset({Role.CLINICIAN}),
    "comments_desk.search_own": frozenset({Role.CLINICIAN}),
    "comments_desk.search": OWNER,
    "comments_desk.take_along": OWNER,
    "repairs.listing": RESULTS,
    "repairs.show": RESULTS,
    "repairs.begin": RESULTS,
    "repairs.open_repair": RESULTS,
    "repairs.step": OWNER,
    "repairs_told.publish": OWNER,
    "repairs_told.withdraw": OWNER,
    "repairs_told.sheet": OWNER,
    "quarterly.against": OWNER,
    "quarterly.reports": OWNER,
    "quarterly.take_away": OWNER,
    "quarterly.year": OWNER,
    "cards.show": OWNER,
    "cards.print_out": OWNER,
    "cards.poster": OWNER,
    "visits.desk": DESK,
    "visits.receive": DESK,
    "visits.ask_undo": DESK,
    "visits.undo": DESK,
    "visits.forget": DESK,
    "visits_check.match": DESK,
    "visits_check.correct": DESK,
    "visits_check.preview": DESK,
    "visits_check.choose": DESK,
    "visits_check.lines": DESK,
    "visits_check.take": DESK,
    "visits_check.cancel": DESK,
    "mail.desk": DESK,
    "mail.pause": DESK,
    "mail.resume": OWNER,
    "mail.settle": DESK,
    **dict.fromkeys(
        (
            *("editor.listing", "editor.begin", "editor.bring_in", "editor.take_away"),
            *("editor_draft.show", "editor_draft.change", "editor_draft.add", "editor_draft.discard"),
            *("editor_draft.take_away", "editor_draft.frame", "editor_draft.frame_sent"),
            *("editor_question.form", "editor_question.save", "editor_answers.form", "editor_answers.save"),
            *("editor_preview.preview", "editor_preview.phone", "editor_preview.tested"),
            *("editor_publish.ask", "editor_publish.publish"),
            *("editor_compare.choose", "editor_compare.chosen", "editor_compare.show"),
        ),
        OWNER,
    ),
    "programs.listing": BOOKS,
    "programs.make": OWNER,
    "programs.end": OWNER,
    "mail.stop": DESK,
    "mail_test.ask": OWNER,
    "mail_test.send": OWNER,
    "mail_test.confirm": OWNER,
    "mail_settings.form": OWNER,
    "mail_settings.hours": OWNER,
    "mail_settings.holidays": OWNER,
    "mail_settings.own_day": OWNER,
    "mail_settings.reminders": OWNER,
    "mail_settings.visit_type": OWNER,
    "look.form": OWNER,
    "look.change": OWNER,
    "look.change_logo": OWNER,
    "look.back": OWNER,
    "reaching.form": OWNER,
    "reaching.patients": OWNER,
    "reaching.close": OWNER,
    "reaching.reopen": OWNER,
    "mail_arrival.look": OWNER,
    "mail_arrival.domain": OWNER,
    "mail_arrival.mail": OWNER,
    "person.ask": OWNER,
    "person.act": OWNER,
}
#: All that an auditor may send: what belongs to their own account, and the log as a table.
SENT_BY_AUDITORS = {
    *(
        "account.end",
        "account.change_password",
        "sso.unbind",
        "second_factor.change",
        "second_factor.confirm",
    ),
    *("passkeys.begin", "passkeys.add", "passkeys.change"),
    *("audit.take_away", "staying.stay"),
}
#: Every route that anybody may enter: patients, machines, and those who are about to sign in or out.
PUBLIC = {
    "first_practice.form",
    "first_practice.sent",
    "patient.typed",
    "patient.survey",
    "patient.answer",
    "patient.broken_link",
    "look.sheet",
    "look.picture",
    "disclosing.kept",
    "disclosing.everything",
    "stopping.ask",
    "stopping.stop",
    "contact.form",
    "contact.ask",
    "mail_hook.own",
    "mail_hook.service",
    "access.sign_in",
    "access.sign_in_sent",
    "access.sign_out",
    "access.welcome",
    "access.welcome_sent",
    "sso.begin",
    "sso.returned",
    "sso.finish",
    "forgotten.form",
    "forgotten.ask",
    "forgotten.choose",
    "forgotten.chosen",
    "second_step.form",
    "second_step.sent",
    "passkey_entry.begin",
    "passkey_entry.sent",
    "api.described",
    "api.document",
    "api.take",
    "api_results.results",
    "api_results.reports",
    "api_results.report_file",
    "health.healthz",
    "health.readyz",
    "metrics.metrics",
    "static",
}
#: Blueprints of staff pages that are seen before anybody has signed in.
OPEN = ("access.", "first_practice.", "forgotten.", "second_step.", "sso.", "passkey_entry.")


def entries(app: Flask) -> dict[str, frozenset[Role] | None]:
    """Roles by endpoint; None for the public ones."""
    found = {}
    for rule in app.url_map.iter_rules():
        door = doors.door_of(app, rule.endpoint)
        assert door is not None, rule.endpoint
        found[rule.endpoint] = door.roles
    return found


def test_the_doors_are_those_of_the_table(app: Flask) -> None:
    assert entries(app) == {**STAFF, **dict.fromkeys(PUBLIC)}


def sent_by(app: Flask, role: Role) -> set[str]:
    """Endpoints behind a staff door to which a role may send something."""
    found = entries(app)
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"} and role in (found[rule.endpoint] or set())
    }


def test_an_auditor_sends_nothing_but_what_is_of_their_own_account(app: Flask) -> None:
    assert sent_by(app, Role.AUDITOR) == SENT_BY_AUDITORS


def test_one_more_form_that_an_auditor_might_send_is_found(
    sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, view=doors.staff(Role.AUDITOR)(fresh()), methods=["POST"])
    assert sent_by(factory.make_app(sqlite_runtime), Role.AUDITOR) - SENT_BY_AUDITORS == {"planted.bare"}


def test_nothing_outside_the_staff_pages_asks_for_a_sign_in_and_nothing_inside_is_left_open(
    app: Flask,
) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in STAFF:
            assert rule.rule.startswith("/staff"), "the cookie is sent to /staff only"
        elif rule.rule.startswith("/staff"):
            assert rule.endpoint.startswith(OPEN), rule.endpoint


def fresh() -> Callable[[], str]:
    """A view without a door, a new one each time: a door stays on its view."""

    def bare() -> str:
        return "come in"

    return bare


def plant(
    monkeypatch: pytest.MonkeyPatch, *, view: Callable[[], str], methods: Sequence[str] = ("GET",)
) -> None:
    """One more blueprint with one route."""
    blueprint = Blueprint("planted", "survey.web.planted")
    blueprint.add_url_rule("/planted", "bare", view_func=view, methods=methods)
    module = ModuleType("survey.web.planted")
    module.blueprint = blueprint  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "survey.web.planted", module)
    monkeypatch.setattr(factory, "BLUEPRINTS", (*factory.BLUEPRINTS, "planted"))


def test_a_planted_route_without_a_door_stops_the_start(
    sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, view=fresh())
    with pytest.raises(RuntimeError, match=r"routes without a door: planted\.bare"):
        factory.make_app(sqlite_runtime)


def test_the_same_route_with_a_door_does_not(
    sqlite_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, view=public(fresh()))
    assert "planted.bare" in entries(factory.make_app(sqlite_runtime))


def test_a_route_that_came_later_is_shut(app: Flask) -> None:
    app.add_url_rule("/later", view_func=lambda: "come in", endpoint="later")
    assert app.test_client().get("/later").status_code == 403
