"""``afterword mail hook``: a secret shown once, kept among the keys, shut again; none where it is no use."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from survey.db import reading
from survey.invitations.mail_report import Form
from survey.keys import hook
from survey.practice.model import AuditEntry, Practice
from survey.runtime import Runtime
from tests.cli.terminal import Terminal


def audited(runtime: Runtime, practice: Practice) -> list[tuple[str, str]]:
    with reading(runtime.engine, practice.id) as db:
        rows = db.execute(select(AuditEntry.action, AuditEntry.subject).order_by(AuditEntry.number))
        return [(action, subject) for action, subject in rows if "hook" in action]


@pytest.mark.parametrize("form", [Form.OWN, Form.POSTMARK])
def test_a_hook_is_opened_and_shut(
    terminal: Terminal, runtime: Runtime, riverside: Practice, form: Form
) -> None:
    said = terminal.run("mail", "hook", form.value)
    secret = hook.secret(runtime.files, riverside.id, form)
    assert said.code == 0
    assert "/hooks/mail/riverside" in said.out
    assert secret is not None
    assert secret.decode() in said.out
    assert terminal.run("mail", "hook", form.value, "--off").code == 0
    assert hook.secret(runtime.files, riverside.id, form) is None
    assert audited(runtime, riverside) == [
        ("opened hook of mail service", form),
        ("shut hook of mail service", form),
    ]


def test_a_hook_that_would_be_refused_is_not_opened_but_can_be_shut(
    terminal: Terminal, runtime: Runtime, riverside: Practice, tmp_path: Path
) -> None:
    assert terminal.run("mail", "hook", "own").code == 0
    terminal.set("keys_web", str(tmp_path / "shared"))
    said = terminal.run("mail", "hook", "postmark")
    assert said.code == 1
    assert "afterword bounces read" in said.err
    assert hook.secret(runtime.files, riverside.id, Form.POSTMARK) is None
    assert terminal.run("mail", "hook", "own", "--off").code == 0
    assert hook.secret(runtime.files, riverside.id, Form.OWN) is None
