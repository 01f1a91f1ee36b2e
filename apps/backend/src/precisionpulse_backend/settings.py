"""Settings of the backend's programs. The environment is read here alone; all that is wrong is told at once."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretBytes, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from precisionpulse_sdk.channels import check_name
from precisionpulse_sdk.errors import ConfigurationError

KEY_BYTES = 32
_MIN_SECRET_BYTES = 16


class SettingsError(Exception):
    """One or more settings are missing or wrong; the text names each by its environment variable."""


def _content(value: object) -> bytes:
    path = Path(str(value))
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} can't be read: {error.strerror}") from error


def _key(value: object) -> bytes:
    try:
        key = base64.b64decode(_content(value).strip(), validate=True)
    except binascii.Error as error:
        raise ValueError(f"{value} is not base64") from error
    if len(key) != KEY_BYTES:
        raise ValueError(f"{value} holds {len(key)} bytes, not {KEY_BYTES}: write 32 random bytes as base64 into it")
    return key


def _secret(value: object) -> bytes:
    secret = _content(value).strip()
    if len(secret) < _MIN_SECRET_BYTES:
        raise ValueError(f"{value} holds a secret of fewer than {_MIN_SECRET_BYTES} bytes")
    return secret


def _file(value: object) -> Path:
    _content(value)
    return Path(str(value)).absolute()


def _password(value: object) -> str:
    return _content(value).decode("utf-8").strip()


def _database(value: object) -> str:
    try:
        url = make_url(str(value))
    except ArgumentError as error:
        raise ValueError("not a database URL: write postgresql://user:password@host:port/name") from error
    if url.get_backend_name() != "postgresql":
        raise ValueError("only PostgreSQL is supported: write postgresql://user:password@host:port/name")
    return str(value)


def _loopback(value: object) -> str:
    parts = urlsplit(str(value))
    if value and (parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "::1", "localhost")):
        raise ValueError("not on this machine: write http://127.0.0.1:port/")
    return str(value)


def _site(value: object) -> str:
    try:
        return check_name(str(value), "site")
    except ConfigurationError as error:
        raise ValueError(str(error)) from error


KeyFile = Annotated[SecretBytes, BeforeValidator(_key)]
SecretFile = Annotated[SecretBytes, BeforeValidator(_secret)]
ReadableFile = Annotated[Path, BeforeValidator(_file)]
PasswordFile = Annotated[SecretStr, BeforeValidator(_password)]
Port = Annotated[int, Field(ge=1, le=65535)]


class DatabaseSettings(BaseSettings):
    """What every program needs."""

    model_config = SettingsConfigDict(env_prefix="PP_", frozen=True, extra="ignore")

    database_url: Annotated[SecretStr, BeforeValidator(_database)]
    log_format: Literal["json", "console"] = "json"

    @classmethod
    def load(cls) -> Self:
        """The settings in the environment. Raises `SettingsError` that names every missing or wrong one."""
        try:
            return cls.model_validate({})
        except ValidationError as error:
            lines = [
                f"  PP_{'_'.join(map(str, e['loc'])).upper()}: {_reason(e['type'], e['msg'])}" for e in error.errors()
            ]
            raise SettingsError("these settings are missing or wrong:\n" + "\n".join(lines)) from None


class FirstStartSettings(DatabaseSettings):
    """What `bootstrap` needs."""

    admin_username: Annotated[str, Field(min_length=1, max_length=64)] = "admin"
    admin_password_file: PasswordFile


class CodeSettings(DatabaseSettings):
    """What issuing an enrolment code needs."""

    key_encryption_key_file: KeyFile
    site_ca_cert_file: ReadableFile


class HubSettings(DatabaseSettings):
    """What a program needs that talks to the broker as a hub worker."""

    site: Annotated[str, BeforeValidator(_site)] = "main"
    hub_broker_host: str = "127.0.0.1"
    hub_broker_port: Port
    hub_ca_file: ReadableFile
    hub_cert_file: ReadableFile
    hub_key_file: ReadableFile
    key_encryption_key_file: KeyFile


class IngestSettings(HubSettings):
    """What `ingest` needs. /healthz, /readyz and /metrics are served on `ingest_http_host`:`ingest_http_port`, unless
    that port is 0."""

    ingest_http_host: str = "127.0.0.1"
    ingest_http_port: Annotated[int, Field(ge=0, le=65535)] = 0


class WebSettings(HubSettings):
    """What `web` needs. Times are in seconds."""

    broker_host: str = "127.0.0.1"
    broker_port: Port
    site_ca_cert_file: ReadableFile
    site_ca_key_file: ReadableFile
    session_secret_file: SecretFile
    api_host: str = "127.0.0.1"
    api_port: Port
    api_cert_file: ReadableFile
    api_key_file: ReadableFile
    web_origin: str = ""
    session_idle_s: Annotated[int, Field(ge=60)] = 1800
    session_lifetime_s: Annotated[int, Field(ge=60)] = 12 * 3600
    web_threads: Annotated[int, Field(ge=4, le=2000)] = 200
    demo_link_client: str = ""
    demo_link_url: Annotated[str, BeforeValidator(_loopback)] = ""
    """Where the cutter of that client's link takes commands, if the deployment has such a demonstration."""


def _reason(kind: str, message: str) -> str:
    return "is not set" if kind == "missing" else message.removeprefix("Value error, ")
