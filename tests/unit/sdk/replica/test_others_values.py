"""A client gets the site's configuration and its own; of another client's only that something changed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.protocol.hub_sync import HubSync
from precisionpulse_sdk.replica import Kind
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.settings import read_effective
from precisionpulse_sdk.replica.tables import audit_log
from precisionpulse_sdk.sync.edit import (
    set_config,
    unset_config,
)
from precisionpulse_sdk.sync.kinds import config_value_id
from precisionpulse_sdk.sync.state import ConfigScalar

from .site import ADMIN, Site, state

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
