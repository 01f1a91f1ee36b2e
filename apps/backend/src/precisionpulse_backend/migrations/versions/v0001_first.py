"""The first schema: clients, readings and the view `samples`, enrolment codes, sessions."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_CLIENTS = """
CREATE TABLE clients (
    client        text PRIMARY KEY,
    display_name  text NOT NULL DEFAULT '',
    sdk_name      text NOT NULL DEFAULT '',
    sdk_version   text NOT NULL DEFAULT '',
    enrolled_at   timestamptz NOT NULL DEFAULT now(),
    revoked_at    timestamptz,
    install_id    bytea,
    epoch         bigint NOT NULL DEFAULT 0,
    salt          bytea
);
COMMENT ON COLUMN clients.epoch IS 'Highest seen since the last enrolment; install_id and salt are of that session.';

CREATE TABLE client_keys (
    client      text NOT NULL REFERENCES clients,
    key_id      integer NOT NULL,
    wrapped     bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    retired_at  timestamptz,
    PRIMARY KEY (client, key_id)
);

CREATE TABLE client_revision (number bigint NOT NULL);
INSERT INTO client_revision VALUES (1);
COMMENT ON TABLE client_revision IS 'Counts changes to who may send, under which keys: caches are good until then.';
CREATE FUNCTION count_client_change() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN UPDATE client_revision SET number = number + 1; RETURN NULL; END';
CREATE TRIGGER client_changed AFTER INSERT OR DELETE OR UPDATE OF revoked_at ON clients
    FOR EACH STATEMENT EXECUTE FUNCTION count_client_change();
CREATE TRIGGER client_key_changed AFTER INSERT OR DELETE OR UPDATE ON client_keys
    FOR EACH STATEMENT EXECUTE FUNCTION count_client_change();

CREATE TABLE installs (
    key                 integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client              text NOT NULL REFERENCES clients,
    install_id          bytea NOT NULL,
    catalogue_id        bytea NOT NULL DEFAULT '',
    last_record_seq     bigint NOT NULL DEFAULT 0,
    have                int8multirange NOT NULL DEFAULT '{}',
    lost                int8multirange NOT NULL DEFAULT '{}',
    duplicates          bigint NOT NULL DEFAULT 0,
    newest_us           bigint,
    created_at          timestamptz NOT NULL DEFAULT now(),
    UNIQUE (client, install_id)
) WITH (fillfactor = 50);
COMMENT ON COLUMN installs.newest_us IS 'Newest capture time that is not absurdly far ahead, in µs since 1970.';
COMMENT ON COLUMN installs.have IS 'The committed record_seq: dedupe, acknowledgement and proof of completeness.';

CREATE TABLE gaps (
    install_key  integer NOT NULL REFERENCES installs,
    gap_seq      bigint NOT NULL,
    first_seq    bigint,
    last_seq     bigint,
    cause        smallint NOT NULL,
    count        numeric(20) NOT NULL,
    from_us      bigint NOT NULL,
    to_us        bigint NOT NULL,
    received_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (install_key, gap_seq)
);

CREATE TABLE catalogues (
    client        text NOT NULL REFERENCES clients,
    catalogue_id  bytea NOT NULL,
    content       bytea NOT NULL,
    received_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (client, catalogue_id)
);

CREATE TABLE metrics (
    key          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    install_key  integer NOT NULL REFERENCES installs,
    metric_id    bigint NOT NULL,
    name         text NOT NULL,
    type         smallint NOT NULL,
    scale        smallint NOT NULL DEFAULT 0,
    unit         text NOT NULL DEFAULT '',
    description  text NOT NULL DEFAULT '',
    interval_ms  bigint NOT NULL DEFAULT 0,
    retired      boolean NOT NULL DEFAULT false,
    UNIQUE (install_key, metric_id)
);
CREATE INDEX metrics_name ON metrics (name);
"""

# Eight columns: a ninth would make the null bitmap, and with it every row, eight bytes longer.
_READINGS = """
CREATE TABLE readings (
    captured_at    timestamptz NOT NULL,
    record_seq     bigint NOT NULL,
    value_int      bigint,
    value_double   double precision,
    metric_key     integer NOT NULL,
    quality        smallint NOT NULL,
    replayed       boolean NOT NULL,
    value_decimal  numeric
) PARTITION BY RANGE (captured_at);
CREATE INDEX readings_captured_at ON readings USING brin (captured_at) WITH (pages_per_range = 32, autosummarize = on);
CREATE TABLE readings_default PARTITION OF readings DEFAULT;

CREATE VIEW samples AS
SELECT i.client,
       m.name AS metric,
       r.captured_at,
       CASE WHEN m.type <> 4 THEN r.value_int END AS value_int,
       r.value_double,
       r.value_decimal,
       CASE WHEN m.type = 4 THEN r.value_int <> 0 END AS value_bool,
       CASE r.quality WHEN 2 THEN 'stale' WHEN 5 THEN 'bad' ELSE 'live' END AS quality,
       r.record_seq,
       r.replayed
FROM readings r
JOIN metrics m ON m.key = r.metric_key
JOIN installs i ON i.key = m.install_key;
"""

_ACCESS = """
CREATE TABLE web_sessions (
    token_hash    bytea PRIMARY KEY,
    user_id       uuid NOT NULL,
    generation    bigint NOT NULL,
    address       text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_used_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX web_sessions_user ON web_sessions (user_id);

CREATE TABLE login_attempts (
    username_key    text PRIMARY KEY,
    failures        integer NOT NULL,
    last_failed_at  timestamptz NOT NULL
);

CREATE TABLE enrolment_codes (
    id               uuid PRIMARY KEY,
    client           text NOT NULL,
    lookup           bytea NOT NULL UNIQUE,
    wrapped_binding  bytea NOT NULL,
    created_by       text NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    expires_at       timestamptz NOT NULL,
    used_at          timestamptz,
    withdrawn_at     timestamptz,
    attempts         integer NOT NULL DEFAULT 0
);
"""


def upgrade() -> None:
    for part in (_CLIENTS, _READINGS, _ACCESS):
        op.execute(part)
