"""Commands for visits: look at a file, take it, see what was taken, take the last one back.

They print lines, days, clinicians and reasons; never an address or a client's name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from survey import feeding
from survey.db import reading, transaction
from survey.installation import at
from survey.invitations import taking, undoing
from survey.invitations.planning import Intake
from survey.practice import recording
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.visits import history, remembering
from survey.visits.history import PastImport, Shown
from survey.visits.visit_file import (
    Asked,
    DateOrder,
    Match,
    Part,
    Question,
    Suggestion,
    load_presets,
    open_source,
    suggest,
)

COMMAND_LINE = "command line"
SHOWN_STATES = {
    Shown.RUNNING: "running",
    Shown.DONE: "done",
    Shown.INTERRUPTED: "interrupted, safe to run again",
    Shown.UNDONE: "undone",
    Shown.REFUSED: "refused, nothing was taken",
}
QUESTIONS = {
    Asked.COLUMN: "No column was found for {subject}; docs/importing.md lists the names.",
    Asked.DATE_ORDER: "{subject} can be read in two ways. Say --date-order dmy or --date-order mdy.",
    Asked.ENCODING: "Line {subject} leaves in doubt how the letters are written. Say --encoding.",
    Asked.SECOND_FILE: "Clients stand there by {subject} only. Give the list of clients as a second file.",
}


@dataclass(frozen=True)
class Reading:
    """How a person wants a file to be read; empty: as it seems to be."""

    preset: str
    encoding: str
    delimiter: str
    date_order: str
    time_zone: str

    def applied(self, match: Match) -> Match:
        wanted: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("encoding", "delimiter", "time_zone")
            if getattr(self, name)
        }
        if self.date_order:
            wanted["date_order"] = DateOrder(self.date_order)
        return replace(match, **wanted)

    def answers(self, question: Question) -> bool:
        """Whether an open question is settled by what was said, or concerns single lines only."""
        if question.about is Asked.STATUS:
            return True
        given = {Asked.DATE_ORDER: self.date_order, Asked.ENCODING: self.encoding}
        return bool(self.preset or given.get(question.about))


def reading_options(command: Callable[..., None]) -> Callable[..., None]:
    """The files, and how they are to be read."""
    files = click.argument(
        "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
    )
    options = (
        click.option("--preset", default="", help="Which program the file is from, such as jane."),
        click.option("--encoding", default="", help="How letters are written, such as cp1252."),
        click.option("--delimiter", default="", help="The mark between the columns."),
        click.option(
            "--date-order", default="", type=click.Choice(["", *(order.value for order in DateOrder)])
        ),
        click.option("--time-zone", default="", help="Of times without an offset; else the practice's own."),
        click.option("--practice", "slug", help="Short name of the practice, if there are several."),
    )
    for option in reversed((files, *options)):
        command = option(command)
    return command


@click.group()
def visits() -> None:
    """Visits from the practice's own software."""


@visits.command("check")
@reading_options
def check(files: tuple[Path, ...], slug: str | None, **wanted: str) -> None:
    """Say how FILES would be read, what would happen, and of every visit why nobody is asked."""
    with at(slug) as (runtime, practice):
        match = _match(runtime, practice, _parts(files), Reading(**wanted))
        click.echo(f"Read as: {match.source}, {match.kind}, {match.encoding}, {match.date_order}")
        for meaning, column in match.columns.items():
            click.echo(f"  {meaning}: {column}")
        for meaning, text in match.fixed.items():
            click.echo(f"  {meaning}: {text}, for every line")
        source = open_source(_parts(files), match, now=runtime.clock.now())
        intake = taking.rehearse(runtime, practice, source, now=runtime.clock.now())
        for decision in intake.decisions:
            if decision.reason is not None:
                visit = decision.visit
                where = f"line {visit.row.line}, {visit.day}, {visit.row.clinician}"
                click.echo(f"  {where}: {decision.reason.sentence}")
        _say(intake, "would be planned")


@visits.command("import")
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@reading_options
def import_visits(files: tuple[Path, ...], dry_run: bool, slug: str | None, **wanted: str) -> None:
    """Import the visits of FILES (a second one is the list of clients) and plan their invitations."""
    with at(slug) as (runtime, practice):
        now, parts = runtime.clock.now(), _parts(files)
        match = _match(runtime, practice, parts, Reading(**wanted))
        source = open_source(parts, match, now=now)
        if dry_run:
            _say(taking.rehearse(runtime, practice, source, now=now), "would be planned")
            return
        intake = taking.take(runtime, practice, source, actor=COMMAND_LINE, name=match.source, now=now)
        _record(runtime, practice, "import visits", f"{intake.file.rows} visits")
        _say(intake, "planned")


