"""An uploaded file waits sealed: no word of it on disk or in the database, and later nothing opens it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from survey.keys import sealed_file
from survey.keys.files import KeyFiles, KeyTrouble
from survey.keys.sealed_file import KEY, SealedFile
from survey.practice.model import Practice
from survey.runtime import Runtime
from tests.journeys.days import live_through
from tests.journeys.traces import everything_logged, traces
from tests.web.desk import TOKEN, enter, make_owner
from tests.web.wizard import check, send

TOMORROW = date(2026, 3, 3)


@dataclass(frozen=True)
class Thief:
    """Somebody who copied the sealed files and their key while the upload waited."""

    files: tuple[Path, ...]
    key: bytes


@pytest.fixture
def mark() -> str:
    """Another one each time: a server's write-ahead log remembers the leaky variants of earlier runs."""
    return f"Quokka{secrets.token_hex(8)}Zephyr"


@pytest.fixture
def owner(runtime: Runtime, practice: Practice, client: FlaskClient) -> FlaskClient:
    enter(client, runtime, make_owner(runtime, practice))
    return client


def contents(mark: str) -> tuple[bytes, bytes]:
    """Visits and a list of clients in which the mark is a client's name and stands in the address."""
    visits = f"Date of Service,Client,Clinician,Billing Code\n02/26/2026,Rita {mark},Ana Ortiz,90837\n"
    clients = (
        "Client,Email,Client Type,Primary Clinician\n"
        f"Rita {mark},{mark.lower()}@example.org,Adult,Ana Ortiz\n"
    )
    return visits.encode(), clients.encode()


def post(owner: FlaskClient, mark: str, *files: bytes) -> str:
    """Upload files that carry the mark in their names, too; where the page leads, empty if it was refused."""
    token = TOKEN.search(owner.get("/staff/visits").text)
    assert token is not None
    form: dict[str, object] = {"csrf_token": token.group(1)}
    for name, content in zip(("file", "clients"), files, strict=False):
        form[name] = (BytesIO(content), f"{mark} {name}.csv")
    return owner.post("/staff/visits", data=form).headers.get("Location", "")


def copied(runtime: Runtime, to: Path) -> Thief:
    """What lies there while the upload waits."""
    to.mkdir()
    files = tuple(to / path.name for path in sorted(runtime.settings.uploads.iterdir()))
    for path in files:
        path.write_bytes((runtime.settings.uploads / path.name).read_bytes())
    (key,) = (runtime.settings.keys / "upload").iterdir()
    return Thief(files, key.read_bytes())


def left(runtime: Runtime) -> list[Path]:
    """Files and keys of uploads that are still there."""
    return [*runtime.settings.uploads.iterdir(), *(runtime.settings.keys / "upload").iterdir()]


def opened_by_what_is_left(runtime: Runtime, thief: Thief) -> list[Path]:
    """Kept copies that open with any key file of the installation."""
    keys = [path.read_bytes()[:KEY] for path in runtime.settings.keys.rglob("*") if path.is_file()]
    found = []
    for path in thief.files:
        for key in keys:
            with suppress(KeyTrouble), SealedFile(path, key.ljust(KEY, b"\0")).open() as stream:
                stream.read()
                found.append(path)
    return found


def take(runtime: Runtime, practice: Practice, owner: FlaskClient, address: str) -> None:
    assert check(owner, address).headers["Location"] == address + "/preview"
    assert "New visits" in send(owner, address + "/preview").text
    assert send(owner, address + "/take").headers["Location"] == "/staff/visits"
    assert "<td>done</td>" in owner.get("/staff/visits").text


def cancel(runtime: Runtime, practice: Practice, owner: FlaskClient, address: str) -> None:
    assert send(owner, address + "/cancel").headers["Location"] == "/staff/visits"


def wait_a_day(runtime: Runtime, practice: Practice, owner: FlaskClient, address: str) -> None:
    live_through(runtime, practice, TOMORROW, 23)


ENDS = {"taken": take, "thrown away": cancel, "left waiting for a day": wait_a_day}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_a_waiting_file_is_readable_nowhere_and_its_copy_is_worthless_once_it_is(
    runtime: Runtime,
    practice: Practice,
    owner: FlaskClient,
    mark: str,
    tmp_path: Path,
    end: Callable[[Runtime, Practice, FlaskClient, str], None],
) -> None:
    with everything_logged(runtime):
        address = post(owner, mark, *contents(mark))
        assert owner.get(address).status_code == 200
        assert [*traces(runtime, mark), *traces(runtime, mark.lower())] == []
        thief = copied(runtime, tmp_path / "thief")
        assert len(thief.files) == 2
        assert opened_by_what_is_left(runtime, thief) == list(thief.files), "while it waits there is a key"
        end(runtime, practice, owner, address)
    assert left(runtime) == []
    assert [*traces(runtime, mark), *traces(runtime, mark.lower()), *traces(runtime, thief.key)] == []
    assert opened_by_what_is_left(runtime, thief) == []


def test_a_refused_file_leaves_nothing(runtime: Runtime, owner: FlaskClient, mark: str) -> None:
    with everything_logged(runtime):
        for begins in (b"%PDF-1.7 ", b"PK\x03\x04", b"{", b"\x00\x01"):
            assert post(owner, mark, begins + contents(mark)[1]) == ""
            assert left(runtime) == []
    assert [*traces(runtime, mark), *traces(runtime, mark.lower())] == []


# --- the search finds what is there: leaky variants -----------------------------------------------------


def test_a_stream_that_writes_in_clear_would_be_found(
    runtime: Runtime, owner: FlaskClient, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leaky variant: pieces as long as sealed ones, and not sealed."""
    seal = sealed_file.SEAL
    clear = {
        "encrypt": lambda piece, _more, _nonce, _key: piece + bytes(seal),
        "decrypt": lambda piece, _more, _nonce, _key: piece[:-seal],
    }
    for name, broken in clear.items():
        monkeypatch.setattr(sealed_file, f"crypto_aead_xchacha20poly1305_ietf_{name}", broken)
    assert owner.get(post(owner, mark, *contents(mark))).status_code == 200
    assert {Path(each).parent.name for each in traces(runtime, mark)} == {runtime.settings.uploads.name}


def test_a_key_that_outlives_its_upload_would_be_found(
    runtime: Runtime,
    practice: Practice,
    owner: FlaskClient,
    mark: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The leaky variant: the file is removed and its key stays."""
    monkeypatch.setattr(KeyFiles, "destroy", lambda keys, name: None)
    address = post(owner, mark, *contents(mark))
    thief = copied(runtime, tmp_path / "thief")
    take(runtime, practice, owner, address)
    assert [path.parent.name for path in left(runtime)] == ["upload"]
    assert traces(runtime, thief.key)
    assert opened_by_what_is_left(runtime, thief) == list(thief.files)
