"""A hub's replica and clients' replicas, on real databases: what wins, and that everybody has the same afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.replica import Edit, Kind, Replica
from precisionpulse_sdk.replica.database import reading, sqlite_engine
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.replica.settings import read_effective
from precisionpulse_sdk.replica.tables import conflicts
from precisionpulse_sdk.sync.edit import create_permission, give_permission, give_role, set_config
from precisionpulse_sdk.sync.kinds import built_in_role_id, config_value_id, permission_id
from precisionpulse_sdk.sync.state import State

START_US = 1_800_000_000_000_000
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


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


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


@pytest.mark.proves("C4", "PP-SY-2", "PP-SY-6", "PP-SY-8")
def test_a_configuration_value_that_loses_at_the_hub_is_applied_nowhere(site: Site) -> None:
    site.hub.edit([set_config("interval_ms", 1000)], actor=ADMIN)
    one, two = site.client("one"), site.client("two")
    site.later()
    one.edit([set_config("interval_ms", 500)], actor=ADMIN)
    site.later()
    site.hub.edit([set_config("interval_ms", 2000)], actor=ADMIN)
    site.upload(one)
    site.follow(one, two)
    assert [interval_ms(replica) for replica in (site.hub, one, two)] == [2000, 2000, 2000]
    assert [conflict_rows(replica) for replica in (site.hub, one, two)] == [[("value", 500, 2000)]] * 3


@pytest.mark.proves("C4", "PP-SY-6", "PP-SY-8")
def test_a_configuration_value_that_is_overruled_unseen_is_in_the_conflict_log_everywhere(site: Site) -> None:
    site.hub.edit([set_config("interval_ms", 1000)], actor=ADMIN)
    one, two = site.client("one"), site.client("two")
    site.later()
    site.hub.edit([set_config("interval_ms", 2000)], actor=ADMIN)
    site.later()
    one.edit([set_config("interval_ms", 500)], actor=ADMIN)
    site.upload(one)
    site.follow(one, two)
    assert [interval_ms(replica) for replica in (site.hub, one, two)] == [500, 500, 500]
    assert [conflict_rows(replica) for replica in (site.hub, one, two)] == [[("value", 2000, 500)]] * 3


@pytest.mark.proves("PP-SY-1", "PP-SY-8")
@pytest.mark.parametrize(
    "write_name", [lambda _: "value", lambda member: member], ids=["by the oneof's name", "by the alternative's name"]
)
def test_a_configuration_value_is_one_field_whichever_way_a_peer_names_it(
    site: Site, write_name: Callable[[str], str]
) -> None:
    site.hub.edit([set_config("interval_ms", 1000)], actor=ADMIN)
    one, two = site.client("one"), site.client("two")
    site.later()
    one.edit([set_config("interval_ms", 500)], actor=ADMIN)
    [change] = one.pending()
    assert sorted(change.fields) == ["client", "key", "value"]
    change.fields.remove("value")
    change.fields.append(write_name("int64_value"))
    site.later()
    site.hub.edit([set_config("interval_ms", 2000)], actor=ADMIN)
    site.hub.judge("one", [change])
    feed = site.hub.feed(two.cursor())
    assert isinstance(feed, pb.ChangeFeed)
    assert [sorted(place.lost_fields) for place in feed.changes] == [[], ["client", "key", "value"]]
    feed.changes[1].lost_fields[:] = ["client", "key", write_name("int64_value")]
    assert two.apply_feed(feed)
    assert interval_ms(two) == 2000


@pytest.mark.proves("C4", "PP-SY-5")
def test_a_snapshot_gives_the_same_state_as_the_log(site: Site) -> None:
    one = site.client("one")
    for value in (1000, 2000):
        site.later()
        site.hub.edit([set_config("interval_ms", value)], actor=ADMIN)
    user = uuid4()
    site.hub.edit([Edit(Kind.USER, user, {"username": "bob", "enabled": True})], actor=ADMIN)
    site.follow(one)
    late = site.client("late")
    for kind, id_ in ((Kind.CONFIG_VALUE, config_value_id("interval_ms")), (Kind.USER, user), (Kind.USER, ADMIN)):
        seen = [state(replica, kind, id_) for replica in (site.hub, one, late)]
        assert len({(found.version, found.incarnation, str(sorted(found.values))) for found in seen}) == 1
        times = [{name: stamp.at for name, stamp in found.stamps.items()} for found in seen]
        assert times[0] == times[1] == times[2]


@pytest.mark.proves("PP-SY-3", "PP-SY-4")
@pytest.mark.parametrize("ahead_us", [0, 50_000_000], ids=["a right clock", "a clock that is ahead within the bound"])
def test_of_two_creations_with_one_name_the_older_keeps_it(site: Site, ahead_us: int) -> None:
    one = site.client("one")
    elder, younger = uuid4(), uuid4()
    account = {"password_hash": HASH, "enabled": True}
    site.hub.edit([Edit(Kind.USER, elder, {"username": "Bob", **account})], actor=ADMIN)
    site.now_us += 1 + ahead_us
    one.edit([Edit(Kind.USER, younger, {"username": "bob", **account})], actor=ADMIN)
    site.now_us -= ahead_us
    [verdict] = site.upload(one)
    assert not verdict.refusal
    site.follow(one)
    for replica in (site.hub, one):
        kept, renamed = state(replica, Kind.USER, elder).values, state(replica, Kind.USER, younger).values
        assert (kept["username"], kept["enabled"]) == ("Bob", True)
        assert (renamed["username"], renamed["enabled"]) == (f"bob~{younger.hex[:8]}", False)
        assert renamed["wanted_username"] == "bob"
