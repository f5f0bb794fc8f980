"""Programs whose files are known: one YAML file each in ``surveys_config/presets``. Reads files only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Preset:
    """What is known about the files of one program. ``confirmed`` is false where headings are a guess."""

    id: str
    title: str
    confirmed: bool


def load_presets(folder: Path) -> Sequence[Preset]:
    """Every preset of ``folder/presets``, of the shipped folder where there is none, ordered by id.

    ``folder`` is ``settings.surveys_config``. Raises InstrumentFaults naming file, line and remedy.
    """
    raise NotImplementedError
