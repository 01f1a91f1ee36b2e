"""The first schema of a replica: entities, the log, what waits, what lost, what was refused, who did what."""

import sqlalchemy as sa
from alembic import op

from precisionpulse_sdk.replica.columns import Hybrid, Json, Moment, Number

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ENTITIES = {
    "users": (
        ("username", sa.Text),
        ("name_key", sa.Text),
        ("display_name", sa.Text),
        ("password_hash", sa.Text),
        ("enabled", sa.Boolean),
        ("must_change_password", sa.Boolean),
        ("session_generation", sa.BigInteger),
        ("wanted_username", sa.Text),
    ),
    "roles": (("name", sa.Text), ("name_key", sa.Text), ("description", sa.Text), ("built_in", sa.Boolean)),
    "permissions": (("name", sa.Text), ("description", sa.Text), ("built_in", sa.Boolean)),
    "role_grants": (("user_id", sa.Uuid), ("role_id", sa.Uuid), ("client", sa.Text)),
    "permission_grants": (("role_id", sa.Uuid), ("permission_id", sa.Uuid)),
    "config_values": (("key", sa.Text), ("client", sa.Text)),
}
_INDICES = (
    ("users_name_key", "users", "name_key"),
    ("roles_name_key", "roles", "name_key"),
    ("role_grants_user", "role_grants", "user_id"),
    ("role_grants_role", "role_grants", "role_id"),
    ("permission_grants_role", "permission_grants", "role_id"),
    ("permission_grants_permission", "permission_grants", "permission_id"),
    ("uploads_entity", "uploads", "entity_id"),
    ("audit_log_at", "audit_log", "at"),
)


def upgrade() -> None:
    for name, fields in _ENTITIES.items():
        op.create_table(
            name,
            sa.Column("id", sa.Uuid, primary_key=True),
            *(sa.Column(field, type_, nullable=False) for field, type_ in fields),
            *([sa.Column("value", Json)] if name == "config_values" else []),
            _number("incarnation"),
            _number("version"),
            sa.Column("field_times", Json, nullable=False),
            sa.Column("removals", Json, nullable=False),
            sa.Column("deleted_at", Hybrid),
        )
    _create_logs()
    _create_reports()
    for name, table, column in _INDICES:
        op.create_index(name, table, [column])
    op.execute(
        "INSERT INTO replica_state (id, clock, clock_seen, cursor, horizon)"
        " VALUES (1, '0000000000000000000.0000000000.', '0000000000000000000.0000000000.', 0, 0)"
    )


def _create_logs() -> None:
    op.create_table(
        "replica_state",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("clock", Hybrid, nullable=False),
        sa.Column("clock_seen", Hybrid, nullable=False),
        _number("cursor"),
        _number("horizon"),
        sa.Column("valid_until_us", sa.BigInteger),
    )
    op.create_table(
        "changes",
        sa.Column("cursor", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        _number("committed_us"),
    )
    op.create_table(
        "verdicts",
        sa.Column("change_id", sa.Uuid, primary_key=True),
        _text("client"),
        sa.Column("refusal", sa.Integer, nullable=False),
        _text("text"),
        _number("cursor"),
        _number("judged_us"),
    )
    op.create_table(
        "uploads",
        sa.Column("number", Number, primary_key=True, autoincrement=True),
        sa.Column("change_id", sa.Uuid, nullable=False, unique=True),
        _text("kind"),
        sa.Column("entity_id", sa.Uuid, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("accepted_cursor", sa.BigInteger),
    )
    op.create_table(
        "committed", sa.Column("entity_id", sa.Uuid, primary_key=True), _text("kind"), sa.Column("state", Json)
    )
    op.create_table(
        "snapshot_chunks",
        sa.Column("snapshot_id", sa.Uuid, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _create_reports() -> None:
    op.create_table(
        "conflicts",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("change_id", sa.Uuid, nullable=False),
        _text("kind"),
        sa.Column("entity_id", sa.Uuid, nullable=False),
        _text("subject"),
        _text("field"),
        sa.Column("losing", Json),
        _text("losing_actor"),
        sa.Column("losing_at", Hybrid, nullable=False),
        sa.Column("winning", Json),
        _text("winning_actor"),
        sa.Column("winning_at", Hybrid, nullable=False),
    )
    op.create_table(
        "refusals",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("at", Moment, nullable=False),
        sa.Column("change_id", sa.Uuid, nullable=False),
        _text("client"),
        _text("actor"),
        _text("kind"),
        sa.Column("entity_id", sa.Uuid, nullable=False),
        _text("subject"),
        _text("code"),
        _text("text"),
        sa.Column("wanted", Json),
        sa.Column("current", Json),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", Number, primary_key=True, autoincrement=True),
        sa.Column("at", Moment, nullable=False),
        _text("actor"),
        _text("address"),
        _text("action"),
        _text("subject"),
        sa.Column("before", Json),
        sa.Column("after", Json),
    )


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)
