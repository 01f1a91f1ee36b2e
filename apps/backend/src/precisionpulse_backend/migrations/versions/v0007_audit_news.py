"""PostgreSQL tells web workers of new rows in the audit log, so that open pages can offer them."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NOTIFICATION = """
CREATE FUNCTION tell_audit_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('audit_written', '');
    RETURN NULL;
END $$;
CREATE TRIGGER audit_written AFTER INSERT ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION tell_audit_written();
COMMENT ON FUNCTION tell_audit_written IS 'Something was done that is in the audit log.';
"""


def upgrade() -> None:
    op.execute(_NOTIFICATION)
