"""Programs whose files are known: one YAML file each in ``surveys_config/presets``. Reads files only.

A preset says how columns are headed and which words mean attended. Adding one is adding a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, ValidationError

from survey.instruments.document import Document, parse
from survey.instruments.faults import Fault, Finding, InstrumentFaults
from survey.instruments.loading import read_bytes
from survey.instruments.model import Frozen, Identifier
from survey.instruments.shape import complaints
from survey.settings import shipped
from survey.visits.match import CLIENT_MEANINGS, MEANINGS, DateOrder, FileKind, Join, Match
from survey.visits.model import VisitStatus

FOLDER: Final = "presets"
GENERIC: Final = "generic"
Text = Annotated[str, Field(min_length=1, max_length=120)]
Texts = Annotated[
    tuple[Annotated[str, Field(max_length=120)], ...],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
]


class Preset(Frozen):
    """What is known about the files of one program. ``confirmed`` is "no" where headings are a guess.

    ``columns`` and ``join`` list the headings in use by meaning, the usual one first.
    """

    id: Identifier
    title: Text
    kinds: tuple[FileKind, ...]
    confirmed: Literal["yes", "no"]
    columns: Mapping[str, Texts]
    statuses: Mapping[VisitStatus, Texts]
    fixed: Mapping[str, Text] = {}
    date_order: DateOrder = DateOrder.YMD
    join: Mapping[str, Texts] | None = None

    @property
    def words(self) -> dict[str, VisitStatus]:
        """The statuses by word."""
        return {word.lower(): status for status, words in self.statuses.items() for word in words}

    def match(self, *, kind: FileKind | None = None, time_zone: str = "UTC") -> Match:
        """The preset with its usual headings."""
        return Match(
            kind=kind or self.kinds[0],
            preset=self.id,
            columns={meaning: headings[0] for meaning, headings in self.columns.items()},
            statuses=self.words,
            fixed=dict(self.fixed),
            date_order=self.date_order,
            time_zone=time_zone,
            join=None if self.join is None else Join({m: names[0] for m, names in self.join.items()}),
        )


def load_presets(folder: Path) -> Sequence[Preset]:
    """Every preset of ``folder/presets``, of the shipped folder where there is none, ordered by id.

    ``folder`` is ``settings.surveys_config``. Raises InstrumentFaults naming file, line and remedy.
    """
    own = folder / FOLDER
    place = own if own.is_dir() else shipped("surveys_config") / FOLDER
    found = [_preset(path) for path in sorted(place.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda preset: preset.id))


@lru_cache(maxsize=8)
def shipped_preset(name: str) -> Preset:
    """A preset as it is shipped, whatever presets a practice has of its own."""
    return _preset(shipped("surveys_config") / FOLDER / f"{name}.yaml")


def generic() -> Preset:
    """The shipped preset for files written by hand or by a program of one's own."""
    return shipped_preset(GENERIC)


def _preset(path: Path) -> Preset:
    document = parse(read_bytes(path), str(path))
    if not isinstance(document.data, dict):
        findings = [] if document.data is None else [Finding((), "keys belong on the first level", REMEDY)]
        raise InstrumentFaults(document.faults(findings))
    try:
        preset = Preset.model_validate(document.data)
    except ValidationError as error:
        raise InstrumentFaults(document.faults(complaints(error, Preset))) from None
    faults = _faults(document, preset)
    if faults:
        raise InstrumentFaults(faults)
    return preset


REMEDY: Final = "Compare it with a shipped preset."


def _faults(document: Document, preset: Preset) -> tuple[Fault, ...]:
    findings = [
        Finding(("columns", meaning), "this meaning is not known", f"Use one of {', '.join(MEANINGS)}.")
        for meaning in (*preset.columns, *preset.fixed)
        if meaning not in MEANINGS
    ]
    findings += [
        Finding(("join", meaning), "this meaning is not known", f"Use one of {', '.join(CLIENT_MEANINGS)}.")
        for meaning in preset.join or ()
        if meaning not in CLIENT_MEANINGS
    ]
    who = "address" if preset.join is None else "name"
    findings += [
        Finding(("columns",), f"{meaning} is missing", "Name its column, or give it under fixed.")
        for meaning in ("start", "clinician", "status", who)
        if meaning not in preset.columns and meaning not in preset.fixed
    ]
    return document.faults(findings)
