"""A hub's replica and clients' replicas, on real databases: what wins, and that everybody has the same afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ForbiddenChangeError, InvalidChangeError, RightsExpiredError
from precisionpulse_sdk.protocol.client_sync import ClientSync
from precisionpulse_sdk.protocol.effects import Instant
from precisionpulse_sdk.protocol.exchange import Send
from precisionpulse_sdk.protocol.hub_sync import HubSync
from precisionpulse_sdk.replica import DELETE, Edit, Kind, Replica
from precisionpulse_sdk.replica.access import load_person, rights_of
from precisionpulse_sdk.replica.database import reading, sqlite_engine
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.replica.settings import read_effective
from precisionpulse_sdk.replica.tables import audit_log, conflicts, refusals
from precisionpulse_sdk.replica.transaction import read_place
from precisionpulse_sdk.sync.edit import (
    create_permission,
    give_permission,
    give_role,
    set_config,
    take_role,
    unset_config,
)
from precisionpulse_sdk.sync.kinds import ACCOUNTS, built_in_role_id, config_value_id, permission_id
from precisionpulse_sdk.sync.state import ConfigScalar, State

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


@pytest.mark.proves("C1", "PP-SY-5", "PP-SY-7")
def test_a_client_without_the_right_gets_configuration_only_and_no_gap(site: Site) -> None:
    one, guest = site.client("one"), site.replica("guest")
    guest_sees(site, guest)
    site.hub.edit([Edit(Kind.USER, uuid4(), {"username": "bob", "password_hash": HASH})], actor=ADMIN)
    site.hub.edit([set_config("interval_ms", 500)], actor=ADMIN)
    seen = guest_sees(site, guest)
    site.follow(one)
    assert guest.cursor() == one.cursor() == site.hub.latest_cursor()
    assert interval_ms(guest) == 500
    with reading(guest.engine) as connection:
        entities = Entities(connection)
        assert {kind: len(list(entities.all(kind))) for kind in Kind if kind is not Kind.CONFIG_VALUE} == dict.fromkeys(
            ACCOUNTS, 0
        )
    content = (site.directory / "guest.sqlite3").read_bytes() + (site.directory / "guest.sqlite3-wal").read_bytes()
    for secret in (b"argon2", b"bob", b"administrator"):
        assert secret not in seen
        assert secret not in content


@pytest.mark.proves("C5", "PP-SY-4", "PP-SY-7")
def test_what_a_client_without_the_right_writes_is_refused_and_it_is_shown_nothing(site: Site) -> None:
    """Configuration, too: it knows the ids of administrators from the feed, and could name one as the author."""
    one = site.client("one")
    one.edit([Edit(Kind.USER, ADMIN, {"display_name": "Ada L."})], actor=ADMIN)
    one.edit([set_config("interval_ms", 500)], actor=ADMIN)
    one.edit([set_config("interval_ms", 500, "one")], actor=ADMIN)
    verdicts = site.hub.judge("one", one.pending(), holds_accounts=False)
    assert [verdict.refusal for verdict in verdicts] == [pb.CHANGE_REFUSAL_CODE_FORBIDDEN] * 3
    assert not any(verdict.HasField("current") for verdict in verdicts)
    assert state(site.hub, Kind.USER, ADMIN).values["display_name"] == ""
    assert interval_ms(site.hub) != 500
    one.apply_verdicts(pb.ChangeVerdicts(verdicts=verdicts))
    assert interval_ms(one) != 500


@pytest.mark.proves("C6")
def test_no_count_of_sessions_is_driven_to_where_none_could_be_ended_any_more(site: Site) -> None:
    for replica in (site.hub, site.client("one")):
        for generation in (10_001, (1 << 62) - 1):
            with pytest.raises(InvalidChangeError, match="one more at a time"):
                replica.edit([Edit(Kind.USER, ADMIN, {"session_generation": generation})], actor=ADMIN)
        replica.edit([Edit(Kind.USER, ADMIN, {"session_generation": 1})], actor=ADMIN)


@pytest.mark.proves("C1", "PP-SY-5")
def test_a_right_that_is_withdrawn_empties_the_copy_and_one_that_is_given_fills_it(site: Site) -> None:
    one = site.client("one")
    one.edit([set_config("interval_ms", 500)], actor=ADMIN)
    site.upload(one)
    guest_sees(site, one)
    with reading(one.engine) as connection:
        assert Entities(connection).state(Kind.USER, ADMIN) is None
    assert interval_ms(one) == 500
    assert not one.apply_feed(site.hub.feed(one.cursor()))  # type: ignore[arg-type]
    assert one.cursor() == 0
    site.follow(one)
    assert state(one, Kind.USER, ADMIN).values["username"] == "ada"


def guest_sees(site: Site, client: Replica) -> bytes:
    """Have a client without the right follow to the end; everything that the hub sent it."""
    seen = b""
    while True:
        answer = site.hub.feed(client.cursor(), holds_accounts=False)
        if isinstance(answer, pb.ChangeFeed):
            seen += answer.SerializeToString()
            if client.apply_feed(answer) and client.cursor() == answer.latest_cursor:
                return seen
        else:
            for chunk in answer:
                seen += chunk.SerializeToString()
                client.apply_snapshot(chunk)


@pytest.mark.proves("PP-SY-5")
def test_a_hub_that_went_back_to_a_backup_is_followed_from_the_beginning(site: Site) -> None:
    one = site.client("one")
    backup = (site.directory / "hub.sqlite3").read_bytes()
    wal = (site.directory / "hub.sqlite3-wal").read_bytes()
    site.hub.edit([set_config("interval_ms", 250)], actor=ADMIN)
    one.edit([set_config("heartbeat_interval_ms", 700)], actor=ADMIN)
    site.upload(one)
    site.later()
    sync = ClientSync(one, random.Random(1), first_s=1.0, longest_s=8.0)
    converse(site, sync)
    assert interval_ms(one) == 250
    site.hub.engine.dispose()
    (site.directory / "hub.sqlite3").write_bytes(backup)
    (site.directory / "hub.sqlite3-wal").write_bytes(wal)
    (site.directory / "hub.sqlite3-shm").unlink(missing_ok=True)
    site.hub = site.replica("hub")
    converse(site, sync)
    assert one.cursor() == site.hub.latest_cursor()
    assert interval_ms(one) == interval_ms(site.hub) == 1000


def converse(site: Site, sync: ClientSync) -> None:
    """A client's machine and a new worker of the hub's, on a link without faults, until the client is settled."""
    hub = HubSync(site.hub, lambda _: True)
    now = Instant(0.0, site.now_us)
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


OTHERS_SECRET, OTHERS_KEY = "tok-7f3a-of-another", "acme.v1.Uplink.token"


def _secret(text: str) -> ConfigScalar:
    return ConfigScalar("secret_value", text)


@pytest.mark.proves("PP-SY-5", "PP-SY-8", "D5")
@pytest.mark.parametrize("late", [False, True], ids=["by the feed", "by a snapshot"])
def test_a_client_gets_the_sites_values_and_its_own_and_of_anothers_only_that_there_was_a_change(
    site: Site, late: bool
) -> None:
    hub = HubSync(site.hub, lambda _: True)
    heard: dict[str, bytes] = {"press-7": b"", "mill-2": b""}
    clients = {name: site.replica(name) for name in heard}

    def follow() -> None:
        for name, client in clients.items():
            while client.cursor() < site.hub.latest_cursor():
                for send in hub.request(name, pb.FeedRequest(after_cursor=client.cursor())):
                    heard[name] += send.message.SerializeToString()
                    if isinstance(send.message, pb.ChangeFeed):
                        assert client.apply_feed(send.message)
                    else:
                        client.apply_snapshot(send.message)  # type: ignore[arg-type]

    def step() -> None:
        if not late:
            follow()

    step()
    site.hub.edit([set_config(OTHERS_KEY, _secret(OTHERS_SECRET), "press-7")], actor=ADMIN)
    site.hub.edit([set_config("interval_ms", 1_717, "press-7")], actor=ADMIN)
    step()
    site.hub.edit([set_config("interval_ms", 500)], actor=ADMIN)
    site.hub.edit([set_config("interval_ms", 1_818, "press-7")], actor=ADMIN)
    step()
    site.hub.edit([unset_config("interval_ms", "press-7")], actor=ADMIN)
    follow()
    with reading(clients["mill-2"].engine) as connection:
        mill = read_effective(connection, site.hub.settings, "mill-2")
        audited = connection.execute(select(audit_log.c.subject, audit_log.c.before, audit_log.c.after)).all()
    with reading(clients["press-7"].engine) as connection:
        press = read_effective(connection, site.hub.settings, "press-7")
    with reading(site.hub.engine) as connection:
        revision = read_effective(connection, site.hub.settings).revision
    assert press.values[OTHERS_KEY].scalar == _secret(OTHERS_SECRET)
    assert OTHERS_KEY not in mill.values
    assert press.number("interval_ms") == mill.number("interval_ms") == 500
    assert press.revision == mill.revision == revision == 5
    for others in (OTHERS_SECRET, OTHERS_KEY):
        assert others.encode() in heard["press-7"] and others.encode() not in heard["mill-2"]
    assert not any("press-7" in str(row) or OTHERS_KEY in str(row) for row in audited)
    assert clients["mill-2"].cursor() == site.hub.latest_cursor()


@pytest.mark.proves("PP-SY-8", "PP-SY-5")
def test_who_writes_another_clients_value_has_it_until_the_hub_has_it_and_a_refusal_shows_nothing(site: Site) -> None:
    hub = HubSync(site.hub, lambda _: True)
    mill = site.client("mill-2")
    mill.edit([set_config(OTHERS_KEY, _secret("a secret of my own making"), "press-7")], actor=ADMIN)
    for send in hub.judge("mill-2", pb.ChangeUpload(changes=mill.pending())):
        mill.apply_verdicts(send.message)  # type: ignore[arg-type]
    for send in hub.request("mill-2", pb.FeedRequest(after_cursor=mill.cursor())):
        assert mill.apply_feed(send.message)  # type: ignore[arg-type]
    assert mill.pending() == [] and mill.waiting() == frozenset()
    assert state(mill, Kind.CONFIG_VALUE, config_value_id(OTHERS_KEY, "press-7")).values["value"] is None
    log = site.hub.feed(1)
    assert isinstance(log, pb.ChangeFeed)
    refused = pb.Change.FromString(log.changes[-1].change.SerializeToString())
    refused.id, refused.actor_id = bytes(15) + b"7", bytes(15) + b"9"
    (send,) = hub.judge("mill-2", pb.ChangeUpload(changes=[refused]))
    assert send.message.verdicts[0].refusal  # type: ignore[attr-defined]
    assert b"of my own making" not in send.message.SerializeToString()


@pytest.mark.proves("PP-SY-8")
def test_what_an_earlier_hub_sent_of_others_is_erased_at_the_next_start_and_the_revision_stays(site: Site) -> None:
    site.hub.edit([set_config(OTHERS_KEY, _secret(OTHERS_SECRET), "press-7")], actor=ADMIN)
    site.hub.edit([set_config("interval_ms", 700, "mill-2")], actor=ADMIN)
    mill = site.client("mill-2")  # as the whole log has it
    id_ = config_value_id(OTHERS_KEY, "press-7")
    assert state(mill, Kind.CONFIG_VALUE, id_).values["value"] == _secret(OTHERS_SECRET)
    mill.prepare()
    assert state(mill, Kind.CONFIG_VALUE, id_).values == {"key": "", "client": "", "value": None}
    with reading(mill.engine) as connection:
        effective = read_effective(connection, mill.settings, "mill-2")
    assert (effective.number("interval_ms"), effective.revision) == (700, 2)


@pytest.mark.proves("PP-SY-3", "C5")
def test_a_change_from_a_clock_a_day_ahead_is_refused_and_moves_nobodys_clock(site: Site) -> None:
    one = site.client("one")
    site.now_us += DAY_US
    one.edit([set_config("interval_ms", 500)], actor=ADMIN)
    site.now_us -= DAY_US
    [verdict] = site.upload(one)
    assert verdict.refusal == pb.CHANGE_REFUSAL_CODE_CLOCK_AHEAD
    assert "24 h ahead" in verdict.text
    assert [interval_ms(replica) for replica in (one, site.hub)] == [1000, 1000]
    for replica in (one, site.hub):
        with reading(replica.engine) as connection:
            assert read_place(connection).clock.wall_us <= site.now_us
            assert [row.code for row in connection.execute(refusals.select())] == ["CLOCK_AHEAD"]
    one.edit([set_config("interval_ms", 600)], actor=ADMIN)
    assert not site.upload(one)[0].refusal


@pytest.mark.proves("C5", "PP-SY-4", "C7")
def test_what_a_demoted_administrator_wrote_offline_is_refused_rolled_back_and_shown(site: Site) -> None:
    bea, bob = uuid4(), uuid4()
    account = {"password_hash": HASH, "enabled": True}
    site.hub.edit([Edit(Kind.USER, bea, {"username": "bea", **account}), give_role(bea, ROLE)], actor=ADMIN)
    site.hub.edit([Edit(Kind.USER, bob, {"username": "bob", **account})], actor=ADMIN)
    one = site.client("one")
    site.hub.edit([take_role(bea, ROLE)], actor=ADMIN)
    one.edit([give_role(bob, ROLE), Edit(Kind.USER, bob, {"display_name": "Boss"})], actor=bea)
    assert state(one, Kind.USER, bob).values["display_name"] == "Boss"
    assert {verdict.refusal for verdict in site.upload(one)} == {pb.CHANGE_REFUSAL_CODE_FORBIDDEN}
    site.follow(one)
    assert state(one, Kind.USER, bob).values["display_name"] == ""
    for replica in (one, site.hub):
        with reading(replica.engine) as connection:
            assert load_person(connection, bob) is not None and not rights_of(connection, bob)
            assert [row.actor for row in connection.execute(refusals.select())] == ["bea", "bea"]
            audited = list(connection.scalars(audit_log.select().with_only_columns(audit_log.c.action)))
            assert audited.count("user:refuse") == audited.count("role-grant:refuse") == 1


@pytest.mark.proves("C5", "PP-SY-4")
def test_nobody_gives_or_touches_more_than_he_holds(site: Site) -> None:
    clerk, role = uuid4(), uuid4()
    names = ("user:update", "user:create", "role:assign", "role:update", "user:delete")
    site.hub.provide(
        [
            *(create_permission(name) for name in names),
            Edit(Kind.ROLE, role, {"name": "clerk"}),
            *(give_permission(role, permission_id(name)) for name in names),
            Edit(Kind.USER, clerk, {"username": "cem", "password_hash": HASH, "enabled": True}),
            give_role(clerk, role),
        ]
    )
    for edit in (
        give_role(clerk, ROLE),
        take_role(ADMIN, ROLE),
        give_permission(role, permission_id("*:*")),
        Edit(Kind.USER, ADMIN, {"password_hash": HASH}),
        Edit(Kind.USER, ADMIN, {"enabled": False}),
        Edit(Kind.USER, ADMIN, DELETE),
    ):
        with pytest.raises(ForbiddenChangeError):
            site.hub.edit([edit], actor=clerk)
    site.hub.edit([Edit(Kind.USER, uuid4(), {"username": "dan", "enabled": True})], actor=clerk)
    site.hub.edit([Edit(Kind.USER, clerk, {"password_hash": HASH[:-1] + "B"})], actor=clerk)


@pytest.mark.proves("PP-SY-9", "C1")
def test_cached_rights_end_after_the_stated_time_and_a_clock_set_back_does_not_help(site: Site) -> None:
    site.hub.edit([set_config("offline_validity_s", 3600)], actor=ADMIN)
    one = site.client("one")
    one.contact()
    one.check_valid()
    site.now_us += 3_599_000_000
    one.check_valid()
    site.now_us += 2_000_000
    with pytest.raises(RightsExpiredError):
        one.check_valid()
    one.edit([set_config("interval_ms", 500)], actor=ADMIN)
    site.now_us -= DAY_US
    with pytest.raises(RightsExpiredError):
        one.check_valid()
    site.now_us += DAY_US
    one.contact()
    one.check_valid()


@pytest.mark.proves("C2", "PP-SY-6", "PP-SY-7", "C7")
def test_hashes_and_secrets_stand_in_no_log_of_either_side(site: Site) -> None:
    one = site.client("one")
    one.edit([Edit(Kind.USER, ADMIN, {"password_hash": HASH[:-1] + "B"})], actor=ADMIN)
    site.later()
    site.hub.edit([Edit(Kind.USER, ADMIN, {"password_hash": HASH[:-1] + "C"})], actor=ADMIN)
    one.edit([Edit(Kind.USER, uuid4(), {"username": "ada2", "password_hash": HASH, "enabled": True})], actor=ADMIN)
    site.upload(one)
    site.follow(one)
    for replica in (one, site.hub):
        with reading(replica.engine) as connection:
            rows = [
                str(row) for table in (audit_log, conflicts, refusals) for row in connection.execute(table.select())
            ]
            assert rows
            assert not [row for row in rows if "argon2" in row]
    assert [row[0] for row in conflict_rows(site.hub)] == ["password_hash"]
    assert conflict_rows(one) == conflict_rows(site.hub)


@pytest.mark.proves("PP-SY-8")
@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("interval_ms", 9, "At least 10 ms"),
        ("interval_ms", "fast", "a whole number"),
        ("interval_ms", True, "a whole number"),
        ("enabled_metrics", "one", "a list of words"),
        ("buffer_policy", "BUFFER_POLICY_FORGET", "BUFFER_POLICY_DROP_OLDEST, BUFFER_POLICY_STOP_RECORDING"),
        ("no_such_key", 1, "no configuration key"),
    ],
)
def test_configuration_is_typed_and_bounded(site: Site, key: str, value: object, fault: str) -> None:
    with pytest.raises(InvalidChangeError, match=fault):
        site.hub.edit([set_config(key, value)], actor=ADMIN)


@pytest.mark.proves("PP-SY-8")
def test_a_client_has_its_own_value_else_the_sites_else_the_default(site: Site) -> None:
    def both() -> list[int]:
        with reading(site.hub.engine) as connection:
            found = [read_effective(connection, site.hub.settings, client) for client in ("one", "two")]
        return [effective.number("interval_ms") for effective in found]

    assert both() == [1000, 1000]
    site.hub.edit([set_config("interval_ms", 2000)], actor=ADMIN)
    site.hub.edit([set_config("interval_ms", 500, "one")], actor=ADMIN)
    assert both() == [500, 2000]
    site.hub.edit([unset_config("interval_ms", "one")], actor=ADMIN)
    assert both() == [2000, 2000]
