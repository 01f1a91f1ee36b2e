"""L9: the broker is killed and started again; how long until the hub has welcomed every client."""

from __future__ import annotations

from benchmarks import process
from benchmarks.bench import Bench
from benchmarks.result import Result, Row

BACK = Row("L9", "all of 500 clients back after the broker was killed, none refused", "s", 60, 10, 7)


def measure(bench: Bench) -> list[Result]:
    """Clients with the SDK's pauses; the clock runs from the moment that they lost the broker."""
    clients = 10 if bench.quick else 500
    bench.say(f"L9: {clients} clients lose their broker")
    with (
        bench.hub(clients=clients) as (_, enrolled),
        process.running("fleet_reconnect", bench.load(enrolled)) as fleet,
    ):
        first = fleet.answer()["connected_s"]
        bench.site.broker.kill()
        fleet.tell("again")
        bench.site.broker.broker.start()
        again = fleet.answer()["reconnected_s"]
    return [BACK.measured(again, note=f"the first connection of all took {first:.1f} s")]
