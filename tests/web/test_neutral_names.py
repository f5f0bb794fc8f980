"""What patients see of a practice on its pages is the name it has for them, wherever they look."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from survey.db import transaction
from survey.practice import declaring
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests import builders

PAGES = (
    "/s/riverside/after-visit-1/en",
    "/s/riverside/after-visit-1/es",
    "/s/riverside/kept/en",
    "/s/riverside/stored/es",
)


@pytest.mark.parametrize("address", PAGES)
def test_patients_read_the_neutral_name_only(
    runtime: Runtime, client: FlaskClient, practice: Practice, address: str
) -> None:
    with transaction(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        declaring.rename_practice(db, here, name="Riverside Psychology", mail_name="River Street")
    said = client.get(address)
    assert said.status_code == 200
    assert "River Street" in said.text
    assert "Psychology" not in said.text


def test_an_answer_is_thanked_for_under_the_same_name(
    runtime: Runtime, client: FlaskClient, practice: Practice
) -> None:
    person = builders.make_clinician(runtime, practice)
    token = builders.make_token(runtime, practice, person)
    with transaction(runtime.engine, practice.id) as db:
        here = db.get_one(Practice, practice.id)
        declaring.rename_practice(db, here, name="Riverside Psychology", mail_name="River Street")
    for form in ({"token": token, "item.overall": ""}, {"token": "wrong"}):
        said = client.post("/s/riverside/after-visit-1/en", data=form)
        assert "Psychology" not in said.text
        assert "River Street" in said.text
