"""How much is under way at once: credit, backlog, and a hub that has no room."""

from __future__ import annotations

import pytest

from precisionpulse_sdk.config import HubConfig
from precisionpulse_sdk.events import LinkState

from .linked_sessions import World


@pytest.mark.proves("PP-TD-8")
def test_no_more_batches_are_in_flight_than_agreed() -> None:
    world = World()
    world.start()
    world.hub_answers = False
    world.record(20)
    world.record(20)
    assert world.channels_sent().count("live") == 2


@pytest.mark.proves("PP-TD-8")
def test_the_hub_lowers_credit_as_its_backlog_grows_and_raises_it_again() -> None:
    world = World(hub_config=HubConfig(max_commit_frames=10, max_batches_in_flight=8))
    world.start()
    window = world.session._delivery.window  # type: ignore[union-attr]
    world.backlog = 60
    world.wait(6)
    assert window.max_batches == 1
    world.backlog = 0
    world.wait(6)
    assert window.max_batches == 2, "as many as the client itself allows"


@pytest.mark.proves("PP-TD-5", "PP-TD-8")
def test_an_overloaded_hub_takes_no_batches_and_the_client_waits_with_everything() -> None:
    world = World(hub_config=HubConfig(overloaded_frames=100))
    world.start()
    world.backlog = 101
    world.record(9)
    sent = world.channels_sent().count("live")
    assert 1 <= sent <= 2
    assert len(world.rows) == 9
    world.backlog = 0
    world.wait(0.3)
    assert world.channels_sent().count("live") == sent, "nothing while the hub has no room"
    world.wait(5)
    assert world.values() == [seq * 10 for seq in range(1, 10)]


@pytest.mark.proves("PP-TD-8")
def test_a_client_that_records_more_than_the_hub_takes_says_so() -> None:
    world = World()
    world.start()
    world.store.available = False
    for _ in range(12):
        world.record(5)
        world.wait(1)
    assert (world.state(), world.session.detail[:14]) == (LinkState.ONLINE, "falling behind")
    world.store.available = True
    world.wait(40)
    assert (world.state(), world.session.detail) == (LinkState.ONLINE, "")
