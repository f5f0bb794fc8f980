"""The command ``afterword attack``."""

from __future__ import annotations

from pathlib import Path

import click

from survey.attacks import report
from survey.attacks.evidence import Options

EVIDENCE = Path("docs/anonymity-evidence.md")


@click.command()
@click.option("--report", "write", is_flag=True, help=f"Write the evidence to {EVIDENCE}.")
@click.option("--full", is_flag=True, help="Live through a year with more than a thousand answers.")
@click.option("--database", help="A PostgreSQL server to attack too; a scratch database is made on it.")
@click.option("--only", multiple=True, help="One group of attacks, such as linkage.")
def attack(write: bool, full: bool, database: str | None, only: tuple[str, ...]) -> None:
    """Attack the anonymity of a simulated practice; exit 1 if any attack does not end as it must."""
    databases = [None, *([database] if database else [])]
    found = report.run_on(databases, Options(folder=Path(), full=full), only=only, say=click.echo)
    if write:
        EVIDENCE.parent.mkdir(parents=True, exist_ok=True)
        EVIDENCE.write_text(report.page(found, full=full), encoding="utf-8")
        click.echo(f"Written to {EVIDENCE}.")
    bad = sum(not evidence.passed for evidence in found)
    click.echo(f"{len(found)} results, {bad} not as they must be.")
    if bad:
        raise click.exceptions.Exit(1)
