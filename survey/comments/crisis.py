"""Which words may come from somebody in distress, so that fixed guidance stands beside them.

Pure apart from reading ``crisis_words.yaml`` once. It marks and does nothing else: no comment is
kept back, nobody is told, and nothing here may help to find out who wrote it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from survey.instruments.loading import CRISIS_WORDS
from survey.practice.neutrality import folded
from survey.settings import shipped


def may_be_crisis(text: str) -> bool:
    """Whether any of the words stands in a text, in either language."""
    plain = " ".join(folded(text.replace("’", "'")).split())
    return _pattern(shipped("surveys_config") / CRISIS_WORDS).search(plain) is not None


@cache
def _pattern(path: Path) -> re.Pattern[str]:
    words = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = "|".join(re.escape(word) for words_of in words.values() for word in words_of)
    return re.compile(rf"\b(?:{found})")
