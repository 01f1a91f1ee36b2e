"""L10: an edit at one desktop until another can use it, and the first sync of a large site to a new desktop."""

from __future__ import annotations

import queue
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measure import median, percentile
from benchmarks.result import Result, Row
from benchmarks.site import Enrolled, Hub
from precisionpulse_backend import database
from precisionpulse_sdk import Client
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.replica import Edit, Kind, Replica, ReplicaChanged
from precisionpulse_sdk.replica.database import sqlite_engine
from precisionpulse_sdk.replica.passwords import hash_password
from precisionpulse_sdk.sync.edit import create_permission, give_permission, give_role
from precisionpulse_sdk.sync.kinds import permission_id

EDIT = Row("L10.edit", "an edit at one desktop → usable at another, p99", "ms", 1000, 50)
FIRST = Row("L10.first", "first sync of 10,000 users and 200 roles to a new desktop", "s", 30, 3)

_PATIENCE_S = 300
_PER_TRANSACTION = 500


def measure(bench: Bench) -> list[Result]:
    """Both with two desktops and one ingest program, which judges and feeds."""
    edits, users, roles = (5, 50, 5) if bench.quick else (300, 10_000, 200)
    with bench.hub(clients=1 + bench.rounds + 1, ingest=1) as (hub, enrolled):
        engine = database.engine(hub.database_url, pool_size=1)
        replica = database.replica(engine)
        author = _administrator(replica)
        with ExitStack() as stack:
            bench.say("L10: edits from desktop to desktop")
            one, two = (stack.enter_context(_desktop(hub, client)) for client in enrolled[:2])
            took_ms = [_propagate(one, two, author, number) for number in range(edits)]
        bench.say(f"L10: a site of {users} users and {roles} roles")
        _fill(replica, users, roles)
        firsts = [_first_sync(hub, client, replica.latest_cursor()) for client in enrolled[2:]]
        engine.dispose()
    note = f"p50 {median(took_ms):.1f} ms"
    if bench.quick:
        note += f"; {users} users only"
    return [EDIT.measured(percentile(took_ms, 99), note=note), FIRST.measured(median(firsts))]


@contextmanager
def _desktop(hub: Hub, client: Enrolled) -> Iterator[Replica]:
    """A desktop's client and replica, in step with the hub."""
    directory = hub.directory(client)
    replica = _new_replica(directory, client.name)
    with Client(Identity.load(directory), directory / "outbox.sqlite3", replica=replica):
        _wait_for(replica, 1)
        yield replica
    replica.engine.dispose()


def _new_replica(directory: Path, name: str) -> Replica:
    replica = Replica(sqlite_engine(directory / "replica.sqlite3"), node=name, is_hub=False)
    replica.prepare()
    return replica


def _propagate(one: Replica, two: Replica, author: uuid.UUID, number: int) -> float:
    """ms from the call of `edit` at one desktop to the other's word that it is applied."""
    id_ = uuid.uuid4()
    told: queue.SimpleQueue[float] = queue.SimpleQueue()

    def listen(changed: ReplicaChanged) -> None:
        if (Kind.ROLE, id_) in changed.entities:
            told.put(time.monotonic())

    end = two.subscribe(listen)
    start_s = time.monotonic()
    one.edit([Edit(Kind.ROLE, id_, {"name": f"role of edit {number}"})], actor=author)
    arrived_s = told.get(timeout=_PATIENCE_S)
    end()
    return (arrived_s - start_s) * 1e3


def _first_sync(hub: Hub, client: Enrolled, cursor: int) -> float:
    """Seconds from the start of a client with an empty replica until everything is applied."""
    directory = hub.directory(client)
    replica = _new_replica(directory, client.name)
    start_s = time.monotonic()
    with Client(Identity.load(directory), directory / "outbox.sqlite3", replica=replica):
        _wait_for(replica, cursor)
        took_s = time.monotonic() - start_s
    replica.engine.dispose()
    return took_s


def _wait_for(replica: Replica, cursor: int) -> None:
    reached: queue.SimpleQueue[bool] = queue.SimpleQueue()
    end = replica.subscribe(lambda changed: reached.put(True) if changed.cursor >= cursor else None)
    if replica.cursor() < cursor:
        reached.get(timeout=_PATIENCE_S)
    end()


def _administrator(replica: Replica) -> uuid.UUID:
    author, role = uuid.uuid4(), uuid.uuid4()
    account = {"username": f"author-{author.hex}", "password_hash": hash_password(author.hex), "enabled": True}
    replica.provide(
        [
            create_permission("*:*"),
            Edit(Kind.ROLE, role, {"name": f"authors-{role.hex}"}),
            give_permission(role, permission_id("*:*")),
            Edit(Kind.USER, author, account),
            give_role(author, role),
        ]
    )
    return author


def _fill(replica: Replica, users: int, roles: int) -> None:
    hash_ = hash_password("a password that all of them share")
    role_ids = [uuid.uuid4() for _ in range(roles)]
    edits = [Edit(Kind.ROLE, id_, {"name": f"role-{id_.hex}"}) for id_ in role_ids]
    for number in range(users):
        id_ = uuid.uuid4()
        account = {"username": f"user-{id_.hex}", "display_name": "A user", "password_hash": hash_, "enabled": True}
        edits += [Edit(Kind.USER, id_, account), give_role(id_, role_ids[number % roles])]
    for first in range(0, len(edits), _PER_TRANSACTION):
        replica.provide(edits[first : first + _PER_TRANSACTION])
