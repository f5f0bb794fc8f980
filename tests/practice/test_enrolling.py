"""The second factor: nothing usable in the database, each code once, a sign-in that waits opens nothing."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from survey.clock import SimulatedClock
from survey.db import reading, transaction
from survey.keys import second_factor
from survey.keys.sealing import BoxUnreadable
from survey.practice import admitting, confirming, enrolling, recording, signing_in
from survey.practice.confirming import CodeRefused, PendingOver
from survey.practice.model import AuditEntry, Practice, Staff
from survey.practice.second_factor_model import PendingSignIn, RecoveryCode, SecondFactor
from survey.practice.signing_in import CodeNeeded
from survey.runtime import Runtime
from tests.web.desk import GOOD, make_owner


@pytest.fixture
def olu(runtime: Runtime, practice: Practice) -> Staff:
    return make_owner(runtime, practice)


def secret_of(runtime: Runtime, staff: Staff) -> str:
    """What the app has after scanning."""
    with reading(runtime.engine, staff.practice_id) as db:
        address = enrolling.waiting_address(db, runtime.files, staff)
    assert address is not None
    return pyotp.parse_uri(address).secret


def code_at(runtime: Runtime, secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(runtime.clock.now(), counter_offset=steps)


def enrol(runtime: Runtime, staff: Staff) -> tuple[str, list[str]]:
    """An app in use: its secret and the recovery codes. The code of the present half minute is used up."""
    now = runtime.clock.now()
    with transaction(runtime.engine, staff.practice_id) as db:
        enrolling.begin(db, runtime.files, staff)
    secret = secret_of(runtime, staff)
    with transaction(runtime.engine, staff.practice_id) as db:
        code = code_at(runtime, secret)
        codes = enrolling.confirm(db, runtime.files, staff, code, now=now, today=now.date())
    return secret, codes


def uses(runtime: Runtime, staff: Staff, code: str) -> bool:
    with transaction(runtime.engine, staff.practice_id) as db:
        return enrolling.uses_up(db, runtime.files, staff, code, now=runtime.clock.now())


def begin_sign_in(runtime: Runtime, staff: Staff) -> str:
    """The right password; the secret of the sign-in that waits."""
    with reading(runtime.engine, staff.practice_id) as db:
        proof = signing_in.prove(db, staff.practice_id, email=staff.email, password=GOOD)
    with transaction(runtime.engine, staff.practice_id) as db:
        try:
            signing_in.sign_in(db, proof, now=runtime.clock.now())
        except CodeNeeded as needed:
            return needed.secret
    raise AssertionError("the password alone signed in")


def finish(runtime: Runtime, staff: Staff, waiting: str, code: str) -> str:
    """The name of the refusal, or nothing where it went well."""
    with transaction(runtime.engine, staff.practice_id) as db:
        try:
            given = confirming.finish(
                db, runtime.files, staff.practice_id, waiting, code, now=runtime.clock.now()
            )
        except (CodeRefused, PendingOver) as refused:
            return type(refused).__name__
    return "" if given else "nothing"


def test_the_database_alone_does_not_give_the_second_factor(runtime: Runtime, olu: Staff) -> None:
    secret, codes = enrol(runtime, olu)
    with reading(runtime.engine, olu.practice_id) as db:
        row = db.scalars(select(SecondFactor)).one()
        hashes = db.scalars(select(RecoveryCode.code_hash)).all()
    assert row.sealed is not None
    assert secret.encode() not in row.sealed
    assert len(hashes) == len(set(codes)) == enrolling.CODES
    assert not any(code.replace("-", "").encode() in each for code in codes for each in hashes)
    assert second_factor.unseal(runtime.files, olu.practice_id, olu.id, row.sealed) == secret
    with pytest.raises(BoxUnreadable):
        second_factor.unseal(runtime.files, olu.practice_id, olu.id + 1, row.sealed)
    runtime.files.destroy(second_factor.NAME)
    second_factor.ensure_key(runtime.files)  # a thief's own key
    with pytest.raises(BoxUnreadable):
        second_factor.unseal(runtime.files, olu.practice_id, olu.id, row.sealed)


def replays(runtime: Runtime, staff: Staff, clock: SimulatedClock) -> int:
    """How often one code of the app is taken, half a minute later too."""
    secret, _ = enrol(runtime, staff)
    clock.advance(timedelta(minutes=5))
    code = code_at(runtime, secret)
    taken = [uses(runtime, staff, code), uses(runtime, staff, code)]
    clock.advance(timedelta(seconds=enrolling.STEP))
    return sum([*taken, uses(runtime, staff, code)])


def test_a_used_code_is_refused_a_second_time(runtime: Runtime, olu: Staff, clock: SimulatedClock) -> None:
    assert replays(runtime, olu, clock) == 1


def test_the_replay_check_finds_a_product_that_forgets_used_codes(
    runtime: Runtime, olu: Staff, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = enrolling.matching_step
    steps = iter(range(10**9, 10**9 + 100))

    def forgetful(*given: str, **more: object) -> int | None:
        return next(steps) if real(*given, **more) is not None else None  # type: ignore[arg-type]

    enrolled = replays
    with monkeypatch.context() as patch:
        patch.setattr(enrolling, "matching_step", forgetful)
        assert enrolled(runtime, olu, clock) == 3


def test_the_neighbouring_half_minutes_are_taken_and_no_others(runtime: Runtime, olu: Staff) -> None:
    secret, now = pyotp.random_base32(), runtime.clock.now()
    taken = {
        step
        for step in range(-3, 4)
        if enrolling.matching_step(secret, code_at(runtime, secret, steps=step), now=now) is not None
    }
    assert taken == {-1, 0, 1}
    for nonsense in ("", "000", "１２３４５６", "x" * 100):
        assert enrolling.matching_step(secret, nonsense, now=now) is None


def test_a_recovery_code_is_too_long_to_be_searched_for_by_its_hash(runtime: Runtime, olu: Staff) -> None:
    assert len(set(enrolling.LETTERS)) == 32
    assert fewest_bits(runtime, olu) >= 112, "fewer bits want a slow and salted hash"


def test_a_shorter_recovery_code_would_be_noticed(
    runtime: Runtime, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken variant: one that is easier to type."""
    monkeypatch.setattr(enrolling, "LONG", 12)
    assert fewest_bits(runtime, olu) < 112


