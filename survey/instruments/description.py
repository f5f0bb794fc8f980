"""The form of survey files as a JSON Schema, for editors that complete and check while somebody types. Pure.

It says what single places may hold. What must hold across a file, ``afterword instrument check`` says.
"""

from __future__ import annotations

import json

from survey.instruments.shape import InstrumentFile


def schema() -> str:
    """The schema as JSON text, the same every time."""
    described = InstrumentFile.model_json_schema()
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Afterword survey",
    }
    return json.dumps({**described, **head}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
