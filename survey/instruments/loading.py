"""Instrument and touchpoint files from disk. Reads files only; a faulty file gives no instrument at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from survey.instruments.document import MOST_BYTES
from survey.instruments.faults import Fault, InstrumentFaults, errors
from survey.instruments.model import Instrument, Touchpoint
from survey.instruments.source import ExaminedInstrument, clashes, examine_instrument, examine_touchpoints

__all__ = [
    "COMPLAINT_LINES",
    "HELP_LINES",
    "REVEALING_WORDS",
    "TOUCHPOINTS",
    "Fault",
    "InstrumentFaults",
    "load_all",
    "load_instrument",
    "load_touchpoints",
    "read_bytes",
]

TOUCHPOINTS: Final = "touchpoints.yaml"
HELP_LINES: Final = "help_lines.yaml"
COMPLAINT_LINES: Final = "complaint_lines.yaml"
REVEALING_WORDS: Final = "revealing_words.yaml"
CRISIS_WORDS: Final = "crisis_words.yaml"
TOUCHPOINT_WORDS: Final = "touchpoint_words.yaml"
#: Files of the folder that hold no instrument.
OTHERS: Final = frozenset(
    {TOUCHPOINTS, HELP_LINES, COMPLAINT_LINES, REVEALING_WORDS, CRISIS_WORDS, TOUCHPOINT_WORDS}
)


def load_instrument(path: Path, touchpoints: Mapping[str, Touchpoint]) -> Instrument:
    """The instrument of a file. Raises InstrumentFaults with everything that is wrong."""
    examined = examine_instrument(read_bytes(path), file=str(path), touchpoints=touchpoints)
    if examined.instrument is None:
        raise InstrumentFaults(errors(examined.faults))
    return examined.instrument


def load_touchpoints(path: Path) -> dict[str, Touchpoint]:
    """The touchpoints of a file by id, in its order. Raises InstrumentFaults."""
    examined = examine_touchpoints(read_bytes(path), file=str(path))
    if errors(examined.faults):
        raise InstrumentFaults(errors(examined.faults))
    return dict(examined.touchpoints)


def load_all(folder: Path) -> dict[str, Instrument]:
    """Every instrument of a folder by id. Raises InstrumentFaults with the faults of all its files."""
    faults: list[Fault] = []
    known: dict[str, Touchpoint] | None = None
    try:
        known = load_touchpoints(folder / TOUCHPOINTS)
    except InstrumentFaults as error:
        faults.extend(error.faults)
    examined: list[ExaminedInstrument] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name not in OTHERS:
            try:
                examined.append(examine_instrument(read_bytes(path), file=str(path), touchpoints=known))
            except InstrumentFaults as error:
                faults.extend(error.faults)
    faults.extend(fault for each in examined for fault in errors(each.faults))
    faults.extend(clashes(examined))
    if faults:
        raise InstrumentFaults(faults)
    return {each.instrument.id: each.instrument for each in examined if each.instrument}


def read_bytes(path: Path) -> bytes:
    """A file's bytes, one more than is allowed at most. Raises InstrumentFaults where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a file name"
        message = f"the file cannot be read ({reason})"
        fault = Fault(str(path), 1, "", message, "Check its name, and that this program may read it.")
        raise InstrumentFaults([fault]) from error
