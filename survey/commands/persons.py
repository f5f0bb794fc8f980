"""Commands about one person: what is held, erasing it, no more mail; and what a restored database needs.

An address is read from the command line and never written: not to the audit log, not to the screen.
"""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from survey import clock
from survey.backups import restoring
from survey.db import transaction
from survey.installation import at, every_practice, installation, practice_option
from survey.invitations import holding, opting_out
from survey.invitations.holding import Holdings
from survey.practice import recording
from survey.practice.model import Practice
from survey.runtime import Runtime

ANSWERS = (
    "Answers cannot be looked up: nothing that is kept leads from an address to an answer. "
    "They are counted together with other people's, and that cannot be undone."
)

client_option = click.option("--client", default="", help="Their client number in your software.")


@click.group()
def person() -> None:
    """One person, named by mail address."""


@person.command("show")
@click.argument("address")
@client_option
@practice_option
def show(address: str, client: str, slug: str | None) -> None:
    """Say what is held of ADDRESS: days and counts."""
    with at(slug) as (runtime, practice), transaction(runtime.engine, practice.id) as db:
        found = holding.held(db, runtime, practice.id, address, client=client)
        _note(db, runtime, practice, "show person")
    tell(found)


@person.command("erase")
@click.argument("address")
@client_option
@click.option("--no-more-mail", is_flag=True, help="Keep one coded mark: no mail later.")
@practice_option
def erase(address: str, client: str, no_more_mail: bool, slug: str | None) -> None:
    """Delete everything that leads from ADDRESS."""
    with at(slug) as (runtime, practice), transaction(runtime.engine, practice.id) as db:
        now = runtime.clock.now()
        if no_more_mail:
            opting_out.opt_out_address(db, runtime, practice, address, now=now)
        found = holding.erase(db, runtime, practice.id, address, client=client, keep_stopped=no_more_mail)
        _note(db, runtime, practice, "erase person")
    click.echo(
        f"Erased: {len(found.visit_days)} visits, {len(found.invitations)} invitations, and the marks."
    )
    if not no_more_mail:
        click.echo("An opt-out is erased, too. If their next visit is imported, they may get mail again.")
    click.echo(ANSWERS)


def tell(found: Holdings) -> None:
    """What is held, in sentences."""
    if found.empty:
        click.echo("Nothing is held that leads from this address.")
    for day in found.visit_days:
        click.echo(f"A visit on {day}")
    for day, state in found.invitations:
        click.echo(f"An invitation for {day}: {state.replace('_', ' ')}")
    if found.asked_week is not None:
        click.echo(f"A mark: last asked for {clock.week_label(found.asked_week)}")
    if found.stopped:
        click.echo("A mark: no more mail")
    click.echo(ANSWERS)
    click.echo(
        "Visits that came with a client number may need --client. Uploads that wait are gone in a day."
    )


@click.group("opt-outs")
def opt_outs() -> None:
    """People who get no more mail."""


@opt_outs.command("add")
@click.argument("address")
@practice_option
def add(address: str, slug: str | None) -> None:
    """Stop all mail of the practice to ADDRESS."""
    with at(slug) as (runtime, practice), transaction(runtime.engine, practice.id) as db:
        now = runtime.clock.now()
        opting_out.opt_out_address(db, runtime, practice, address, now=now)
        _note(db, runtime, practice, "enter opt-out")
    click.echo("This address gets no more mail.")


@opt_outs.command("reapply")
def reapply() -> None:
    """Bring opt-outs from the journal back into the database."""
    with installation() as runtime:
        total = 0
        for practice in every_practice(runtime):
            with transaction(runtime.engine, practice.id) as db:
                total += opting_out.reapply(db, runtime, practice.id)
    click.echo(f"{total} opt-outs were missing and are back.")


@click.command("restored")
@click.option("--yes", is_flag=True, help="Do it; without this the command only says what would happen.")
def restored(yes: bool) -> None:
    """After a database was put back from a backup: nobody is asked twice, opt-outs hold, old links end."""
    if not yes:
        click.echo(restoring.EXPLANATION)
        return
    with installation() as runtime:
        gone = restoring.delete_again(runtime)
        opted_out = sum(restoring.settle(runtime, each.id) for each in every_practice(runtime))
        restoring.end_links(runtime)
    for slug in gone:
        click.echo(f"{slug} was deleted before, and is deleted again.")
    click.echo(f"Done. {opted_out} opt-outs are back from the journal. Mail is paused; the owner resumes it.")


def _note(db: Session, runtime: Runtime, practice: Practice, action: str) -> None:
    recording.record(
        db, practice.id, actor="command line", action=action, subject="", now=runtime.clock.now()
    )
