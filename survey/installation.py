"""What commands begin with: the installation, opened for a worker's part, and the practice they are about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from survey.db import reading
from survey.practice import declaring
from survey.practice.model import Practice
from survey.runtime import Runtime, open_runtime, require_role
from survey.settings import load_settings

practice_option = click.option("--practice", "slug", help="Short name of the practice, if there are several.")


@contextmanager
def installation() -> Iterator[Runtime]:
    """The installation, opened for as long as the command needs it. Raises as ``open_runtime``."""
    settings = load_settings()
    require_role(settings, "worker")
    runtime = open_runtime(settings)
    try:
        yield runtime
    finally:
        runtime.engine.dispose()


@contextmanager
def at(slug: str | None) -> Iterator[tuple[Runtime, Practice]]:
    """The installation and the named practice, or its only one. Raises ClickException."""
    with installation() as runtime:
        yield runtime, chosen(runtime, slug)


def every_practice(runtime: Runtime) -> list[Practice]:
    """All practices of the installation."""
    with reading(runtime.engine) as db:
        return declaring.practices(db)


def chosen(runtime: Runtime, slug: str | None) -> Practice:
    """The named practice, or the only one. Raises ClickException with the names that there are."""
    known = every_practice(runtime)
    found = [practice for practice in known if slug in (None, practice.slug)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(practice.slug for practice in known) or "none yet; run: afterword practice create"
    raise click.ClickException(f"Name one practice with --practice. There are: {names}.")


def named(runtime: Runtime, slug: str) -> Practice:
    """The practice of this short name. Raises ClickException."""
    with reading(runtime.engine) as db:
        found = declaring.practice_by_slug(db, slug)
    if found is None:
        raise click.ClickException(f"There is no practice {slug!r}.")
    return found
