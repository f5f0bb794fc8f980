"""The opened installation, as the views reach it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import current_app

from survey.runtime import Runtime

KEY = "afterword"


def runtime() -> Runtime:
    """Settings, engine, keys and clock of the running application."""
    return cast(Runtime, current_app.extensions[KEY])


def now() -> datetime:
    return runtime().clock.now()
