"""The repair register: list, one repair with its history and next step, opening one.

The owner moves repairs; a clinician opens some from their own results and reads those. Each form carries how
many steps its writer has seen, so that of two people who move a repair at once the second is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.actions import acting, telling
from survey.actions.acting import CannotSkip, Lack, MovedMeanwhile, NoSuchAction, NotReady
from survey.actions.model import Action
from survey.actions.telling import Line
from survey.actions.words import quotes
from survey.clock import local_day
from survey.comments import finding
from survey.db import reading, transaction
from survey.insight.effect import SPANS
from survey.insight.reading import ReleasedComment
from survey.instruments.model import Item
from survey.practice import declaring, publishing
from survey.practice.model import Practice, Role
from survey.reports import gathering, register
from survey.reports.gathering import Ground
from survey.reports.paper import size_for
from survey.reports.register import RepairCard, StepLine
from survey.reports.tongues import PRINTED
from survey.reports.voice import Voice
from survey.web import entering, opening, repair_form
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.survey_page import language_name
from survey.web.wording import language, touchpoints, translate

blueprint = Blueprint("repairs", __name__, url_prefix="/staff/repairs")

NUMBER = re.compile(r"[0-9]{1,19}")
KEY = re.compile(r"[0-9a-f]{32}")
MOST_NUMBER = 2**63 - 1


@dataclass(frozen=True)
class RepairPage:
    """One repair, ready to show. ``comment``: the words it was opened from, as long as they are shown;
    None where there are none, or where they are ``closed`` until somebody opens comments.
    """

    card: RepairCard
    seen: int
    history: tuple[StepLine, ...]
    comment: ReleasedComment | None
    closed: bool
    comment_month: str
    measured: Item | None
    question: str
    languages: tuple[tuple[str, str], ...]
    lines: Mapping[str, Line] = field(default_factory=dict)


@blueprint.get("")
@staff(Role.OWNER, Role.CLINICIAN)
def listing() -> str:
    """All repairs, unresolved first; for a clinician their own."""
    return _listing()


@blueprint.get("/<repair>")
@staff(Role.OWNER, Role.CLINICIAN)
def show(repair: str) -> str:
    """One repair: what it is about, what comes next, its history."""
    return repair_page(number_of(repair))


@blueprint.get("/new")
@blueprint.get("/new/<touchpoint>")
@blueprint.get("/new/comment/<comment>")
@staff(Role.OWNER, Role.CLINICIAN)
def begin(touchpoint: str = "", comment: str = "") -> str:
    """The form that opens a repair, from a touchpoint or from a released comment."""
    return _opening(touchpoint=touchpoint, comment=comment)


@blueprint.post("")
@staff(Role.OWNER, Role.CLINICIAN)
def open_repair() -> ResponseReturnValue:
    """Open one."""
    form, practice, by = request.form, entering.own_practice(), entering.member().name
    today = _today()
    touchpoint, comment = form.get("touchpoint", ""), form.get("comment", "")
    if touchpoint not in touchpoints():
        text = _("Choose what it is about.")
        return _opening(touchpoint="", comment=comment, problem=text), 400
    try:
        with transaction(runtime().engine, practice.id) as db:
            found, heard = _comment(db, comment), form.get("heard", "")
            if found is not None and quotes(heard, [found.text]):
                raise NotReady(Lack.QUOTED)
            key = None if found is None else bytes.fromhex(comment)
            origin = acting.Origin(touchpoint, own_clinician(), key)
            action = acting.open_action(db, practice.id, origin, heard=heard, by=by, today=today)
            entering.note(db, "opened a repair", f"{action.id}: {touchpoint}")
            number = action.id
    except NotReady as trouble:
        text = repair_form.lack_text(trouble.lack)
        return _opening(touchpoint=touchpoint, comment=comment, problem=text), 400
    return redirect(url_for("repairs.show", repair=number))


@blueprint.post("/step")
@staff(Role.OWNER)
def step() -> ResponseReturnValue:
    """Take the next step; which one is written in the form, so that none is taken twice."""
    number, practice = number_of(request.form.get("repair", "")), entering.own_practice()
    try:
        with transaction(runtime().engine, practice.id) as db:
            action = acting.action_to_move(db, practice.id, number, seen=seen())
            item = register.measurable(_ground(db, practice)[0].instrument, action.touchpoint)
            repair_form.take(db, action, item=item, by=entering.member().name, today=_today())
            entering.note(db, "moved a repair", f"{action.id}: {action.state}")
    except NoSuchAction:
        abort(404)
    except NotReady as trouble:
        return repair_page(number, problem=repair_form.lack_text(trouble.lack)), 400
    except CannotSkip:
        return repair_page(number, problem=_("This is not the next step of this repair.")), 400
    except MovedMeanwhile:
        return repair_page(number, problem=moved_text(), conflict=True), 409
    return redirect(url_for("repairs.show", repair=number))


def moved_text() -> str:
    """What the second of two people is told."""
    text: str = _(
        "Somebody else has moved this repair meanwhile. Nothing of yours was saved; what you wrote is below."
    )
    return text


def seen() -> int:
    """How many steps the writer of a form has seen; -1 where the form does not say."""
    text = request.form.get("seen", "")
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else -1


def own_clinician() -> int | None:
    """Whose results somebody may read: None reads the whole practice."""
    member = entering.member()
    return None if member.role is Role.OWNER else member.clinician_id


def repair_page(number: int, *, problem: str = "", conflict: bool = False, at: str = "") -> str:
    """The page of a repair, with what was written where something was wrong with it. 404 for a stranger's."""
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        action = acting.find_action(db, practice.id, number)
        if action is None or not _may_read(action):
            abort(404)
        ground, voice = _ground(db, practice)
        view = _page_of(db, action, ground, voice)
    page: str = render_template(
        "staff/repairs/repair.html",
        view=view,
        problem=problem,
        conflict=conflict,
        at=at,
        values=request.form,
        spans=SPANS,
        today=ground.today,
        last=ground.today + acting.FURTHEST,
    )
    return page


