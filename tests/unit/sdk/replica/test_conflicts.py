"""What wins when two edit at once, and that everybody has the same afterwards."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.tables import audit_log, conflicts, refusals
from precisionpulse_sdk.sync.edit import (
    set_config,
)

from .site import ADMIN, HASH, Site, conflict_rows, interval_ms, state


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
