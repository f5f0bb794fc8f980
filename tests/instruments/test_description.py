"""The JSON Schema of survey files, for editors."""

from __future__ import annotations

import json

from survey.instruments.description import schema
from tests.instruments.builders import SHIPPED


def test_the_file_beside_the_surveys_is_current() -> None:
    """Renew it: afterword instrument schema > surveys_config/instrument.schema.json"""
    assert (SHIPPED / "instrument.schema.json").read_text("utf-8") == schema()


def test_it_knows_every_key_and_says_which_must_be_there() -> None:
    found = json.loads(schema())
    assert {"numbers", "rotated", "scales"} < set(found["properties"])
    assert {"id", "version", "items"} < set(found["required"])
    assert "rotated" not in found["required"]
    assert found["additionalProperties"] is False
    assert {"several", "only_if"} < set(found["$defs"]["ItemEntry"]["properties"])
