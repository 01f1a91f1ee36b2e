"""Whether a client counts as connected."""

from __future__ import annotations

import pytest

from precisionpulse_backend.contact import CLEAN, LOST, PRESENT, SILENT, Contact
from precisionpulse_sdk import messages as pb

_INTERVAL_S = 5.0


def _presence(state: pb.PresenceState, epoch: int) -> pb.Presence:
    return pb.Presence(state=state, epoch=epoch)


def _connected(epoch: int = 3) -> Contact:
    contact = Contact(_INTERVAL_S)
    assert contact.seen(epoch, 0.0, 1_000)
    return contact


def test_any_frame_of_the_application_makes_a_client_present() -> None:
    contact = _connected()
    assert (contact.connected, contact.reason, contact.since_us) == (True, PRESENT, 1_000)


@pytest.mark.proves("W11", "PP-CL-4")
def test_a_client_that_says_goodbye_is_gone_cleanly() -> None:
    contact = _connected()
    assert contact.presence(_presence(pb.PRESENCE_STATE_LEFT, 3), 1.0, 2_000)
    assert (contact.connected, contact.reason) == (False, CLEAN)


@pytest.mark.proves("W11", "PP-CL-3")
def test_a_will_means_lost() -> None:
    contact = _connected()
    assert contact.presence(_presence(pb.PRESENCE_STATE_GONE, 3), 1.0, 2_000)
    assert (contact.connected, contact.reason, contact.since_us) == (False, LOST, 2_000)


@pytest.mark.proves("PP-CL-3")
def test_a_will_of_an_earlier_run_is_ignored() -> None:
    contact = _connected(epoch=4)
    assert not contact.presence(_presence(pb.PRESENCE_STATE_GONE, 3), 1.0, 2_000)
    assert contact.connected


@pytest.mark.proves("D6", "PP-CL-4")
def test_silence_for_three_heartbeats_ends_contact_though_no_socket_closed() -> None:
    contact = _connected()
    assert not contact.check(3 * _INTERVAL_S, 2_000)
    assert contact.check(3 * _INTERVAL_S + 0.1, 3_000)
    assert (contact.connected, contact.reason, contact.since_us) == (False, SILENT, 3_000)


def test_a_silent_client_is_present_again_at_its_next_frame() -> None:
    contact = _connected()
    contact.check(100.0, 2_000)
    assert contact.seen(3, 101.0, 4_000)
    assert (contact.connected, contact.since_us) == (True, 4_000)


def test_late_frames_of_a_run_that_ended_do_not_bring_it_back() -> None:
    contact = _connected()
    contact.presence(_presence(pb.PRESENCE_STATE_GONE, 3), 1.0, 2_000)
    assert not contact.seen(3, 1.1, 2_100)
    assert not contact.connected
    assert contact.seen(4, 2.0, 3_000)


def test_repeated_frames_change_nothing() -> None:
    contact = _connected()
    assert not contact.seen(3, 1.0, 2_000)
    assert contact.since_us == 1_000
