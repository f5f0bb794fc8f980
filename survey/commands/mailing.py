"""``afterword mail``: try a mail out on oneself, and say when and how many mails go out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime

import click
from sqlalchemy.orm import Session

from survey import clock
from survey.clock import SystemClock
from survey.db import transaction
from survey.installation import at, practice_option
from survey.instruments.loading import load_all
from survey.invitations import trying_out
from survey.invitations.letters import UnsafeEnvelope
from survey.invitations.mailer import NOT_TAKEN, mailer_for
from survey.practice import mail_scheduling, reaching, recording
from survey.practice.model import Practice, Reminders
from survey.settings import load_settings

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("test")
@click.argument("address")
@practice_option
def send_test(address: str, slug: str | None) -> None:
    """Send a mail with a code to ADDRESS, your own; no patient gets mail before the code is confirmed."""
    with at(slug) as (runtime, practice):
        now = runtime.clock.now()
        with transaction(runtime.engine, practice.id) as db:
            code = trying_out.begin(db, runtime.settings, practice.id, now=now)
        try:
            mail = trying_out.letter(runtime.settings, practice, to=address, code=code, now=now)
            with closing(mailer_for(runtime.settings)) as mailer:
                mailer.hand_over(mail.as_bytes(), to=address)
        except UnsafeEnvelope as trouble:
            raise click.ClickException(str(trouble)) from None
        except NOT_TAKEN as trouble:
            raise click.ClickException(f"The mail was not taken: {trouble}.") from None
    click.echo("Sent. When it has arrived: afterword mail confirm CODE")


@click.command("confirm")
@click.argument("code")
@practice_option
def confirm(code: str, slug: str | None) -> None:
    """Type the CODE of the test mail; from now on mail goes out."""
    with at(slug) as (runtime, practice):
        now = runtime.clock.now()
        try:
            with transaction(runtime.engine, practice.id) as db:
                here = db.get_one(Practice, practice.id)
                right = trying_out.confirm(db, runtime.settings, here, code, now=now)
                _note(db, practice, "confirmed test mail" if right else "wrong code of test mail", now)
        except reaching.NotReachable as why:
            raise click.ClickException(f"Sending does not begin: {why}.") from None
    if not right:
        raise click.ClickException(
            "This is not the code of the last test mail, or it is older than a day. Nothing was changed; "
            "after five tries send a new one: afterword mail test ADDRESS"
        )
    click.echo("Sending is on. The first day has at most 20 mails, each later day twice as many.")


@click.command("hours")
@click.argument("from_hour", type=int)
@click.argument("until_hour", type=int)
@practice_option
def hours(from_hour: int, until_hour: int, slug: str | None) -> None:
    """Send from FROM_HOUR on and before UNTIL_HOUR, in the practice's own time."""
    _change(
        slug,
        "hours of mail",
        lambda db, practice: mail_scheduling.set_hours(
            db, practice.id, from_hour=from_hour, until_hour=until_hour
        ),
    )


@click.command("limit")
@click.argument("number", type=int)
@practice_option
def limit(number: int, slug: str | None) -> None:
    """Plan at most NUMBER mails for one day."""
    _change(slug, "daily limit", lambda db, practice: mail_scheduling.set_limit(db, practice.id, number))


@click.command("holidays")
@click.argument("country")
@practice_option
def holidays(country: str, slug: str | None) -> None:
    """Rest on the public holidays of COUNTRY, such as US or ES."""
    _change(slug, "country of holidays", lambda _db, practice: mail_scheduling.set_country(practice, country))


@click.command("day")
@click.argument("day", type=DAY)
@click.argument("what", type=click.Choice(["closed", "open", "as-usual"]))
@practice_option
def own_day(day: datetime, what: str, slug: str | None) -> None:
    """Send no mail on a DAY such as 2026-12-24, or do although it is a holiday."""

    def change(db: Session, practice: Practice) -> None:
        if what == "as-usual":
            mail_scheduling.forget_day(db, practice.id, day.date())
        else:
            mail_scheduling.set_day(db, practice.id, day.date(), is_open=what == "open")

    _change(slug, "day of mail", change)


@click.command("reminders")
@click.argument("who", type=click.Choice([each.value for each in Reminders]))
@practice_option
def reminders(who: str, slug: str | None) -> None:
    """Send the one reminder to whoever has not answered, to everyone, or to nobody."""
    _change(slug, "reminders", lambda _db, practice: mail_scheduling.set_reminders(practice, who))


@click.command("type")
@click.argument("name")
@click.argument("instrument", default="")
@practice_option
def visit_type(name: str, instrument: str, slug: str | None) -> None:
    """Ask with INSTRUMENT after visits of the type NAME; without one, ask nothing after them."""
    _change(slug, "survey of a visit type", lambda db, practice: _set_type(db, practice, name, instrument))


def _set_type(db: Session, practice: Practice, name: str, instrument: str) -> None:
    known = load_all(load_settings().surveys_config)
    if instrument and instrument not in known:
        raise click.ClickException(
            f"There is no survey {instrument!r}. There are: {', '.join(sorted(known))}."
        )
    today = clock.local_day(SystemClock().now(), practice.time_zone)
    mail_scheduling.ask_after(db, practice.id, name, known.get(instrument), today=today)


def _change(slug: str | None, what: str, change: Callable[[Session, Practice], None]) -> None:
    with at(slug) as (runtime, practice), transaction(runtime.engine, practice.id) as db:
        change(db, db.get_one(Practice, practice.id))
        _note(db, practice, f"changed {what}", runtime.clock.now())
    click.echo("Taken. It holds for mails that are planned from now on.")


def _note(db: Session, practice: Practice, action: str, now: datetime) -> None:
    recording.record(db, practice.id, actor="command line", action=action, subject="", now=now)


def add_to(group: click.Group) -> None:
    """Add these commands to the group about mail."""
    for command in (send_test, confirm, hours, limit, holidays, own_day, reminders, visit_type):
        group.add_command(command)
