from __future__ import annotations

from collections.abc import Callable

import pytest

from precisionpulse_desktop.models.link_status import CONNECTING, LinkPresenter, LinkStatus, Tone
from precisionpulse_sdk.client import ClientStats
from precisionpulse_sdk.events import LinkState

NOW_US = 1_790_000_000_000_000
Stats = Callable[..., ClientStats]


def _status(stats: ClientStats, *, signed_in: bool = True) -> LinkStatus:
    return LinkPresenter().status(stats, signed_in=signed_in, now_us=NOW_US)


@pytest.mark.proves("DT1", "D6")
@pytest.mark.parametrize(
    ("changes", "text", "detail"),
    [
        ({"link": LinkState.ONLINE}, "Online", ""),
        ({"link": LinkState.CONNECTING}, "Connecting…", ""),
        ({"link": LinkState.OFFLINE, "epoch": 0, "queued": 500}, "Connecting…", "500 queued"),
        ({"link": LinkState.OFFLINE, "queued": 1240}, "Offline - Syncing", "1,240 queued"),
        ({"link": LinkState.CLOSED}, "Offline - Syncing", "0 queued"),
        (
            {"link": LinkState.FLUSHING, "queued": 1240, "time_left_s": 12.4},
            "Offline - Syncing",
            "1,240 → 0, ~12 s",
        ),
        ({"link": LinkState.FLUSHING, "queued": 3}, "Offline - Syncing", "3 → 0"),
        (
            {"link": LinkState.ONLINE, "queued": 900, "oldest_captured_us": 0, "falling_behind": True},
            "Offline - Syncing",
            "900 queued, more is measured than leaves",
        ),
        (
            {"link": LinkState.REFUSED, "link_detail": "FENCED: enrol again", "queued": 2},
            "Offline - Syncing",
            "FENCED: enrol again · 2 queued",
        ),
        ({"link": LinkState.CERTIFICATE_PROBLEM, "link_detail": "expired"}, "Certificate problem", "expired"),
    ],
)
def test_the_badge_says_exactly(stats: Stats, changes: dict[str, object], text: str, detail: str) -> None:
    status = _status(stats(**changes))
    assert (status.text, status.detail) == (text, detail)


@pytest.mark.proves("DT1")
def test_no_two_states_share_a_shape(stats: Stats) -> None:
    shown = [
        _status(stats(link=LinkState.ONLINE)),
        _status(stats(link=LinkState.OFFLINE)),
        _status(stats(link=LinkState.CERTIFICATE_PROBLEM)),
        _status(stats(), signed_in=False),
        CONNECTING,
    ]
    assert len({status.shape for status in shown}) == len({status.text for status in shown}) == 5


@pytest.mark.proves("DT1", "D6")
def test_signed_out_still_tells_of_the_link(stats: Stats) -> None:
    status = _status(stats(link=LinkState.OFFLINE, queued=7), signed_in=False)
    assert (status.text, status.detail) == ("Signed out", "Sending: Offline - Syncing · 7 queued")


@pytest.mark.proves("DT1")
def test_only_online_is_green_and_pulses(stats: Stats) -> None:
    for link in LinkState:
        status = _status(stats(link=link))
        assert status.pulses == (status.tone is Tone.GOOD) == (link is LinkState.ONLINE)


@pytest.mark.proves("DT3")
def test_online_waits_until_nothing_old_is_left(stats: Stats) -> None:
    def online(age_s: int) -> ClientStats:
        return stats(link=LinkState.ONLINE, queued=12, oldest_captured_us=NOW_US - age_s * 1_000_000)

    assert _status(online(60)).text == "Offline - Syncing"
    assert _status(online(1)).text == "Online"


def test_a_lost_link_that_is_tried_again_does_not_flicker(stats: Stats) -> None:
    presenter = LinkPresenter()
    seen = [
        presenter.status(stats(link=link), signed_in=True, now_us=NOW_US).text
        for link in (LinkState.CONNECTING, LinkState.OFFLINE, LinkState.CONNECTING, LinkState.OFFLINE)
    ]
    assert seen == ["Connecting…", "Offline - Syncing", "Offline - Syncing", "Offline - Syncing"]
