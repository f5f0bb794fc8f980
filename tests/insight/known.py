"""Known answers for the formulas: published tables, and what other programs computed from open data."""

from __future__ import annotations

import csv
import gzip
import json
from typing import Any

from tests.services import data_folder


def group(name: str) -> Any:
    """One group of ``known_answers.json``."""
    return json.loads((data_folder() / "known_answers.json").read_text())[name]


def answers(path: str) -> Any:
    """A file of JSON below the data folder."""
    return json.loads((data_folder() / path).read_text())


def table(path: str) -> list[dict[str, str]]:
    """A CSV file below the data folder, plain or packed, as rows."""
    whole = data_folder() / path
    with gzip.open(whole, "rt") if whole.suffix == ".gz" else whole.open(newline="") as file:
        return list(csv.DictReader(file))
