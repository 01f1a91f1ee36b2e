"""Which clients hold the site's accounts: decided with the code, and changed at the client afterwards."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ACCOUNTS = """
ALTER TABLE enrolment_codes ADD COLUMN holds_accounts boolean NOT NULL DEFAULT false;
ALTER TABLE clients ADD COLUMN holds_accounts boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN clients.holds_accounts IS
    'Whether it gets users with their password hashes, roles, permissions and grants, or configuration only.';
DROP TRIGGER client_changed ON clients;
CREATE TRIGGER client_changed AFTER INSERT OR DELETE OR UPDATE OF revoked_at, holds_accounts ON clients
    FOR EACH STATEMENT EXECUTE FUNCTION count_client_change();
"""
_AS_BEFORE = "UPDATE clients SET holds_accounts = true"  # desktops that are in use go on letting people in


def upgrade() -> None:
    op.execute(_ACCOUNTS)
    op.execute(_AS_BEFORE)
