"""A survey with a question of every kind, for tests that need them all."""

from __future__ import annotations

from functools import cache

from survey.instruments.model import Instrument, Touchpoint
from survey.instruments.source import examine_instrument
from tests.instruments.builders import make_touchpoint

EVERY_KIND = """\
id: every_kind
version: 1
languages: [en, es]
asked_from_visit: 1
seconds: 36
denominator: answered
title: {en: "About your visit", es: "Acerca de su visita"}
intro:
  en: "These questions are about our service."
  es: "Estas preguntas se refieren a nuestro servicio."
scales:
  yes_no:
    - {value: "yes", standing: best, text: {en: "Yes", es: "Sí"}}
    - {value: "no", standing: problem, text: {en: "No", es: "No"}}
  repair:
    - {value: nothing, standing: best, text: {en: "No", es: "No"}}
    - {value: put_right, standing: middle, repaired: true, text: {en: "Yes, put right", es: "Sí, resuelto"}}
    - {value: not_yet, standing: problem, repaired: false, text: {en: "Yes, not yet", es: "Sí, aún no"}}
  what:
    - {value: bill, standing: problem, touchpoint: billing, text: {en: "The bill", es: "La factura"}}
    - {value: phone, standing: problem, touchpoint: phone, text: {en: "The phone", es: "El teléfono"}}
    - {value: none, standing: aside, alone: true, text: {en: "None of these", es: "Nada de esto"}}
numbers:
  likely:
    low: {en: "Not at all likely", es: "Nada probable"}
    high: {en: "Very likely", es: "Muy probable"}
    best_from: 9
    good_from: 8
    problem_to: 6
items:
  - id: trouble
    revision: 1
    touchpoint: phone
    scale: repair
    text: {en: "Did anything go wrong on our side?", es: "¿Hubo algo que saliera mal?"}
  - id: what
    revision: 1
    touchpoint: phone
    scale: what
    several: true
    only_if: {item: trouble, values: [put_right, not_yet]}
    text: {en: "What was it about?", es: "¿De qué se trataba?"}
  - id: explained
    revision: 1
    touchpoint: billing
    scale: yes_no
    only_if: {item: what, values: [bill]}
    text: {en: "Was the bill explained?", es: "¿Se le explicó la factura?"}
  - id: recommend
    revision: 1
    touchpoint: phone
    scale: likely
    text: {en: "How likely would you come again?", es: "¿Qué tan probable es que vuelva?"}
  - {id: one, revision: 1, touchpoint: phone, scale: yes_no, text: {en: "Was one good?", es: "¿Bien uno?"}}
  - {id: two, revision: 1, touchpoint: phone, scale: yes_no, text: {en: "Was two good?", es: "¿Bien dos?"}}
  - {id: six, revision: 1, touchpoint: phone, scale: yes_no, text: {en: "Was six good?", es: "¿Bien seis?"}}
rotated: {ask: 1, of: [one, two, six]}
comments:
  - {id: anything, text: {en: "Anything else?", es: "¿Algo más?"}}
"""


@cache
def every_kind() -> Instrument:
    """The survey as an object."""
    known: dict[str, Touchpoint] = {name: make_touchpoint(name) for name in ("phone", "billing")}
    examined = examine_instrument(EVERY_KIND.encode(), file="every_kind.yaml", touchpoints=known)
    assert examined.instrument is not None, [str(fault) for fault in examined.faults]
    return examined.instrument
