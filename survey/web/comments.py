"""The owner's desk over released comments: what is shown, what is hidden. No word can be changed here."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.clock import local_day
from survey.comments import hiding, sorting
from survey.comments.hiding import DeskComment, NoSuchComment, Reason
from survey.db import reading, transaction
from survey.insight.period import last_four
from survey.instruments.model import wording
from survey.practice.model import Role
from survey.reports import gathering
from survey.web import comment_themes, comment_touchpoints, entering, opening
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.wording import language, touchpoints, translate

blueprint = Blueprint("comments", __name__, url_prefix="/staff/practice/comments")
blueprint.before_request(opening.ask)

KEY = re.compile(r"[0-9a-f]{32}")


@blueprint.get("")
@staff(Role.OWNER)
def desk() -> str:
    """Comments of the last four quarters; hidden ones folded away."""
    return _page()


@blueprint.get("/about/<theme>")
@staff(Role.OWNER)
def about(theme: str) -> str:
    """Those of the same comments that are about one theme; fewer of what is shown anyway."""
    if theme not in sorting.BY_SLUG:
        abort(404)
    return _page(theme=theme)


@blueprint.get("/mentioning/<touchpoint>")
@staff(Role.OWNER)
def mentioning(touchpoint: str) -> str:
    """Those of the same comments that mention one touchpoint."""
    if touchpoint not in touchpoints():
        abort(404)
    return _page(touchpoint=touchpoint)


@blueprint.post("/sort")
@staff(Role.OWNER)
def sort() -> ResponseReturnValue:
    """Say what a comment is about, where the guess is wrong."""
    wanted = request.form.getlist("theme")
    if not sorting.BY_SLUG.keys() >= set(wanted):
        return _page(problem=_("Choose themes from the list. Nothing was changed.")), 400
    return _change(comment_themes.setting(wanted))


@blueprint.post("/hide")
@staff(Role.OWNER)
def hide() -> ResponseReturnValue:
    """Hide one comment, with a reason from the list."""
    wanted = request.form.get("reason", "")
    if wanted not in set(Reason):
        return _page(problem=_("Choose a reason, then hide the comment.")), 400
    return _change(partial(hiding.hide, reason=Reason(wanted)))


@blueprint.post("/show")
@staff(Role.OWNER)
def show() -> ResponseReturnValue:
    """Show a hidden comment again."""
    return _change(hiding.show)


def _change(deed: Callable[..., None]) -> ResponseReturnValue:
    """Do something to the named comment, in one transaction."""
    member, key = entering.member(), request.form.get("comment", "")
    try:
        if not KEY.fullmatch(key):
            raise NoSuchComment("this is no key")
        with transaction(runtime().engine, member.practice_id) as db:
            deed(db, member.practice_id, bytes.fromhex(key), actor=member.email, now=now())
    except NoSuchComment:
        return _page(problem=_("This comment is not here any more. Nothing was changed.")), 404
    return redirect(url_for("comments.desk"))


def _page(*, problem: str = "", theme: str = "", touchpoint: str = "") -> str:
    practice = entering.own_practice()
    today = local_day(now(), practice.time_zone)
    with reading(runtime().engine, practice.id) as db:
        ground = gathering.ground_for(db, practice, today=today)
        found = hiding.on_the_desk(
            db, practice.id, instrument=ground.instrument.id, months=last_four(today).months
        )
        view = comment_themes.view(db, practice.id, found, theme=theme)
        hidings = hiding.hidings(db, practice.id)
    voice = gathering.voice_for(ground, touchpoints(), language=language(), translate=translate)
    named = comment_touchpoints.of_each([each for each in found if not each.hidden], voice=voice)
    shown: dict[str, list[DeskComment]] = {}
    for each in found:
        if each.id in view.listed and (not touchpoint or touchpoint in named[each.id]):
            shown.setdefault(voice.month(each.month), []).append(each)
    page: str = render_template(
        "staff/comments.html",
        shown=shown,
        hidden=[each for each in found if each.hidden],
        boxes={box.id: wording(box.text, voice.language) for box in ground.instrument.comments},
        reasons=_reasons(),
        reason_texts=dict(_reasons()),
        hidings=hidings,
        search_at="comments_desk.search",
        problem=problem,
        choices=view.choices,
        chosen=theme,
        touchpoints=comment_touchpoints.choices(named, voice=voice),
        touchpoint=touchpoint,
        corrected=view.corrected,
        sorted=view.sorted,
        theme_names=comment_themes.names(),
    )
    return page


def _reasons() -> list[tuple[Reason, str]]:
    return [
        (Reason.NAMES, _("It names somebody")),
        (Reason.RECOGNISABLE, _("Somebody could be recognised by it")),
        (Reason.INSULT, _("It insults somebody")),
        (Reason.OTHER, _("Another reason")),
    ]
