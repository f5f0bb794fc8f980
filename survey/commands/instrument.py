"""Commands for surveys as files: check, describe, write out, bring in, publish."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click

from survey import clock
from survey.db import reading, transaction
from survey.installation import installation, named
from survey.instruments import checking, faults
from survey.instruments.description import schema
from survey.instruments.document import MOST_BYTES
from survey.instruments.foreign import carried
from survey.instruments.loading import TOUCHPOINTS, load_all
from survey.instruments.model import Instrument
from survey.instruments.questionnaire import questionnaire
from survey.instruments.written import written
from survey.practice import publishing, recording
from survey.runtime import Runtime
from survey.settings import Settings, load_settings


@click.group()
def instrument() -> None:
    """Surveys as files."""


@instrument.command("check")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def check_instruments(files: tuple[Path, ...]) -> None:
    """Check survey FILES; names file, line, key and remedy of every fault."""
    found = checking.check(files, touchpoints=load_settings().surveys_config / TOUCHPOINTS)
    for fault in found:
        click.echo(str(fault))
    if faults.errors(found):
        raise click.exceptions.Exit(1)
    for known in checking.instruments(files):
        questions = "1 question" if known.asked == 1 else f"{known.asked} questions"
        languages = ", ".join(known.languages)
        click.echo(f"{known.label}: {questions}, about {known.estimated_seconds} seconds, in {languages}")
    click.echo(f"{len(files)} checked, no errors")


@instrument.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of survey files, with which an editor completes and checks while you type."""
    click.echo(schema(), nl=False)


@instrument.command("export")
@click.argument("name")
@click.option("--fhir", is_flag=True, help="As a FHIR R4 Questionnaire instead of YAML.")
@click.option("--practice", "slug", help="A version published there; NAME is then such as after-visit-1.")
def export(name: str, fhir: bool, slug: str | None) -> None:
    """Print the survey NAME as YAML; what is printed can be read again."""
    if slug is None:
        found = _shipped(load_settings(), name)
    else:
        with installation() as runtime:
            found = _published(runtime, slug, name)
    data = questionnaire(found) if fhir else None
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if data else written(found).rstrip("\n"))


@instrument.command("import")
@click.argument("file", type=click.File("rb"))
def bring_in(file: BinaryIO) -> None:
    """Print the FHIR Questionnaire of FILE as YAML; what was lost or guessed stands on top of it."""
    found = carried(file.read(MOST_BYTES + 1))
    heading = ["From a FHIR Questionnaire. Read it through, then run: afterword instrument check"]
    click.echo(written(found.instrument, heading="\n".join([*heading, *found.notes])), nl=False)
    for note in found.notes:
        click.echo(note, err=True)


@instrument.command("publish")
@click.argument("name")
@click.option("--practice", "slug", required=True, help="Short name of the practice.")
@click.option(
    "--from",
    "wanted",
    type=click.DateTime(["%Y-%m-%d"]),
    help="A Monday, 28 days after the last version at least; otherwise the next quarter.",
)
@click.option("--typo", "typos", multiple=True, help="A question, such as phone.1, whose typo was put right.")
def publish(name: str, slug: str, wanted: datetime | None, typos: tuple[str, ...]) -> None:
    """Put the new version of the survey NAME into force at a practice."""
    with installation() as runtime:
        known = _shipped(runtime.settings, name)
        practice = named(runtime, slug)
        now = runtime.clock.now()
        today = clock.local_day(now, practice.time_zone)
        with transaction(runtime.engine, practice.id) as db:
            day = publishing.first_day(
                db, practice.id, known.id, today=today, wanted=wanted.date() if wanted else None
            )
            made = publishing.publish(db, practice.id, known, from_day=day, typos=typos)
            recording.record(
                db, practice.id, actor="command line", action="publish survey", subject=known.label, now=now
            )
            begins = made.from_day
    click.echo(f"{known.label} is asked from {begins} on.")


def _shipped(settings: Settings, name: str) -> Instrument:
    known = load_all(settings.surveys_config)
    if name not in known:
        raise click.ClickException(f"There is no survey {name!r}. There are: {', '.join(sorted(known))}.")
    return known[name]


def _published(runtime: Runtime, slug: str, label: str) -> Instrument:
    practice = named(runtime, slug)
    with reading(runtime.engine, practice.id) as db:
        known = publishing.versions(db, practice.id)
    if label not in known:
        there = ", ".join(sorted(known))
        raise click.ClickException(f"{slug} has not published {label!r}. There are: {there}.")
    return known[label]
