"""Commands as people use them: issue, look at, withdraw. What is durable here is sent by the coordinators."""

from __future__ import annotations

import datetime as dt
import os
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf import any_pb2
from google.protobuf.message import DecodeError
from sqlalchemy import Connection, Engine, text

from precisionpulse_backend import audit
from precisionpulse_backend import command_life as life
from precisionpulse_backend.announcer import Announcer
from precisionpulse_backend.errors import ConflictError, InvalidInputError, NotFoundError
from precisionpulse_sdk.arguments import CommandKind, body_from_json
from precisionpulse_sdk.channels import class_named
from precisionpulse_sdk.errors import CommandArgumentError
from precisionpulse_sdk.readable import readable
from precisionpulse_sdk.replica.access import Person

_INSERT = text("""
INSERT INTO commands (id, client, kind, body, actor_id, actor, idempotency_key, issued_at, expires_at)
VALUES (:id, :client, :kind, :body, :actor_id, :actor, :key, :issued, :expires)
ON CONFLICT (actor_id, client, idempotency_key) DO NOTHING RETURNING id
""")
_SAME_KEY = text("""
SELECT id, kind, body FROM commands WHERE actor_id = :actor_id AND client = :client AND idempotency_key = :key
""")
_STEP = text("INSERT INTO command_steps (command_id, state, detail) VALUES (:id, :state, :detail)")
_ONE = text("SELECT * FROM commands WHERE client = :client AND id = :id")
_SOME = text("SELECT * FROM commands WHERE client = :client ORDER BY number DESC LIMIT :limit")
_STEPS = text("SELECT * FROM command_steps WHERE command_id = ANY(:ids) ORDER BY number")
_LOCK = text("SELECT state, kind, actor FROM commands WHERE client = :client AND id = :id FOR UPDATE")
_CANCEL = text("UPDATE commands SET state = 'cancelled', detail = :detail, withdrawn_by = :actor WHERE id = :id")
_WITHDRAW = text("UPDATE commands SET withdrawn_by = :actor, next_send_at = NULL WHERE id = :id")


@dataclass(frozen=True, slots=True)
class StoredCommand:
    """A command with the steps of its life, as rows by column name."""

    row: dict[str, Any]
    steps: tuple[dict[str, Any], ...]

    def body(self) -> dict[str, Any]:
        """What was asked, as JSON without secrets; empty when the schema is not known here any more."""
        try:
            body = class_named(self.row["kind"]).FromString(bytes(self.row["body"]))
        except (KeyError, DecodeError):
            return {}
        return readable(body)

    def result(self) -> dict[str, Any] | None:
        """What was answered, as JSON with its type and without secrets; None when nothing was."""
        if self.row["result"] is None:
            return None
        packed = any_pb2.Any.FromString(bytes(self.row["result"]))
        found: dict[str, Any] = {"@type": packed.TypeName()}
        try:
            answer = class_named(packed.TypeName()).FromString(packed.value)
        except (KeyError, DecodeError):
            return found
        return found | readable(answer)


class Commands:
    """The commands of all clients; every change is announced, so that it is sent and seen at once."""

    def __init__(self, engine: Engine, announcer: Announcer) -> None:
        self._engine = engine
        self._announcer = announcer

    def issue(
        self,
        client: str,
        kind: CommandKind,
        content: dict[str, object],
        *,
        person: Person,
        address: str,
        key: str,
        lifetime_s: int | None = None,
    ) -> tuple[StoredCommand, bool]:
        """Store a command to be sent; whether it is new. The same person's same `key` for the same client gives the
        command that there is.

        Raises `InvalidInputError` for a body that the schema does not accept, `ConflictError` for a key that was used
        for another one."""
        try:
            asked = body_from_json(class_named(kind.name), content)
        except CommandArgumentError as error:
            raise InvalidInputError(str(error), errors={"json": {"body": [str(error)]}}) from error
        now = dt.datetime.now(dt.UTC)
        values = {
            "id": _new_id(),
            "client": client,
            "kind": kind.name,
            "body": asked.SerializeToString(deterministic=True),
            "actor_id": person.id,
            "actor": person.username,
            "key": key or uuid.uuid4().hex,
            "issued": now,
            "expires": now + dt.timedelta(seconds=lifetime_s or kind.rule.default_lifetime_s),
        }
        with self._engine.begin() as connection:
            made = connection.execute(_INSERT, values).scalar()
            if made is None:
                row = connection.execute(_SAME_KEY, values).one()
                if (row.kind, bytes(row.body)) != (kind.name, values["body"]):
                    raise ConflictError("This Idempotency-Key was used for another command.")
                made = row.id
                is_new = False
            else:
                is_new = True
                connection.execute(_STEP, {"id": made, "state": life.QUEUED, "detail": ""})
                after = {"command": str(made), "kind": kind.name, "body": readable(asked)}
                audit.record(
                    connection,
                    actor=person.username,
                    address=address,
                    action="command:issue",
                    subject=client,
                    after=after,
                )
            stored = self._read(connection, client, made)
        if is_new:
            self._announcer.command_changed(client, made.bytes)
        return stored, is_new

    def all(self, client: str, limit: int) -> list[StoredCommand]:
        """The newest commands of a client, newest first."""
        with self._engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(_SOME, {"client": client, "limit": limit}).mappings()]
            return _with_steps(connection, rows)

    def one(self, client: str, command_id: uuid.UUID) -> StoredCommand:
        """One command. Raises `NotFoundError`."""
        with self._engine.connect() as connection:
            return self._read(connection, client, command_id)

    def withdraw(self, client: str, command_id: uuid.UUID, *, person: Person, address: str) -> StoredCommand:
        """See to it that a command does not begin. One that was not sent is over at once; of one that was sent, the
        client says whether it came in time.

        Raises `NotFoundError`, and `ConflictError` for one that has begun or is over."""
        where = {"client": client, "id": command_id}
        with self._engine.begin() as connection:
            row = connection.execute(_LOCK, where).one_or_none()
            if row is None:
                raise NotFoundError("There is no such command.")
            if row.state not in (life.QUEUED, life.SENT, life.RECEIVED):
                raise ConflictError("The command has begun or is over: it can't be cancelled any more.")
            detail = f"withdrawn by {person.username}"
            if row.state == life.QUEUED:
                connection.execute(_CANCEL, {"id": command_id, "actor": person.username, "detail": detail})
                connection.execute(_STEP, {"id": command_id, "state": life.CANCELLED, "detail": detail})
            else:
                connection.execute(_WITHDRAW, {"id": command_id, "actor": person.username})
            audit.record(
                connection,
                actor=person.username,
                address=address,
                action="command:cancel",
                subject=client,
                before={"state": row.state},
                after={"command": str(command_id), "kind": row.kind},
            )
            stored = self._read(connection, client, command_id)
        self._announcer.command_changed(client, command_id.bytes)
        return stored

    @staticmethod
    def _read(connection: Connection, client: str, command_id: uuid.UUID) -> StoredCommand:
        row = connection.execute(_ONE, {"client": client, "id": command_id}).mappings().one_or_none()
        if row is None:
            raise NotFoundError("There is no such command.")
        return _with_steps(connection, [dict(row)])[0]


def _with_steps(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[StoredCommand]:
    steps: dict[uuid.UUID, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    for step in connection.execute(_STEPS, {"ids": list(steps)}).mappings():
        steps[step["command_id"]].append(dict(step))
    return [StoredCommand(row, tuple(steps[row["id"]])) for row in rows]


def _new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): ids of commands sort by the time of their issue."""
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return uuid.UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)
