"""One frozen Settings, read from ``instance/config.toml`` and from ``AFTERWORD_*`` variables.

Nothing else in the package reads the environment. A wrong key or value stops the start and is named.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from survey.keys import backup_pair

PREFIX = "AFTERWORD_"
PACKAGE = Path(__file__).resolve().parent


class SettingsError(Exception):
    """A setting that cannot be used; the text names key, value, place and remedy."""


def shipped(folder: str) -> Path:
    """A folder that ships with the product: inside the installed package, else beside it in a checkout."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder


@dataclass(frozen=True)
class Settings:
    """Everything a process needs to know about its installation.

    ``note`` is the sentence the documentation shows for each key.
    """

    instance: Path = field(
        default=Path("instance"), metadata={"note": "Folder for database, mailbox, reports."}
    )
    keys: Path = field(
        default=Path("keys"),
        metadata={"note": "Folder for key files; never inside `instance`, never backed up with it."},
    )
    role: str = field(
        default="all",
        metadata={"note": "`all`, or `web` or `worker` for a process that does only that part."},
    )
    keys_web: str = field(
        default="",
        metadata={"note": "Folder of the key halves that `web` processes hold; filled by the worker."},
    )
    database_url: str = field(
        default="", metadata={"note": "SQLAlchemy address; empty means SQLite inside `instance`."}
    )
    owner_database_url: str = field(
        default="",
        metadata={
            "note": "PostgreSQL: address of the role that owns the tables; makes the schema, copies and the "
            "night's renewal. Then `database_url` is of a role that sees one practice at a time."
        },
    )
    journal_folder: str = field(
        default="",
        metadata={"note": "Folder of the opt-out journal, best on another disk; empty: `instance/journal`."},
    )
    uploads_folder: str = field(
        default="",
        metadata={"note": "Where uploads wait sealed, shared by all web hosts; empty: `instance/uploads`."},
    )
    backup_folder: str = field(
        default="", metadata={"note": "Where the worker backs up each night; empty: it does not."}
    )
    backup_days: int = field(default=30, metadata={"note": "Days for which the worker keeps its backups."})
    backup_key: str = field(
        default="",
        metadata={"note": "Seals every backup; `afterword backup-key new` prints it. Empty: not sealed."},
    )
    queue_url: str = field(
        default="",
        metadata={
            "note": "`redis://…` for several hosts, which then share counts of tries; "
            "empty means SQLite inside `instance`."
        },
    )
    base_url: str = field(
        default="http://127.0.0.1:8765", metadata={"note": "Public address that the mails link to."}
    )
    secret_key: str = field(
        default="",
        metadata={"note": "Signs staff sign-ins; empty means a random one kept in `instance/secret`."},
    )
    mail: str = field(default="smtp", metadata={"note": "`smtp`, or `folder` to write mails as files."})
    mail_from: str = field(default="feedback@localhost", metadata={"note": "Sender address of every mail."})
    mail_reply_to: str = field(
        default="", metadata={"note": "Mailbox for replies, read by a person; empty: the sender address."}
    )
    smtp_host: str = field(default="127.0.0.1", metadata={"note": "Mail relay."})
    smtp_port: int = field(default=25, metadata={"note": "Port of the relay."})
    smtp_user: str = field(default="", metadata={"note": "User at the relay; empty for none."})
    smtp_password: str = field(default="", metadata={"note": "Password at the relay."})
    smtp_tls: str = field(
        default="starttls", metadata={"note": "`starttls`, `tls`, or `none` (allowed on this machine only)."}
    )
    dkim_selector: str = field(
        default="",
        metadata={"note": "Name of the key that the relay signs with; `doctor --mail` looks at it."},
    )
    dns_server: str = field(
        default="",
        metadata={"note": "Name server for the look at your domain, such as `9.9.9.9`; empty: the system's."},
    )
    trusted_proxies: int = field(
        default=0, metadata={"note": "How many proxies in front may set forwarded headers."}
    )
    oidc_issuer: str = field(
        default="", metadata={"note": "Address of the provider of single sign-on; empty: none is offered."}
    )
    oidc_client_id: str = field(default="", metadata={"note": "Our name at that provider."})
    oidc_client_secret_file: str = field(
        default="", metadata={"note": "File that holds our secret at that provider, and nothing else."}
    )
    oidc_label: str = field(
        default="", metadata={"note": "The provider's name, as the sign-in page shows it."}
    )
    oidc_second_factor: bool = field(
        default=False,
        metadata={"note": "The provider asks everybody for a second factor, so that ours is not asked for."},
    )
    surveys_config: Path = field(
        default=shipped("surveys_config"), metadata={"note": "Folder of instruments."}
    )
    log_format: str = field(
        default="plain", metadata={"note": "`plain`, or `json` for one JSON object in each line of the log."}
    )
    metrics_token: str = field(
        default="", metadata={"note": "What `/metrics` asks for, 32 characters or more; empty: no such page."}
    )
    demo: bool = field(
        default=False, metadata={"note": "Demo mode: shows the demo mailbox. Never for real patients."}
    )

    @property
    def database(self) -> str:
        """The database address in use."""
        return self.database_url or f"sqlite:///{self.data / 'afterword.sqlite3'}"

    @property
    def data(self) -> Path:
        return self.instance / "data"

    @property
    def web_keys(self) -> Path | None:
        """The folder of public halves, or None where one process does everything."""
        return Path(self.keys_web).resolve() if self.keys_web else None

    @property
    def journal(self) -> Path:
        """Where opt-outs are written down outside the database."""
        return Path(self.journal_folder).resolve() if self.journal_folder else self.instance / "journal"

    @property
    def uploads(self) -> Path:
        """Where uploaded files wait, sealed; their keys are elsewhere."""
        return Path(self.uploads_folder).resolve() if self.uploads_folder else self.instance / "uploads"

    @property
    def mailbox(self) -> Path:
        return self.instance / "mailbox"

    @property
    def reports(self) -> Path:
        return self.instance / "reports"

    @property
    def templates(self) -> Path:
        return shipped("templates")

    @property
    def static(self) -> Path:
        return shipped("static")


