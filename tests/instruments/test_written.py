"""An instrument written as a file and read again is the same instrument."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.instruments.loading import load_all, load_touchpoints
from survey.instruments.model import Instrument
from survey.instruments.source import examine_instrument
from survey.instruments.written import written
from tests.instruments.builders import SHIPPED, both, make_instrument, make_item, make_scale
from tests.instruments.kinds import every_kind

TOUCHPOINTS = load_touchpoints(SHIPPED / "touchpoints.yaml")


def read(text: str) -> Instrument:
    examined = examine_instrument(text.encode(), file="x.yaml", touchpoints=TOUCHPOINTS)
    assert examined.instrument is not None, [str(fault) for fault in examined.faults]
    return examined.instrument


@pytest.mark.parametrize("instrument", [every_kind(), *load_all(SHIPPED).values()], ids=lambda each: each.id)
def test_what_is_written_reads_back_as_the_same(instrument: Instrument) -> None:
    text = written(instrument, heading="Made by a program.\n\nNot by hand.")
    assert text.startswith("# Made by a program.\n#\n# Not by hand.\n\nid: ")
    assert read(text) == instrument
    assert written(read(text)) == written(instrument)


LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp"])


@given(st.text(LETTERS, min_size=1, max_size=80).filter(lambda words: words.strip()), st.booleans())
def test_no_word_of_a_text_is_lost_or_means_anything(words: str, note: bool) -> None:
    item = make_item(text=both(words), note=both(f"# {words}: [yes]") if note else None)
    instrument = make_instrument(title=both(f"'{words}"), items=(item,), seconds=9)
    assert read(written(instrument)) == instrument


def test_two_scales_of_one_name_cannot_be_written() -> None:
    other = make_scale(options=make_scale().options[::-1])
    instrument = make_instrument(items=(make_item(), make_item(id="other", scale=other)), seconds=9)
    with pytest.raises(ValueError, match="two scales are called plain"):
        written(instrument)
