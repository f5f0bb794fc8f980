"""Every address of the application that can be looked at, with values that lead somewhere or nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from survey.actions.model import ActionState
from survey.app import make_app
from survey.clock import local_day
from survey.db import as_owner, transaction
from survey.invitations import stop_links
from survey.migrations.tables import METADATA
from survey.practice import admitting, invites
from survey.practice.model import Practice, Role
from survey.releases.model import Comment
from survey.runtime import Runtime
from survey.web import look_sheet, opening
from tests.actions import register
from tests.invitations.post import invite_people
from tests.journeys.days import MONDAY, live_through
from tests.web import stage
from tests.web.desk import enter, make_auditor, make_clinician_account, make_front_desk, make_owner
from tests.web.editing import begin as begin_draft
from tests.web.wizard import GOOD_FILE, begin, bring_in

#: Values that no route knows, one for each part of an address.
NOWHERE = {"form": "csv"}


@dataclass(frozen=True)
class House:
    """An application in which there is something to see: results, mails, an invitation, all roles."""

    runtime: Runtime
    app: Flask
    values: dict[str, str]
    stranger: FlaskClient
    clinician: FlaskClient
    owner: FlaskClient
    front_desk: FlaskClient
    auditor: FlaskClient

    @property
    def visitors(self) -> dict[str, FlaskClient]:
        return {
            "stranger": self.stranger,
            "clinician": self.clinician,
            "owner": self.owner,
            "front desk": self.front_desk,
            "auditor": self.auditor,
        }

    def close_comments(self) -> None:
        """As before anybody pressed the button that opens them."""
        for client in self.visitors.values():
            with client.session_transaction(path="/staff/") as cookie:
                cookie.pop(opening.MARK, None)


def furnish(runtime: Runtime, practice: Practice) -> House:
    """In demo mode, so that the demo mailbox is looked at too."""
    invite_people(runtime, practice, "rita")
    live_through(runtime, practice, MONDAY.replace(day=3), 9)
    people = stage.stage_year(runtime, practice)
    with transaction(runtime.engine, practice.id) as db:
        newcomer = admitting.add_staff(
            db, practice.id, email="new@example.org", name="New", role=Role.OWNER, clinician_id=None
        )
    app = make_app(replace(runtime, settings=replace(runtime.settings, demo=True)))
    clinician, owner, front_desk, auditor = (app.test_client() for _ in range(4))
    enter(clinician, runtime, make_clinician_account(runtime, practice, people[0]))
    enter(front_desk, runtime, make_front_desk(runtime, practice))
    enter(auditor, runtime, make_auditor(runtime, practice))
    olu = make_owner(runtime, practice)
    enter(owner, runtime, olu)
    desk = make_app(runtime).test_client()
    enter(desk, runtime, olu)
    bring_in(desk, GOOD_FILE)
    waiting = begin(desk, GOOD_FILE)
    begin_draft(desk)
    signed = invites.make_invite(runtime.settings.secret_key, newcomer, now=runtime.clock.now())
    forgotten = invites.make_invite(
        runtime.settings.secret_key, olu, now=runtime.clock.now(), kind=invites.FORGOTTEN
    )
    with transaction(runtime.engine, practice.id) as db:
        today = local_day(runtime.clock.now(), practice.time_zone)
        repair = register.repair(db, practice, today, until=ActionState.DONE)
        words = db.scalars(select(Comment.id).where(Comment.practice_id == practice.id)).first()
        assert words is not None
        opened, comment = str(repair.id), words.hex()
    values = {
        "repair": opened,
        "comment": comment,
        "touchpoint": "phone",
        "quarter": "2026-Q1",
        "earlier": "2025-Q4",
        "period": "2026-Q1",
        "theme": "access",
        "form": "csv",
        "kind": "csv",
        "survey": "after_visit",
        "part": "phone",
        "before": "after-visit-1",
        "after": "draft",
        "slug": "riverside",
        "code": "nothing",
        "label": "after-visit-1",
        "language": "en",
        "rest": "#" + "Tk" * 28,
        "name": "000001",
        "digest": "0" * 12,
        "colour": look_sheet.address("#7a1f5c")[6:-4],
        "filename": "afterword.css",
        "upload": waiting.rpartition("/")[2],
        "welcome": signed,
        "choose": forgotten,
        "stop": stop_links.sign(runtime.files, practice.id, bytes(16)),
    }
    return House(runtime, app, values, app.test_client(), clinician, owner, front_desk, auditor)


def addresses(app: Flask, values: dict[str, str]) -> Iterator[str]:
    """Each GET route once with values that lead somewhere, once with values that lead nowhere."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            yield _address(app, rule, values)
            if rule.arguments:
                yield _address(app, rule, dict.fromkeys(values, "nowhere") | NOWHERE)
    yield "/nowhere"
    yield "/staff/nowhere"


def fingerprint(runtime: Runtime) -> str:
    """A digest of everything that is kept: every row of every table and every key file."""
    digest = hashlib.sha256()
    with as_owner(runtime.settings, runtime.engine) as owner, owner.connect() as connection:
        for table in METADATA.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            digest.update(repr((table.name, rows)).encode())
        connection.rollback()
    kept = runtime.settings
    for folder in (runtime.files.root, kept.uploads, kept.mailbox, kept.reports):
        for path in sorted(folder.rglob("*")):
            digest.update(str(path).encode() + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()


def _address(app: Flask, rule: Rule, values: dict[str, str]) -> str:
    view = rule.endpoint.rpartition(".")[2]
    signed = values[view if view in ("welcome", "choose") else "stop"]
    with app.test_request_context():
        built = rule.build({**{n: values[n] for n in rule.arguments if n != "signed"}, "signed": signed})
    assert built is not None, rule
    return built[1].partition("?")[0]
