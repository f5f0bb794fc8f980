"""Which touchpoints a comment mentions: by words of both languages, and nothing else."""

from __future__ import annotations

import pytest
import yaml

from survey.comments.touching import KEY, mentioned
from survey.demo import comments
from survey.instruments.loading import TOUCHPOINT_WORDS, TOUCHPOINTS, load_touchpoints
from survey.settings import shipped


@pytest.mark.parametrize(
    ("text", "touchpoints"),
    [
        ("The BILL is hard to read.", {"billing"}),
        ("La factura es difícil; la contraseña también.", {"billing", "first_contact"}),
        ("Nobody rang me back – I left two voicemails.", {"phone"}),
        ("Reception was kind when I had to cancel.", {"front_desk", "cancellation"}),
        ("I can’t hear: the sound of the video call breaks off.", {"access", "phone"}),
        ("A billion thanks, happy with the approach", set()),  # no "bill", no "app"
        ("😀 \x00 مرحبا", set()),
        ("", set()),
    ],
)
def test_a_comment_stands_where_its_words_are(text: str, touchpoints: set[str]) -> None:
    assert mentioned(text) == touchpoints


def test_the_words_of_the_file_name_known_touchpoints_and_find_themselves() -> None:
    folder = shipped("surveys_config")
    listed = yaml.safe_load((folder / TOUCHPOINT_WORDS).read_text(encoding="utf-8"))
    assert listed.keys() == load_touchpoints(folder / TOUCHPOINTS).keys() - {"overall"}
    for touchpoint, by_language in listed.items():
        assert by_language.keys() == {"en", "es"}
        for word in (word for words in by_language.values() for word in words):
            assert touchpoint in mentioned(f"So: {word.removesuffix('*')}!"), word
            assert len(word.removesuffix("*")) >= KEY


def test_most_of_what_patients_write_is_found() -> None:
    texts = [text for kind in (comments.GOOD, comments.CHANGE) for told in kind.values() for text in told]
    assert sum(bool(mentioned(text)) for text in texts) >= 0.75 * len(texts)
