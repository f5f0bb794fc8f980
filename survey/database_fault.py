"""What is wrong with a database or a disk that cannot be used: one sentence with a remedy. Pure.

Must never say a value, a statement or a password: the texts stand here, none is taken from the driver.
"""

from __future__ import annotations

import errno

SILENT = (
    "The database does not answer, or refuses this user. Check database_url and that its server runs; "
    "nothing was changed."
)
FULL = "The disk of the database is full. Make room on it and start again; nothing was changed."
READ_ONLY = (
    "The database cannot be written to. Check that its disk is not mounted read-only and that the folder "
    "belongs to the user of this service; nothing was changed."
)
CORRUPT = (
    "The database file is damaged or no database. Keep a copy of it, then put the last backup in its place "
    "(docs/operations.md, Going back to a backup); nothing was changed."
)
HALF = (
    "The tables of the database are not those of the schema it names: it was changed or restored half-way. "
    "Put the last backup in its place (docs/operations.md, Going back to a backup); nothing was changed."
)
FAILING = "The disk of the database gives errors. Look at it and at the system's log; nothing was changed."
BUSY = "Another process holds the database. Wait until it is done, then try again; nothing was changed."

OF_SQLITE = {
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR": FAILING,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_CANTOPEN": READ_ONLY,
    "SQLITE_CORRUPT": CORRUPT,
    "SQLITE_NOTADB": CORRUPT,
    "SQLITE_ERROR": HALF,  # a statement of ours that does not fit the tables
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
}
#: By the beginning of PostgreSQL's code, the longest first.
OF_POSTGRES = {"53100": FULL, "25006": READ_ONLY, "XX00": CORRUPT, "42": HALF}


def sentence(trouble: Exception) -> str:
    """The situation and its remedy, from an error of SQLAlchemy or of a driver."""
    driver = getattr(trouble, "orig", trouble)
    name = getattr(driver, "sqlite_errorname", None) or ""
    code = getattr(driver, "sqlstate", None) or ""
    for kind, words in OF_SQLITE.items():
        if name == kind or name.startswith(f"{kind}_"):
            return words
    for beginning, words in OF_POSTGRES.items():
        if code.startswith(beginning):
            return words
    return SILENT


#: Troubles with a disk or a folder that a start can meet, and what helps.
OF_THE_DISK = {
    errno.ENOSPC: "Make room on this disk and start again.",
    errno.EDQUOT: "Make room for this user and start again.",
    errno.EROFS: "Mount this disk so that it can be written to.",
    errno.EACCES: "Give the folder to the user of this service.",
}


def of_the_disk(trouble: OSError) -> str:
    """The same for a file that could not be written; empty for any other trouble."""
    if trouble.errno not in OF_THE_DISK:
        return ""
    place = trouble.filename or "where the instance or the keys are"
    return f"Cannot write {place}: {trouble.strerror}. {OF_THE_DISK[trouble.errno]}"
