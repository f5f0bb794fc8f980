"""``afterword practice delete``: a practice that closed is deleted for good, keys included."""

from __future__ import annotations

import click

from survey import clock, leaving
from survey.db import reading
from survey.installation import installation
from survey.leaving import CannotLeave, Leaving
from survey.practice import declaring
from survey.runtime import Runtime

WARNING = (
    "This deletes {slug} for good: its keys, visits, results, comments, repairs, accounts and log. Nobody "
    "can bring it back. Backups made earlier still hold it; docs/operations.md says what to do about them."
)


@click.command("delete")
@click.argument("slug")
@click.option("--now", "at_once", is_flag=True, help="Do not wait until it has been closed for 14 days.")
def delete(slug: str, at_once: bool) -> None:
    """Delete a closed practice for good. Asks for its short name once more; running it again is harmless."""
    with installation() as runtime:
        try:
            chosen = _chosen(runtime, slug, at_once=at_once)
        except CannotLeave as trouble:
            raise click.ClickException(f"{trouble}. Nothing was changed.") from None
        click.echo(WARNING.format(slug=slug))
        if click.prompt("Type the short name of the practice to delete it") != slug:
            raise click.ClickException("That is another name. Nothing was changed.")
        freed = [leaving.delete(runtime, each) for each in chosen]
        if not all(freed):
            raise click.ClickException(
                f"All rows and keys of {slug} are deleted, but something else used the database, so old "
                f"bytes may be left in its files. The worker tries again each night, or run this once more"
            )
    click.echo(f"{slug} is deleted.")


def _chosen(runtime: Runtime, slug: str, *, at_once: bool) -> tuple[Leaving, ...]:
    """The practice; where it is not there any more, what an earlier run of this command wrote down."""
    begun = tuple(each for each in leaving.departed(runtime) if each.slug == slug)
    with reading(runtime.engine) as db:
        found = declaring.practice_by_slug(db, slug)
    if found is None and not begun:
        raise CannotLeave(f"There is no practice {slug!r}")
    mine = tuple(each for each in begun if found is None or each.practice_id == found.id)
    if mine or found is None:
        return mine
    today = clock.local_day(runtime.clock.now(), found.time_zone)
    return (leaving.require_closed(found, today=today, at_once=at_once),)


def add_to(group: click.Group) -> None:
    """Add this command to the group about practices."""
    group.add_command(delete)
