"""Who to call now, by country: the file ``surveys_config/help_lines.yaml``.

Patients see these lines on every page and in every mail, so a faulty file stops the start. Reads a file only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from survey.instruments.document import Document, parse
from survey.instruments.faults import Fault, Finding, InstrumentFaults
from survey.instruments.loading import read_bytes

DIALLED = re.compile(r"\+?[0-9]{3,15}")


@dataclass(frozen=True)
class HelpLine:
    """One line to call. ``number`` as people read it, ``dial`` for the phone, ``words`` by language."""

    number: str
    dial: str
    words: Mapping[str, str]


def load_help_lines(path: Path) -> dict[str, tuple[HelpLine, ...]]:
    """Help lines by two-letter country. Raises InstrumentFaults naming file, line and remedy."""
    document = parse(read_bytes(path), str(path))
    findings: list[Finding] = []
    lines: dict[str, tuple[HelpLine, ...]] = {}
    if isinstance(document.data, dict):
        for country, entries in document.data.items():
            if not re.fullmatch("[A-Z]{2}", country):
                findings.append(
                    Finding((country,), "this is not a country", "Write two capitals such as US.")
                )
            lines[country] = tuple(_lines(country, entries, findings))
    elif document.data is not None:
        findings.append(Finding((), "countries belong on the first level", "Write US: and its lines below."))
    _refuse(document, findings)
    return lines


def dial(number: str) -> str:
    """The digits of a number as a phone dials them, with a leading plus where there was one."""
    digits = re.sub(r"[^0-9]", "", number)
    return f"+{digits}" if number.strip().startswith("+") else digits


def _lines(country: str, entries: object, findings: list[Finding]) -> list[HelpLine]:
    if not isinstance(entries, list) or not entries:
        findings.append(Finding((country,), "no line is given", "Name at least the emergency number."))
        return []
    made: list[HelpLine] = []
    for index, entry in enumerate(entries):
        line = _line(entry)
        if line is None:
            remedy = "Give number, words (en and es), and dial where the number has spaces."
            findings.append(Finding((country, index), "this line cannot be used", remedy))
        else:
            made.append(line)
    return made


def _line(entry: object) -> HelpLine | None:
    if not isinstance(entry, dict) or set(entry) - {"number", "dial", "words"}:
        return None
    number, words = entry.get("number"), entry.get("words")
    if not isinstance(number, str) or not isinstance(words, dict) or not words.get("en"):
        return None
    dialled = entry.get("dial", number)
    if not isinstance(dialled, str) or not DIALLED.fullmatch(dialled):
        return None
    if not all(isinstance(text, str) and text.strip() for text in words.values()):
        return None
    return HelpLine(number=number, dial=dialled, words=words)


def _refuse(document: Document, findings: list[Finding]) -> None:
    faults: tuple[Fault, ...] = document.faults(findings)
    if faults:
        raise InstrumentFaults(faults)