def sheet_problem(problem: str) -> str:
    """The list, with what was wrong about the sheet."""
    return _listing(problem)


def _listing(problem: str = "") -> str:
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        ground, voice = _ground(db, practice)
        view = register.register(
            [one for one in acting.all_actions(db, practice.id) if _may_read(one)],
            voice=voice,
            names=_names(db, practice.id),
            asked=_asked(db, practice.id),
            today=ground.today,
        )
        told = telling.published_count(db, practice.id)
    page: str = render_template(
        "staff/repairs/register.html",
        view=view,
        told=told,
        problem=problem,
        languages=_languages(ground),
        chosen=language(),
        papers=[("a4", "A4"), ("letter", _("US Letter"))],
        usual_paper=size_for(practice.country),
    )
    return page


def _page_of(db: Session, action: Action, ground: Ground, voice: Voice) -> RepairPage:
    practice, asked = ground.practice, _asked(db, ground.practice.id)
    steps = acting.history(db, action)
    comment = None
    if action.comment_id is not None:
        comment = finding.find_released(db, practice.id, action.comment_id, clinician_id=own_clinician())
    measured, shut = register.measurable(ground.instrument, action.touchpoint), not opening.are_open()
    return RepairPage(
        card=register.card(
            action, voice=voice, names=_names(db, practice.id), asked=asked, today=ground.today
        ),
        seen=len(steps),
        history=register.step_lines(steps, voice=voice),
        comment=None if shut else comment,
        closed=shut and comment is not None,
        comment_month="" if comment is None else voice.month(comment.month),
        measured=measured,
        question="" if measured is None else voice.question(measured),
        languages=_languages(ground),
        lines=telling.texts(db, action),
    )


def _languages(ground: Ground) -> tuple[tuple[str, str], ...]:
    """The languages in which patients are told: those of the survey that the program speaks, too."""
    return tuple((each, language_name(each)) for each in PRINTED if each in ground.instrument.languages)


def _opening(*, touchpoint: str, comment: str, problem: str = "") -> str:
    if touchpoint and touchpoint not in touchpoints():
        abort(404)
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        _ground_now, voice = _ground(db, practice)
        found = _comment(db, comment)
    if comment and found is None:
        abort(404)
    page: str = render_template(
        "staff/repairs/new.html",
        chosen=touchpoint,
        names=sorted((voice.name(each), each) for each in touchpoints()),
        name=voice.name(touchpoint) if touchpoint else "",
        comment=found if opening.are_open() else None,
        comment_key=comment,
        month="" if found is None else voice.month(found.month),
        problem=problem,
        values=request.form,
        most=acting.LONGEST_TEXT,
    )
    return page


def _comment(db: Session, key: str) -> ReleasedComment | None:
    if not KEY.fullmatch(key):
        return None
    return finding.find_released(
        db, entering.member().practice_id, bytes.fromhex(key), clinician_id=own_clinician()
    )


def _may_read(action: Action) -> bool:
    own = own_clinician()
    return entering.member().role is Role.OWNER or (own is not None and action.clinician_id == own)


def number_of(text: str) -> int:
    if not NUMBER.fullmatch(text) or int(text) > MOST_NUMBER:
        abort(404)
    return int(text)


def _ground(db: Session, practice: Practice) -> tuple[Ground, Voice]:
    ground = gathering.ground_for(db, practice, today=_today())
    return ground, gathering.voice_for(ground, touchpoints(), language=language(), translate=translate)


def _names(db: Session, practice_id: int) -> dict[int, str]:
    return {one.id: one.name for one in declaring.clinicians(db, practice_id)}


def _asked(db: Session, practice_id: int) -> dict[str, Item]:
    """Items of every published version by key: what was fixed may not be asked any more."""
    return {
        item.key: item
        for version in publishing.versions(db, practice_id).values()
        for item in version.counted
    }


def _today() -> date:
    return local_day(now(), entering.own_practice().time_zone)
