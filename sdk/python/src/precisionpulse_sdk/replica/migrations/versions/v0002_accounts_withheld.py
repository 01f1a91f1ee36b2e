"""Whether a client's copy is of configuration only."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "replica_state", sa.Column("accounts_withheld", sa.Boolean, nullable=False, server_default=sa.false())
    )
