"""Hooks of mail services where web processes hold no private key: refused in words, named by the doctor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from survey import jobs
from survey.app import make_app
from survey.commands import doctor
from survey.invitations.mail_report import Form
from survey.keys import hook
from survey.keys.halves import WebHalves
from survey.practice.model import Practice
from survey.runtime import Runtime
from survey.web import mail_hook
from tests.web.test_mail_hook import HERE, SECRET, bounced, fresh_memory, mail_id, send, stopped

__all__ = ["fresh_memory", "mail_id"]


@pytest.fixture
def web(runtime: Runtime, practice: Practice, mail_id: str, tmp_path: Path) -> Runtime:
    """A web process of a set-up in two parts; hooks were opened before it was parted."""
    shared = tmp_path / "shared"
    worker = replace(runtime, settings=replace(runtime.settings, role="worker", keys_web=str(shared)))
    jobs.share_halves(worker, runtime.clock.now())
    return replace(runtime, settings=replace(worker.settings, role="web"), files=WebHalves(shared))


@pytest.mark.parametrize("path", [HERE, f"{HERE}/mailgun", "/hooks/mail/nobody"])
def test_it_says_why_it_takes_no_reports_and_says_so_to_everybody(
    runtime: Runtime, practice: Practice, web: Runtime, mail_id: str, path: str
) -> None:
    answer = send(make_app(web).test_client(), runtime, bounced(mail_id), to=path)
    assert answer.status_code == 501
    assert "takes no reports over the web" in answer.text
    assert "notices by mail" in answer.text
    assert stopped(runtime, practice) == 0


def test_without_the_reason_it_would_look_like_a_wrong_secret(
    runtime: Runtime, web: Runtime, mail_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variant that it was: the operator would look for the fault in the secret."""
    monkeypatch.setattr(mail_hook, "WebHalves", type("Nothing", (), {}))
    assert send(make_app(web).test_client(), runtime, bounced(mail_id)).status_code == 401


def test_no_secret_of_a_hook_lies_among_the_halves(web: Runtime) -> None:
    assert not list(web.files.root.rglob("hook-*"))
    assert not any(
        SECRET.encode() in each.read_bytes() for each in web.files.root.rglob("*") if each.is_file()
    )


def test_the_doctor_names_each_hook_that_was_opened_before_until_it_is_shut(
    runtime: Runtime, practice: Practice, web: Runtime
) -> None:
    worker = replace(web.settings, role="worker")

    def named() -> list[str]:
        return [each for each in doctor.examine(worker) if "mail hook" in each]

    assert len(named()) == len(Form)
    assert named()[0].startswith(f"{practice.name}: a mail service may report over the web (own)")
    assert "afterword bounces read" in named()[0]
    for form in Form:
        hook.forget(runtime.files, practice.id, form)
    assert named() == []


def test_in_one_part_nothing_is_named(runtime: Runtime, practice: Practice, mail_id: str) -> None:
    assert not any("mail hook" in each for each in doctor.examine(runtime.settings))
