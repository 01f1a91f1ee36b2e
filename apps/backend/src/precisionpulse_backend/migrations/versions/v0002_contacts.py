"""When each client came into contact and out of it."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CONTACTS = """
CREATE TABLE contacts (
    client     text NOT NULL REFERENCES clients,
    at_us      bigint NOT NULL,
    connected  boolean NOT NULL,
    reason     text NOT NULL,
    PRIMARY KEY (client, at_us)
);
COMMENT ON COLUMN contacts.at_us IS 'When it changed, in µs since 1970 on the hub''s clock.';
COMMENT ON COLUMN contacts.reason IS 'present; or how contact ended: clean, lost (the will), silent (no heartbeat).';
"""


def upgrade() -> None:
    op.execute(_CONTACTS)