def fewest_bits(runtime: Runtime, staff: Staff) -> int:
    """Random bits of the shortest of the new codes: five for each letter, whatever stands between them."""
    _, codes = enrol(runtime, staff)
    letters = [code.replace("-", "") for code in codes]
    assert set("".join(letters)) <= set(enrolling.LETTERS)
    return 5 * min(len(code) for code in letters)


def test_a_recovery_code_works_once_however_it_is_typed(runtime: Runtime, olu: Staff) -> None:
    _, codes = enrol(runtime, olu)
    assert uses(runtime, olu, codes[0].lower().replace("-", " "))
    assert not uses(runtime, olu, codes[0])
    with transaction(runtime.engine, olu.practice_id) as db:
        assert enrolling.codes_left(db, olu) == enrolling.CODES - 1
        enrolling.renew_codes(db, olu)
    assert not uses(runtime, olu, codes[1])


def test_the_old_app_works_until_the_new_one_is_confirmed(
    runtime: Runtime, olu: Staff, clock: SimulatedClock
) -> None:
    secret, _ = enrol(runtime, olu)
    clock.advance(timedelta(minutes=5))
    with transaction(runtime.engine, olu.practice_id) as db:
        enrolling.begin(db, runtime.files, olu)
    assert uses(runtime, olu, code_at(runtime, secret))
    assert not uses(runtime, olu, code_at(runtime, secret_of(runtime, olu)))


def test_the_password_alone_opens_nothing_and_the_code_does(
    runtime: Runtime, olu: Staff, clock: SimulatedClock
) -> None:
    secret, _ = enrol(runtime, olu)
    clock.advance(timedelta(minutes=1))
    waiting, now = begin_sign_in(runtime, olu), runtime.clock.now()
    with reading(runtime.engine, olu.practice_id) as db:
        assert signing_in.staff_of(db, olu.practice_id, waiting, seen=now, now=now) is None
    assert finish(runtime, olu, waiting, code_at(runtime, secret)) == ""
    assert finish(runtime, olu, waiting, code_at(runtime, secret, steps=1)) == "PendingOver"


def test_five_wrong_codes_end_the_sign_in_and_stand_in_the_log(
    runtime: Runtime, olu: Staff, clock: SimulatedClock
) -> None:
    secret, _ = enrol(runtime, olu)
    clock.advance(timedelta(minutes=1))
    waiting = begin_sign_in(runtime, olu)
    found = [finish(runtime, olu, waiting, "wrong") for _ in range(confirming.TRIES)]
    assert found == ["CodeRefused"] * (confirming.TRIES - 1) + ["PendingOver"]
    assert finish(runtime, olu, waiting, code_at(runtime, secret)) == "PendingOver"
    with reading(runtime.engine, olu.practice_id) as db:
        actions = list(db.scalars(select(AuditEntry.action)))
        assert recording.first_broken(db, olu.practice_id) is None
    assert actions == ["code refused"] * confirming.TRIES


def test_a_sign_in_waits_five_minutes_and_ends_with_the_password_or_the_account(
    runtime: Runtime, olu: Staff, clock: SimulatedClock
) -> None:
    secret, _ = enrol(runtime, olu)
    waiting = begin_sign_in(runtime, olu)
    clock.advance(confirming.LIFE)
    assert finish(runtime, olu, waiting, code_at(runtime, secret)) == "PendingOver"
    begin_sign_in(runtime, olu)
    with transaction(runtime.engine, olu.practice_id) as db:
        admitting.set_password(db, db.get_one(Staff, (olu.practice_id, olu.id)), "five other odd words")
        assert db.scalars(select(PendingSignIn)).all() == []


def guesses(runtime: Runtime, staff: Staff) -> int:
    """Wrong codes that are looked at within an hour, however often the password is given again."""
    looked_at = 0
    for _ in range(6):
        waiting = begin_sign_in(runtime, staff)
        for _ in range(confirming.TRIES - 1):
            looked_at += finish(runtime, staff, waiting, "wrong") == "CodeRefused"
    return looked_at


def test_giving_the_password_again_gives_no_more_guesses(
    runtime: Runtime, olu: Staff, clock: SimulatedClock
) -> None:
    secret, _ = enrol(runtime, olu)
    assert guesses(runtime, olu) <= confirming.MOST_WRONG
    clock.advance(confirming.HOUR)
    assert finish(runtime, olu, begin_sign_in(runtime, olu), code_at(runtime, secret)) == ""


def test_the_check_finds_a_product_that_counts_each_sign_in_alone(
    runtime: Runtime, olu: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(runtime, olu)
    monkeypatch.setattr(confirming, "MOST_WRONG", 10**6)
    assert guesses(runtime, olu) > 10
