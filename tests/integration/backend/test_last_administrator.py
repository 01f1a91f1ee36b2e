"""Two at once who each take the power from one of the last two administrators, on a real PostgreSQL."""

from __future__ import annotations

import itertools
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, select

from precisionpulse_backend import database
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ChangeRefusedError
from precisionpulse_sdk.replica import DELETE, Edit, Kind, Replica
from precisionpulse_sdk.replica.access import administrator_exists
from precisionpulse_sdk.replica.database import reading, sqlite_engine
from precisionpulse_sdk.replica.tables import users
from precisionpulse_sdk.sync.edit import take_role
from precisionpulse_sdk.sync.kinds import built_in_role_id

from .conftest import Api

ADMINISTRATOR = built_in_role_id("administrator")
DEMOTIONS: dict[str, Callable[[uuid.UUID], Edit]] = {
    "take the role": lambda id_: take_role(id_, ADMINISTRATOR),
    "disable": lambda id_: Edit(Kind.USER, id_, {"enabled": False}),
    "delete": lambda id_: Edit(Kind.USER, id_, DELETE),
}


def _worker(api: Api) -> Replica:
    """Another process' replica on the same database."""
    return database.replica(database.engine(api.store.url, pool_size=1))


def _two_administrators(api: Api) -> list[uuid.UUID]:
    """The only two who may do everything."""
    with reading(api.engine) as connection:
        before = list(connection.scalars(select(users.c.id).where(users.c.enabled, users.c.deleted_at.is_(None))))
    ids = [api.make_user(f"boss-{uuid.uuid4().hex[:8]}", "administrator") for _ in range(2)]
    api.replica.edit([Edit(Kind.USER, id_, {"enabled": False}) for id_ in before], actor=ids[0])
    return ids


@dataclass
class Held:
    """A transaction that is about to commit."""

    reached: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)


@contextmanager
def _paused_before_commit(replica: Replica) -> Iterator[Held]:
    """Have the replica's next writing transaction wait with everything done but its commit."""
    held = Held()

    def pause(_: object) -> None:
        held.reached.set()
        assert held.go_on.wait(30)

    event.listen(replica.engine, "commit", pause)
    try:
        yield held
    finally:
        held.go_on.set()
        event.remove(replica.engine, "commit", pause)


def _outcome(work: Callable[[], object]) -> str:
    try:
        work()
    except ChangeRefusedError as error:
        return error.code
    return "done"


@pytest.mark.proves("C5", "PP-SY-4")
@pytest.mark.parametrize("each", ["himself", "the other"])
def test_of_two_demotions_at_once_exactly_one_succeeds(api: Api, each: str) -> None:
    one, two = _worker(api), _worker(api)
    refusal = "LAST_ADMINISTRATOR" if each == "himself" else "FORBIDDEN"
    for first, second in itertools.product(DEMOTIONS.values(), repeat=2):
        ids = _two_administrators(api)
        actors = ids if each == "himself" else ids[::-1]
        edits = [first(ids[0])], [second(ids[1])]
        with _paused_before_commit(one) as held, ThreadPoolExecutor(2) as pool:
            a = pool.submit(_outcome, partial(one.edit, edits[0], actor=actors[0]))
            assert held.reached.wait(30)
            b = pool.submit(_outcome, partial(two.edit, edits[1], actor=actors[1]))
            _wait_for_lock(api, b)
            held.go_on.set()
            assert [a.result(30), b.result(30)] == ["done", refusal]
        with reading(api.engine) as connection:
            assert administrator_exists(connection)


@pytest.mark.proves("C5", "PP-SY-4")
@pytest.mark.parametrize("each", ["himself", "the other"])
def test_without_any_order_exactly_one_of_two_demotions_succeeds(api: Api, each: str) -> None:
    workers = _worker(api), _worker(api)
    for _ in range(20):
        ids = _two_administrators(api)
        actors = ids if each == "himself" else ids[::-1]
        start = threading.Barrier(2)

        def demote(number: int, actors: list[uuid.UUID] = actors, start: threading.Barrier = start) -> str:
            start.wait(30)
            edit = Edit(Kind.USER, ids[number], {"enabled": False})  # noqa: B023 - used within the round
            return _outcome(partial(workers[number].edit, [edit], actor=actors[number]))

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(demote, range(2)))
        assert sorted(outcome == "done" for outcome in outcomes) == [False, True], outcomes


@pytest.mark.proves("C5", "PP-SY-4")
def test_a_demotion_at_a_client_and_one_at_the_hub_at_once_leave_one_administrator(api: Api, tmp_path: Path) -> None:
    ids = _two_administrators(api)
    client = Replica(sqlite_engine(tmp_path / "client.sqlite3"), node="press-7", is_hub=False)
    client.prepare()
    for chunk in api.replica.feed(0):  # type: ignore[union-attr]
        client.apply_snapshot(chunk)
    client.edit([DEMOTIONS["disable"](ids[0])], actor=ids[1])
    one, two = _worker(api), _worker(api)
    with _paused_before_commit(one) as held, ThreadPoolExecutor(2) as pool:
        a = pool.submit(one.edit, [DEMOTIONS["take the role"](ids[1])], actor=ids[0])
        assert held.reached.wait(30)
        b = pool.submit(two.judge, "press-7", client.pending())
        _wait_for_lock(api, b)
        held.go_on.set()
        a.result(30)
        [verdict] = b.result(30)
    assert verdict.refusal in (pb.CHANGE_REFUSAL_CODE_FORBIDDEN, pb.CHANGE_REFUSAL_CODE_LAST_ADMINISTRATOR)
    with reading(api.engine) as connection:
        assert administrator_exists(connection)


def _wait_for_lock(api: Api, future: Future[object]) -> None:
    """Until the other transaction waits for the first one's lock, or is through."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    api.wait_until(lambda: future.done() or api.execute(query)[0][0], "the second transaction waits or ends")
