"""The metadata of all tables; every module with rows is imported so that it is whole."""

from __future__ import annotations

from importlib import import_module

from survey.db import Base

for _stage in (
    "actions",
    "comments",
    "invitations",
    "keys",
    "practice",
    "releases",
    "reports",
    "responses",
    "visits",
):
    import_module(f"survey.{_stage}.model")

METADATA = Base.metadata