def load_settings(environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings from file and environment; ``given`` wins over both.

    Raises SettingsError for an unknown key, a value of the wrong kind or an unusable combination.
    """
    env = {k: v for k, v in (os.environ if environ is None else environ).items() if k.startswith(PREFIX)}
    instance = Path(str(given.get("instance") or env.get(PREFIX + "INSTANCE") or "instance"))
    values = _read_file(instance / "config.toml") | _read_environment(env)
    values["instance"] = instance
    converted: dict[str, Any] = {k: _convert(k, v, source) for k, (v, source) in _sourced(values).items()}
    settings = replace(Settings(), **{**converted, **given})
    settings = replace(settings, instance=settings.instance.resolve(), keys=settings.keys.resolve())
    _check(settings)
    return settings


def read_test_environment() -> dict[str, str]:
    """The variables that only tests and the bootstrap look at (data folder, required services)."""
    return {k: v for k, v in os.environ.items() if k in TEST_VARIABLES}


TEST_VARIABLES = {
    "AFTERWORD_DATA": "Folder with the real test data.",
    "AFTERWORD_REQUIRE": "Comma list of what tests fail without: postgres, redis, browser, strace …",
    "AFTERWORD_TEST_POSTGRES": "Address of a PostgreSQL server for tests.",
    "AFTERWORD_TEST_REDIS": "Address of a Redis server for tests.",
    "AFTERWORD_FULL": "Set to 1 by `test --full`: the long runs too.",
}


def environment_for(settings: Settings) -> dict[str, str]:
    """This process's environment with every setting filled in, for a process that is to be started."""
    given = {PREFIX + entry.name.upper(): str(getattr(settings, entry.name)) for entry in fields(Settings)}
    return {**os.environ, **given}


def environment_for_tool(**more: str) -> dict[str, str]:
    """This process's environment for a program that is not ours: none of our settings, and what it needs."""
    return {**{k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}, **more}


def ensure_folders(settings: Settings) -> Settings:
    """Make the instance folders (mode 0700) and the signing secret; returns settings with it filled in."""
    places = (settings.data, settings.mailbox, settings.reports, settings.uploads)
    for folder in (settings.instance, *places):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.secret_key:
        return settings
    path = settings.instance / "secret"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
    return replace(settings, secret_key=path.read_text().strip())


def _sourced(values: Mapping[str, object]) -> dict[str, tuple[object, str]]:
    return {key: value if isinstance(value, tuple) else (value, "start") for key, value in values.items()}


def _read_file(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}. Correct the file or remove it.") from None
    _refuse_unknown(content, str(path))
    return {key: (value, str(path)) for key, value in content.items()}


def _read_environment(env: Mapping[str, str]) -> dict[str, object]:
    given = {k.removeprefix(PREFIX).lower(): v for k, v in env.items() if k not in TEST_VARIABLES}
    _refuse_unknown(given, "the environment")
    return {key: (value, f"{PREFIX}{key.upper()}") for key, value in given.items()}


def _refuse_unknown(content: Mapping[str, object], place: str) -> None:
    known = [entry.name for entry in fields(Settings)]
    for key in content:
        if key not in known:
            raise SettingsError(f"{place}: unknown setting {key!r}. Known settings: {', '.join(known)}.")


def _convert(key: str, value: object, source: str) -> object:
    default = next(entry.default for entry in fields(Settings) if entry.name == key)
    try:
        if isinstance(default, bool):
            return _as_bool(value)
        if isinstance(default, int):
            return int(str(value))
        if isinstance(default, Path):
            return Path(str(value))
    except ValueError:
        kind = "true or false" if isinstance(default, bool) else "a whole number"
        raise SettingsError(f"{source}: {key} must be {kind}, not {value!r}.") from None
    if not isinstance(value, str):
        raise SettingsError(f"{source}: {key} must be text in quotes, not {value!r}.")
    return value


def _as_bool(value: object) -> bool:
    table = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    text = str(value).lower()
    if text not in table:
        raise ValueError(text)
    return table[text]


def _check(settings: Settings) -> None:
    if settings.mail not in {"smtp", "folder"}:
        raise SettingsError(f"mail must be smtp or folder, not {settings.mail!r}.")
    if settings.log_format not in {"plain", "json"}:
        raise SettingsError(f"log_format must be plain or json, not {settings.log_format!r}.")
    if settings.smtp_tls not in {"starttls", "tls", "none"}:
        raise SettingsError(f"smtp_tls must be starttls, tls or none, not {settings.smtp_tls!r}.")
    if settings.smtp_tls == "none" and settings.smtp_host not in {"127.0.0.1", "localhost", "::1"}:
        raise SettingsError("smtp_tls none is allowed only for a relay on this machine; use starttls or tls.")
    if not 0 < settings.smtp_port < 65536:
        raise SettingsError(f"smtp_port must be between 1 and 65535, not {settings.smtp_port}.")
    if not settings.base_url.startswith(("http://", "https://")):
        raise SettingsError(f"base_url must begin with https:// or http://, not {settings.base_url!r}.")
    if settings.role not in {"all", "web", "worker"}:
        raise SettingsError(f"role must be all, web or worker, not {settings.role!r}.")
    if settings.role == "web" and not settings.keys_web:
        raise SettingsError("role web needs keys_web: the folder of key halves that the worker fills.")
    _check_folders(settings)
    _check_backups(settings)
    if settings.secret_key and len(settings.secret_key) < 32:
        raise SettingsError("secret_key must have at least 32 characters; leave it out to get a random one.")
    if settings.metrics_token and len(settings.metrics_token) < 32:
        raise SettingsError("metrics_token must have at least 32 characters; leave it out for no page.")
    if "@" not in settings.mail_from:
        raise SettingsError(f"mail_from must be an address, not {settings.mail_from!r}.")
    if settings.mail_reply_to and "@" not in settings.mail_reply_to:
        raise SettingsError(f"mail_reply_to must be an address, not {settings.mail_reply_to!r}.")


def _check_backups(settings: Settings) -> None:
    """A wrong digit would seal backups for nobody."""
    if settings.backup_days < 1:
        raise SettingsError(f"backup_days must be 1 or more, not {settings.backup_days}.")
    try:
        if settings.backup_key:
            backup_pair.read(settings.backup_key, backup_pair.PUBLIC)
    except backup_pair.NotAHalf:
        raise SettingsError(
            "backup_key is not the line that afterword backup-key new printed; copy it whole."
        ) from None


def _check_folders(settings: Settings) -> None:
    """No folder of keys lies inside another folder, so that no copy of one takes the other along."""
    places = {"instance": settings.instance, "keys": settings.keys}
    if settings.web_keys:
        places["keys_web"] = settings.web_keys
    if settings.uploads_folder:
        places["uploads_folder"] = settings.uploads
    for inner, path in places.items():
        for outer, other in places.items():
            if (inner, outer) == ("uploads_folder", "instance"):
                continue
            if inner != outer and (path == other or other in path.parents):
                raise SettingsError(
                    f"{inner} ({path}) must not lie inside {outer}: a copy of one must not hold the other."
                )
