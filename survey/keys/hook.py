"""Secrets by which a practice knows its mail service again, one for each way of reporting.

They lie among the keys, outside the database and its backups. A lost one is made anew and entered at the
service again; nothing else depends on it.
"""

from __future__ import annotations

from survey.keys.files import KeyFiles

#: Every secret fills its file to this length, so that a cut one is noticed.
SIZE = 160
PADDING = b"\n"


class UnusableSecret(ValueError):
    """A secret that is too short to be one, or too long for its file."""


def keep(files: KeyFiles, practice_id: int, form: str, secret: str) -> None:
    """Keep a secret; an earlier one is void. Raises UnusableSecret."""
    content = secret.strip().encode("utf-8")
    if not 16 <= len(content) <= SIZE or PADDING in content:
        raise UnusableSecret(f"a secret has 16 to {SIZE} characters on one line")
    forget(files, practice_id, form)
    files.create(_name(practice_id, form), content.ljust(SIZE, PADDING))


def secret(files: KeyFiles, practice_id: int, form: str) -> bytes | None:
    """The secret, or None where the service may not report in this way."""
    if not is_open(files, practice_id, form):
        return None
    return files.read(_name(practice_id, form), SIZE).rstrip(PADDING)


def is_open(files: KeyFiles, practice_id: int, form: str) -> bool:
    """Whether the service may report in this way."""
    return files.exists(_name(practice_id, form))


def forget(files: KeyFiles, practice_id: int, form: str) -> None:
    """Whoever holds the secret is refused from now on."""
    files.destroy(_name(practice_id, form))


def forget_all(files: KeyFiles, practice_id: int) -> None:
    """No service reports to this practice any more."""
    for path in sorted(files.root.glob(_name(practice_id, "*"))):
        files.destroy(path.name)


def _name(practice_id: int, form: str) -> str:
    return f"hook-{practice_id}-{form}"
