"""Look over survey files and say everything that should be put right. Reads files only, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from survey.instruments.document import parse
from survey.instruments.faults import Fault, InstrumentFaults
from survey.instruments.loading import OTHERS, TOUCHPOINTS, read_bytes
from survey.instruments.model import Instrument, Touchpoint
from survey.instruments.source import ExaminedInstrument, clashes, examine_instrument, examine_touchpoints


def check(paths: Iterable[Path], *, touchpoints: Path | None = None) -> list[Fault]:
    """All faults of all files, warnings included, file by file; an empty list means all is well.

    An instrument is checked against the touchpoints.yaml beside it, else against ``touchpoints``. Of a file
    of help lines only the YAML is checked: what it must say is known where it is used.
    """
    faults: dict[str, list[Fault]] = {}
    examined: list[ExaminedInstrument] = []
    known = _KnownTouchpoints(touchpoints, faults)
    for path in dict.fromkeys(paths):
        if path.name == TOUCHPOINTS:
            known.beside(path)
            continue
        try:
            raw = read_bytes(path)
        except InstrumentFaults as error:
            faults[str(path)] = list(error.faults)
            continue
        if path.name in OTHERS:
            faults[str(path)] = list(parse(raw, str(path)).faults([]))
            continue
        found = examine_instrument(raw, file=str(path), touchpoints=known.beside(path))
        faults[str(path)] = list(found.faults)
        examined.append(found)
    return [*(fault for of_file in faults.values() for fault in of_file), *clashes(examined)]


def instruments(paths: Iterable[Path]) -> list[Instrument]:
    """The instruments of files that ``check`` found without errors."""
    found = [
        examine_instrument(read_bytes(path), file=str(path), touchpoints=None).instrument
        for path in dict.fromkeys(paths)
        if path.name not in OTHERS
    ]
    return [each for each in found if each is not None]


class _KnownTouchpoints:
    """Reads each touchpoints file once, and notes its faults once."""

    def __init__(self, fallback: Path | None, faults: dict[str, list[Fault]]) -> None:
        self._fallback = fallback
        self._faults = faults
        self._read: dict[Path, dict[str, Touchpoint] | None] = {}

    def beside(self, path: Path) -> dict[str, Touchpoint] | None:
        """The touchpoints for a file, or None where they have faults of their own."""
        own = path.with_name(TOUCHPOINTS)
        source = own if self._fallback is None or own.exists() or path == own else self._fallback
        if source not in self._read:
            self._read[source] = self._from(source)
        return self._read[source]

    def _from(self, source: Path) -> dict[str, Touchpoint] | None:
        try:
            found = examine_touchpoints(read_bytes(source), file=str(source))
        except InstrumentFaults as error:
            self._faults[str(source)] = list(error.faults)
            return None
        self._faults[str(source)] = list(found.faults)
        return dict(found.touchpoints) or None
