"""Beside the owner's desk: a clinician's own comments, looking for a word, printing for the team.

A word that is looked for travels in the body of a POST and is kept nowhere. What is printed says on each page
that it is not for advertising; there is no layout for quotations, on purpose.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.comments import crisis, hiding, searching
from survey.comments.hiding import DeskComment
from survey.db import reading, transaction
from survey.insight.period import last_four
from survey.instruments.model import wording
from survey.practice.model import Role
from survey.reports import comment_sheet, gathering
from survey.reports.gathering import Ground
from survey.reports.paper import CannotPrint, size_for
from survey.reports.voice import Voice
from survey.web import entering, opening
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.wording import language, touchpoints, translate

blueprint = Blueprint("comments_desk", __name__, url_prefix="/staff")
blueprint.before_request(opening.ask)


@blueprint.app_context_processor
def _pieces() -> dict[str, object]:
    """For the pieces that stand below each comment."""
    return {"may_be_crisis": crisis.may_be_crisis}


@blueprint.get("/comments")
@staff(Role.CLINICIAN)
def own() -> str:
    """A clinician's own comments of the last four quarters."""
    return _page(_own(), search_at="comments_desk.search_own", back_to="clinician.dashboard")


@blueprint.post("/comments/search")
@staff(Role.CLINICIAN)
def search_own() -> ResponseReturnValue:
    """Look for a word among them."""
    return _searched(_own(), search_at="comments_desk.search_own", back_to="comments_desk.own")


@blueprint.post("/practice/comments/search")
@staff(Role.OWNER)
def search() -> ResponseReturnValue:
    """Look for a word among all that are shown."""
    return _searched(_all_shown(), search_at="comments_desk.search", back_to="comments.desk")


@blueprint.post("/practice/comments/print")
@staff(Role.OWNER)
def take_along() -> ResponseReturnValue:
    """All that may be read by everybody here, as a PDF with the sentence on each page."""
    practice, (ground, voice) = entering.own_practice(), _ground()
    boxes = _boxes(ground, voice)
    lines = [
        (voice.month(each.month), boxes.get(each.box, each.box), each.text)
        for each in _all_shown()
        if not each.management
    ]
    try:
        pdf = comment_sheet.sheet_pdf(
            practice,
            lines,
            translate=translate,
            language=voice.language,
            size=size_for(practice.country),
            day=ground.today,
        )
    except CannotPrint:
        abort(500)
    with transaction(runtime().engine, practice.id) as db:
        entering.note(db, "printed comments for the team", f"{len(lines)} comments")
    headers = {
        "Content-Disposition": f'attachment; filename="{practice.slug}-comments-for-the-team.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _searched(comments: tuple[DeskComment, ...], *, search_at: str, back_to: str) -> ResponseReturnValue:
    word = request.form.get("word", "")
    if not searching.plain(word) or len(word) > searching.LONGEST:
        text = _("Write a word or two to look for, at most 100 characters.")
        return _page((), search_at=search_at, back_to=back_to, results=0, problem=text), 400
    found = searching.matching(comments, word)
    with transaction(runtime().engine, entering.member().practice_id) as db:
        entering.note(db, "looked for a word")  # never the word: it may be somebody's name
    page = _page(found, search_at=search_at, back_to=back_to, results=len(found), word=word)
    return Response(page, headers={"Cache-Control": "no-store"})


def _page(
    comments: tuple[DeskComment, ...],
    *,
    search_at: str,
    back_to: str,
    results: int | None = None,
    word: str = "",
    problem: str = "",
) -> str:
    ground, voice = _ground()
    shown: dict[str, list[DeskComment]] = {}
    for each in comments:
        shown.setdefault(voice.month(each.month), []).append(each)
    page: str = render_template(
        "staff/comments/found.html",
        shown=shown,
        boxes=_boxes(ground, voice),
        results=results,
        word=word,
        problem=problem,
        search_at=search_at,
        back_to=back_to,
    )
    return page


def _own() -> tuple[DeskComment, ...]:
    member = entering.member()
    if member.clinician_id is None:
        abort(404)
    ground, _voice = _ground()
    with reading(runtime().engine, member.practice_id) as db:
        return hiding.own_comments(
            db,
            member.practice_id,
            member.clinician_id,
            instrument=ground.instrument.id,
            months=last_four(ground.today).months,
        )


def _all_shown() -> tuple[DeskComment, ...]:
    ground, _voice = _ground()
    with reading(runtime().engine, ground.practice.id) as db:
        return _shown_of(db, ground)


def _shown_of(db: Session, ground: Ground) -> tuple[DeskComment, ...]:
    months = last_four(ground.today).months
    found = hiding.on_the_desk(db, ground.practice.id, instrument=ground.instrument.id, months=months)
    return tuple(each for each in found if not each.hidden)


def _ground() -> tuple[Ground, Voice]:
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        ground = gathering.ground_for(db, practice, today=local_day(now(), practice.time_zone))
    return ground, gathering.voice_for(ground, touchpoints(), language=language(), translate=translate)


def _boxes(ground: Ground, voice: Voice) -> dict[str, str]:
    return {box.id: wording(box.text, voice.language) for box in ground.instrument.comments}
