"""How many comments of a quarter each theme has: bands, guessed, and never a word of a comment. Pure.

None and few are the same words, so that a line never tells whether anybody wrote about something. The counts
are part of what is frozen; sorting a comment otherwise later changes only reports that are not frozen yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from survey.comments.themes import Theme
from survey.insight.rounding import LEAST, Band, n_band
from survey.insight.words import Translate
from survey.reports.voice import Voice


@dataclass(frozen=True)
class ThemeFact:
    """A theme, and the band of how many comments it has: None where they are too few, or none."""

    theme: str
    comments: Band | None


@dataclass(frozen=True)
class ThemeFacts:
    """All themes of a quarter; ``comments``: the band of all comments that are not hidden."""

    comments: Band | None
    themes: tuple[ThemeFact, ...]


@dataclass(frozen=True)
class ThemeLine:
    """A theme in words. ``band`` is empty where the comments are too few, and ``text`` says so."""

    theme: str
    name: str
    band: str
    text: str


@dataclass(frozen=True)
class Themes:
    """All themes, those of most comments first; ``shown`` are those with a band."""

    text: str
    band: str
    lines: tuple[ThemeLine, ...]
    shown: tuple[ThemeLine, ...]
    rest: str
    note: str


def facts(sorted_as: Iterable[frozenset[Theme]], *, least: int) -> ThemeFacts:
    """``sorted_as``: the themes of each comment. A band that begins below ``least`` (or five) is not told."""
    each = tuple(sorted_as)
    numbers = Counter(theme for found in each for theme in found)
    return ThemeFacts(
        comments=_band(len(each), least),
        themes=tuple(ThemeFact(theme.slug, _band(numbers[theme], least)) for theme in Theme),
    )


def _band(number: int, least: int) -> Band | None:
    found = n_band(number)
    return found if found.low >= told_from(least) else None


def told_from(least: int) -> int:
    """The first band that begins at ``least`` or above: with a least of 9, "5+" could only mean 9."""
    low = max(least, LEAST)
    while n_band(low).low < low:
        low += 1
    return low


def themes(found: ThemeFacts | None, *, voice: Voice, least: int) -> Themes | None:
    """The words; None for a report that was frozen before themes were counted."""
    if found is None:
        return None
    _ = voice.translate
    few = _("fewer than {number} comments, or none").format(number=told_from(least))
    spoken = names(_)
    ordered = sorted(found.themes, key=lambda one: -_height(one.comments))
    lines = tuple(
        ThemeLine(
            theme=one.theme,
            name=spoken.get(one.theme, one.theme),
            band="" if one.comments is None else one.comments.text,
            text=few if one.comments is None else one.comments.text,
        )
        for one in ordered
    )
    shown = tuple(line for line in lines if line.band)
    rest = "; ".join(line.name for line in lines if not line.band)
    return Themes(
        text=few if found.comments is None else found.comments.text,
        band="" if found.comments is None else found.comments.text,
        lines=lines,
        shown=shown,
        rest=_("Fewer than {number} comments, or none: {names}.").format(number=told_from(least), names=rest)
        if rest
        else "",
        note=_(
            "Themes are a program’s guess, corrected where somebody of the practice did so before the report "
            "was frozen. A comment may have several themes or none. Hidden comments are left out."
        ),
    )


def missing(voice: Voice) -> str:
    """Said in place of the counts where a report was frozen without them."""
    return voice.translate("This report was frozen before themes of comments were counted.")


def _height(band: Band | None) -> int:
    return 0 if band is None else band.low


def names(_: Translate) -> dict[str, str]:
    """Every theme in the reader's language, by slug."""
    spoken = {
        Theme.STAFF: _("Staff"),
        Theme.COMMUNICATION: _("Communication"),
        Theme.ACCESS: _("Access and waiting"),
        Theme.MEDICATION: _("Medication and pain"),
        Theme.JOURNEY: _("Coordination of care"),
        Theme.ENVIRONMENT: _("Rooms and equipment"),
        Theme.FOOD: _("Food and activities"),
        Theme.LOCATION: _("Location and transport"),
        Theme.ORGANISATION: _("Organisation and funding"),
        Theme.PRAISE: _("General praise"),
        Theme.COMPLAINT: _("General complaint"),
    }
    return {theme.slug: name for theme, name in spoken.items()}
