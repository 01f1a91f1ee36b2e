"""The tables that are used through SQLAlchemy, as the migrations made them; identity.proto says what they mean."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

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
)

client_keys = Table(
    "client_keys",
    metadata,
    Column("client", Text, primary_key=True),
    Column("key_id", Integer, primary_key=True),
    Column("wrapped", LargeBinary),
    _moment("retired_at"),
)

users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("username", Text),
    Column("display_name", Text),
    Column("password_hash", Text),
    Column("enabled", Boolean),
    Column("must_change_password", Boolean),
    Column("session_generation", BigInteger),
    _moment("deleted_at"),
)

roles = Table(
    "roles",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text),
    Column("description", Text),
    Column("built_in", Boolean),
    _moment("deleted_at"),
)

permissions = Table(
    "permissions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text),
    Column("description", Text),
    Column("built_in", Boolean),
    _moment("deleted_at"),
)

role_grants = Table(
    "role_grants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", Uuid),
    Column("role_id", Uuid),
    Column("client", Text),
    _moment("deleted_at"),
)

permission_grants = Table(
    "permission_grants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("role_id", Uuid),
    Column("permission_id", Uuid),
    _moment("deleted_at"),
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
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", BigInteger, primary_key=True),
    _moment("at"),
    Column("actor", Text),
    Column("address", Text),
    Column("action", Text),
    Column("subject", Text),
    Column("before", JSONB),
    Column("after", JSONB),
)
