"""How a client gets what the hub has: log, snapshot, only what it may hold, and from a hub that went back."""

from __future__ import annotations

import random
from uuid import uuid4

import pytest

from precisionpulse_sdk.protocol.client_sync import ClientSync
from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.sync.edit import (
    set_config,
)
from precisionpulse_sdk.sync.kinds import ACCOUNTS, config_value_id

from .site import ADMIN, HASH, Site, interval_ms, state


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


@pytest.mark.proves("C1", "PP-SY-5", "PP-SY-7")
def test_a_client_without_the_right_gets_configuration_only_and_no_gap(site: Site) -> None:
    one, guest = site.client("one"), site.replica("guest")
    site.show_guest(guest)
    site.hub.edit([Edit(Kind.USER, uuid4(), {"username": "bob", "password_hash": HASH})], actor=ADMIN)
    site.hub.edit([set_config("interval_ms", 500)], actor=ADMIN)
    seen = site.show_guest(guest)
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


@pytest.mark.proves("C1", "PP-SY-5")
def test_a_right_that_is_withdrawn_empties_the_copy_and_one_that_is_given_fills_it(site: Site) -> None:
    one = site.client("one")
    one.edit([set_config("interval_ms", 500)], actor=ADMIN)
    site.upload(one)
    site.show_guest(one)
    with reading(one.engine) as connection:
        assert Entities(connection).state(Kind.USER, ADMIN) is None
    assert interval_ms(one) == 500
    assert not one.apply_feed(site.hub.feed(one.cursor()))  # type: ignore[arg-type]
    assert one.cursor() == 0
    site.follow(one)
    assert state(one, Kind.USER, ADMIN).values["username"] == "ada"


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
    site.converse(sync)
    assert interval_ms(one) == 250
    site.hub.engine.dispose()
    (site.directory / "hub.sqlite3").write_bytes(backup)
    (site.directory / "hub.sqlite3-wal").write_bytes(wal)
    (site.directory / "hub.sqlite3-shm").unlink(missing_ok=True)
    site.hub = site.replica("hub")
    site.converse(sync)
    assert one.cursor() == site.hub.latest_cursor()
    assert interval_ms(one) == interval_ms(site.hub) == 1000
