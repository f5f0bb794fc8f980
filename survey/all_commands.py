"""Every command of ``afterword``: parse, call, print; and the situations that each of them may be in."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from survey import (
    beginning,
    clock,
    clock_guard,
    exporting,
    feeding,
    jobs,
    log_lines,
    printing,
    waking,
    watching,
)
from survey.attacks.command import attack
from survey.commands import (
    audit,
    backup,
    bouncing_mail,
    doctor,
    hook,
    instrument,
    key,
    leaving,
    mailing,
    naming,
    operating,
    persons,
    reaching,
    reset,
    serving,
    themes,
    visiting,
)
from survey.commands import feeding as feeding_command
from survey.commands import watching as watching_command
from survey.db import UnsafeDatabase, reading, transaction
from survey.deliverability import command as mail_command
from survey.demo import running
from survey.demo.year import DemoFailed
from survey.installation import chosen, practice_option
from survey.instruments.foreign import NotAQuestionnaire
from survey.instruments.loading import InstrumentFaults
from survey.invitations import sending
from survey.invitations.letters import UnsafeEnvelope
from survey.invitations.mailer import mailer_for
from survey.invitations.opting_out import NoAddress
from survey.invitations.scheduling import NoSurveyPublished
from survey.keys.files import KeyTrouble
from survey.practice import admitting, declaring, invites, publishing, recording
from survey.practice.model import Role
from survey.reports import filing
from survey.reports.gathering import NothingPublished
from survey.reports.paper import CannotPrint
from survey.responses.minting import CannotMint
from survey.runtime import Runtime, open_runtime, require_role
from survey.settings import SettingsError, load_settings
from survey.visits.visit_file import UnreadableFile

SITUATIONS = (
    SettingsError,
    UnsafeDatabase,
    KeyTrouble,
    clock_guard.ClockInDoubt,
    DemoFailed,
    InstrumentFaults,
    NoAddress,
    NoSurveyPublished,
    NothingPublished,
    UnreadableFile,
    declaring.CannotDeclare,
    beginning.NotTheFirst,
    NotAQuestionnaire,
    publishing.AlreadyPublished,
    publishing.Rewording,
    publishing.TooSoon,
    publishing.TellingTitle,
    UnsafeEnvelope,
    admitting.CannotAdmit,
    CannotMint,
    CannotPrint,
    watching.CannotWatch,
    feeding.CannotFeed,
)


def _open() -> Runtime:
    """The installation, for a command that may need every key."""
    settings = load_settings()
    log_lines.install(settings.log_format)
    require_role(settings, "worker")
    return open_runtime(settings)


commands = click.Group()


@commands.command()
@click.option("--no-periodic", is_flag=True, help="For every worker but one: only help, do not wake.")
def work(no_periodic: bool) -> None:
    """Run the worker: mails, nightly flush, end of old keys."""
    waking.require_queue(load_settings())
    runtime = _open()
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))
    waking.consume(runtime, periodic=not no_periodic)


@commands.group()
def invitations() -> None:
    """Invitations that are due."""


@invitations.command("send")
@practice_option
def send_invitations(slug: str | None) -> None:
    """Send what is due now."""
    runtime = _open()
    practice = chosen(runtime, slug)
    jobs.require_trust(runtime, runtime.clock.now())
    done = sending.send_due(runtime, practice.id, mailer_for(runtime.settings), now=runtime.clock.now())
    click.echo(
        f"{done.sent} sent, {done.retried} to be tried again, {done.failed} refused, {done.unknown} unknown, "
        f"{done.suppressed} opted out, {done.cancelled} too late"
    )


@commands.command()
@practice_option
def flush(slug: str | None) -> None:
    """Do tonight's flush now: publish what is enough, seal the rest again."""
    runtime = _open()
    practice = chosen(runtime, slug)
    now = runtime.clock.now()
    jobs.require_trust(runtime, now)
    jobs.run_night(runtime, practice, now)
    jobs.finish_night(runtime, [practice], now)
    click.echo("Flushed. What is enough to show is on the dashboards.")


