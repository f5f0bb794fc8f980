"""One uploaded file: where its bytes are, how large it may be, and what kind it is. Pure reading."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """A file as it was handed over. A large one is a path and is read in pieces, never whole."""

    name: str
    data: Path | bytes = field(repr=False)
