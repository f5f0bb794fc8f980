"""What every entry point holds: settings, engine, key files, clock."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from survey import migrating
from survey.clock import Clock, SystemClock
from survey.db import make_engine, transaction
from survey.keys import matching
from survey.keys.files import KeyFiles
from survey.settings import Settings, ensure_folders


@dataclass(frozen=True)
class Runtime:
    """An installation, opened."""

    settings: Settings
    engine: Engine
    files: KeyFiles
    clock: Clock


def open_runtime(settings: Settings, clock: Clock | None = None) -> Runtime:
    """Make the folders, bring the schema up to date, check that keys and database belong together.

    Raises SettingsError, UnsafeDatabase or KeyTrouble, each with a remedy.
    """
    settings = ensure_folders(settings)
    files = KeyFiles(settings.keys)
    files.prepare()
    engine = make_engine(settings)
    try:
        migrating.upgrade(engine)
        with transaction(engine) as db:
            matching.tie(db, files)
    except BaseException:
        engine.dispose()
        raise
    return Runtime(settings=settings, engine=engine, files=files, clock=clock or SystemClock())
