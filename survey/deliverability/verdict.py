"""What a check found, as a sentence with a remedy and, where one helps, a line for the domain's DNS. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How things stand. Only ``WRONG`` makes the command fail."""

    GOOD = "good"
    CARE = "look at this"
    WRONG = "wrong"
    UNSEEN = "cannot be seen from here"


@dataclass(frozen=True)
class Sentence:
    """A sentence in English with named places, and what stands in them."""

    template: str
    values: Mapping[str, object]

    def words(self, translate: Callable[[str], str]) -> str:
        """In the reader's language."""
        return translate(self.template) % self.values

    def __str__(self) -> str:
        return self.template % self.values


def say(template: str, **values: object) -> Sentence:
    """Marks a sentence for translation where no reader's language is known yet."""
    return Sentence(template, values)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. ``record`` is a line to paste at whoever keeps the domain's DNS."""

    topic: str
    verdict: Verdict
    said: Sentence
    record: str = ""

    @property
    def sentence(self) -> str:
        return str(self.said)

    @property
    def lines(self) -> tuple[str, ...]:
        """For a terminal."""
        first = f"{self.topic}: {self.verdict}. {self.sentence}"
        return (first, f"    {self.record}") if self.record else (first,)


def any_wrong(findings: Iterable[Finding]) -> bool:
    return any(one.verdict is Verdict.WRONG for one in findings)


def txt_record(name: str, text: str) -> str:
    """A TXT record as most DNS pages and zone files take it: name, type, text in quotes."""
    return f'{name}. TXT "{text}"'


def aligned(one: str, other: str, *, strict: bool = False) -> bool:
    """Whether two domains belong together as DMARC means it: the same, or (relaxed) one below the other.

    Two sisters below one domain count as together for DMARC, too; without a list of registrars they cannot be
    told from two strangers below ``co.uk``, so they do not count here.
    """
    first, second = one.lower().rstrip("."), other.lower().rstrip(".")
    if first == second:
        return bool(first)
    return not strict and (first.endswith(f".{second}") or second.endswith(f".{first}"))
