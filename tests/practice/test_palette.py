"""What pages make of a practice's own colour can always be read; what cannot is refused with the nearest."""

from __future__ import annotations

from itertools import product

import pytest

from survey.practice import palette
from survey.practice.palette import DARK, LEAST, LEAST_IN_DARK, LIGHT, NoColour, TooPale, contrast
from survey.settings import shipped

#: Every sixth of each part: 216 colours over the whole room.
ALL = ["#" + "".join(parts) for parts in product(("00", "33", "66", "99", "cc", "ff"), repeat=3)]


def taken(colour: str) -> str:
    """The colour, or the nearest that can be read."""
    try:
        palette.palette(colour)
    except TooPale as trouble:
        return trouble.nearest
    return colour


@pytest.mark.parametrize(
    ("one", "other", "known"),
    [("#000000", "#ffffff", 21.0), ("#767676", "#ffffff", 4.54), ("#ff0000", "#ffffff", 4.0)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, known: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(known, abs=0.005)


def test_whatever_is_chosen_all_words_can_be_read_in_light_and_in_dark() -> None:
    for colour in ALL:
        found = palette.palette(taken(colour))
        assert found.light.least_contrast(LIGHT) >= LEAST
        assert found.dark.least_contrast(DARK) >= LEAST_IN_DARK


def test_a_tone_that_cannot_be_read_would_be_noticed() -> None:
    """The broken variant: the light tone on dark paper, the dark tone on light paper."""
    found = palette.palette("#7a1f5c")
    assert found.light.least_contrast(DARK) < LEAST
    assert found.dark.least_contrast(LIGHT) < LEAST


def test_the_nearest_is_as_little_darker_as_can_be() -> None:
    with pytest.raises(TooPale) as refused:
        palette.palette("#ff0000")
    nearest = refused.value.nearest
    assert taken(nearest) == nearest
    red = int(nearest[1:3], 16)
    assert nearest == f"#{red:02x}0000"
    assert taken(f"#{red + 3:02x}0000") != f"#{red + 3:02x}0000"


@pytest.mark.parametrize("text", ["", "teal", "#0e5a5", "#0E5A58", "#0e5a58;}", "0e5a58", "#0e5a58\n"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(NoColour):
        palette.palette(text)


def test_the_papers_are_those_of_the_style_sheet() -> None:
    text = (shipped("static") / "afterword.css").read_text("utf-8")
    for paper, sheet, glow in (LIGHT, DARK):
        assert f"--paper:{paper};--sheet:{sheet};" in text
        assert f"--glow:{glow};" in text


def test_our_own_colour_can_be_read() -> None:
    assert taken("#0e5a58") == "#0e5a58"
