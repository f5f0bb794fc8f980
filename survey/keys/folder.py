"""Looks at the key folder as a whole: is every file sound, and does nothing copy the folder elsewhere?

Reads only. A complaint names a file or a folder and what to do, never a byte of a key.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from survey.keys import contact, feeds, issue, second_factor
from survey.keys.files import KeyFiles, KeyTrouble
from survey.keys.halves import SHARED, WebHalves
from survey.keys.matching import GENERATION
from survey.settings import Settings

#: Parts of a path, and files beside or above the folder, that tell of a copy kept somewhere else.
SYNCHRONISED = {
    "dropbox",
    "onedrive",
    "nextcloud",
    "owncloud",
    "google drive",
    "googledrive",
    "icloud drive",
    "mobile documents",
    "syncthing",
    "backup",
    "backups",
}
MARKS = (".git", ".hg", ".stfolder", ".dropbox", ".sync", ".owncloudsync.log")


def damaged(files: KeyFiles) -> Iterator[str]:
    """Every key file that is missing, of the wrong size, unreadable, or readable for others."""
    sizes = {contact.NAME: 32, GENERATION: 16, second_factor.NAME: 32} | dict.fromkeys(_expected(files), 32)
    for folder in SHARED if isinstance(files, WebHalves) else (*SHARED, "pool"):
        sizes |= dict.fromkeys(files.names(folder), 32)
    if not isinstance(files, WebHalves):
        sizes |= dict.fromkeys(files.names(feeds.FOLDER), feeds.SIZE)
    for name, size in sizes.items():
        try:
            files.read(name, size)
        except KeyTrouble as trouble:
            yield f"{str(trouble)[:1].upper()}{str(trouble)[1:]}."


def _expected(files: KeyFiles) -> Iterator[str]:
    """Halves that must be there: of each week whose last one to be made, and first to go, is there."""
    halves = ("pk",) if isinstance(files, WebHalves) else issue.HALVES
    for week in issue.weeks_held(files):
        if files.exists(issue.name(week, "web")):
            yield from (issue.name(week, half) for half in halves)


def copied_elsewhere(settings: Settings) -> Iterator[str]:
    """Whether the key folder lies where copies are taken: a synchronised folder, a backup, a repository."""
    for place in filter(None, (settings.keys, settings.web_keys)):
        mark = _copied(place)
        if mark:
            yield (
                f"The key folder {place} seems to be copied elsewhere ({mark}). Keys that come back from a "
                "copy undo the anonymity; move it to a place that nothing copies, and correct the setting."
            )


def _copied(place: Path) -> str:
    for folder in (place, *place.parents):
        if folder.name.lower() in SYNCHRONISED or folder.name.lower().startswith("onedrive -"):
            return str(folder)
        for mark in MARKS:
            if (folder / mark).exists():
                return str(folder / mark)
    return ""
