"""One file's bytes into an instrument or touchpoints, together with everything that is wrong with it.

Pure. An instrument comes out only where nothing is wrong with it; warnings alone do not hold it back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from survey.instruments import kinds, rules
from survey.instruments.document import Document, parse
from survey.instruments.faults import Fault, Finding, Path, _, errors
from survey.instruments.model import Instrument, Item, Touchpoint
from survey.instruments.shape import InstrumentFile, TouchpointsFile, complaints

MAPPING_EXPECTED = Finding((), _("keys belong on the first level"), _("Start from one of the shipped files."))


@dataclass(frozen=True)
class ExaminedInstrument:
    """``instrument`` is None where ``faults`` holds an error."""

    document: Document
    faults: tuple[Fault, ...]
    instrument: Instrument | None


@dataclass(frozen=True)
class ExaminedTouchpoints:
    """``touchpoints`` is empty where ``faults`` holds an error."""

    faults: tuple[Fault, ...]
    touchpoints: Mapping[str, Touchpoint] = field(default_factory=dict)


def examine_instrument(raw: bytes, *, file: str, touchpoints: Collection[str] | None) -> ExaminedInstrument:
    """Read an instrument file; ``touchpoints`` None leaves the touchpoints it names unchecked."""
    document = parse(raw, file)
    if not isinstance(document.data, dict):
        return ExaminedInstrument(document, _without_keys(document), None)
    findings, form = instrument_findings(document, touchpoints)
    faults = document.faults(findings)
    return ExaminedInstrument(document, faults, None if errors(faults) or form is None else form.resolved())


def instrument_findings(
    document: Document, touchpoints: Collection[str] | None
) -> tuple[list[Finding], InstrumentFile | None]:
    """What is wrong with a document of keys, place by place, and its form where the form alone is right."""
    findings = [*rules.instrument_findings(document, touchpoints), *kinds.findings(document)]
    try:
        return findings, InstrumentFile.model_validate(document.data)
    except ValidationError as error:
        return [*complaints(error, InstrumentFile), *findings], None


def examine_touchpoints(raw: bytes, *, file: str) -> ExaminedTouchpoints:
    """Read a touchpoints file."""
    document = parse(raw, file)
    if not isinstance(document.data, dict):
        return ExaminedTouchpoints(_without_keys(document))
    findings = rules.touchpoint_findings(document)
    try:
        form = TouchpointsFile.model_validate(document.data)
    except ValidationError as error:
        return ExaminedTouchpoints(document.faults([*complaints(error, TouchpointsFile), *findings]))
    faults = document.faults(findings)
    if errors(faults):
        return ExaminedTouchpoints(faults)
    return ExaminedTouchpoints(faults, {touchpoint.id: touchpoint for touchpoint in form.touchpoints})


def clashes(examined: Sequence[ExaminedInstrument]) -> list[Fault]:
    """Instruments with one id, and items that share a key without sharing wording and options.

    Tallies know an item by its key alone, so one key must mean one question everywhere.
    """
    faults: list[Fault] = []
    instruments: dict[str, str] = {}
    items: dict[str, tuple[Item, str]] = {}
    for document, instrument in [(e.document, e.instrument) for e in examined if e.instrument]:
        other = instruments.setdefault(instrument.id, document.file)
        if other != document.file:
            finding = Finding(
                ("id",), _("{other} has the same id", other=other), _("Give one of them another id.")
            )
            faults.extend(_located(document, finding))
            continue
        for index, item in enumerate(instrument.items):
            first, file = items.setdefault(item.key, (item, document.file))
            if _question(first) != _question(item):
                faults.extend(_located(document, _clash(("items", index), item, file)))
    return faults


def _clash(path: Path, item: Item, file: str) -> Finding:
    message = _("{file} asks something else under {key}", file=file, key=item.key)
    return Finding(path, message, _("Use the same words and options, or another id or revision."))


def _question(item: Item) -> object:
    return item.model_dump(exclude={"id", "revision", "note"})


def _located(document: Document, finding: Finding) -> tuple[Fault, ...]:
    return (
        Fault(
            document.file,
            document.line(finding.path),
            document.key(finding.path),
            finding.message,
            finding.remedy,
        ),
    )


def _without_keys(document: Document) -> tuple[Fault, ...]:
    return document.faults([] if document.data is None else [MAPPING_EXPECTED])
