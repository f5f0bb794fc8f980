"""``afterword mail hook``: let a mail service report bounces and complaints over the web.

Shows a secret once, to whoever runs the command; it is never written to the database or the log.
"""

from __future__ import annotations

import secrets
import sys

import click

from survey.db import transaction
from survey.installation import at, practice_option
from survey.invitations.mail_report import USER, Form
from survey.keys import hook
from survey.practice import recording
from survey.practice.model import Practice
from survey.runtime import Runtime

WRITTEN = {
    Form.OWN: "Sign with this secret: {secret}",
    Form.POSTMARK: "User: {user}\nPassword: {secret}",
    Form.MAILGUN: "The signing key is kept. Nothing else is to be entered there.",
}


@click.command("hook")
@click.argument("form", type=click.Choice([each.value for each in Form]))
@click.option("--off", is_flag=True, help="Refuse its reports from now on.")
@practice_option
def hook_command(form: str, off: bool, slug: str | None) -> None:
    """Let a service report in this FORM; prints address and secret. Mailgun's key comes from a pipe."""
    with at(slug) as (runtime, practice):
        if runtime.settings.web_keys is not None and not off:
            raise click.ClickException(
                "With keys_web the web pages hold no key that finds a mail again. Use: afterword bounces read"
            )
        if off:
            hook.forget(runtime.files, practice.id, form)
            click.echo("Its reports are refused from now on.")
        else:
            _let(runtime, practice, Form(form))
        with transaction(runtime.engine, practice.id) as db:
            action = f"{'shut' if off else 'opened'} hook of mail service"
            now = runtime.clock.now()
            recording.record(db, practice.id, actor="command line", action=action, subject=form, now=now)


def _let(runtime: Runtime, practice: Practice, form: Form) -> None:
    secret = sys.stdin.readline() if form is Form.MAILGUN else secrets.token_urlsafe(32)
    try:
        hook.keep(runtime.files, practice.id, form, secret)
    except hook.UnusableSecret as fault:
        raise click.ClickException(f"The signing key was not taken: {fault}.") from None
    ending = "" if form is Form.OWN else f"/{form}"
    click.echo(f"{runtime.settings.base_url}/hooks/mail/{practice.slug}{ending}")
    click.echo(WRITTEN[form].format(secret=secret.strip(), user=USER))
