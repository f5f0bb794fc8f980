"""Status: does everything that goes on by itself do so? For the owner; other pages have a line at the top.

Whole days and rounded numbers only, and nothing about answers: whoever looks each day must learn no more than
from the page of mails and the published results.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Flask, g, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from survey import clock
from survey.alarm_words import alarm
from survey.db import reading
from survey.invitations import overseeing
from survey.invitations.overseeing import MailDays
from survey.noticing import Part, Pulse, notice
from survey.practice import departing
from survey.practice.model import Practice, Role
from survey.web import entering, mail_words
from survey.web.doors import staff
from survey.web.installation import now, runtime

blueprint = Blueprint("status", __name__, url_prefix="/staff/status")

#: Days of mail that are added up.
DAYS = 30


@dataclass(frozen=True)
class Line:
    """A part: a sentence with its mark (``works``, ``attention``, ``early``), details, and where to go."""

    mark: str
    title: str
    details: tuple[str, ...]
    remedy: str = ""
    address: str = ""


@blueprint.get("")
@staff(Role.OWNER)
def page() -> str:
    """All parts, those that have stopped first."""
    practice, instant = entering.own_practice(), now()
    with reading(runtime().engine, practice.id) as db:
        pulses = notice(db, runtime().files, practice, now=instant)
        since = clock.local_day(instant, practice.time_zone) - timedelta(days=DAYS)
        mails = overseeing.mail_days(db, practice.id, since=since)
        untold = departing.untold_since(db, practice, today=clock.local_day(instant, practice.time_zone))
    lines = [_line(each, practice, mails) for each in sorted(pulses, key=lambda each: each.since is None)]
    if untold is not None:
        lines.insert(0, _waiting_to_leave(untold))
    stopped = any(line.mark == "attention" for line in lines)
    return render_template("staff/status.html", lines=lines, stopped=stopped)


def install(app: Flask) -> None:
    """Let every page for owners ask whether something has stopped."""
    app.context_processor(lambda: {"has_stopped": has_stopped})


def has_stopped() -> tuple[str, ...]:
    """What has stopped, in words, for the line at the top of an owner's pages; nothing for anybody else."""
    member = g.get("member")
    if member is None or member.role is not Role.OWNER or request.blueprint == blueprint.name:
        return ()
    practice = entering.own_practice()
    with reading(runtime().engine, practice.id) as db:
        pulses = notice(db, runtime().files, practice, now=now())
    return tuple(alarm(each.part, _).title for each in pulses if each.since is not None)


def _line(pulse: Pulse, practice: Practice, mails: MailDays) -> Line:
    words = alarm(pulse.part, _)
    details = _details(pulse, mails)
    if pulse.since is not None:
        stopped = _("Since %(day)s.", day=_day(pulse.since))
        said = (f"{stopped} {words.meaning}", *details)
        return Line("attention", words.title, said, words.remedy, _where(pulse.part))
    if pulse.part is Part.MAIL and not practice.sending:
        return Line("early", _("Mails are paused"), details, address=_where(pulse.part))
    if pulse.last is None:
        return Line("early", words.ahead, details, address=_where(pulse.part))
    return Line("works", words.well, details, address=_where(pulse.part))


def _waiting_to_leave(since: date) -> Line:
    """The practice is not deleted before its owners had their last mail."""
    stopped = _("Since %(day)s.", day=_day(since))
    meaning = _("Its owners get one more mail before everything is deleted, and that mail cannot be sent.")
    remedy = _("Ask whoever runs the server why no mail goes out. Until then you can still take it back.")
    title = _("The deletion of your practice waits")
    return Line("attention", title, (f"{stopped} {meaning}",), remedy, url_for("leaving.page"))


def _details(pulse: Pulse, mails: MailDays) -> tuple[str, ...]:
    if pulse.part is Part.NIGHT:
        return _last(pulse.last, _("It was last done in the night to %(day)s."))
    if pulse.part is Part.IMPORTS:
        return _last(pulse.last, _("The last ones came on %(day)s."))
    if pulse.part is Part.BACKUP:
        advice = _(
            "Without one, everything is lost if the server breaks. Ask whoever runs it to set up the nightly "
            "backup; the guide for running Afterword says how."
        )
        return _last(pulse.last, _("The last one holds the night to %(day)s.")) or (advice,)
    if pulse.part is Part.DESTRUCTION:
        return (_("Addresses and links go for good in the night after their time is over."),)
    return _mail_details(pulse, mails)


def _mail_details(pulse: Pulse, mails: MailDays) -> tuple[str, ...]:
    about = _(
        "In the last %(days)s days about %(sent)s went out, %(failed)s were refused, and %(unknown)s are not "
        "certain.",
        days=DAYS,
        sent=mail_words.about(mails.sent),
        failed=mail_words.about(mails.failed),
        unknown=mail_words.about(mails.unknown),
    )
    waiting = _last(mails.oldest, _("The one that waits longest is planned for %(day)s."))
    return (about, *(waiting or (_("None waits."),)))


def _last(day: date | None, words: str) -> tuple[str, ...]:
    return () if day is None else (words % {"day": _day(day)},)


def _day(day: date) -> str:
    return str(format_date(day, "full"))


def _where(part: Part) -> str:
    places = {Part.MAIL: "mail.desk", Part.IMPORTS: "visits.desk"}
    return url_for(places[part]) if part in places else ""