@commands.command()
@click.argument("quarter")
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), help="Where to write.")
@practice_option
def report(quarter: str, folder: Path | None, slug: str | None) -> None:
    """Write the report of a QUARTER such as 2026-Q3 as CSV, XLSX and PDF."""
    runtime = _open()
    practice = chosen(runtime, slug)
    try:
        clock.parse_quarter(quarter)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    target = folder or runtime.settings.reports
    target.mkdir(parents=True, exist_ok=True)
    today = clock.local_day(runtime.clock.now(), practice.time_zone)
    with reading(runtime.engine, practice.id) as db:
        paths = filing.write_files(
            db, practice, quarter, folder=target, today=today, settings=runtime.settings
        )
    for path in paths:
        click.echo(str(path))


@commands.group()
def user() -> None:
    """People who sign in."""


@user.command("invite")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--clinician", help="Whose results a clinician sees; the name as in the visits file.")
@practice_option
def invite(email: str, name: str, role: str, clinician: str | None, slug: str | None) -> None:
    """Let EMAIL sign in; prints a link to choose a password, good for two days."""
    runtime = _open()
    practice = chosen(runtime, slug)
    with transaction(runtime.engine, practice.id) as db:
        whose = declaring.declare_clinician(db, practice, clinician).id if clinician else None
        member = admitting.add_staff(
            db, practice.id, email=email, name=name, role=Role(role), clinician_id=whose
        )
        now = runtime.clock.now()
        recording.record(
            db, practice.id, actor="command line", action="invited colleague", subject=member.email, now=now
        )
    signed = invites.make_invite(runtime.settings.secret_key, member, now=runtime.clock.now())
    click.echo(f"{runtime.settings.base_url}/staff/welcome/{signed}")


@commands.command("doctor")
@click.option("--mail", "about_mail", is_flag=True, help="Look at the sender's domain and the relay instead.")
@click.option("--dns", "dns_server", default="", help="With --mail: ask this name server, such as 9.9.9.9.")
@click.option("--sends-from", default="", help="With --mail: the address from which the relay sends.")
def run_doctor(about_mail: bool, dns_server: str, sends_from: str) -> None:
    """Say in sentences what is wrong and what to do; exit 1 if anything is."""
    if about_mail:
        mail_command.examine(dns_server=dns_server, sends_from=sends_from)
        return
    complaints = doctor.examine(load_settings())
    for complaint in complaints:
        click.echo(f"- {complaint}")
    if complaints:
        raise click.exceptions.Exit(1)
    click.echo("All is well.")


@commands.command()
@click.option("--once", is_flag=True, help="Send, answer, flush, report, check, and end.")
@click.option("--dir", "folder", default="demo", type=click.Path(file_okay=False, path_type=Path))
@click.option("--port", default=8765, show_default=True)
def demo(once: bool, folder: Path, port: int) -> None:
    """Build a year of an invented practice and show it."""
    say = click.echo
    code = running.run_once(folder.resolve(), say) if once else running.run(folder.resolve(), say, port=port)
    raise click.exceptions.Exit(code)


commands.add_command(attack)


@commands.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run the tests; --full adds the long ones."""
    from survey.bootstrap import run_tests

    raise click.exceptions.Exit(run_tests(list(arguments)))


commands.add_command(serving.serve)
commands.add_command(naming.init)
reset.add_to(user)
commands.add_command(naming.practice)
reaching.add_to(naming.practice)
leaving.add_to(naming.practice)
exporting.add_to(naming.practice)
commands.add_command(instrument.instrument)
commands.add_command(visiting.visits)
commands.add_command(key.api_key)
watching_command.add_to(visiting.visits)
feeding_command.add_to(visiting.visits)
commands.add_command(mail_command.mail)
mailing.add_to(mail_command.mail)
mail_command.mail.add_command(hook.hook_command)
backup.add_to(commands)
commands.add_command(bouncing_mail.bounces)
commands.add_command(persons.person)
commands.add_command(printing.cards)
commands.add_command(audit.audit)
commands.add_command(themes.themes)
commands.add_command(persons.opt_outs)
commands.add_command(persons.restored)
commands.add_command(operating.keys)
commands.add_command(operating.clock_commands)
