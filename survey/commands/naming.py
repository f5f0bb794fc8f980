"""Commands that enter a practice and give it its names. What would tell too much on a mail is refused."""

from __future__ import annotations

import click

from survey import beginning
from survey.beginning import NewPractice
from survey.db import reading, transaction
from survey.installation import installation
from survey.instruments.loading import load_all
from survey.invitations.letters import written_languages
from survey.practice import declaring, invites, recording
from survey.runtime import Runtime


@click.group()
def practice() -> None:
    """Practices of this installation."""


@practice.command("create")
@click.argument("slug")
@click.argument("name")
@click.option("--mail-name", default="", help="Shown to patients instead of NAME, where NAME tells too much.")
@click.option("--mail-language", default="", help="For patients whose language is not known: en or es.")
@click.option("--time-zone", default="America/New_York", show_default=True)
@click.option("--country", default="US", show_default=True)
@click.option("--phone", required=True, help="Shown to patients on every survey page.")
@click.option("--instrument", default="after_visit", show_default=True)
def create(
    slug: str,
    name: str,
    phone: str,
    country: str,
    time_zone: str,
    instrument: str,
    mail_name: str,
    mail_language: str,
) -> None:
    """Enter a practice; SLUG stands in its links, NAME on its pages and mails."""
    with installation() as runtime:
        known = load_all(runtime.settings.surveys_config)
        if instrument not in known:
            raise click.ClickException(
                f"There is no survey {instrument!r}. There are: {', '.join(sorted(known))}."
            )
        _require_language(runtime, mail_language)
        more = {"mail_name": mail_name, "mail_language": mail_language}
        new = NewPractice(slug, name, phone, country, time_zone, instrument, more)
        with transaction(runtime.engine) as db:
            beginning.enter(db, runtime, new)
    click.echo(f"{name} is entered. Next: afterword user invite ADDRESS --role owner --name NAME")


@click.command("init")
@click.option("--name", prompt="Name of the practice")
@click.option(
    "--slug", prompt="Short name for links, such as riverside (no word that tells the kind of care)"
)
@click.option("--phone", prompt="Number that patients can call")
@click.option("--country", prompt="Country, such as US or ES")
@click.option("--time-zone", prompt="Time zone, such as America/New_York")
@click.option("--person", prompt="Your name")
@click.option("--email", prompt="Your mail address")
def init(slug: str, name: str, phone: str, country: str, time_zone: str, person: str, email: str) -> None:
    """Begin: the first practice and its owner. Prints the link with which the owner chooses a password."""
    with installation() as runtime:
        new = NewPractice(slug, name, phone, country.upper(), time_zone)
        with transaction(runtime.engine) as db:
            owner = beginning.begin(db, runtime, new, email=email, person=person)
        beginning.forget_code(runtime.settings)
        signed = invites.make_invite(runtime.settings.secret_key, owner, now=runtime.clock.now())
        click.echo(f"{name} is entered. Choose your password, within two days:")
        click.echo(f"{runtime.settings.base_url}/staff/welcome/{signed}")


@practice.command("rename")
@click.argument("slug")
@click.option("--name", help="What staff read.")
@click.option("--mail-name", help='What patients read; "" for the same as staff.')
@click.option("--mail-language", help="For patients whose language is not known: en or es.")
def rename(slug: str, name: str | None, mail_name: str | None, mail_language: str | None) -> None:
    """Give a practice another name, or another one in mails. Its links stay as they are."""
    with installation() as runtime:
        with reading(runtime.engine) as db:
            found = declaring.practice_by_slug(db, slug)
        if found is None:
            raise click.ClickException(f"There is no practice {slug!r}.")
        _require_language(runtime, mail_language or "")
        with transaction(runtime.engine, found.id) as db:
            here = db.merge(found)
            declaring.rename_practice(db, here, name=name, mail_name=mail_name)
            if mail_language is not None:
                here.mail_language = mail_language
            now = runtime.clock.now()
            recording.record(db, here.id, actor="command line", action="rename practice", subject="", now=now)
            shown = here.neutral_name
    click.echo(f"Patients read: {shown}")


def _require_language(runtime: Runtime, language: str) -> None:
    known = sorted(written_languages(runtime.settings.templates))
    if language and language not in known:
        raise click.ClickException(f"There are no letters in {language!r}. There are: {', '.join(known)}.")
