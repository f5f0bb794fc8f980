"""The words of a language, for what is printed in one that is not the reader's own. Pure but for one file."""

from __future__ import annotations

from functools import cache

from babel.support import NullTranslations, Translations

from survey.insight.words import Translate
from survey.settings import PACKAGE

#: Languages in which something can be printed.
PRINTED = ("en", "es")


def translator(language: str) -> Translate:
    """A function that gives the text in a language such as ``es``; English where it is not translated."""
    return _read(language).gettext


@cache
def _read(language: str) -> NullTranslations:
    return Translations.load(PACKAGE / "translations", [language])
