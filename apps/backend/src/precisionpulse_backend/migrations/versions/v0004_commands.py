"""Commands to clients, and the life of each."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COMMANDS = """
CREATE TABLE commands (
    id               uuid PRIMARY KEY,
    number           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    client           text NOT NULL REFERENCES clients,
    kind             text NOT NULL,
    body             bytea NOT NULL,
    actor_id         uuid NOT NULL,
    actor            text NOT NULL,
    idempotency_key  text NOT NULL,
    issued_at        timestamptz NOT NULL,
    expires_at       timestamptz NOT NULL,
    state            text NOT NULL DEFAULT 'queued',
    code             text NOT NULL DEFAULT '',
    detail           text NOT NULL DEFAULT '',
    progress         double precision,
    result           bytea,
    sent_at          timestamptz,
    sent_epoch       bigint NOT NULL DEFAULT 0,
    next_send_at     timestamptz,
    withdrawn_by     text,
    UNIQUE (actor_id, client, idempotency_key)
);
CREATE INDEX commands_client ON commands (client, number);
CREATE INDEX commands_open ON commands (client) WHERE state IN ('queued', 'sent', 'received');
COMMENT ON COLUMN commands.state IS
    'queued, sent, received, running; then done, failed, refused, expired, cancelled or timed_out';
COMMENT ON COLUMN commands.body IS 'The protobuf message that kind names; result is a google.protobuf.Any.';

CREATE TABLE command_steps (
    command_id  uuid NOT NULL REFERENCES commands,
    number      bigint GENERATED ALWAYS AS IDENTITY,
    at          timestamptz NOT NULL DEFAULT now(),
    state       text NOT NULL,
    detail      text NOT NULL DEFAULT '',
    PRIMARY KEY (command_id, number)
);
"""


def upgrade() -> None:
    op.execute(_COMMANDS)
