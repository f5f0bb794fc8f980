"""``afterword practice reach``, ``close``, ``reopen``: whom patients can call, and that a practice ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from survey import clock, leaving
from survey.db import transaction
from survey.installation import installation, named
from survey.practice import departing, reaching, recording
from survey.practice.declaring import CannotDeclare
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits.addresses import is_address


@click.command("reach")
@click.argument("slug")
@click.option("--phone", help="The number that patients read everywhere.")
@click.option("--country", help="Whose help lines and public holidays count, such as US or ES.")
@click.option("--contact-address", help='Mail address for requests to be contacted; "" for none.')
@click.option("--complaints-to", help='Who takes complaints and how to reach them; "" for the number.')
def reach(
    slug: str,
    phone: str | None,
    country: str | None,
    contact_address: str | None,
    complaints_to: str | None,
) -> None:
    """Say how patients reach a practice. What is not named stays as it is."""
    with _practice(slug) as (runtime, db, practice):
        if phone is not None:
            reaching.set_phone(practice, phone)
        if country is not None:
            reaching.set_country(runtime.settings, practice, country)
        if contact_address is not None:
            if contact_address and not is_address(contact_address):
                raise CannotDeclare("contact address: write one plain mail address, or leave it empty")
            practice.contact_address = contact_address
        if complaints_to is not None:
            reaching.set_complaints_to(practice, complaints_to)
        _note(runtime, db, practice, "changed how patients reach the practice")
        told = (practice.phone, practice.contact_address, practice.complaints_to)
    click.echo("Phone: {}\nRequests go to: {}\nComplaints: {}".format(*(each or "–" for each in told)))


@click.command("close")
@click.argument("slug")
def close(slug: str) -> None:
    """Take no more answers and send no more mail; results stay."""
    with _practice(slug) as (runtime, db, practice):
        today = clock.local_day(runtime.clock.now(), practice.time_zone)
        reaching.close(practice, today=today)
        _note(runtime, db, practice, "closed practice")
    click.echo("Closed. Its links say so within a minute. To undo: afterword practice reopen SLUG")


@click.command("reopen")
@click.argument("slug")
def reopen(slug: str) -> None:
    """Take answers again; mail stays paused until the owner resumes it."""
    with _practice(slug) as (runtime, db, practice):
        leaving.require_staying(runtime, practice)
        try:
            departing.reopen(db, practice.id)
        except departing.TooLate:
            raise leaving.has_begun(slug) from None
        _note(runtime, db, practice, "reopened practice")
    click.echo("Open again. Mail stays paused until the owner resumes it.")


def add_to(group: click.Group) -> None:
    """Add these commands to the group about practices."""
    for command in (reach, close, reopen):
        group.add_command(command)


def _note(runtime: Runtime, db: Session, practice: Practice, action: str) -> None:
    now = runtime.clock.now()
    recording.record(db, practice.id, actor="command line", action=action, subject="", now=now)


@contextmanager
def _practice(slug: str) -> Iterator[tuple[Runtime, Session, Practice]]:
    """The practice in one transaction; what cannot be entered ends the command and changes nothing."""
    with installation() as runtime:
        found = named(runtime, slug)
        try:
            with transaction(runtime.engine, found.id) as db:
                yield runtime, db, db.merge(found)
        except (CannotDeclare, leaving.CannotLeave) as trouble:
            raise click.ClickException(f"{trouble}. Nothing was changed.") from None
