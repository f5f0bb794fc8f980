"""The first run in the browser: one page for the practice and its owner, then the owner's first steps.

It opens with a code that only the machine itself shows, and never again once there is a practice.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import available_timezones

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey import beginning
from survey.beginning import NewPractice, NotTheFirst
from survey.db import reading, transaction
from survey.practice import passwords, reaching, signing_in
from survey.practice.admitting import CannotAdmit
from survey.practice.declaring import CannotDeclare
from survey.practice.passwords import PasswordRefused
from survey.web import access, entering
from survey.web.doors import public
from survey.web.installation import now, runtime
from survey.web.wording import country_name, language

blueprint = Blueprint("first_practice", __name__, url_prefix="/staff/begin")

FIELDS = ("name", "mail_name", "slug", "phone", "country", "time_zone", "person", "email")
#: Where people live; the rest of the list are old spellings and offsets.
CONTINENTS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@blueprint.get("/<code>")
@public
def form(code: str) -> ResponseReturnValue:
    """The page, where the code is right and there is no practice yet."""
    return _page() if _may(code) else _over()


@blueprint.post("/<code>")
@public
def sent(code: str) -> ResponseReturnValue:
    """Make the practice and sign its owner in."""
    if not _may(code):
        return _over()
    filled = {name: request.form.get(name, "").strip() for name in FIELDS}
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _page(filled, problem=_("The two passwords are not the same."), at="password"), 400
    try:
        practice_id = _begin(filled, password)
    except NotTheFirst:
        return _over()
    except PasswordRefused as refused:
        return _page(filled, problem=access.why(refused.reason), at="password"), 400
    except (CannotDeclare, CannotAdmit) as fault:
        problem, at = _fault(str(fault))
        return _page(filled, problem=problem, at=at), 400
    beginning.forget_code(runtime().settings)
    _sign_in(practice_id, filled["email"], password)
    return redirect(url_for("first_steps.listing"))


def _may(code: str) -> bool:
    return beginning.is_open(runtime()) and beginning.is_code(runtime().settings, code)


def _begin(filled: Mapping[str, str], password: str) -> int:
    more = {"mail_name": filled["mail_name"], "mail_language": language()}
    if not password:
        raise PasswordRefused(passwords.Refusal.TOO_SHORT)
    new = NewPractice(
        slug=filled["slug"],
        name=filled["name"],
        phone=filled["phone"],
        country=filled["country"],
        time_zone=filled["time_zone"],
        more=more,
    )
    with transaction(runtime().engine) as db:
        owner = beginning.begin(
            db, runtime(), new, email=filled["email"], person=filled["person"], password=password
        )
    return owner.practice_id


def _sign_in(practice_id: int, email: str, password: str) -> None:
    with reading(runtime().engine, practice_id) as db:
        proof = signing_in.prove(db, practice_id, email=email, password=password)
    with transaction(runtime().engine, practice_id) as db:
        secret = signing_in.sign_in(db, proof, now=now())
    entering.admit(practice_id, secret)


def _fault(text: str) -> tuple[str, str]:
    """A refusal from below in the reader's language, and the field it is about."""
    found = text.partition(" ")[0].rstrip(":")
    words = {
        "slug": _(
            "Choose another short name, such as riverside: up to 40 small letters, digits and hyphens, no "
            "word that tells the kind of care. It stands in every link."
        ),
        "time": _("Choose a time zone from the list."),
        "phone": _("Write a number that patients can call, with at least three digits."),
        "country": _("Choose a country from the list."),
        "email": _("Write your own mail address, such as olu@example.org."),
    }
    if found in words:
        return words[found], "time_zone" if found == "time" else found
    if text.startswith("name:"):
        return _("Write your name, in up to 120 characters."), "person"
    if text.startswith("a name needs"):
        return _("Write the name of the practice, in up to 120 characters."), "name"
    return (
        _(
            "This name would stand on every mail and tells the kind of care, or names somebody. Enter a "
            "neutral name for mails, such as that of your street or building."
        ),
        "mail_name",
    )


def _over() -> ResponseReturnValue:
    return render_template("staff/begin_over.html"), 404


def _page(filled: Mapping[str, str] | None = None, *, problem: str = "", at: str = "") -> str:
    known = reaching.countries(runtime().settings.surveys_config)
    return render_template(
        "staff/begin.html",
        filled=filled or dict.fromkeys(FIELDS, ""),
        countries=sorted((country_name(code), code) for code in known),
        time_zones=sorted(zone for zone in available_timezones() if zone.partition("/")[0] in CONTINENTS),
        least=passwords.LEAST,
        problem=problem,
        at=at,
    )
