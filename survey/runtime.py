"""What every entry point holds: settings, engine, key files, clock, and whether it is to end."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event

from sqlalchemy import Engine

from survey import migrating
from survey.clock import Clock, SystemClock
from survey.db import as_owner, make_engine, transaction
from survey.keys import halves, matching, second_factor
from survey.keys.files import KeyFiles
from survey.keys.uploads import Uploads
from survey.settings import Settings, SettingsError, ensure_folders


@dataclass(frozen=True)
class Runtime:
    """An installation, opened."""

    settings: Settings
    engine: Engine
    files: KeyFiles
    clock: Clock
    #: Set once the process is told to end: long work stops at the next place where nothing is left half done.
    ending: Event = field(default_factory=Event)


def open_runtime(settings: Settings, clock: Clock | None = None) -> Runtime:
    """Make the folders, bring the schema up to date, check that keys and database belong together.

    Raises SettingsError, UnsafeDatabase or KeyTrouble, each with a remedy.
    """
    settings = ensure_folders(settings)
    forbid_core_dumps()
    files = key_files(settings)
    files.prepare()
    engine = make_engine(settings)
    try:
        with as_owner(settings, engine) as owner:
            migrating.upgrade(owner)
            if owner is not engine:
                migrating.admit(owner, engine)
            if settings.role != "web":
                migrating.require_owner(owner)
        with transaction(engine) as db:
            if settings.role == "web":
                matching.check(db, files)
            else:
                matching.tie(db, files)
                second_factor.ensure_key(files)
    except BaseException:
        engine.dispose()
        raise
    if settings.web_keys and settings.role != "web":
        halves.publish(files, settings.web_keys)
    if settings.role != "web":
        Uploads(settings).prepare()
    return Runtime(settings=settings, engine=engine, files=files, clock=clock or SystemClock())


def key_files(settings: Settings) -> KeyFiles:
    """The keys that this process may hold. Raises PrivateKeyInReach where a web process could read more."""
    if settings.role != "web" or settings.web_keys is None:
        return KeyFiles(settings.keys)
    halves.refuse_private(settings.keys, settings.web_keys)
    return halves.WebHalves(settings.web_keys)


def require_role(settings: Settings, *allowed: str) -> None:
    """Raises SettingsError where this process is set up for another part of the work."""
    if settings.role not in ("all", *allowed):
        raise SettingsError(f"role is {settings.role}; this command is for {' or '.join(allowed)} (or all).")


def forbid_core_dumps() -> None:
    """A memory image would hold an answer that is just being sealed."""
    try:
        import resource
    except ImportError:  # not on this system
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
