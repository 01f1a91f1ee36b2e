"""Segments: many samples of one metric in one row; `samples` shows them and the rows of `readings` alike."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Eight-byte columns first, then those of four: nothing is lost to alignment.
_SEGMENTS = """
CREATE TABLE segments (
    from_at     timestamptz NOT NULL,
    to_at       timestamptz NOT NULL,
    first_seq   bigint NOT NULL,
    metric_key  integer NOT NULL,
    count       integer NOT NULL,
    time_step   integer,
    seq_step    integer,
    replayed    boolean NOT NULL,
    times       integer[],
    seqs        integer[],
    qualities   smallint[],
    shorts      smallint[],
    ints        integer[],
    longs       bigint[],
    doubles     double precision[],
    decimals    numeric[]
) PARTITION BY RANGE (from_at);
CREATE INDEX segments_metric ON segments (metric_key, from_at);
CREATE TABLE segments_default PARTITION OF segments DEFAULT;

COMMENT ON TABLE segments IS
    'Samples of one metric by ascending record_seq, one array element each. A segment spans less than 2^31 µs.';
COMMENT ON COLUMN segments.from_at IS 'The earliest capture time in the segment; `to_at` is the latest.';
COMMENT ON COLUMN segments.time_step IS 'µs from each sample to the next; null when they differ: then see `times`.';
COMMENT ON COLUMN segments.seq_step IS 'From each record_seq to the next; null when they differ: then see `seqs`.';
COMMENT ON COLUMN segments.times IS 'µs after `from_at`.';
COMMENT ON COLUMN segments.seqs IS 'record_seq minus `first_seq`.';
COMMENT ON COLUMN segments.qualities IS 'Null when all are live.';
COMMENT ON COLUMN segments.shorts IS
    'One of the five value arrays is there. Integers, booleans and the unscaled digits of decimals are in the '
    'narrowest of shorts, ints and longs that holds them all; decimals of more digits are in `decimals`.';
"""

# The joins stand inside each half: so a condition on client or metric is applied before a segment is taken apart.
_VIEWS = """
DROP VIEW samples;

CREATE VIEW keyed_samples AS
SELECT i.client, i.key AS install_key, m.name AS metric, m.key AS metric_key, m.type,
       r.captured_at AS segment_from, r.captured_at AS segment_to, r.captured_at, r.record_seq,
       r.value_int, r.value_double, r.value_decimal, r.quality, r.replayed
FROM readings r
JOIN metrics m ON m.key = r.metric_key
JOIN installs i ON i.key = m.install_key
UNION ALL
SELECT e.client, e.install_key, e.metric, e.metric_key, e.type,
       e.from_at, e.to_at,
       e.from_at + coalesce(e.time, e.number * e.time_step) * interval '1 microsecond',
       e.first_seq + coalesce(e.seq, e.number::bigint * e.seq_step),
       CASE WHEN e.type <> 3 THEN coalesce(e.short, e.int, e.long) END,
       e.double,
       CASE WHEN e.type = 3 THEN coalesce(e.decimal, coalesce(e.short, e.int, e.long) * e.unit) END,
       coalesce(e.quality, 1::smallint),
       e.replayed
FROM (
    SELECT i.client, i.key AS install_key, m.name AS metric, m.key AS metric_key, m.type,
           ('1e-' || m.scale)::numeric AS unit,
           s.from_at, s.to_at, s.first_seq, s.time_step, s.seq_step, s.replayed,
           generate_series(0, s.count - 1) AS number,
           unnest(s.times) AS time, unnest(s.seqs) AS seq, unnest(s.qualities) AS quality,
           unnest(s.shorts) AS short, unnest(s.ints) AS int, unnest(s.longs) AS long,
           unnest(s.doubles) AS double, unnest(s.decimals) AS decimal
    FROM segments s
    JOIN metrics m ON m.key = s.metric_key
    JOIN installs i ON i.key = m.install_key
) e;
COMMENT ON VIEW keyed_samples IS
    'What `samples` shows, with keys. Who wants a range of time also says segment_from and segment_to: then partitions '
    'and indexes are used. See samples_between.';

CREATE VIEW samples AS
SELECT client,
       metric,
       captured_at,
       CASE WHEN type <> 4 THEN value_int END AS value_int,
       value_double,
       value_decimal,
       CASE WHEN type = 4 THEN value_int <> 0 END AS value_bool,
       CASE quality WHEN 2 THEN 'stale' WHEN 5 THEN 'bad' ELSE 'live' END AS quality,
       record_seq,
       replayed
FROM keyed_samples;
COMMENT ON VIEW samples IS 'Every sample. For a range of time out of many, samples_between is faster.';

CREATE FUNCTION samples_between(from_at timestamptz, to_at timestamptz) RETURNS SETOF samples
LANGUAGE sql STABLE PARALLEL SAFE AS $$
SELECT client,
       metric,
       captured_at,
       CASE WHEN type <> 4 THEN value_int END,
       value_double,
       value_decimal,
       CASE WHEN type = 4 THEN value_int <> 0 END,
       CASE quality WHEN 2 THEN 'stale' WHEN 5 THEN 'bad' ELSE 'live' END,
       record_seq,
       replayed
FROM keyed_samples
WHERE captured_at BETWEEN from_at AND to_at
  AND segment_from BETWEEN from_at - interval '2147.483647 seconds' AND to_at
  AND segment_to >= from_at
$$;
COMMENT ON FUNCTION samples_between IS 'The samples captured from one moment to another, both included.';
"""


def upgrade() -> None:
    for part in (_SEGMENTS, _VIEWS):
        op.execute(part)
