"""What shows before a mail is opened must not tell what kind of care somebody gets, or from whom.

Pure. A small list of word beginnings in English and Spanish; it finds what gives a practice away in subject,
sender, link and first lines. It is a net with holes, not a proof.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Beginnings that are telling wherever they stand in a word (physiotherapy, psicoterapia).
ANYWHERE = ("therap", "terap", "psych", "psic", "psiq", "counsel", "suicid", "addict", "adicc", "autis")
#: Beginnings that are telling only at the start of a word (mental, but not fundamental).
AT_START = (
    "mental",
    "consejer",
    "depress",
    "depresi",
    "anxiet",
    "ansiedad",
    "trauma",
    "adhd",
    "tdah",
    "rehab",
    "detox",
    "desintox",
    "marriage",
    "matrimonial",
    "behavio",
    "conduct",
    "clinician",
    "diagnos",
    "treatment",
    "tratamiento",
    "oncolog",
    "fertilit",
    "fertilid",
)
#: Whole words: titles that name a person or a profession.
WHOLE = ("dr", "dra", "psyd", "lcsw", "lmft", "lpc", "lmhc", "phd", "md")
TELLING = re.compile(
    rf"\w*(?:{'|'.join(ANYWHERE)})\w*|\b(?:{'|'.join(AT_START)})\w*|\b(?:{'|'.join(WHOLE)})\b"
)


@dataclass(frozen=True)
class EnvelopeFault:
    """A text that must not stand on an envelope, and the word or sign that is the trouble."""

    text: str
    trouble: str


def envelope_faults(practice_name: str, slug: str, *texts: str) -> tuple[EnvelopeFault, ...]:
    """Everything that would show too much: names first, then further texts such as subject and preview."""
    faults = [
        EnvelopeFault(text, word) for text in (practice_name, slug, *texts) for word in telling_words(text)
    ]
    if is_unsafe_name(practice_name):
        faults.append(EnvelopeFault(practice_name, "=? or an invisible character"))
    return tuple(faults)


def telling_words(text: str) -> tuple[str, ...]:
    """The words of a text that tell what kind of care it is about, without accents and capitals."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    return tuple(TELLING.findall(plain.replace("_", " ")))


def is_unsafe_name(name: str) -> bool:
    """Whether a name could break out of a header: an encoded word, or a control character."""
    return "=?" in name or any(unicodedata.category(mark) in {"Cc", "Cf", "Zl", "Zp"} for mark in name)
