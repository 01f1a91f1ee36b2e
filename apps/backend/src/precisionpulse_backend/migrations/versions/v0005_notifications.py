"""PostgreSQL tells listeners what web workers must know at once, whichever program committed it."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NOTIFICATIONS = """
CREATE FUNCTION tell_replica_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('replica_changed', NEW.cursor::text);
    RETURN NULL;
END $$;
CREATE TRIGGER replica_changed AFTER UPDATE ON replica_state
    FOR EACH ROW WHEN (OLD.cursor IS DISTINCT FROM NEW.cursor) EXECUTE FUNCTION tell_replica_changed();
COMMENT ON FUNCTION tell_replica_changed IS 'Users, rights or configuration changed: the payload is the new cursor.';

CREATE FUNCTION tell_session_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('session_ended', '');
    RETURN NULL;
END $$;
CREATE TRIGGER session_ended AFTER DELETE ON web_sessions
    FOR EACH STATEMENT EXECUTE FUNCTION tell_session_ended();
COMMENT ON FUNCTION tell_session_ended IS 'Sessions of browsers were ended.';
"""


def upgrade() -> None:
    op.execute(_NOTIFICATIONS)
