"""What a viewer hears of clients."""

from __future__ import annotations

from dataclasses import replace

import pytest

from precisionpulse_sdk import (
    Client,
    LiveMessage,
    ValueType,
    channels,
)
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.transport.memory import MemoryTransport

from .site import CONFIG, IDENTITY, Site, online, wait_for


@pytest.mark.proves("D2", "PP-FR-5", "PP-CL-3")
def test_a_viewer_gets_the_bytes_that_the_client_packed(site: Site) -> None:
    watched = (channels.LIVE, channels.PRESENCE, channels.COMMITTED)
    with site.viewer(*watched) as seen, site.running_hub(), site.client() as client:
        count = client.metric("count", ValueType.INT64)
        wait_for(client, online)
        count.record(42)
        messages: dict[str, LiveMessage] = {}
        while not {"live", "presence", "committed"} <= messages.keys():
            message = seen.get(timeout=10)
            messages[message.channel] = message
    live = messages["live"].message
    assert isinstance(live, pb.Batch)
    assert pb.Batch.FromString(messages["live"].body) == live
    assert list(live.columns[0].int64_values.values) == [42]
    presence = messages["presence"].message
    assert isinstance(presence, pb.Presence)


@pytest.mark.proves("PP-CL-1", "D2")
def test_a_viewer_goes_on_hearing_a_client_that_is_enrolled_anew_in_another_place(site: Site) -> None:
    with site.viewer(channels.LIVE) as seen, site.running_hub():
        for _ in range(3):
            with site.client() as client:
                wait_for(client, online)
                client.metric("count", ValueType.INT64).record(1)
                assert seen.get(timeout=10).header.key_id == 1
        site.store.enrol_again("press-7", {2: bytes(32)})
        with Client(
            replace(IDENTITY, keys={2: bytes(32)}),
            site.directory / "another.sqlite3",
            config=CONFIG,
            transport=MemoryTransport(site.broker, "press-7"),
        ) as client:
            wait_for(client, online)
            client.metric("count", ValueType.INT64).record(2)
            header = seen.get(timeout=10).header
            assert (header.key_id, header.epoch) == (2, 1)
