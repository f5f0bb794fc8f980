"""Every setting and every variable of the tests stands in the operations guide, and nothing that is none."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from survey.settings import PREFIX, TEST_VARIABLES, Settings

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
SETTINGS = {PREFIX + entry.name.upper() for entry in fields(Settings)}


def named(text: str) -> set[str]:
    """Variables that a text names, each as a whole word."""
    return set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", text))


def undocumented(text: str) -> set[str]:
    """Variables that exist and are not in the text."""
    return (SETTINGS | set(TEST_VARIABLES)) - named(text)


def unknown(text: str) -> set[str]:
    """Variables in the text that do not exist."""
    return named(text) - SETTINGS - set(TEST_VARIABLES)


def test_every_variable_is_documented() -> None:
    assert undocumented(GUIDE.read_text("utf-8")) == set()


def test_no_variable_is_documented_that_does_not_exist() -> None:
    assert unknown(GUIDE.read_text("utf-8")) == set()


def test_every_setting_has_its_sentence() -> None:
    for entry in fields(Settings):
        assert entry.metadata.get("note", "").endswith("."), entry.name


def test_a_missing_and_an_invented_one_are_found() -> None:
    text = GUIDE.read_text("utf-8")
    assert undocumented(re.sub(r"\bAFTERWORD_SMTP_PORT\b", "the port", text)) == {"AFTERWORD_SMTP_PORT"}
    assert undocumented(re.sub(r"\bAFTERWORD_MAIL\b", "AFTERWORD_MAIL_FROM", text)) == {"AFTERWORD_MAIL"}
    assert unknown(text + "\nAFTERWORD_COLOUR") == {"AFTERWORD_COLOUR"}
