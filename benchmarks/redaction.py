"""How much redaction finds in real comments: ``python benchmarks/redaction.py --data FOLDER``.

Real comments carry hardly any identifier, so made-up ones are planted into them, at a random place between
two words, as people write them. Printed are, by class, the share of which no telling part is left, and how
often something is taken out of a comment as it came. No comment is printed or kept; ``--show`` prints what
was taken out of untouched ones, to look at and not to keep.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from survey.attacks import planted
from survey.insight.intervals import wilson
from survey.releases.redaction import MARK, redact

#: The country in which the comments were written.
COUNTRY = "GB"
EACH = 400
STREETS = ("Mill Lane", "Station Road", "Hawthorn Close", "Church Street", "Elm Avenue")
TOWNS = ("Brackenford", "Little Marsden", "Oakhithe", "Thornwick")
EMPLOYERS = ("Brackenford Primary", "the bakery on Elm Avenue", "Thornwick fire station")

Plant = Callable[[random.Random], tuple[str, str]]


@dataclass(frozen=True)
class Row:
    """Of ``tried`` planted identifiers of a class, ``found`` left no telling part."""

    name: str
    found: int
    tried: int


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="Folder with comments/comments_dev.csv.")
    parser.add_argument("--each", type=int, default=EACH, help="Planted identifiers of each class.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="Print what untouched comments lose.")
    given = parser.parse_args()
    texts = comments(given.data)
    print(f"| class | planted | recall | 95 % interval |\n|{'---|' * 4}")
    for row in measure(texts, each=given.each, seed=given.seed):
        low, high = wilson(row.found, row.tried)
        print(f"| {row.name} | {row.tried} | {row.found / row.tried:.3f} | {low:.3f} to {high:.3f} |")
    lost = [piece for text in texts for piece in taken_out(text)]
    touched = sum(bool(taken_out(text)) for text in texts)
    print(f"\nUntouched comments: {len(texts)}; something taken out of {touched}, {len(lost)} pieces in all,")
    print(f"{1000 * touched / len(texts):.1f} of 1,000 comments.")
    if given.show:
        print("\n".join(sorted(lost)))


def comments(folder: Path) -> list[str]:
    """The words of every comment of the data."""
    with (folder / "comments" / "comments_dev.csv").open(encoding="utf-8", newline="") as stream:
        return [row["text"] for row in csv.DictReader(stream)]


def measure(texts: Sequence[str], *, each: int, seed: int) -> list[Row]:
    """Recall by class; the same seed plants the same identifiers."""
    chance = random.Random(seed)
    hosts = [text for text in texts if len(text.split()) >= 5 and not re.search(r"\d", text)]
    rows = []
    for name, plant in CLASSES.items():
        found = 0
        for _ in range(each):
            words, telling = plant(chance)
            text = _within(chance.choice(hosts), words, chance)
            found += not _survives(telling, redact(text, country=COUNTRY))
        rows.append(Row(name, found, each))
    return rows


def taken_out(text: str) -> list[str]:
    """What redaction takes out of a text, piece by piece."""
    left = redact(text, country=COUNTRY)
    if left == text:
        return []
    pattern = "(.+?)".join(re.escape(part) for part in left.split(MARK))
    match = re.fullmatch(pattern, text, re.DOTALL)
    return list(match.groups()) if match else ["?"]


def _within(text: str, words: str, chance: random.Random) -> str:
    parts = text.split(" ")
    place = chance.randint(1, len(parts))
    return " ".join([*parts[:place], words, *parts[place:]])


def _survives(telling: str, text: str) -> bool:
    """Whether a number of it still stands or, where it has none, a word."""
    numbers = re.findall(r"\d+", telling)
    if numbers:
        return any(re.search(rf"(?<!\d){number}(?!\d)", text) for number in numbers)
    words = re.findall(r"[^\W\d_]{2,}", telling)
    return any(re.search(rf"(?<!\w){word}(?!\w)", text) for word in words)


def _of(draw: planted.Draw, *frames: str) -> Plant:
    """A drawn identifier inside one of the frames; all of it is telling."""

    def plant(chance: random.Random) -> tuple[str, str]:
        telling = draw(chance)
        return chance.choice(frames or ("{}",)).format(telling), telling

    return plant


def _one_of(*choices: str) -> planted.Draw:
    return lambda chance: chance.choice(choices)


def _first(chance: random.Random) -> str:
    return chance.choice(planted.FIRST)


def _full(chance: random.Random) -> str:
    return f"{chance.choice(planted.FIRST)} {chance.choice(planted.LAST)}"


def _digits(chance: random.Random, form: str) -> str:
    return re.sub("#", lambda _: str(chance.randrange(10)), form)


def _filled(*forms: str) -> planted.Draw:
    return lambda chance: _digits(chance, chance.choice(forms))


def _postcode(chance: random.Random) -> str:
    area, letters = chance.choice(("NE", "NN", "DH", "SR", "TS")), "ABDEFGHJLNPQRSTUWXYZ"
    inward = f"{chance.randint(1, 9)}{chance.choice(letters)}{chance.choice(letters)}"
    return f"{area}{chance.randint(1, 35)} {inward}"


def _date(chance: random.Random) -> str:
    day, month = chance.randint(1, 28), chance.randrange(12)
    name = planted.MONTHS[month]
    forms = (f"{day} {name}", f"the {day}th of {name}", f"{name} {day}", f"{day}/{month + 1}/21")
    return chance.choice(forms)


def _time(chance: random.Random) -> str:
    hour, minute = chance.randint(1, 12), chance.choice(("05", "15", "30", "50"))
    return chance.choice((f"{hour}.{minute}am", f"{hour}:{minute}", f"{hour + 8}:{minute}", f"{hour}pm"))


CLASSES: Mapping[str, Plant] = {
    "mail address": _of(planted._address, "({})", "my email is {}", "{}"),
    "telephone, with a word before it": _of(
        _filled("01632 96####", "07700 900###", "+44 7700 900###", "01632-96####"), "ring me on {}", "tel {}"
    ),
    "telephone, bare": _of(_filled("01632 96####", "07700900###", "0191 498 0###")),
    "web address": _of(planted._link),
    "date": _of(_date, "on {}", "{}"),
    "month alone": _of(lambda chance: chance.choice(planted.MONTHS), "in {}", "since {}"),
    "time of day": _of(_time, "at {}", "about {}"),
    "age": _of(_filled("7# years old", "6# year old", "8#"), "I am {}", "aged {}"),
    "number of a record": _of(_filled("NHS number 943 476 5###", "ref 48####", "case number A7####")),
    "long number, bare": _of(_filled("943476####", "48######", "943 476 5###")),
    "postcode": _of(_postcode, "from {}", "{}"),
    "name after a title": _of(_full, "Dr {}", "Mrs {}", "Nurse {}"),
    "first name after a role": _of(_first, "the receptionist {}", "nurse {}", "my husband {}"),
    "name after an introduction": _of(_full, "my name is {}", "I am called {}"),
    "full name, bare": _of(_full, "{}", "thank you {}", "with {}"),
    "first name, bare": _of(_first, "{} was lovely", "especially {}", "{} and the team"),
    "name in small letters": _of(lambda chance: _full(chance).lower(), "{} was lovely", "dr {}", "nurse {}"),
    "street and number": _of(lambda chance: f"{chance.randint(2, 98)} {chance.choice(STREETS)}", "at {}"),
    "town or employer": _of(_one_of(*TOWNS, *EMPLOYERS), "in {}", "I work at {}"),
}


if __name__ == "__main__":
    main()
