"""In which language a report speaks, and the short texts that all reports share. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date, format_skeleton

from survey.clock import parse_quarter
from survey.insight.verdict import Verdict
from survey.insight.words import Translate, plain
from survey.instruments.model import BLANK, Instrument, Item, Standing, Touchpoint, wording


@dataclass(frozen=True)
class Voice:
    """The words at hand: the instrument's and the touchpoints' own, and the catalogue's."""

    instrument: Instrument
    touchpoints: Mapping[str, Touchpoint]
    language: str = "en"
    translate: Translate = plain
    year_begins: int = 1

    def name(self, touchpoint: str) -> str:
        """A touchpoint's name; its id where the list has lost it."""
        found = self.touchpoints.get(touchpoint)
        return touchpoint.replace("_", " ") if found is None else wording(found.name, self.language)

    def good(self, touchpoint: str) -> str:
        """The phrase for "this works"."""
        found = self.touchpoints.get(touchpoint)
        return self.name(touchpoint) if found is None else wording(found.good, self.language)

    def problem(self, touchpoint: str) -> str:
        """The phrase for "this does not work"."""
        found = self.touchpoints.get(touchpoint)
        return self.name(touchpoint) if found is None else wording(found.problem, self.language)

    def anchor(self, item: Item) -> str:
        """A name for an item on a page that no other item has: its touchpoint where that is its own."""
        alone = sum(each.touchpoint == item.touchpoint for each in self.instrument.counted) == 1
        return item.touchpoint if alone else item.key

    def question(self, item: Item) -> str:
        return wording(item.text, self.language)

    def answers(self, item: Item, standing: Standing) -> str:
        """The options of a standing, joined: ``“Poor” or “Very poor”``; of numbers ``“0” to “6”``."""
        _ = self.translate
        texts = [
            _("“{answer}”").format(answer=wording(option.text, self.language))
            for option in item.scale.options
            if option.standing is standing and option.value != BLANK
        ]
        if item.scale.numbers and len(texts) > 2:  # a band of them: its ends say it all
            return _("{first} to {last}").format(first=texts[0], last=texts[-1])
        return _(" or ").join(texts)

    def month(self, month: str) -> str:
        """``"Mar 2026"``."""
        text: str = format_skeleton("yMMM", first_day(month), locale=self.language)
        return text

    def day(self, day: date) -> str:
        """``"Mar 4, 2026"``."""
        return format_date(day, format="medium", locale=self.language)

    def months(self, months: tuple[str, ...]) -> str:
        """``"Jan 2026 to Mar 2026"``."""
        return self.translate("{first} to {last}").format(
            first=self.month(months[0]), last=self.month(months[-1])
        )

    def quarter(self, quarter: str) -> str:
        """``"Q1 2026"``; where the practice's year begins in April, ``"Q4 2025/26"`` for the same months."""
        year, number = parse_quarter(quarter)
        if self.year_begins == 1:
            return self.translate("Q{number} {year}").format(number=number, year=year)
        since = number - 1 - (self.year_begins - 1) // 3
        first = year if since >= 0 else year - 1
        return self.translate("Q{number} {first}/{last}").format(
            number=since % 4 + 1, first=first, last=f"{(first + 1) % 100:02d}"
        )

    def verdict(self, verdict: Verdict) -> str:
        _ = self.translate
        texts = {
            Verdict.WORKS: _("Works well"),
            Verdict.ATTENTION: _("Needs attention"),
            Verdict.EARLY: _("Too early to tell"),
        }
        return texts[verdict]


def first_day(month: str) -> date:
    """First day of ``"2026-03"``."""
    return date(int(month[:4]), int(month[5:7]), 1)
