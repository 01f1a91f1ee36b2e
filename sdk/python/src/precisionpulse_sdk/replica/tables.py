"""The replica's tables, as its migrations made them; identity.proto and config.proto say what entities' fields mean.

Entities are kept as they look: on a client with waiting changes, `committed` holds what lies beneath."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text, Uuid, false

from precisionpulse_sdk.replica.columns import Hybrid, Json, Moment, Number
from precisionpulse_sdk.sync.kinds import Kind

metadata = MetaData()


def _entities(name: str, *columns: Column[object]) -> Table:
    """`field_times`: for each field, where its value came from. `deleted_at`: NULL while the entity lives."""
    return Table(
        name,
        metadata,
        Column("id", Uuid, primary_key=True),
        *columns,
        Column("incarnation", BigInteger, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("field_times", Json, nullable=False),
        Column("removals", Json, nullable=False),
        Column("deleted_at", Hybrid),
    )


def _text(name: str) -> Column[object]:
    return Column(name, Text, nullable=False)


def _flag(name: str) -> Column[object]:
    return Column(name, Boolean, nullable=False)


users = _entities(
    "users",
    _text("username"),
    _text("name_key"),
    _text("display_name"),
    _text("password_hash"),
    _flag("enabled"),
    _flag("must_change_password"),
    Column("session_generation", BigInteger, nullable=False),
    _text("wanted_username"),
)
roles = _entities("roles", _text("name"), _text("name_key"), _text("description"), _flag("built_in"))
permissions = _entities("permissions", _text("name"), _text("description"), _flag("built_in"))
role_grants = _entities(
    "role_grants", Column("user_id", Uuid, nullable=False), Column("role_id", Uuid, nullable=False), _text("client")
)
permission_grants = _entities(
    "permission_grants", Column("role_id", Uuid, nullable=False), Column("permission_id", Uuid, nullable=False)
)
config_values = _entities("config_values", _text("key"), _text("client"), Column("value", Json))

Index("users_name_key", users.c.name_key)
Index("roles_name_key", roles.c.name_key)
Index("role_grants_user", role_grants.c.user_id)
Index("role_grants_role", role_grants.c.role_id)
Index("permission_grants_role", permission_grants.c.role_id)
Index("permission_grants_permission", permission_grants.c.permission_id)

ENTITIES: Mapping[Kind, Table] = {
    Kind.USER: users,
    Kind.ROLE: roles,
    Kind.PERMISSION: permissions,
    Kind.ROLE_GRANT: role_grants,
    Kind.PERMISSION_GRANT: permission_grants,
    Kind.CONFIG_VALUE: config_values,
}

replica_state = Table(
    "replica_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("clock", Hybrid, nullable=False),
    Column("clock_seen", Hybrid, nullable=False),
    Column("cursor", BigInteger, nullable=False),
    Column("horizon", BigInteger, nullable=False),
    Column("valid_until_us", BigInteger),
    Column("accounts_withheld", Boolean, nullable=False, server_default=false()),
)
"""One row. `clock`: the highest time given or seen, `clock_seen`: the highest that came from the hub; `horizon`: up to
here changes are not in the log any more; `accounts_withheld`: whether the copy is of configuration only."""

changes = Table(
    "changes",
    metadata,
    Column("cursor", BigInteger, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
    Column("committed_us", BigInteger, nullable=False),
)
"""Hub: the feed, each a `CommittedChange`."""

verdicts = Table(
    "verdicts",
    metadata,
    Column("change_id", Uuid, primary_key=True),
    _text("client"),
    Column("refusal", Integer, nullable=False),
    _text("text"),
    Column("cursor", BigInteger, nullable=False),
    Column("judged_us", BigInteger, nullable=False),
)
"""Hub: what was decided, so that the same change gets the same answer."""

uploads = Table(
    "uploads",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("change_id", Uuid, nullable=False, unique=True),
    _text("kind"),
    Column("entity_id", Uuid, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("accepted_cursor", BigInteger),
)
"""Client: own changes that have not come back in the feed, each a `Change`; `accepted_cursor`: NULL until judged."""

Index("uploads_entity", uploads.c.entity_id)

committed = Table(
    "committed",
    metadata,
    Column("entity_id", Uuid, primary_key=True),
    _text("kind"),
    Column("state", Json),
)
"""Client: of entities with waiting changes, what the hub has; `state` NULL means nothing."""

snapshot_chunks = Table(
    "snapshot_chunks",
    metadata,
    Column("snapshot_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)
"""Client: parts of a snapshot that is not whole yet, each a `SnapshotChunk`."""

conflicts = Table(
    "conflicts",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("change_id", Uuid, nullable=False),
    _text("kind"),
    Column("entity_id", Uuid, nullable=False),
    _text("subject"),
    _text("field"),
    Column("losing", Json),
    _text("losing_actor"),
    Column("losing_at", Hybrid, nullable=False),
    Column("winning", Json),
    _text("winning_actor"),
    Column("winning_at", Hybrid, nullable=False),
)
"""Values that lost, with what won; actors as names, empty when not known. Secrets masked."""

refusals = Table(
    "refusals",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("change_id", Uuid, nullable=False),
    _text("client"),
    _text("actor"),
    _text("kind"),
    Column("entity_id", Uuid, nullable=False),
    _text("subject"),
    _text("code"),
    _text("text"),
    Column("wanted", Json),
    Column("current", Json),
)
"""Changes of a client that the hub refused: `wanted` is what they would have set, NULL for a delete. Secrets masked."""

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Number, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    _text("actor"),
    _text("address"),
    _text("action"),
    _text("subject"),
    Column("before", Json),
    Column("after", Json),
)
"""Who did what, from where, when, with what was before and after. Secrets masked."""

Index("audit_log_at", audit_log.c.at)
