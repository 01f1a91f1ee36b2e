"""The hub's commands in PostgreSQL, as the coordinators use them: what is due, what clients answered, what is over."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence

import psycopg

from precisionpulse_backend import command_life as life
from precisionpulse_backend.connections import ThreadConnections
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.coordinator import DueCommand
from precisionpulse_sdk.moments import from_us, to_us

_RESEND_S = 10
_GRACE_S = 60
"""How long after its expiry a command that was sent may still be answered before it counts as timed out."""

_DUE = """
UPDATE commands c SET
    state = CASE WHEN c.state = 'queued' THEN 'sent' ELSE c.state END,
    sent_at = coalesce(c.sent_at, %(now)s), sent_epoch = f.epoch, next_send_at = %(now)s + %(pause)s
FROM (
    SELECT o.id, e.epoch, o.state FROM commands o
    JOIN unnest(%(clients)s::text[], %(epochs)s::bigint[]) AS e(client, epoch) ON e.client = o.client
    WHERE (o.state IN ('queued', 'sent') OR o.state = 'received' AND o.withdrawn_by IS NOT NULL)
      AND (o.state <> 'queued' OR o.expires_at > %(now)s)
      AND (o.next_send_at IS NULL OR o.next_send_at <= %(now)s OR o.sent_epoch < e.epoch)
    ORDER BY o.number LIMIT 200 FOR UPDATE OF o SKIP LOCKED
) AS f
WHERE c.id = f.id
RETURNING c.number, c.id, c.client, c.kind, c.body, c.actor, c.issued_at, c.expires_at, c.withdrawn_by, f.state
"""
_LOCK = "SELECT state, client, kind, actor FROM commands WHERE id = %s FOR UPDATE"
_STEP = "INSERT INTO command_steps (command_id, at, state, detail) VALUES (%s, %s, %s, %s)"
_STATUS = "UPDATE commands SET state = %s, code = %s, detail = %s, progress = %s, result = %s WHERE id = %s"
_AUDIT = """
INSERT INTO audit_log (at, actor, address, action, subject, after) VALUES (now(), %s, '', 'command:outcome', %s, %s)
"""
_OVER = """
UPDATE commands SET state = CASE WHEN state = 'queued' THEN 'expired' ELSE 'timed_out' END, detail =
    CASE WHEN state = 'queued' THEN 'the client did not connect in time' ELSE 'the client did not answer' END
WHERE id IN (
    SELECT id FROM commands
    WHERE state = 'queued' AND expires_at <= %(now)s
       OR state IN ('sent', 'received') AND expires_at + %(grace)s <= %(now)s
    LIMIT 200 FOR UPDATE SKIP LOCKED
)
RETURNING id, client, kind, actor, state, detail
"""


class PostgresCommandStore:
    """A `CommandStore`: thread-safe, and raises `StoreUnavailableError` while the database can't be used."""

    def __init__(self, connections: ThreadConnections) -> None:
        self._connections = connections

    def due(self, epochs: Mapping[str, int], now_us: int) -> Sequence[DueCommand]:
        """As `CommandStore.due`."""
        now = from_us(now_us)
        values = {
            "clients": list(epochs),
            "epochs": list(epochs.values()),
            "now": now,
            "pause": dt.timedelta(seconds=_RESEND_S),
        }
        with self._connections.use() as connection, connection.transaction():
            rows = sorted(connection.execute(_DUE, values).fetchall())
            for row in rows:
                if row[9] == life.QUEUED:
                    connection.execute(_STEP, (row[1], now, life.SENT, ""))
        return [DueCommand(row[2], _message(row)) for row in rows]

    def take_status(self, client: str, status: pb.CommandStatus, now_us: int) -> bool:
        """As `CommandStore.take_status`; the audit log gets the outcome in the same transaction."""
        state = life.OF_PHASE.get(status.phase)
        if state is None or len(status.id) != 16:
            return False
        command_id, now = uuid.UUID(bytes=status.id), from_us(now_us)
        code = pb.CommandCode.Name(status.code) if status.code in pb.CommandCode.values() else f"CODE_{status.code}"
        code = code.removeprefix("COMMAND_CODE_") if status.code else ""
        text = status.text.replace("\x00", "")[:2000]
        result = status.result.SerializeToString() if status.HasField("result") else None
        progress = status.progress if status.HasField("progress") else None
        with self._connections.use() as connection, connection.transaction():
            row = connection.execute(_LOCK, (command_id,)).fetchone()
            if row is None or row[1] != client or not life.follows(row[0], state):
                return False
            connection.execute(_STATUS, (state, code, text, progress, result, command_id))
            if state != row[0]:
                connection.execute(_STEP, (command_id, now, state, text))
            if state in life.OVER:
                _note_outcome(connection, command_id, client, row[2], row[3], state, code or text)
        return True

    def expire(self, now_us: int) -> Sequence[tuple[str, bytes]]:
        """As `CommandStore.expire`."""
        now = from_us(now_us)
        with self._connections.use() as connection, connection.transaction():
            rows = connection.execute(_OVER, {"now": now, "grace": dt.timedelta(seconds=_GRACE_S)}).fetchall()
            for command_id, client, kind, actor, state, detail in rows:
                connection.execute(_STEP, (command_id, now, state, detail))
                _note_outcome(connection, command_id, client, kind, actor, state, detail)
        return [(row[1], row[0].bytes) for row in rows]


def _message(row: tuple[object, ...]) -> pb.Command | pb.CommandCancel:
    _, command_id, _, kind, body, actor, issued, expires, withdrawn_by, _ = row
    assert isinstance(command_id, uuid.UUID) and isinstance(issued, dt.datetime) and isinstance(expires, dt.datetime)
    if withdrawn_by is not None:
        return pb.CommandCancel(id=command_id.bytes, actor=str(withdrawn_by))
    command = pb.Command(id=command_id.bytes, issued_us=to_us(issued), expires_us=to_us(expires), actor=str(actor))
    command.body.type_url = f"type.googleapis.com/{kind}"
    command.body.value = bytes(body)  # type: ignore[call-overload]  # bytea
    return command


def _note_outcome(
    connection: psycopg.Connection, command_id: uuid.UUID, client: str, kind: str, actor: str, state: str, detail: str
) -> None:
    after = json.dumps({"command": str(command_id), "kind": kind, "state": state, "detail": detail})
    connection.execute(_AUDIT, (actor, client, after))
