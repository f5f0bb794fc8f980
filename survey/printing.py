"""Printed cards and the poster: ``afterword cards``, and what the owner's page hands out.

The codes stand in the PDF alone: it is made in memory, handed over, and kept nowhere. Must never log a code.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import click
from sqlalchemy.orm import Session

from survey.clock import local_day, quarter_of
from survey.db import reading, transaction
from survey.installation import at, practice_option
from survey.instruments.model import Instrument
from survey.keys import cards as card_keys
from survey.practice import declaring, publishing, recording
from survey.practice.model import Practice
from survey.reports import card_sheets, poster, told_lines, told_sheet
from survey.reports.card_sheets import Deck
from survey.reports.gathering import NothingPublished
from survey.reports.paper import SIZES, size_for
from survey.reports.tongues import PRINTED
from survey.responses import minting
from survey.runtime import Runtime


@dataclass(frozen=True)
class Order:
    """What is wanted: for whom it is noted (``actor``), in which language and on which paper."""

    actor: str
    language: str
    size: str


@dataclass(frozen=True)
class Printed:
    """Sheets of cards, how many there are, and the last day on which they are taken."""

    pdf: bytes = field(repr=False)
    number: int
    until: date


def print_cards(runtime: Runtime, practice: Practice, order: Order, *, number: int, now: datetime) -> Printed:
    """Cards for at least so many, valid from now on.

    Raises CannotMint, NothingPublished, CannotPrint or KeyTrouble; then no card is valid.
    """
    today = local_day(now, practice.time_zone)
    codes = minting.new_codes(number, today=today)
    until = card_keys.last_day(quarter_of(today))
    with reading(runtime.engine, practice.id) as db:
        instrument = survey_in_force(db, practice, today=today)
    deck = Deck(practice, instrument, runtime.settings.base_url, order.language, until)
    pdf = card_sheets.cards_pdf(deck, codes, size=order.size, day=today)
    with transaction(runtime.engine, practice.id) as db:
        minting.mint(db, runtime.files, practice, codes, today=today)
        _note(db, practice, order, "printed cards", f"{len(codes)} cards, {order.language}", now=now)
    return Printed(pdf, len(codes), until)


def print_poster(runtime: Runtime, practice: Practice, order: Order, *, now: datetime) -> bytes:
    """The poster, with what was published of "You said, we did". Raises CannotPrint."""
    with reading(runtime.engine, practice.id) as db:
        done, people = told_lines.published(db, practice, order.language), clinicians(db, practice)
    today = local_day(now, practice.time_zone)
    pdf = poster.poster_pdf(
        practice, done, language=order.language, size=order.size, day=today, people=people
    )
    with transaction(runtime.engine, practice.id) as db:
        _note(db, practice, order, "printed a poster", order.language, now=now)
    return pdf


class NothingToTell(Exception):
    """No repair is published in this language; publish one first."""


def print_sheet(runtime: Runtime, practice: Practice, order: Order, *, now: datetime) -> bytes:
    """The sheet "You said, we did". Raises NothingToTell or CannotPrint."""
    with reading(runtime.engine, practice.id) as db:
        done = told_lines.published(db, practice, order.language, limit=2 * told_sheet.MOST)
        done = told_sheet.fitting(done, people=clinicians(db, practice))
    if not done:
        raise NothingToTell(f"nothing is published in {order.language}")
    today = local_day(now, practice.time_zone)
    pdf = told_sheet.sheet_pdf(practice, done, language=order.language, size=order.size, day=today)
    with transaction(runtime.engine, practice.id) as db:
        _note(db, practice, order, "printed what was done", order.language, now=now)
    return pdf


def survey_in_force(db: Session, practice: Practice, *, today: date) -> Instrument:
    """Raises NothingPublished."""
    found = publishing.version_on(db, practice.id, practice.instrument, today)
    if found is None:
        raise NothingPublished(f"No survey is published for {practice.name}; publish one first.")
    return found


def languages_of(instrument: Instrument) -> tuple[str, ...]:
    """Languages that both the survey and the cards speak."""
    return tuple(each for each in PRINTED if each in instrument.languages)


def clinicians(db: Session, practice: Practice) -> tuple[str, ...]:
    """Names that must not show on a poster."""
    return tuple(sorted(declaring.clinician_ids(db, practice.id)))


def _note(db: Session, practice: Practice, order: Order, action: str, subject: str, *, now: datetime) -> None:
    recording.record(db, practice.id, actor=order.actor, action=action, subject=subject, now=now)


@click.group()
def cards() -> None:
    """Printed cards for the waiting room."""


language_option = click.option("--language", type=click.Choice(PRINTED), default="en", show_default=True)
paper_option = click.option(
    "--paper", type=click.Choice(list(SIZES)), help="Default: what is usual in the practice's country."
)


FILE = click.Path(dir_okay=False, path_type=Path)


@cards.command("print")
@click.option(
    "--number", default=minting.PER_SHEET * 5, show_default=True, help="Rounded up to whole sheets."
)
@paper_option
@language_option
@click.option("--out", type=FILE, default="cards.pdf", show_default=True)
@practice_option
def print_sheets(number: int, paper: str | None, language: str, out: Path, slug: str | None) -> None:
    """Make cards as a PDF to print and cut. Without the PDF nobody knows their codes."""
    with at(slug) as (runtime, practice), _new_file(out) as file:
        now = runtime.clock.now()
        order = Order("command line", language, paper or size_for(practice.country))
        made = print_cards(runtime, practice, order, number=number, now=now)
        file.write(made.pdf)
    click.echo(f"{made.number} cards in {out}, good until {made.until}. Delete the file once it is printed.")


@cards.command("poster")
@paper_option
@language_option
@click.option("--out", type=FILE, default="poster.pdf", show_default=True)
@practice_option
def print_page(paper: str | None, language: str, out: Path, slug: str | None) -> None:
    """Make a poster for the waiting room as a PDF."""
    with at(slug) as (runtime, practice), _new_file(out) as file:
        order = Order("command line", language, paper or size_for(practice.country))
        file.write(print_poster(runtime, practice, order, now=runtime.clock.now()))
    click.echo(f"Poster in {out}.")


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that is not there yet, for its owner alone; gone again where something fails."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.ClickException(f"{path} is there already; choose another with --out.") from None
    except OSError as trouble:
        raise click.ClickException(f"{path} cannot be written ({trouble.strerror}).") from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
    except BaseException:
        path.unlink()
        raise
