"""A practice with a year of results and its people; which tests of pages run on both databases each time.

Pages say the same on either. Those that take answers and requests, let people in or change something run on
both; the others run on PostgreSQL in the full run, and the crawl of
``tests/structure/test_get_never_writes.py`` opens every page on both each time.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from survey.practice.model import Clinician, Practice, Staff
from survey.runtime import Runtime
from survey.web import survey_page
from tests.web import stage
from tests.web.desk import enter, make_clinician_account, make_owner

HERE = Path(__file__).parent
ON_BOTH = frozenset(
    f"test_{name}.py"
    for name in (
        "access",
        "account",
        "answer_path",
        "api",
        "api_results",
        "audience",
        "audit",
        "clinicians",
        "comments",
        "contact",
        "editor",
        "entering",
        "first_practice",
        "forgotten",
        "kept_words",
        "look",
        "look_logo",
        "only_patients",
        "opening",
        "other_roles",
        "leaving",
        "passkeys",
        "patient_answering",
        "people",
        "remaking",
        "repairs",
        "second_factor",
        "sso",
        "staying",
        "stopping",
        "updating",
        "visits",
    )
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE and item.path.name not in ON_BOTH and on_postgres(item):
            item.add_marker(pytest.mark.slow)


def on_postgres(item: pytest.Item) -> bool:
    spec = getattr(item, "callspec", None)
    return spec is not None and spec.params.get("settings") == "postgres"


@pytest.fixture
def people(runtime: Runtime, practice: Practice) -> tuple[Clinician, ...]:
    """The clinicians of a practice with a year of results."""
    return stage.stage_year(runtime, practice)


@pytest.fixture
def olu(runtime: Runtime, practice: Practice, client: FlaskClient) -> Staff:
    """The owner of a practice without results, signed in."""
    person = make_owner(runtime, practice)
    enter(client, runtime, person)
    return person


@pytest.fixture
def unremembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What patients' pages show is read anew each time: their minute is over at once."""
    monkeypatch.setattr(survey_page, "FRESH", 0.0)


@pytest.fixture
def owner(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...], client: FlaskClient
) -> FlaskClient:
    """The practice's owner, signed in."""
    enter(client, runtime, make_owner(runtime, practice))
    return client


@pytest.fixture
def ana(
    runtime: Runtime, practice: Practice, people: tuple[Clinician, ...], client: FlaskClient
) -> FlaskClient:
    """The first clinician, signed in beside the owner."""
    own = client.application.test_client()
    enter(own, runtime, make_clinician_account(runtime, practice, people[0]))
    return own
