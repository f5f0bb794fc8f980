"""What staff and the program did: newest first, to filter, to take away, and whether it is whole.

Shows no address of a patient, no answer and no day of a release. Looking writes nothing; taking the log away
is an entry of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from survey import clock
from survey.db import reading, transaction
from survey.practice import auditing
from survey.practice.auditing import Kind, Line, Wanted
from survey.practice.model import Practice, Role
from survey.reports import audit_table, audit_words
from survey.web import entering
from survey.web.doors import staff
from survey.web.installation import now, runtime
from survey.web.wording import translate

blueprint = Blueprint("audit", __name__, url_prefix="/staff/audit")

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
MARK = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Told:
    """One entry in the reader's words."""

    when: str
    who: str
    what: str
    about: str


@blueprint.get("")
@staff(Role.OWNER, Role.AUDITOR)
def listing() -> str:
    """Fifty entries, as the form above them asks."""
    practice, wanted = entering.own_practice(), _wanted(request.args)
    page = min(max(request.args.get("page", default=1, type=int), 1), 100_000)
    today = clock.local_day(now(), practice.time_zone)
    with reading(runtime().engine, practice.id) as db:
        skip, most = (page - 1) * auditing.PAGE, auditing.PAGE + 1  # one more tells whether more follow
        found = auditing.lines(db, practice, wanted, skip=skip, most=most)
        people, months = auditing.actors(db, practice.id), auditing.months(db, practice, today=today)
        released, whole = (
            auditing.release_months(db, practice, today=today),
            auditing.is_whole(db, practice.id),
        )
    chosen = {name: value for name, value in asdict(wanted).items() if value}
    return render_template(
        "staff/audit.html",
        lines=[_told(line, practice) for line in found[: auditing.PAGE]],
        more=len(found) > auditing.PAGE,
        page=page,
        chosen=chosen,
        kinds=audit_words.kinds(translate),
        people=[(each.mark, each.name or audit_words.actor(each.actor, translate)) for each in people],
        months=[(month, _month(month)) for month in months],
        released=[_month(month) for month in released],
        whole=whole,
    )


@blueprint.post("/csv")
@staff(Role.OWNER, Role.AUDITOR)
def take_away() -> ResponseReturnValue:
    """The same entries as a table, all of them; that it was taken away is written down."""
    practice, wanted = entering.own_practice(), _wanted(request.form)
    today = clock.local_day(now(), practice.time_zone)
    with reading(runtime().engine, practice.id) as db:
        found = auditing.lines(db, practice, wanted)
        released = auditing.release_months(db, practice, today=today) if wanted == Wanted() else []
    with transaction(runtime().engine, practice.id) as db:
        entering.note(db, auditing.EXPORTED)
    table = audit_table.csv_bytes(found, released, time_zone=practice.time_zone, translate=translate)
    headers = {
        "Content-Disposition": f'attachment; filename="{practice.slug}-log.csv"',
        "Cache-Control": "no-store",
    }
    return Response(table, mimetype="text/csv", headers=headers)


def _wanted(given: Mapping[str, str]) -> Wanted:
    """What the form asks for; what it does not offer counts as nothing asked."""
    kind, who, month = (given.get(name, "") for name in ("kind", "who", "month"))
    return Wanted(
        kind=Kind(kind) if kind in set(Kind) else None,
        who=who if MARK.fullmatch(who) else None,
        month=month if MONTH.fullmatch(month) else None,
    )


def _told(line: Line, practice: Practice) -> Told:
    at = line.at.astimezone(ZoneInfo(practice.time_zone))
    return Told(
        when=f"{format_date(at.date(), 'medium')}, {at:%H:%M}",
        who=line.name or audit_words.actor(line.actor, translate),
        what=audit_words.what(line.action, translate),
        about=audit_words.about(line.action, line.subject, translate),
    )


def _month(month: str) -> str:
    year, number = (int(part) for part in month.split("-"))
    return str(format_date(date(year, number, 1), "MMMM y"))
