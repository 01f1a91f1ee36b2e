"""The audit log is searched by an index, where the database can have one."""

from alembic import op

from precisionpulse_sdk.replica.audit_words import create_index

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_index(op.get_bind())
