"""``afterword bounces read``: what mail servers wrote back, from a file, a pipe or a Maildir.

Says numbers only. A letter that is no notice about a mail of ours is left alone, and is no failure: a mail
server that gets an error from its pipe would write a notice about the notice.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from survey.db import transaction
from survey.installation import every_practice, installation
from survey.invitations import bouncing
from survey.invitations.notices import LONGEST, Happening, Notice, read_notice


@click.group()
def bounces() -> None:
    """Mails that came back, or were reported as spam."""


@bounces.command("read")
@click.argument("place", default="-", type=click.Path(path_type=Path, allow_dash=True, exists=True))
def read(place: Path) -> None:
    """Take in one letter from a file or a pipe (-), or all new ones of a Maildir folder."""
    folder = place if str(place) != "-" and place.is_dir() else None
    if folder is not None and not (folder / "new").is_dir():
        raise click.ClickException(f"{folder} is no Maildir: it has no folder new in it.")
    found = _of_folder(folder) if folder else _of_file(place)
    taken = _take([notice for _, notice in found])
    for path, _ in found:
        if folder is not None and path is not None:  # read, as mail programs mark it; others stay as they are
            (folder / "cur").mkdir(mode=0o700, exist_ok=True)
            path.rename(folder / "cur" / f"{path.name.partition(':')[0]}:2,S")
    click.echo(", ".join(f"{taken[each]} {each.value}" for each in Happening))


def _of_file(place: Path) -> list[tuple[Path | None, Notice]]:
    if str(place) == "-":
        content = sys.stdin.buffer.read(LONGEST + 1)
    else:
        with place.open("rb") as stream:
            content = stream.read(LONGEST + 1)
    notice = read_notice(content)
    return [] if notice is None else [(None, notice)]


def _of_folder(folder: Path) -> list[tuple[Path | None, Notice]]:
    found: list[tuple[Path | None, Notice]] = []
    for path in sorted((folder / "new").iterdir()):
        if path.is_file() and path.stat().st_size <= LONGEST:
            notice = read_notice(path.read_bytes())
            if notice is not None:
                found.append((path, notice))
    return found


def _take(notices: list[Notice]) -> Counter[Happening]:
    taken: Counter[Happening] = Counter()
    if not notices:
        return taken
    with installation() as runtime:
        for practice in every_practice(runtime):
            with transaction(runtime.engine, practice.id) as db:
                now = runtime.clock.now()
                taken += bouncing.take_notices(db, runtime, practice, notices, now=now)
    return taken
