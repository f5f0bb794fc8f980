"""Visits in: where files arrive, what was taken before, what waits, what is remembered, the way back.

Shows counts, days and names of programs only: never an address, a client or whether anybody answered. A file
is not taken here, only received sealed; a person looks at it first (``visits_check``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey import feeding, watching
from survey.db import lock_practice, reading, transaction
from survey.invitations import undoing
from survey.keys.sealed_file import SealingStream
from survey.keys.uploads import KEPT
from survey.practice.model import Practice, Role
from survey.reports import audit_words
from survey.visits import history, remembering, uploading
from survey.visits.feed import REASONS
from survey.visits.history import PastImport, Shown
from survey.visits.joining import in_order
from survey.visits.visit_file import Join, Match, Part, UnreadableFile, load_presets, suggest
from survey.web import entering, receiving
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.wording import translate

blueprint = Blueprint("visits", __name__, url_prefix="/staff/visits")

#: Imports that are listed; older ones are counted.
LISTED = 20


@blueprint.get("")
@staff(Role.OWNER, Role.FRONT_DESK)
def desk() -> str:
    """Where a file is chosen, and what came before."""
    return _page()


@blueprint.post("")
@staff(Role.OWNER, Role.FRONT_DESK)
def receive() -> ResponseReturnValue:
    """Keep one or two files, sealed, until somebody has looked at them; one that is unreadable is gone."""
    streams = _streams()
    if not streams:
        return _page(problem=_("Choose a file first.")), 400
    if any(stream.is_too_large for stream in streams):
        return _page(problem=_("The file is larger than 200 MB. Export fewer visits at a time.")), 413
    practice, upload = entering.own_practice(), receiving.received().upload
    receiving.uploads().sweep(now=now())
    try:
        match, paths = _looked_at([stream.path for stream in streams])
    except UnreadableFile as fault:
        return _page(problem=fault.in_words(translate)), 400
    with transaction(runtime().engine, practice.id) as db:
        uploading.begin(db, practice.id, upload, match=match, now=now())
    receiving.keep(paths)
    return redirect(url_for("visits_check.match", upload=upload))


@blueprint.get("/undo")
@staff(Role.OWNER, Role.FRONT_DESK)
def ask_undo() -> ResponseReturnValue:
    """Whether the last import is really to be taken back."""
    last = next((each for each in _history() if each.can_be_undone), None)
    if last is None:
        return redirect(url_for("visits.desk"))
    return render_template("staff/visits/undo.html", last=last, day=format_date(last.day, "long"))


@blueprint.post("/undo")
@staff(Role.OWNER, Role.FRONT_DESK)
def undo() -> ResponseReturnValue:
    """Take back the import that was shown, if it is still the last one and none of its mails has gone out."""
    practice = entering.own_practice()
    try:
        with transaction(runtime().engine, practice.id) as db:
            lock_practice(db, practice.id)
            last = next((e for e in history.past(db, practice.id, now=now()) if e.can_be_undone), None)
            same = last is not None and str(last.number) == request.form.get("number")
            if same:
                gone = undoing.undo_last(db, practice.id, now=now())
                entering.note(db, "undo import", str(gone.number))
    except undoing.CannotUndo:
        return _page(
            problem=_("Mails of this import have gone out or are going out; it cannot be taken back.")
        ), 409
    if not same:
        return _page(problem=_("This import was taken back already, or a later one was begun.")), 409
    return redirect(url_for("visits.desk"))


@blueprint.post("/forget")
@staff(Role.OWNER, Role.FRONT_DESK)
def forget() -> ResponseReturnValue:
    """Forget how files of one shape were read; the next one is looked at as if it were the first."""
    practice = entering.own_practice()
    with transaction(runtime().engine, practice.id) as db:
        if remembering.forget(db, practice.id, request.form.get("shape", "")):
            entering.note(db, "forgot how files are read")
    return redirect(url_for("visits.desk"))


def _streams() -> list[SealingStream]:
    """What has arrived, without fields that were left empty."""
    files = [file for _name, file in request.files.items(multi=True) if file.filename]
    return [cast(SealingStream, file.stream) for file in files]


def _looked_at(paths: list[Path]) -> tuple[Match, list[Path]]:
    """How the files seem to be read, and the files with the visits first. Raises UnreadableFile."""
    upload = receiving.received().upload
    parts = [Part("", receiving.uploads().sealed(upload, path)) for path in paths]
    match = suggested(parts, time_zone=entering.own_practice().time_zone)
    first, _second = in_order(parts, match)
    return match, paths if first is parts[0] else paths[::-1]


def suggested(parts: Sequence[Part], *, time_zone: str, sheet: str = "") -> Match:
    """How the files seem to be read, on one sheet of a workbook where it is named. Raises UnreadableFile."""
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        known = tuple(remembering.remembered(db, practice.id).values())
    found = suggest(
        parts,
        presets=load_presets(runtime().settings.surveys_config),
        remembered=known,
        time_zone=time_zone,
        now=now(),
        sheet=sheet,
    )
    return joined(found.match, second=len(parts) > 1)


def joined(match: Match, *, second: bool) -> Match:
    """A match with a list of clients exactly where there is a second file."""
    if second and match.join is None:
        return replace(match, join=Join({}))
    return match if second else replace(match, join=None)


def _history() -> tuple[PastImport, ...]:
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        return history.past(db, practice.id, now=now())


def _page(*, problem: str = "") -> str:
    practice, imports = entering.own_practice(), _history()
    with reading(runtime().engine, practice.id) as db:
        waiting = uploading.waiting(db, practice.id, now=now())
        known = remembering.remembered(db, practice.id)
        failing = feeding.failing(db, practice, now=now())
        unread = practice.closed_on is not None and _comes_by_itself(db, practice.id)
    return render_template(
        "staff/visits/desk.html",
        problem=problem,
        unread=unread,
        failing=[
            (each.name, format_date(each.since, "full"), translate(REASONS[each.trouble])) for each in failing
        ],
        waiting=[(each.id, each.state, _hour(each.begun + KEPT, practice)) for each in waiting],
        imports=[
            (each, format_date(each.day, "medium"), _origin(each), _actor(each), shown()[each.shown])
            for each in imports[:LISTED]
        ],
        older=max(0, len(imports) - LISTED),
        can_undo=any(each.can_be_undone for each in imports),
        remembered=[
            (shape, title(match.source), ", ".join(match.columns.values())) for shape, match in known.items()
        ],
    )


def _comes_by_itself(db: Session, practice_id: int) -> bool:
    """Whether visits come in without anybody bringing them."""
    return bool(watching.watched(db, practice_id) or feeding.added(db, practice_id))


def _hour(moment: datetime, practice: Practice) -> str:
    """Day and hour as the practice's clock shows them."""
    return str(format_datetime(moment.astimezone(ZoneInfo(practice.time_zone)), "short", rebase=False))


def _origin(each: PastImport) -> str:
    """What kind of file it was; of one that was refused nobody knows."""
    return "–" if each.shown is Shown.REFUSED else title(each.source)


def _actor(each: PastImport) -> str:
    return audit_words.actor(each.actor, translate)


def title(source: str) -> str:
    """The program by its name; a practice's own columns have none."""
    presets = load_presets(runtime().settings.surveys_config)
    found = next((preset.title for preset in presets if preset.id == source), "")
    return found if found and source != "generic" else str(_("Your own columns"))


def shown() -> dict[Shown, str]:
    return {
        Shown.RUNNING: _("running"),
        Shown.DONE: _("done"),
        Shown.INTERRUPTED: _("interrupted; safe to upload again"),
        Shown.UNDONE: _("taken back"),
        Shown.REFUSED: _("refused; nothing was taken"),
    }
