"""The backend's own tables that are used through SQLAlchemy, as the migrations made them. Those of users, rights,
configuration and the audit log are the replica's."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, LargeBinary, MetaData, Table, Text, Uuid

metadata = MetaData()


def _moment(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True))


clients = Table(
    "clients",
    metadata,
    Column("client", Text, primary_key=True),
    Column("display_name", Text),
    Column("sdk_name", Text),
    Column("sdk_version", Text),
    _moment("enrolled_at"),
    _moment("revoked_at"),
    Column("install_id", LargeBinary),
    Column("epoch", BigInteger),
    Column("salt", LargeBinary),
    Column("holds_accounts", Boolean),
)

client_keys = Table(
    "client_keys",
    metadata,
    Column("client", Text, primary_key=True),
    Column("key_id", Integer, primary_key=True),
    Column("wrapped", LargeBinary),
    _moment("retired_at"),
)

web_sessions = Table(
    "web_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("user_id", Uuid),
    Column("generation", BigInteger),
    Column("address", Text),
    _moment("created_at"),
    _moment("last_used_at"),
)

login_attempts = Table(
    "login_attempts",
    metadata,
    Column("username_key", Text, primary_key=True),
    Column("failures", Integer),
    _moment("last_failed_at"),
)

enrolment_codes = Table(
    "enrolment_codes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("client", Text),
    Column("lookup", LargeBinary),
    Column("wrapped_binding", LargeBinary),
    Column("created_by", Text),
    _moment("created_at"),
    _moment("expires_at"),
    _moment("used_at"),
    _moment("withdrawn_at"),
    Column("attempts", Integer),
    Column("holds_accounts", Boolean),
)
