"""Imports never point right, the wall has two doors, and each library, time and setting has its place.

Every rule is first shown to find a planted breach; then the package itself must be free of them.
"""

from pathlib import Path

import pytest

from tests.structure import layering
from tests.structure.layering import Rule

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in sorted((ROOT / "survey").rglob("*.py"))
}

BREACHES: list[tuple[Rule, str, str]] = [
    (layering.order, "survey/visits/importing.py", "from survey.invitations.sending import send"),
    (layering.order, "survey/visits/importing.py", "from survey.invitations import sending"),
    (layering.order, "survey/visits/importing.py", "import survey.web.staff"),
    (layering.order, "survey/visits/importing.py", "def f():\n    from survey import jobs"),
    (
        layering.order,
        "survey/visits/importing.py",
        "from importlib import import_module\nimport_module('survey.jobs')",
    ),
    (layering.order, "survey/visits/importing.py", "import importlib\nimportlib.import_module(name)"),
    (layering.order, "survey/keys/pool.py", "from survey.practice.model import Practice"),
    (layering.order, "survey/clock.py", "from survey.settings import Settings"),
    (layering.order, "survey/insight/reading.py", "from survey.reports import charts"),
    (layering.order, "survey/comments/desk.py", "from survey.actions import registering"),
    (layering.order, "survey/web/patient.py", "from survey.app import create_app"),
    (layering.order, "survey/stray/thing.py", ""),
    (layering.order, "survey/stray.py", ""),
    (layering.wall, "survey/responses/submitting.py", "from survey.invitations.model import Invitation"),
    (layering.wall, "survey/releases/flushing.py", "from survey.visits import model"),
    (
        layering.wall,
        "survey/insight/reading.py",
        "if TYPE_CHECKING:\n    from survey.visits.model import Visit",
    ),
    (layering.wall, "survey/reports/quarterly.py", "import survey.invitations"),
    (layering.wall, "survey/invitations/sending.py", "from survey.responses.model import SpentTag"),
    (layering.wall, "survey/invitations/reminding.py", "from survey.releases.model import Atom"),
    (layering.wall, "survey/invitations/counting.py", "from survey.responses.model import SpentTag"),
    (layering.relative, "survey/visits/importing.py", "from .model import Visit"),
    (layering.relative, "survey/responses/submitting.py", "from ..invitations import model"),
    (layering.before_installation, "survey/bootstrap.py", "def f():\n    import flask"),
    (layering.before_installation, "survey/__main__.py", "from survey.settings import Settings"),
    (layering.before_installation, "survey/__init__.py", "import yaml"),
    (layering.libraries, "survey/visits/importing.py", "from flask import request"),
    (layering.libraries, "survey/invitations/letters.py", "from flask_babel import gettext"),
    (layering.libraries, "survey/web/staff.py", "import plotly.graph_objects as go"),
    (layering.libraries, "survey/visits/reading.py", "def f():\n    import pandas"),
    (layering.libraries, "survey/reports/tables.py", "import pandas as pd"),
    (layering.environment, "survey/web/health.py", "import os\nos.environ['A']"),
    (layering.environment, "survey/jobs.py", "from os import getenv"),
    (layering.time, "survey/jobs.py", "import time\ntime.time()"),
    (layering.time, "survey/jobs.py", "from time import monotonic"),
    (layering.time, "survey/jobs.py", "from datetime import datetime\ndatetime.now(UTC)"),
    (layering.time, "survey/jobs.py", "import datetime as d\nd.datetime.utcnow()"),
    (layering.time, "survey/jobs.py", "from datetime import date as day\nday.today()"),
    (layering.time, "survey/jobs.py", "from datetime import datetime\nread = datetime.now"),
    (layering.time, "survey/releases/flushing.py", "select(func.now())"),
    (layering.time, "survey/invitations/letters.py", "message['Message-ID'] = make_msgid()"),
    (layering.time, "survey/invitations/letters.py", "message['Date'] = email.utils.formatdate()"),
    (
        layering.package_files,
        "survey/visits/__init__.py",
        '"""Visits."""\nfrom survey.visits.model import Visit',
    ),
    (layering.package_files, "survey/visits/__init__.py", "__version__ = '1'"),
]

ALLOWED: list[tuple[str, str]] = [
    ("survey/invitations/reminding.py", "from survey.responses.model import SpentTag"),
    ("survey/releases/flushing.py", "from survey.invitations.counting import sent_totals"),
    ("survey/releases/flushing.py", "from survey.invitations import counting"),
    (
        "survey/responses/submitting.py",
        "from survey.keys import pool\nfrom survey.practice.model import Cell",
    ),
    ("survey/jobs.py", "from survey.visits import importing\nfrom survey.releases import flushing"),
    ("survey/reports/charts.py", "import plotly.graph_objects as go"),
    ("survey/reports/tables.py", "def f():\n    import pandas"),
    ("survey/reports/tables.py", "if TYPE_CHECKING:\n    import pandas"),
    ("survey/web/patient.py", "from flask import request\nfrom flask_babel import gettext"),
    ("survey/visits/importing.py", "now = clock.now()\ntoday = now.date()"),
    ("survey/invitations/letters.py", "message['Date'] = format_datetime(now)"),
    ("survey/clock.py", "import time\nfrom datetime import datetime\ndatetime.now(UTC)"),
    ("survey/settings.py", "import os\nos.environ"),
    ("survey/__init__.py", '"""Afterword."""\n__version__ = "0.1.0"'),
]


@pytest.mark.parametrize(("rule", "path", "text"), BREACHES)
def test_a_planted_breach_is_found(rule: Rule, path: str, text: str) -> None:
    assert rule(path, text)


@pytest.mark.parametrize(("path", "text"), ALLOWED)
def test_what_the_design_allows_passes(path: str, text: str) -> None:
    assert [finding for rule in layering.RULES for finding in rule(path, text)] == []


@pytest.mark.parametrize("rule", layering.RULES, ids=lambda rule: rule.__name__)
def test_the_package_keeps_the_rule(rule: Rule) -> None:
    assert [finding for path, text in SOURCES.items() for finding in rule(path, text)] == []


@pytest.mark.parametrize(
    "reference",
    [
        'ForeignKey("invitation.id")',
        'ForeignKeyConstraint(["a"], ["invitation.id"])',
        "ForeignKey(Invitation.id)",
    ],
)
def test_a_planted_foreign_key_across_the_wall_is_found(reference: str) -> None:
    planted = {
        "survey/invitations/model.py": 'class Invitation:\n    __tablename__ = "invitation"',
        "survey/responses/model.py": f"column({reference})",
    }

    assert layering.foreign_keys(planted)


def test_no_foreign_key_crosses_the_wall() -> None:
    assert layering.foreign_keys(SOURCES) == []


def test_the_package_was_read() -> None:
    assert {"survey/clock.py", "survey/bootstrap.py"} <= SOURCES.keys()
