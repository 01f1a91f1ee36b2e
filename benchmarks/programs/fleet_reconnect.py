"""Many clients that lose their broker and come back (see `benchmarks.fleet`).

Order: `address`, `ca`, `clients`. Answers: `connected_s` once the hub has welcomed all; after the word `again`, when
the connections have ended, `reconnected_s` since the first try, and `lost_connections`."""

from __future__ import annotations

import time

from benchmarks.fleet import Batches, Fleet
from benchmarks.programs import order
from benchmarks.programs.load import clients_of

_WITHIN_S = 180.0


def main() -> None:
    wanted = order.take()
    host, port = wanted["address"]
    fleet = Fleet((host, port), clients_of(wanted), Batches.of(1), 1)
    order.answer(connected_s=fleet.connect(_WITHIN_S))
    order.wait_for_word()
    deadline_s = time.monotonic() + _WITHIN_S
    while any(client.welcomed for client in fleet.clients) and time.monotonic() < deadline_s:
        fleet.poll(0.05)
    order.answer(reconnected_s=fleet.connect(_WITHIN_S), lost_connections=fleet.lost_connections)
    fleet.close()


if __name__ == "__main__":
    main()
