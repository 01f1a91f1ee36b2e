"""When a client calls itself online, when it comes back, and how it takes its leave."""

from __future__ import annotations

import random

import pytest

from precisionpulse_sdk.config import ClientConfig, HubConfig
from precisionpulse_sdk.events import LinkState
from precisionpulse_sdk.protocol import effects
from precisionpulse_sdk.protocol.client_session import ClientSession
from precisionpulse_sdk.protocol.effects import Instant
from precisionpulse_sdk.protocol.hub_session import HubSession
from precisionpulse_sdk.testing import MemoryHubStore

from .linked_sessions import HUB_KEY, INSTALL, KEY, World


@pytest.mark.proves("D6", "PP-CL-4")
def test_online_ends_when_the_hub_is_silent_for_three_heartbeats() -> None:
    world = World()
    world.start()
    world.wait(6)
    assert world.state() is LinkState.ONLINE
    world.hub_answers = False
    world.wait(16)
    assert (world.state(), world.session.detail) == (LinkState.CONNECTING, "the hub does not answer")
    world.hub_answers = True
    world.wait(40)
    assert world.state() is LinkState.ONLINE


def test_clients_come_back_spread_over_the_time_that_the_hub_states() -> None:
    store = MemoryHubStore()
    hub = HubSession(
        "main", store, hub_key=HUB_KEY, salt=bytes(16), start_us=1, config=HubConfig(reconnects_per_s=30.0)
    )
    back_s = []
    for number in range(300):
        name = f"client-{number}"
        store.add_client(name, {1: KEY})
        session = ClientSession(
            site="main",
            client=name,
            install_id=INSTALL,
            keys={1: KEY},
            config=ClientConfig(),
            rng=random.Random(number),
        )
        now = Instant(0.0, 1_700_000_000_000_000)
        session.start(now)
        session.begin_epoch(1, number.to_bytes(16, "big"), now)
        sent = [effect for effect in session.link_up(now) if isinstance(effect, effects.Publish)]
        answers = hub.process([(effect.topic, effect.payload) for effect in sent if "hello" in effect.topic], now)
        for answer in answers:
            session.frame(answer.topic, answer.payload, now)
        session.link_down(None, now)
        if number >= 200:
            back_s.append(session.wake_at_s() or 0.0)
    assert max(back_s) > 6
    assert max(sum(at <= other < at + 1 for other in back_s) for at in back_s) < 35


def test_a_clean_stop_says_so() -> None:
    world = World()
    world.start()
    world.do(world.call(world.session.stop))
    assert world.channels_sent()[-1] == "presence"
    assert world.session.state is LinkState.CLOSED
