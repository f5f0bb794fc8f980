"""A file that waits: how it is read, whose visits are whose, what taking it would do, and taking it.

Shows headings, words that mean a state, lines, days, clinicians and reasons; names and addresses masked or
not at all. Looking changes nothing. Choices between clients travel with the form, never written down.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from operator import itemgetter

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from survey.db import reading, transaction
from survey.invitations import taking
from survey.invitations.asking import PracticeClosed
from survey.invitations.planning import Intake
from survey.invitations.scheduling import NoSurveyPublished
from survey.keys.uploads import UploadGone
from survey.practice.model import Role
from survey.reports.tables import cell
from survey.visits import remembering, uploading
from survey.visits.model import Upload, UploadState
from survey.visits.visit_file import (
    Match,
    Part,
    Suggestion,
    UnreadableFile,
    VisitSource,
    open_source,
    review,
)
from survey.web import asked, entering, match_form, receiving, tie_form, visits
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.wording import translate

blueprint = Blueprint("visits_check", __name__, url_prefix="/staff/visits/<upload>")

#: Lines that are listed one by one on the page; the file to take away has more.
LISTED = 50


@dataclass(frozen=True)
class Waiting:
    """An upload of this practice that waits, its files and how they are read."""

    upload: str
    parts: tuple[Part, ...]
    match: Match

    def look(self, match: Match | None = None) -> Suggestion:
        return review(self.parts, match or self.match, now=now())

    def source(self, chosen: str = "") -> VisitSource:
        """Raises UnreadableFile. ``chosen`` are choices between clients as they travel with a form."""
        source = open_source(self.parts, self.match, now=now())
        if not chosen or self.match.join is None:
            return source
        settled = self.match.settled(tie_form.choices(source.ties, chosen))
        return open_source(self.parts, settled, now=now())


@blueprint.get("")
@staff(Role.OWNER, Role.FRONT_DESK)
def match(upload: str) -> ResponseReturnValue:
    """How the file is read, for a person to correct."""
    found = _waiting(upload)
    if found is None:
        return redirect(url_for("visits.desk"))
    return _match_page(found)


@blueprint.post("")
@staff(Role.OWNER, Role.FRONT_DESK)
def correct(upload: str) -> ResponseReturnValue:
    """Write down how the file is to be read; go on where nothing is left to ask."""
    found = _waiting(upload)
    if found is None:
        return redirect(url_for("visits.desk"))
    try:
        wanted = match_form.corrected(found.look(), request.form)
        same_sheet = wanted.sheet == found.match.sheet
        if not same_sheet:  # what was said of the columns of one sheet says nothing of another's
            wanted = visits.suggested(found.parts, time_zone=wanted.time_zone, sheet=wanted.sheet)
        looked = found.look(wanted)
    except UnreadableFile as fault:
        return _match_page(found, problem=fault.in_words(translate)), 400
    with transaction(runtime().engine, entering.member().practice_id) as db:
        uploading.correct(db, entering.member().practice_id, upload, wanted)
    ready = same_sheet and not looked.problems and not asked.blocking(looked)
    go_on = request.form.get("go") == "on" and ready
    return redirect(url_for("visits_check.preview" if go_on else "visits_check.match", upload=upload))


@blueprint.get("/preview")
@staff(Role.OWNER, Role.FRONT_DESK)
def preview(upload: str) -> ResponseReturnValue:
    """First whose visits are whose, where a name stands twice; else what taking the file would do."""
    return _preview(upload, chosen="", place=0)


@blueprint.post("/preview")
@staff(Role.OWNER, Role.FRONT_DESK)
def choose(upload: str) -> ResponseReturnValue:
    """The same with choices between clients; first the next page of them, if there is one. Writes nothing."""
    return _preview(upload, chosen=tie_form.from_form(request.form), place=tie_form.next_place(request.form))


@blueprint.post("/lines")
@staff(Role.OWNER, Role.FRONT_DESK)
def lines(upload: str) -> ResponseReturnValue:
    """Every line that leads to no mail, with its reason, as a table to take away. Writes nothing."""
    found = _waiting(upload)
    if found is None:
        return redirect(url_for("visits.desk"))
    try:
        intake = _rehearse(found, request.form.get("chosen", ""))
    except (UnreadableFile, NoSurveyPublished) as situation:
        return _match_page(found, problem=_why(situation)), 409
    headers = {"Content-Disposition": 'attachment; filename="lines.csv"'}
    return Response(_table(intake), mimetype="text/csv", headers=headers)


@blueprint.post("/take")
@staff(Role.OWNER, Role.FRONT_DESK)
def take(upload: str) -> ResponseReturnValue:
    """Take the file, once, whatever is clicked twice; then its key is destroyed."""
    practice, found = entering.own_practice(), _waiting(upload)
    with transaction(runtime().engine, practice.id) as db:
        mine = found is not None and uploading.claim(db, practice.id, upload, now=now())
    if found is None or not mine:
        return redirect(url_for("visits.desk"))
    try:
        _take(found)
    except (UnreadableFile, NoSurveyPublished) as situation:
        with transaction(runtime().engine, practice.id) as db:
            uploading.give_back(db, practice.id, upload)
        return _match_page(found, problem=_why(situation)), 409
    return redirect(url_for("visits.desk"))


@blueprint.post("/cancel")
@staff(Role.OWNER, Role.FRONT_DESK)
def cancel(upload: str) -> ResponseReturnValue:
    """Destroy the file and its key."""
    practice = entering.own_practice()
    _known(upload)
    with transaction(runtime().engine, practice.id) as db:
        gone = uploading.forget(db, practice.id, upload)
    if gone:
        receiving.uploads().destroy(upload)
    return redirect(url_for("visits.desk"))


def _take(found: Waiting) -> None:
    practice = entering.own_practice()
    source = found.source(request.form.get("chosen", ""))
    intake = taking.take(
        runtime(), practice, source, actor=entering.member().email, name=found.match.source, now=now()
    )
    receiving.uploads().destroy(found.upload)
    with transaction(runtime().engine, practice.id) as db:
        uploading.finish(db, practice.id, found.upload)
        remembering.remember(db, practice.id, found.match, now=now())
        entering.note(db, "imported visits", f"{intake.file.rows} visits, {intake.invited} invitations")


def _known(upload: str) -> Upload:
    """The upload's row; another practice's is no address at all."""
    practice_id = entering.member().practice_id
    with reading(runtime().engine, practice_id) as db:
        row = uploading.find(db, practice_id, upload, now=now())
    if row is None:
        abort(404)
    return row


def _waiting(upload: str) -> Waiting | None:
    """What waits; None where it was taken, or is being taken, so that there is nothing more to say."""
    row = _known(upload)
    if row.state == UploadState.TAKEN or (row.lease_until is not None and row.lease_until >= now()):
        return None
    try:
        files = receiving.uploads().files(upload)
    except UploadGone:
        abort(404)
    return Waiting(upload, tuple(Part("", file) for file in files), Match.from_json(row.match))


def _rehearse(found: Waiting, chosen: str) -> Intake:
    return taking.rehearse(runtime(), entering.own_practice(), found.source(chosen), now=now())


def _why(situation: UnreadableFile | NoSurveyPublished) -> str:
    if isinstance(situation, UnreadableFile):
        return situation.in_words(translate)
    if isinstance(situation, PracticeClosed):
        return str(_("This practice is closed and takes no visits. Open it again first."))
    return str(_("No survey is published for this practice yet. Publish one first."))


def _match_page(found: Waiting, *, problem: str = "") -> str:
    try:
        looked: Suggestion | None = found.look()
    except UnreadableFile as fault:
        looked, problem = None, problem or fault.in_words(translate)
    return render_template(
        "staff/visits/match.html",
        upload=found.upload,
        found=looked,
        form=None if looked is None else match_form.form_of(looked),
        words=match_form,
        title=visits.title(found.match.source),
        problems=[problem] if problem else [] if looked is None else asked.problems(looked, translate),
        questions=[] if looked is None else asked.sentences(looked),
    )


def _preview(upload: str, *, chosen: str, place: int) -> ResponseReturnValue:
    """``place`` is that of the first tie that was not asked about yet."""
    found = _waiting(upload)
    if found is None:
        return redirect(url_for("visits.desk"))
    try:
        ties = found.source().ties if found.match.join is not None else ()
        if place < len(ties):
            page = tie_form.page_of(ties, place, chosen=chosen)
            return render_template("staff/visits/ties.html", upload=upload, page=page)
        intake = _rehearse(found, chosen)
    except (UnreadableFile, NoSurveyPublished) as situation:
        return _match_page(found, problem=_why(situation)), 409
    return _preview_page(upload, intake, chosen, ties=len(ties))


def _preview_page(upload: str, intake: Intake, chosen: str, *, ties: int) -> str:
    skipped = [each for each in intake.decisions if each.reason is not None]
    return render_template(
        "staff/visits/preview.html",
        upload=upload,
        intake=intake,
        chosen=chosen,
        ties=ties,
        mornings=[(format_date(day, "full"), count) for day, count in intake.mornings.items()],
        reasons=[(translate(why.sentence), count) for why, count in intake.skipped.items()],
        skipped=[
            (e.visit.row.line, format_date(e.visit.day, "medium"), translate(e.reason.sentence))
            for e in skipped[:LISTED]
            if e.reason is not None
        ],
        skipped_in_all=sum(intake.skipped.values()),
        errors=[(e.line, e.column, e.in_words(translate)) for e in intake.file.errors[:LISTED]],
        left_out=ngettext(
            "%(num)s row could not be read", "%(num)s rows could not be read", intake.file.refused
        ),
    )


def _table(intake: Intake) -> str:
    """Lines and reasons, in the order of the file; nothing of a person."""
    rows: list[tuple[int, str, str]] = [
        (e.visit.row.line, "", translate(e.reason.sentence)) for e in intake.decisions if e.reason is not None
    ]
    rows += [
        (error.line, cell(error.column), cell(error.in_words(translate))) for error in intake.file.errors
    ]
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow((_("Line"), _("Column"), _("What is wrong")))
    rows.sort(key=itemgetter(0))
    writer.writerows(rows)
    return table.getvalue()
