"""A hub's replica and clients' replicas on real databases, with one hand-set clock; messages go when a test says so."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.protocol.client_sync import ClientSync
from precisionpulse_sdk.protocol.effects import Instant
from precisionpulse_sdk.protocol.exchange import Send
from precisionpulse_sdk.protocol.hub_sync import HubSync
from precisionpulse_sdk.replica import Edit, Kind, Replica
from precisionpulse_sdk.replica.database import reading, sqlite_engine
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.replica.settings import read_effective
from precisionpulse_sdk.replica.tables import conflicts
from precisionpulse_sdk.sync.edit import (
    create_permission,
    give_permission,
    give_role,
)
from precisionpulse_sdk.sync.kinds import built_in_role_id, permission_id
from precisionpulse_sdk.sync.state import State

START_US = 1_800_000_000_000_000
DAY_US = 86_400_000_000
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21l$" + "A" * 43
ADMIN = UUID(int=1)
ROLE = built_in_role_id("administrator")


class Site:
    """A hub and clients with one hand-set clock; messages go when a test says so."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.now_us = START_US
        self.hub = self.replica("hub")
        everything = permission_id("*:*")
        self.hub.provide(
            [
                create_permission("*:*"),
                Edit(Kind.ROLE, ROLE, {"name": "administrator", "built_in": True}),
                give_permission(ROLE, everything),
                Edit(Kind.USER, ADMIN, {"username": "ada", "password_hash": HASH, "enabled": True}),
                give_role(ADMIN, ROLE),
            ]
        )

    def replica(self, node: str) -> Replica:
        engine = sqlite_engine(self.directory / f"{node}.sqlite3")
        replica = Replica(engine, node=node, is_hub=node == "hub", wall_us=lambda: self.now_us)
        replica.prepare()
        return replica

    def client(self, node: str) -> Replica:
        client = self.replica(node)
        self.follow(client)
        return client

    def upload(self, client: Replica) -> list[pb.ChangeVerdict]:
        verdicts = self.hub.judge(client.node, client.pending())
        client.apply_verdicts(pb.ChangeVerdicts(verdicts=verdicts))
        return verdicts

    def follow(self, *clients: Replica) -> None:
        for client in clients:
            while client.cursor() < self.hub.latest_cursor():
                answer = self.hub.feed(client.cursor())
                if isinstance(answer, pb.ChangeFeed):
                    assert client.apply_feed(answer)
                else:
                    for chunk in answer:
                        client.apply_snapshot(chunk)

    def later(self, us: int = 1_000_000) -> None:
        self.now_us += us

    def show_guest(self, client: Replica) -> bytes:
        """Have a client without the right follow to the end; everything that the hub sent it."""
        seen = b""
        while True:
            answer = self.hub.feed(client.cursor(), holds_accounts=False)
            if isinstance(answer, pb.ChangeFeed):
                seen += answer.SerializeToString()
                if client.apply_feed(answer) and client.cursor() == answer.latest_cursor:
                    return seen
            else:
                for chunk in answer:
                    seen += chunk.SerializeToString()
                    client.apply_snapshot(chunk)

    def converse(self, sync: ClientSync) -> None:
        """A client's machine and a new worker of the hub's, on a link without faults, until the client is settled."""
        hub = HubSync(self.hub, lambda _: True)
        now = Instant(0.0, self.now_us)
        waiting = sync.begin(now)
        for second in range(60):
            while waiting:
                message = waiting.pop(0)
                answers: list[Send] = []
                if isinstance(message, Send) and isinstance(message.message, pb.FeedRequest):
                    answers = hub.request("one", message.message)
                elif isinstance(message, Send) and isinstance(message.message, pb.ChangeUpload):
                    answers = hub.judge("one", message.message)
                for answer in answers:
                    waiting += sync.take(answer.message, now)
            if sync.settled and second > 20:
                return
            now = Instant(now.mono_s + 1, now.wall_us + 1_000_000)
            waiting += sync.tick(now)
        raise AssertionError("the client does not settle")


def state(replica: Replica, kind: Kind, id_: UUID) -> State:
    with reading(replica.engine) as connection:
        found = Entities(connection).state(kind, id_)
    assert found is not None
    return found


def interval_ms(replica: Replica) -> int:
    with reading(replica.engine) as connection:
        return read_effective(connection, replica.settings).number("interval_ms")


def conflict_rows(replica: Replica) -> list[tuple[object, object, object]]:
    with reading(replica.engine) as connection:
        return [(row.field, row.losing, row.winning) for row in connection.execute(conflicts.select())]
