"""The ``afterword`` command: parse, call, print.

Errors that name their situation become one sentence on standard error and a non-zero exit.
"""

from __future__ import annotations

import logging
import sqlite3
import sys

import click
from sqlalchemy.exc import DBAPIError

from survey import __version__, database_fault, log_lines
from survey.commands.serving import serve


class Commands(click.Group):
    """All of them; but who serves loads no other, so that a web process stays small."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return _all().list_commands(ctx)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return serve if name == serve.name else _all().get_command(ctx, name)


def _all() -> click.Group:
    from survey.all_commands import commands as found

    return found


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="afterword")
def commands() -> None:
    """Anonymous patient-satisfaction surveys."""


def main() -> int:
    """Run the command line; returns the exit code."""
    logging.basicConfig(level=logging.INFO, format=log_lines.PLAIN)
    for chatty in ("huey", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        code = commands.main(standalone_mode=False)  # what ctx.exit asked for; None otherwise
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except (DBAPIError, sqlite3.Error) as trouble:
        click.echo(database_fault.sentence(trouble), err=True)
        return 1
    except OSError as trouble:
        if not (words := database_fault.of_the_disk(trouble)):
            raise
        click.echo(words, err=True)
        return 1
    except Exception as trouble:
        from survey.all_commands import SITUATIONS

        if not isinstance(trouble, SITUATIONS):
            raise
        click.echo(str(trouble), err=True)
        return 1
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
