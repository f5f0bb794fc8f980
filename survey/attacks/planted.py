"""LA-26: plant identifiers in invented comments, English and Spanish, and count those that survive redaction.

What has a form must be found nearly always, names after a cue mostly. Names in small letters and life events
have no form: the share of them that is found is published as it is, and the survey warns beside the box.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from survey.attacks.evidence import Evidence, Options, attack
from survey.attacks.house import House
from survey.attacks.trial import Finding, Trial, Variant, swapped
from survey.releases import redaction

SEED, EACH, EACH_FULL = 20261123, 40, 400
STRUCTURED, CUED = 0.95, 0.90
NAMED = """
Maya Olu Ana Ben Carla Tomás Lucía Priya Jonas Amara Iker Rosa Samir Nadia Felix
Okafor Adeyemi Ortiz Herrera Neumann Patel Bello Lindqvist Achebe Moreno Castillo Haddad Novak
January February March April May June July August September October November December
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
"""
FIRST, LAST, MONTHS, MESES = (line.split() for line in NAMED.strip().splitlines())

Draw = Callable[[random.Random], str]


def _digits(chance: random.Random, number: int) -> str:
    return "".join(str(chance.randrange(10)) for _ in range(number))


def _phone(chance: random.Random) -> str:
    area, local = f"{chance.choice('23456789')}0{chance.choice('12345678')}", f"555-01{_digits(chance, 2)}"
    spain = f"+34 6{_digits(chance, 2)} {_digits(chance, 3)} {_digits(chance, 3)}"
    return chance.choice([f"({area}) {local}", f"{area}-{local}", f"+1 {area} {local}", spain])


def _date(chance: random.Random) -> str:
    day, month = chance.randint(1, 28), chance.randrange(12)
    return chance.choice(
        (
            f"{MONTHS[month]} {day}, 2026",
            f"{day} {MONTHS[month]}",
            f"{month + 1}/{day}/2026",
            f"{day:02d}.{month + 1:02d}.2026",
            f"2026-{month + 1:02d}-{day:02d}",
        )
    )


def _fecha(chance: random.Random) -> str:
    day, month = chance.randint(1, 28), chance.randrange(12)
    return chance.choice(
        (f"{day} de {MESES[month]}", f"{day} de {MESES[month]} de 2026", f"{day}/{month + 1}/2026")
    )


def _identifier(chance: random.Random) -> str:
    cue = chance.choice(
        ["MRN", "policy number", "account", "case number", "member ID", "número de expediente"]
    )
    return f"{cue} {chance.choice(['', 'A', 'HX-'])}{_digits(chance, chance.randint(6, 9))}"


def _postcode(chance: random.Random) -> str:
    states = (("NY", "10"), ("CA", "94"), ("TX", "75"))
    state, start = chance.choice(states)
    return f"{state} {start}{_digits(chance, 3)}{chance.choice(['', '-' + _digits(chance, 4)])}"


def _full(chance: random.Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def _time(chance: random.Random) -> str:
    clock = f"{chance.randint(1, 12)}:{chance.choice(['00', '15', '30', '45'])}"
    return clock + chance.choice(["", " pm", " a.m.", "am"])


def _address(chance: random.Random) -> str:
    name = f"{chance.choice(FIRST)}.{chance.choice(LAST)}".lower()
    return f"{name}{_digits(chance, 2)}@example.org"


def _link(chance: random.Random) -> str:
    return f"{chance.choice(['https://', 'http://', 'www.'])}blog{_digits(chance, 3)}.example.com/my-story"


def _age(chance: random.Random) -> str:
    return chance.choice(["{n} years old", "a {n}-year-old"]).format(n=chance.randint(18, 89))


def _edad(chance: random.Random) -> str:
    return f"{chance.randint(18, 89)} años"


def _expediente(chance: random.Random) -> str:
    cue = chance.choice(["expediente", "póliza", "historia clínica", "cuenta"])
    return f"{cue} {_digits(chance, chance.randint(6, 9))}"


#: Class -> sentences with a gap, in English and in Spanish, and what is put into it.
FORMS: Mapping[str, Sequence[tuple[str, Draw]]] = {
    "mail": (("Write to me at {} please.", _address), ("Mi correo es {}, gracias.", _address)),
    "phone": (("Call me at {} after lunch.", _phone), ("Llámenme al {} por favor.", _phone)),
    "link": (("I wrote about it on {} last week.", _link), ("Lo conté en {} hace poco.", _link)),
    "date": (("My visit on {} started late.", _date), ("Estuve allí el {} y nadie contestó.", _fecha)),
    "time": (("I came at {} and nobody was there.", _time), ("Llegué a las {} y esperé mucho.", _time)),
    "age": (("I am {} and stairs are hard.", _age), ("Tengo {} y me cuesta subir.", _edad)),
    "identifier": (("The bill for {} is wrong.", _identifier), ("La factura de {} está mal.", _expediente)),
    "postcode": (("The bus from {} is always late.", _postcode), ("Vengo desde {} cada mes.", _postcode)),
}
CUES = (
    "Dr. {} listened.",
    "Mrs. {} at the desk was rude.",
    "My name is {} and I waited.",
    "Ms. {} answered the phone.",
    "Me llamo {} y esperé mucho.",
    "La doctora {} fue amable.",
    "La señora {} no contestó.",
    "El doctor {} me escuchó.",
)
SMALL = ("{} at the desk was rude.", "i told {} about the bill.", "con {} siempre espero mucho.")
EVENTS = (
    "Since the car crash I cannot use the stairs.",
    "I am the one whose house burned down in spring.",
    "Desde que murió mi marido vengo cada semana.",
    "As the only teacher you see, I need late hours.",
)


def planted_and_looked_for(house: House) -> Finding:
    """Recall by class over made-up sentences; what has no form is reported and decides nothing."""
    recalls = {name: recall(cases) for name, cases in corpus(EACH_FULL if house.full else EACH).items()}
    worst = min(FORMS, key=lambda name: recalls[name])
    score = (
        f"structured: worst {recalls[worst]:.2f} ({worst}), mean "
        f"{sum(recalls[name] for name in FORMS) / len(FORMS):.2f}; names after a cue {recalls['cued']:.2f}; "
        f"names in small letters {recalls['small']:.2f}; life events {recalls['events']:.2f}"
    )
    return Finding(won=recalls[worst] < STRUCTURED or recalls["cued"] < CUED, score=score)


def corpus(each: int) -> dict[str, list[tuple[str, str]]]:
    """Class -> (sentence, what was planted in it). The same every time."""
    chance = random.Random(SEED)  # noqa: S311 — sentences, not secrets
    found = {name: _sentences(chance, frames, each) for name, frames in FORMS.items()}
    found["cued"] = _sentences(chance, [(frame, _full) for frame in CUES], each)
    found["small"] = _sentences(chance, [(frame, lambda c: _full(c).lower()) for frame in SMALL], each)
    found["events"] = [(event, event) for event in EVENTS]
    return found


def _sentences(chance: random.Random, frames: Sequence[tuple[str, Draw]], each: int) -> list[tuple[str, str]]:
    drawn = [
        (frame, draw(chance)) for number in range(each) for frame, draw in [frames[number % len(frames)]]
    ]
    return [(frame.format(planted), planted) for frame, planted in drawn]


def recall(cases: Sequence[tuple[str, str]]) -> float:
    """Share of planted identifiers of which no telling part is left."""
    return sum(not _survives(planted, redaction.redact(text)) for text, planted in cases) / len(cases)


def _survives(planted: str, text: str) -> bool:
    """Whether a number of it, or a word that names somebody, still stands there."""
    telling = re.findall(r"\d+", planted) or [
        each for each in re.findall(r"[^\W\d_]+", planted) if each in NAMES
    ]
    return any(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text) for part in telling or [planted])


NAMES = {*FIRST, *LAST, *(name.lower() for name in (*FIRST, *LAST))}


# --- broken on purpose ------------------------------------------------------------------------------------


@contextmanager
def nothing_redacted() -> Iterator[None]:
    """Comments as they were written."""

    def untouched(text: str, **_: Any) -> str:
        return text

    with swapped((redaction, "redact", untouched)):
        yield


@contextmanager
def addresses_only() -> Iterator[None]:
    """What a simple filter does: mail addresses and links."""

    def simple(text: str, **_: Any) -> str:
        return re.sub(r"\S+@\S+|(?:https?://|www\.)\S+", "[…]", text)

    with swapped((redaction, "redact", simple)):
        yield


TRIAL = Trial(
    attack="LA-26",
    title="Identifiers in comments",
    expected=f"recall at least {STRUCTURED} for each class with a form, {CUED:.2f} for names after a cue",
    carry_out=planted_and_looked_for,
    variants=(
        Variant("nothing redacted", nothing_redacted),
        Variant("mail addresses and links only", addresses_only),
    ),
)


@attack
def identifiers(options: Options) -> Iterator[Evidence]:
    yield from TRIAL.run(options)
