"""Commands: what the domain and the relay look like, and what became of a test mail. They change nothing."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

import click

from survey.clock import SystemClock
from survey.deliverability import arrival, whole
from survey.deliverability.lookup import BadServer, DnsLookup
from survey.deliverability.verdict import Finding, any_wrong
from survey.settings import load_settings

MOST_BYTES = 4 * 1024 * 1024


@click.group()
def mail() -> None:
    """Do our mails arrive?"""


@mail.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Read a mail of ours that arrived, saved with all its headers, and say what happened to it."""
    if file.stat().st_size > MOST_BYTES:
        raise click.ClickException("This file is too large to be one of our mails.")
    try:
        message = arrival.parse(file.read_bytes())
    except arrival.NoMail as fault:
        raise click.ClickException(str(fault)) from None
    tell(arrival.findings(message, load_settings()))


def examine(*, dns_server: str, sends_from: str) -> None:
    """What ``afterword doctor --mail`` does."""
    settings = load_settings()
    try:
        lookup = DnsLookup(dns_server or settings.dns_server)
        address = ip_address(sends_from) if sends_from else None
    except BadServer as fault:
        raise click.ClickException(str(fault)) from None
    except ValueError:
        raise click.ClickException("--sends-from must be an address such as 203.0.113.7") from None
    tell(whole.findings(settings, lookup, now=SystemClock().now(), address=address))


def tell(findings: Iterable[Finding]) -> None:
    """Print what was found; exit 1 if anything is wrong."""
    told = list(findings)
    for line in (line for one in told for line in one.lines):
        click.echo(line)
    if any_wrong(told):
        raise click.exceptions.Exit(1)
