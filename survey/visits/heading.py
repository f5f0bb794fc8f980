"""Which columns say who somebody is, by their headings: their cells are never shown.

Pure. A heading is taken for such a one rather once too often: then an example is missing and nothing else.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from survey.settings import shipped
from survey.visits.match import PERSONAL
from survey.visits.presets import load_presets

#: With one of these a column holds a way to reach somebody, or a birthday, whatever else is said.
REACHING: Final = re.compile(
    r"e?mails?|phone|telephone|mobile|cell|birth|birthday|dob|ssn|correo|tel[eé]fono|celular|m[oó]vil|nacimiento"
)
#: Headings that have one of these, and otherwise only words of the next line, mean a person.
PEOPLE: Final = re.compile(
    r"clients?|patients?|guardians?|parents?|attendee|clientes?|pacientes?|tutor|"
    r"names?|surname|address|nombres?|apellidos?|direcci[oó]n"
)
BESIDE: Final = re.compile(
    r"first|last|middle|full|preferred|legal|given|family|id|number|no|s|of|the|completo|n[uú]mero|del?|la|el"
)


def says_who(heading: str) -> bool:
    """Whether cells under this heading may be a client's name, address or number."""
    words = re.findall(r"[^\W_]+", heading.lower())
    if any(map(REACHING.fullmatch, words)) or heading.strip().lower() in _known():
        return True
    people = [word for word in words if PEOPLE.fullmatch(word)]
    return bool(people) and all(word in people or BESIDE.fullmatch(word) for word in words)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Headings under which the shipped presets expect a person."""
    found = set()
    for preset in load_presets(shipped("surveys_config")):
        for columns in (preset.columns, preset.join or {}):
            found |= {name.lower() for m in PERSONAL & columns.keys() for name in columns[m]}
    return frozenset(found)
