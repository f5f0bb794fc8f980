"""``afterword user reset``: the way back in for somebody who lost password, phone and recovery codes."""

from __future__ import annotations

import click

from survey.db import transaction
from survey.installation import at, practice_option
from survey.practice import admitting, enrolling, invites, recording


@click.command("reset")
@click.argument("email")
@practice_option
def reset(email: str, slug: str | None) -> None:
    """Void password and second factor of EMAIL, end its sign-ins; prints a link, good for two days."""
    with at(slug) as (runtime, practice):
        now = runtime.clock.now()
        with transaction(runtime.engine, practice.id) as db:
            found = admitting.staff_by_email(db, practice.id, email)
            if found is None or not found.active:
                raise click.ClickException("There is no open account of this address. Nothing was changed.")
            admitting.void_password(db, found)
            enrolling.switch_off(db, found)
            admitting.forget_passkeys(db, found)
            recording.record(
                db, practice.id, actor="command line", action="reset account", subject=found.email, now=now
            )
        signed = invites.make_invite(runtime.settings.secret_key, found, now=now)
        click.echo(f"{runtime.settings.base_url}/staff/welcome/{signed}")


def add_to(group: click.Group) -> None:
    """Add this command to the group about people who sign in."""
    group.add_command(reset)
