"""Settings of single sign-on: a mistake stops the start, is named, and shows no secret."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from survey.oidc_provider import provider_of
from survey.runtime import Runtime
from survey.settings import SettingsError
from tests.web import identity_house

MISTAKES: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"oidc_issuer": "http://login.example.org"}, "", "oidc_issuer"),
    ({"oidc_issuer": "login.example.org"}, "", "oidc_issuer"),
    ({"oidc_client_id": ""}, "", "oidc_client_id"),
    ({"oidc_client_secret_file": ""}, "", "oidc_client_secret_file"),
    ({"oidc_client_secret_file": "/nowhere/at/all"}, "", "oidc_client_secret_file"),
    ({"oidc_label": "x" * 41}, "", "oidc_label"),
    ({}, "short", "oidc_client_secret_file"),
    ({}, "please-changeme-please", "oidc_client_secret_file"),
)


def test_a_wrong_setting_stops_the_start_and_shows_no_secret(sqlite_runtime: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "filed"
    right: dict[str, Any] = {
        "oidc_issuer": "https://login.example.org",
        "oidc_client_id": "afterword",
        "oidc_client_secret_file": str(path),
    }
    for wrong, filed, named in MISTAKES:
        path.write_text(filed or identity_house.FILED)
        with pytest.raises(SettingsError, match=named) as trouble:
            provider_of(replace(sqlite_runtime.settings, **(right | wrong)))
        assert (filed or identity_house.FILED) not in str(trouble.value)
    path.write_text(identity_house.FILED)
    assert identity_house.FILED not in repr(provider_of(replace(sqlite_runtime.settings, **right)))
