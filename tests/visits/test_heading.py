"""Headings that say who somebody is, and those that do not."""

from __future__ import annotations

import pytest

from survey.settings import shipped
from survey.visits.heading import says_who
from survey.visits.match import PERSONAL
from survey.visits.presets import load_presets

PRESETS = load_presets(shipped("surveys_config"))
PEOPLE = """
Client|client name|Patient|Patient's First Name|Patient’s name|Full name|Last Name|Name|E-mail|Email Address
Client_Email|Mail|Mobile phone|Date of birth|DOB|Guardian|Parent name|Client ID|Patient Number|Address
Nombre del paciente|Correo electrónico|Apellidos|Teléfono|Número de cliente
"""
OTHERS = """
Clinician|Clinician Name|Staff Member|Primary Clinician|Practitioner|Location|Clinic Location|Start
Date of Service|Status|Appointment State|Client Status|Patient status|Client Type|Billing Code
Language|visit_id|visit_number|
"""


@pytest.mark.parametrize("heading", PEOPLE.replace("\n", "|").strip("|").split("|"))
def test_a_heading_of_people_is_noticed(heading: str) -> None:
    assert says_who(heading)
    assert says_who(f" {heading.upper()} ")


@pytest.mark.parametrize("heading", OTHERS.replace("\n", "|").split("|"))
def test_cells_of_other_columns_may_be_shown(heading: str) -> None:
    assert not says_who(heading)


def test_what_the_shipped_presets_expect_of_people_is_noticed() -> None:
    for preset in PRESETS:
        for columns in (preset.columns, preset.join or {}):
            for meaning, names in columns.items():
                for name in names:
                    assert says_who(name) == (meaning in PERSONAL), (preset.id, meaning, name)
