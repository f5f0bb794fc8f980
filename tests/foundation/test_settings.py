"""Settings name the key, the place and the remedy when something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.settings import Settings, SettingsError, ensure_folders, load_settings


def load(tmp_path: Path, toml: str = "", **env: str) -> Settings:
    instance = tmp_path / "instance"
    instance.mkdir(exist_ok=True)
    (instance / "config.toml").write_text(toml, encoding="utf-8")
    given = {f"AFTERWORD_{key.upper()}": value for key, value in env.items()}
    return load_settings(
        {"AFTERWORD_INSTANCE": str(instance), "AFTERWORD_KEYS": str(tmp_path / "keys"), **given}
    )


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    toml = 'smtp_host = "relay.example.org"\nsmtp_port = 587\n'
    settings = load(tmp_path, toml, smtp_port="2525")
    assert (settings.smtp_host, settings.smtp_port) == ("relay.example.org", 2525)


@pytest.mark.parametrize(
    ("toml", "env", "words"),
    [
        ("colour = 'blue'", {}, "unknown setting 'colour'"),
        ("", {"colour": "blue"}, "unknown setting 'colour'"),
        ("smtp_port = 'many'", {}, "smtp_port must be a whole number, not 'many'"),
        ("", {"demo": "perhaps"}, "demo must be true or false, not 'perhaps'"),
        ("mail = 3", {}, "mail must be text in quotes"),
        ("mail = 'pigeon'", {}, "mail must be smtp or folder"),
        ("smtp_port = 99999", {}, "smtp_port must be between"),
        ("smtp_tls = 'none'\nsmtp_host = 'relay.example.org'", {}, "smtp_tls none is allowed only"),
        ("secret_key = 'short'", {}, "at least 32 characters"),
        ("base_url = 'survey.example.org'", {}, "base_url must begin with https"),
        ("mail_from = 'nobody'", {}, "mail_from must be an address"),
        ("demo = [", {}, "not valid TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, toml: str, env: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, toml, **env)
    assert words in str(refused.value)


def test_the_place_of_a_wrong_value_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"config\.toml: smtp_port"):
        load(tmp_path, "smtp_port = 'x'")
    with pytest.raises(SettingsError, match="AFTERWORD_SMTP_PORT: smtp_port"):
        load(tmp_path, "", smtp_port="x")


def test_keys_inside_the_instance_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="must not lie inside instance"):
        load(tmp_path, "", keys=str(tmp_path / "instance" / "keys"))


def test_the_signing_secret_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    settings = load(tmp_path)
    first = ensure_folders(settings).secret_key
    assert ensure_folders(settings).secret_key == first
    assert len(first) >= 48
    assert (settings.instance / "secret").stat().st_mode & 0o077 == 0
