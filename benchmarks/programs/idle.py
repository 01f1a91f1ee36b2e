"""A client that is connected and has nothing to do. Order: `directory`. Answers: `connected`; then it waits to be
ended."""

from __future__ import annotations

import time

from benchmarks.programs import order
from precisionpulse_sdk import Client
from precisionpulse_sdk.events import LinkState


def main() -> None:
    wanted = order.take()
    with Client.open(wanted["directory"]) as client:
        while client.stats().link is not LinkState.ONLINE:
            time.sleep(0.02)
        order.answer(connected=True)
        order.wait_for_word()


if __name__ == "__main__":
    main()
