"""``afterword themes``: learn from what people of the practices corrected, or from labelled comments.

Prints numbers only, never a comment. What calculates is loaded by the commands alone: every start would wait.
"""

from __future__ import annotations

from pathlib import Path

import click

from survey.comments import sorting
from survey.comments.themes import OWN
from survey.db import reading
from survey.installation import every_practice, installation


@click.group()
def themes() -> None:
    """What comments are about: a guess, and what people correct."""


@themes.command()
def retrain() -> None:
    """Learn from the corrected comments of this installation, on top of what is shipped."""
    from survey.comments import guesser, learning

    said: list[learning.Said] = []
    with installation() as runtime:
        for practice in every_practice(runtime):
            with reading(runtime.engine, practice.id) as db:
                said.extend(sorting.corrected_texts(db, practice.id))
    if not said:
        raise click.ClickException("Nobody has corrected a comment yet. Nothing was changed.")
    path = runtime.settings.instance / OWN
    guesser.save(learning.learn_more(guesser.load(), said), path)
    click.echo(f"Learned from {len(said)} corrected comments. Remove {path} to go back to what is shipped.")


@themes.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
def train(folder: Path, target: Path) -> None:
    """Learn anew from the labelled comments in FOLDER, write TARGET, print how well it guesses.

    How well is measured with a fifth of the respondents held out; what is written learned from all.
    """
    from survey.comments import guesser, labelled, quality

    data, vectors = labelled.read(folder), guesser.load_vectors()
    learn, held = labelled.split(data)
    for line in quality.table(quality.measure(labelled.train(learn, vectors), held)):
        click.echo(line)
    guesser.save(labelled.train(data, vectors), target)
