"""What a web process may hold: the halves that check links and seal, and never one that opens anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from survey import clock, jobs
from survey.app import create_app, make_app
from survey.db import reading
from survey.invitations.mailer import FolderMailer
from survey.keys import cards, halves, issue
from survey.keys import pool as pool_keys
from survey.keys.files import KeyTrouble
from survey.keys.halves import PrivateKeyInReach, WebHalves
from survey.practice.model import Practice
from survey.releases import flushing
from survey.responses.model import Kind, Pool, PoolKey, SpentCard
from survey.runtime import Runtime, open_runtime
from survey.settings import SettingsError, load_settings
from tests import builders
from tests.journeys.days import CONTENT, send


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    return tmp_path / "keys-web"


@pytest.fixture
def worker(runtime: Runtime, shared: Path) -> Runtime:
    """The worker of a set-up in two parts, after its first waking."""
    own = replace(runtime, settings=replace(runtime.settings, role="worker", keys_web=str(shared)))
    builders.make_practice(own)
    jobs.run_due(own, FolderMailer(own.settings.mailbox))
    return own


@pytest.fixture
def web(worker: Runtime, tmp_path: Path) -> Runtime:
    """A web process as another user would have it: the private keys are out of its reach."""
    settings = replace(worker.settings, role="web", keys=tmp_path / "out-of-reach")
    opened = open_runtime(settings, worker.clock)
    opened.engine.dispose()
    return replace(opened, engine=worker.engine)


def practice_of(runtime: Runtime) -> Practice:
    with reading(runtime.engine) as db:
        return db.scalars(select(Practice)).one()


def test_only_the_public_halves_are_shared(worker: Runtime, shared: Path) -> None:
    names = {path.name.split(".", 1)[-1] for path in shared.rglob("*") if path.is_file()}
    assert names == {"key", "generation", "web", "pk"}
    private = [path.read_bytes() for path in worker.files.root.rglob("*") if path.suffix in (".sk", ".nonce")]
    there = [path.read_bytes() for path in shared.rglob("*") if path.is_file()]
    assert len(private) >= 4
    assert not set(private) & set(there)
    modes = {path.stat().st_mode & 0o777 for path in shared.rglob("*") if path.is_file()}
    assert modes == {0o640}


def test_a_web_process_takes_answers_and_shows_pages(worker: Runtime, web: Runtime) -> None:
    practice = practice_of(worker)
    token = builders.make_token(worker, practice, builders.make_clinician(worker, practice))
    client = make_app(web).test_client()
    assert send(client, token, CONTENT).status_code == 200
    assert client.get("/staff/sign-in").status_code == 200
    with reading(web.engine) as db:
        assert len(db.scalars(select(Pool)).all()) == 2


def test_a_web_process_prints_cards_and_takes_them(worker: Runtime, web: Runtime) -> None:
    practice = practice_of(worker)
    code, *_ = builders.make_cards(web, practice)
    client = make_app(web).test_client()
    assert send(client, code, CONTENT).status_code == 200
    with reading(web.engine) as db:
        assert len(db.scalars(select(SpentCard)).all()) == 1
    with pytest.raises(PrivateKeyInReach):
        cards.destroy_quarter(web.files, "2026-Q1")


def test_a_card_key_that_is_destroyed_is_gone_for_web_processes_too(worker: Runtime, web: Runtime) -> None:
    cards.destroy_quarter(worker.files, "2026-Q1")
    halves.publish(worker.files, web.files.root)
    assert cards.quarters_held(web.files) == ()


def test_a_web_process_seals_addresses_that_only_the_worker_opens(worker: Runtime, web: Runtime) -> None:
    week = clock.week_number(clock.local_day(worker.clock.now(), "UTC"))
    box = issue.seal_address(web.files, week, "ana@example.org")
    assert issue.open_address(worker.files, week, box) == "ana@example.org"
    with pytest.raises(PrivateKeyInReach):
        issue.open_address(web.files, week, box)


def test_a_web_process_opens_makes_and_destroys_no_private_key(worker: Runtime, web: Runtime) -> None:
    practice, week = practice_of(worker), issue.weeks_held(worker.files)[0]
    with reading(web.engine) as db:
        kid = db.get_one(PoolKey, (practice.id, Kind.RATINGS)).kid
    today = worker.clock.now().date()
    for wanted in (
        lambda: pool_keys.private_key(web.files, practice.id, kid),
        lambda: pool_keys.holds(web.files, practice.id, kid),
        lambda: pool_keys.ids_held(web.files, practice.id),
        lambda: issue.nonce(web.files, week, b"i" * 16),
        lambda: issue.destroy_week(web.files, week),
        lambda: flushing.flush(web.engine, web.files, practice.id, today=today),
    ):
        with pytest.raises(PrivateKeyInReach):
            wanted()
    with pytest.raises(KeyTrouble, match="made by the worker"):
        issue.ensure_week(web.files, week + 4, today=today)
    assert pool_keys.holds(worker.files, practice.id, kid)


def test_private_keys_that_lie_in_its_folder_are_not_opened_either(
    worker: Runtime, web: Runtime, shared: Path
) -> None:
    week = issue.weeks_held(worker.files)[0]
    name = f"issue/{clock.week_label(week)}.nonce"
    (shared / name).write_bytes(bytes(32))
    (shared / name).chmod(0o640)
    with pytest.raises(PrivateKeyInReach):
        issue.nonce(web.files, week, b"i" * 16)


@pytest.mark.parametrize("name", ["pool/0000000000000001.ab.sk", "issue/2026-W10.sk", "issue/2026-W10.nonce"])
def test_a_web_process_that_could_read_a_private_key_does_not_start(
    worker: Runtime, shared: Path, tmp_path: Path, name: str
) -> None:
    place = tmp_path / "reachable" / name
    place.parent.mkdir(parents=True)
    place.write_bytes(bytes(32))
    settings = replace(worker.settings, role="web", keys=tmp_path / "reachable")
    with pytest.raises(PrivateKeyInReach, match="as another user than the worker"):
        create_app(settings, worker.clock)


def test_the_workers_own_folder_is_such_a_place(worker: Runtime) -> None:
    with pytest.raises(PrivateKeyInReach):
        create_app(replace(worker.settings, role="web"), worker.clock)


def test_a_worker_serves_no_pages(worker: Runtime) -> None:
    with pytest.raises(SettingsError, match="role is worker"):
        create_app(worker.settings, worker.clock)


def test_a_web_process_waits_for_its_worker(worker: Runtime, tmp_path: Path) -> None:
    settings = replace(
        worker.settings, role="web", keys=tmp_path / "none", keys_web=str(tmp_path / "not-there")
    )
    with pytest.raises(KeyTrouble, match="start `afterword work`"):
        create_app(settings, worker.clock)
    assert not (tmp_path / "not-there").exists()


def test_what_others_could_read_is_refused(web: Runtime, worker: Runtime, shared: Path) -> None:
    week = issue.weeks_held(worker.files)[0]
    (shared / f"issue/{clock.week_label(week)}.web").chmod(0o644)
    with pytest.raises(KeyTrouble, match="chmod 640"):
        issue.spent_tag(web.files, week, b"n" * 16)
    shared.chmod(0o755)
    with pytest.raises(KeyTrouble, match="chmod 750"):
        WebHalves(shared).prepare()


def test_what_the_worker_destroys_is_destroyed_for_the_web_too(worker: Runtime, shared: Path) -> None:
    (first, *_) = issue.weeks_held(worker.files)
    path = shared / f"issue/{clock.week_label(first)}.web"
    twin = shared / "twin"
    twin.hardlink_to(path)
    before = twin.read_bytes()
    later = clock.at_local(issue.last_day(first) + timedelta(days=1), 12, "UTC")
    worker.clock.move_to(later)  # type: ignore[attr-defined]
    jobs.run_due(worker, FolderMailer(worker.settings.mailbox))
    assert not path.exists()
    assert twin.read_bytes() != before, "overwritten before it was removed"
    assert {path.name for path in shared.glob("issue/*.web")} == {
        path.name for path in worker.files.root.glob("issue/*.web")
    }


def test_an_exchanged_key_is_exchanged_for_the_web_too(worker: Runtime, shared: Path) -> None:
    (worker.files.root / "generation").write_bytes(b"h" * 16)
    halves.publish(worker.files, shared)
    assert (shared / "generation").read_bytes() == b"h" * 16


@pytest.mark.parametrize("inside", ["keys/web", "instance/web"])
def test_the_shared_folder_lies_in_no_other(tmp_path: Path, inside: str) -> None:
    with pytest.raises(SettingsError, match="must not lie inside"):
        load_settings(
            {}, instance=tmp_path / "instance", keys=tmp_path / "keys", keys_web=str(tmp_path / inside)
        )


def test_the_role_is_one_of_three_and_web_needs_its_folder(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="role must be"):
        load_settings({"AFTERWORD_ROLE": "boss"}, instance=tmp_path / "i", keys=tmp_path / "k")
    with pytest.raises(SettingsError, match="needs keys_web"):
        load_settings({"AFTERWORD_ROLE": "web"}, instance=tmp_path / "i", keys=tmp_path / "k")
