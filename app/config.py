"""Settings: read once from the environment and ``xuetan.toml``, checked whole, never changed afterwards."""

import os
import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from core.i18n import LANGUAGES, is_time_zone

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "XUETAN_"
DEFAULT_BASE_URL = "http://127.0.0.1:8000"


class ConfigError(Exception):
    """One or more settings are wrong; ``faults`` names each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError(f"must be from {low} to {high}")
        return number

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"must be one of {', '.join(choices)}")
        return text

    return read


def _switch(text: str) -> bool:
    return _one_of("on", "off")(text) == "on"


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("must be an address such as https://study.example.org")
    return text.rstrip("/")


def _database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
    return text


def _smtp_url(text: str) -> str:
    if text and urlsplit(text).scheme not in ("smtp", "smtps"):
        raise ValueError("must begin with smtp:// or smtps://")
    return text


def _redis_url(text: str) -> str:
    if text and urlsplit(text).scheme not in ("redis", "rediss", "unix"):
        raise ValueError("must begin with redis:// or rediss://")
    return text


def _zone(text: str) -> str:
    if not is_time_zone(text):
        raise ValueError("is not a time zone this machine knows")
    return text


def _secret(text: str) -> str:
    if len(text) < 32:
        raise ValueError("must have at least 32 characters")
    return text


READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "DATABASE_URL": ("", _database_url),
    "SECRET_KEY": ("", _secret),
    "BASE_URL": (DEFAULT_BASE_URL, _base_url),
    "REDIS_URL": ("", _redis_url),
    "SMTP_URL": ("", _smtp_url),
    "MAIL_FROM": ("Xuetan <xuetan@localhost>", str),
    "SEARCH_ENGINE": ("whoosh", _one_of("whoosh")),
    "LOCALE": (LANGUAGES[0], _one_of(*LANGUAGES)),
    "TIME_ZONE": ("Asia/Shanghai", _zone),
    "TRUSTED_PROXIES": ("0", _whole(0, 10)),
    "MAX_UPLOAD_MIB": ("32", _whole(1, 2048)),
    "MAX_MEDIA_MIB": ("512", _whole(1, 8192)),
    "SIGN_UP": ("open", _one_of("open", "invitation", "approval")),
    "POINTS": ("off", _switch),
}


def _read_file(data: Path, faults: list[str]) -> dict[str, str]:
    path = data / "xuetan.toml"
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path}: {error}")
        return {}
    faults += [f"{path}: {name} is no setting" for name in values if name.upper() not in READERS]
    return {name.upper(): str(value) for name, value in values.items()}


def secret_key_of(data: Path) -> str:
    """Return the site's secret, made on the first run and readable by the owner only."""
    path = data / "secret-key"
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        pass
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = secrets.token_urlsafe(48)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secret)
    return secret


@dataclass(frozen=True, kw_only=True)
class Config:
    """All settings, checked. ``design`` defaults make an empty environment a working site on this machine."""

    data: Path
    database_url: str
    secret_key: str = field(repr=False)
    base_url: str
    redis_url: str
    smtp_url: str = field(repr=False)
    mail_from: str
    search_engine: str
    locale: str
    time_zone: str
    trusted_proxies: int
    max_upload_mib: int
    max_media_mib: int
    sign_up: str
    points: bool = False
    testing: bool = False

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Read the environment, then ``xuetan.toml`` in the data directory, then the defaults.

        Raises:
            ConfigError: naming every fault at once.
        """
        faults: list[str] = []
        data = Path(env.get(PREFIX + "DATA", "") or "instance").resolve()
        from_file = _read_file(data, faults)
        values: dict[str, Any] = {}
        for name, (default, read) in READERS.items():
            text = env.get(PREFIX + name, "") or from_file.get(name, "") or default
            if not text and name in ("DATABASE_URL", "SECRET_KEY"):
                continue
            try:
                values[name.lower()] = read(text)
            except ValueError as error:
                faults.append(f"{PREFIX}{name} {error}")
        known = {PREFIX + name for name in (*READERS, "DATA")}
        faults += [f"{name} is no setting" for name in sorted(env) if name.startswith(PREFIX) and name not in known]
        if faults:
            raise ConfigError(faults)
        values.setdefault("database_url", f"sqlite:///{data / 'xuetan.sqlite3'}")
        if "secret_key" not in values:
            values["secret_key"] = secret_key_of(data)
        return cls(data=data, **values)

    def for_flask(self) -> dict[str, Any]:
        """Return the settings under the names that Flask and its extensions read."""
        secure = self.base_url.startswith("https:")
        return {
            "DATA": str(self.data),
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": self.database_url.startswith("postgresql")},
            "BASE_URL": self.base_url,
            "REDIS_URL": self.redis_url,
            "SMTP_URL": self.smtp_url,
            "MAIL_FROM": self.mail_from,
            "SEARCH_ENGINE": self.search_engine,
            "LANGUAGE": self.locale,
            "LOCALE_DIR": str(ROOT / "locale"),
            "TIME_ZONE": self.time_zone,
            "MAX_UPLOAD_MIB": self.max_upload_mib,
            "MAX_MEDIA_MIB": self.max_media_mib,
            "MAX_CONTENT_LENGTH": (self.max_upload_mib + 1) * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "MAX_FORM_PARTS": 1000,
            "SIGN_UP": self.sign_up,
            "POINTS": self.points,
            "SESSION_COOKIE_NAME": "xuetan_form",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": secure,
            "WTF_CSRF_TIME_LIMIT": None,
            "WTF_CSRF_SSL_STRICT": False,
            "RATELIMIT_STORAGE_URI": self.redis_url or "memory://",
            "RATELIMIT_HEADERS_ENABLED": False,
            "TESTING": self.testing,
            "WRITE_BUFFERS_RUN": not self.testing,
        }
