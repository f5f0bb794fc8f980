"""``afterword themes retrain``: nothing without corrections, then a model of the installation's own."""

from __future__ import annotations

from survey.comments import sorting, themes
from survey.comments.hiding import Reason, hide, on_the_desk
from survey.comments.themes import Theme
from survey.db import transaction
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.builders import make_clinician
from tests.cli.terminal import Terminal
from tests.web.stage import MONTHS, add_comments

WRONG = "The corridor lights hum and flicker"
SECRET = "Only I write zyxword about lamps"
ACTOR = "olu@example.org"


def test_without_a_correction_nothing_is_changed(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    said = terminal.run("themes", "retrain")
    assert said.code == 1
    assert "Nobody has corrected a comment yet" in said.err
    assert not (runtime.settings.instance / themes.OWN).exists()


def test_what_owners_corrected_is_learned_and_no_word_is_printed_or_kept(
    terminal: Terminal, runtime: Runtime, riverside: Practice
) -> None:
    person = make_clinician(runtime, riverside, "Ana Ortiz")
    add_comments(runtime, riverside, person, texts=(WRONG,) * 20 + (SECRET,))
    own, now = runtime.settings.instance, runtime.clock.now()
    before = themes.predict([WRONG], own=own)[0]
    assert Theme.FOOD not in before
    with transaction(runtime.engine, riverside.id) as db:
        for each in on_the_desk(db, riverside.id, instrument=riverside.instrument, months=MONTHS):
            sorting.correct(db, riverside.id, each.id, chosen=[Theme.FOOD], actor=ACTOR, now=now)
            if each.text == SECRET:
                hide(db, riverside.id, each.id, reason=Reason.OTHER, actor=ACTOR, now=now)
    said = terminal.run("themes", "retrain")
    assert said.code == 0
    assert said.out.startswith("Learned from 20 corrected comments.")
    assert Theme.FOOD in themes.predict([WRONG], own=own)[0]
    kept = (own / themes.OWN).read_bytes()
    assert not any(word in said.out or word.encode() in kept for word in ("corridor", "zyxword"))
    (own / themes.OWN).unlink()
    assert themes.predict([WRONG], own=own)[0] == before
