"""Themes on the desk over comments: their names, how many comments stand under each, and one theme's list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from survey.comments import sorting
from survey.comments.hiding import DeskComment
from survey.comments.sorting import BY_SLUG, Sorted
from survey.insight.rounding import n_band
from survey.reports import theme_counts
from survey.web.installation import runtime
from survey.web.wording import translate


@dataclass(frozen=True)
class Choice:
    """A theme or touchpoint to choose, and the band of how many comments it has: empty under five."""

    slug: str
    name: str
    band: str


@dataclass(frozen=True)
class ThemeView:
    """``listed``: keys of the comments of the chosen theme, of all where none is chosen."""

    sorted: Mapping[bytes, Sorted]
    listed: frozenset[bytes]
    choices: tuple[Choice, ...]
    corrected: int


def view(db: Session, practice_id: int, found: Sequence[DeskComment], *, theme: str) -> ThemeView:
    """Themes of the comments that are not hidden; ``theme`` is a slug or empty."""
    shown = [each for each in found if not each.hidden]
    each_sorted = sorting.with_themes(db, practice_id, shown, own=runtime().settings.instance)
    return ThemeView(
        sorted={each.comment.id: each for each in each_sorted},
        listed=frozenset(each.comment.id for each in each_sorted if not theme or theme in each.slugs),
        choices=choices(names(), Counter(slug for each in each_sorted for slug in each.slugs)),
        corrected=sum(each.corrected for each in each_sorted),
    )


def setting(slugs: Sequence[str]) -> Callable[..., None]:
    """The deed that gives a comment these themes."""
    return partial(sorting.correct, chosen=[BY_SLUG[slug] for slug in slugs])


def choices(names_by_slug: Mapping[str, str], numbers: Mapping[str, int]) -> tuple[Choice, ...]:
    """Those that any comment has, in the order of their names given."""
    bands = {slug: n_band(number) for slug, number in numbers.items()}
    return tuple(
        Choice(slug, name, bands[slug].text if bands[slug].low else "")
        for slug, name in names_by_slug.items()
        if slug in bands
    )


def names() -> dict[str, str]:
    """Every theme in the reader's language, by slug."""
    return theme_counts.names(translate)