@visits.command("history")
@click.option("--practice", "slug", help="Short name of the practice, if there are several.")
def show_history(slug: str | None) -> None:
    """List what was imported, the newest first."""
    with at(slug) as (runtime, practice), reading(runtime.engine, practice.id) as db:
        now = runtime.clock.now()
        for sentence in feeding.complaints(db, practice, now=now):
            click.echo(sentence)
        for each in history.past(db, practice.id, now=now):
            click.echo(_line(each))


def _line(each: PastImport) -> str:
    """One import of the history; of a refused file there is nothing to count."""
    done, begin = each.outcome, f"{each.number}  {each.day}"
    if each.shown is Shown.REFUSED:
        return f"{begin}  a file by {each.actor}: {SHOWN_STATES[each.shown]}"
    return (
        f"{begin}  {each.source}  by {each.actor}: {done.new} new, {done.changed} changed, "
        f"{done.unchanged} unchanged, {each.refused} left out, {each.invited} invitations "
        f"({SHOWN_STATES[each.shown]})"
    )


@visits.command("undo")
@click.option("--practice", "slug", help="Short name of the practice, if there are several.")
def undo(slug: str | None) -> None:
    """Take the last import back, as long as none of its mails has gone out."""
    with at(slug) as (runtime, practice):
        try:
            with transaction(runtime.engine, practice.id) as db:
                gone = undoing.undo_last(db, practice.id, now=runtime.clock.now())
        except undoing.CannotUndo as situation:
            raise click.ClickException(str(situation)) from None
        _record(runtime, practice, "undo import", str(gone.number))
        click.echo(f"Import {gone.number} of {gone.day} is taken back.")


def _match(runtime: Runtime, practice: Practice, parts: Sequence[Part], wanted: Reading) -> Match:
    """How to read the files. Raises UnreadableFile, or says what a person has to decide first."""
    zone = wanted.time_zone or practice.time_zone
    presets = load_presets(runtime.settings.surveys_config)
    chosen = [preset for preset in presets if wanted.preset in ("", preset.id)]
    if not chosen:
        known = ", ".join(preset.id for preset in presets)
        raise click.ClickException(f"There is no preset {wanted.preset}. There are: {known}.")
    with reading(runtime.engine, practice.id) as db:
        before = () if wanted.preset else tuple(remembering.remembered(db, practice.id).values())
    found = suggest(parts, presets=chosen, remembered=before, time_zone=zone, now=runtime.clock.now())
    _refuse_open(found, wanted)
    return wanted.applied(found.match)


def _refuse_open(found: Suggestion, wanted: Reading) -> None:
    if found.problems and not wanted.encoding:
        raise found.problems[0]
    open_ones = [question for question in found.questions if not wanted.answers(question)]
    if open_ones:
        sentences = [QUESTIONS[each.about].format(subject=each.subject) for each in open_ones]
        raise click.ClickException("Nothing was imported. " + " ".join(sentences))


def _parts(files: Sequence[Path]) -> tuple[Part, ...]:
    return tuple(Part(file.name, file) for file in files)


def _say(intake: Intake, planned: str) -> None:
    outcome = intake.outcome
    click.echo(f"{outcome.new} new, {outcome.changed} changed, {outcome.unchanged} unchanged visits")
    click.echo(f"{intake.invited} invitations {planned}")
    for reason, number in intake.skipped.items():
        click.echo(f"  {number} not asked: {reason.sentence}")
    if intake.file.ignored:
        click.echo(f"Columns that were not read: {', '.join(intake.file.ignored)}")
    for error in intake.file.errors:
        click.echo(f"  line {error.line}, {error.column}: {error.message}", err=True)
    if intake.file.refused:
        raise click.ClickException(
            f"{intake.file.refused} rows were left out; correct them and import again."
        )


def _record(runtime: Runtime, practice: Practice, action: str, subject: str) -> None:
    with transaction(runtime.engine, practice.id) as db:
        recording.record(
            db, practice.id, actor=COMMAND_LINE, action=action, subject=subject, now=runtime.clock.now()
        )
