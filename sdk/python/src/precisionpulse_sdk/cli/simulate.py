"""`pp simulate`: a fleet of enrolled clients with generated values, for load and for demonstrations."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from precisionpulse_sdk.client import Client
from precisionpulse_sdk.errors import ConfigurationError, StorageError
from precisionpulse_sdk.identity import FILE_NAME
from precisionpulse_sdk.values import Sample, Value, ValueType

_METRICS = (
    ("sim.count", ValueType.INT64, "1", 0),
    ("sim.wave", ValueType.DOUBLE, "Cel", 0),
    ("sim.price", ValueType.DECIMAL, "EUR", 2),
    ("sim.open", ValueType.BOOL, "", 0),
)


def simulate(
    directories: Annotated[
        list[Path], typer.Argument(help="Directories of enrolled clients, or directories that hold such directories.")
    ],
    clients: Annotated[int | None, typer.Option("--clients", "-n", min=1, help="How many of them to run.")] = None,
    rate: Annotated[float, typer.Option("--rate", "-r", min=0.01, help="Scans of four values per second, each.")] = 1.0,
    seconds: Annotated[float | None, typer.Option("--for", min=0, help="Stop after this many seconds.")] = None,
) -> None:
    """Run many enrolled clients at once, each with an integer, a double, a decimal and a boolean."""
    found = enrolled(directories)
    if clients is not None:
        if len(found) < clients:
            raise ConfigurationError(f"{clients} clients were asked for, but only {len(found)} are enrolled there")
        found = found[:clients]
    stop = threading.Event()
    with contextlib.ExitStack() as opened:
        fleet = [opened.enter_context(Client.open(place)) for place in found]
        threads = [threading.Thread(target=_generate, args=(client, 1 / rate, stop), daemon=True) for client in fleet]
        for thread in threads:
            thread.start()
        try:
            _watch(fleet, seconds)
        except KeyboardInterrupt:
            typer.echo("stopping", err=True)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
            for client in fleet:
                client.wait_drained(5)
            typer.echo(_summary(fleet))


def enrolled(directories: Iterable[Path]) -> list[Path]:
    """The client directories among and in `directories`, by name. Raises `ConfigurationError` when there are none."""
    found: list[Path] = []
    for place in directories:
        here = place.expanduser()
        candidates = (
            [here] if (here / FILE_NAME).exists() else sorted(path.parent for path in here.glob(f"*/{FILE_NAME}"))
        )
        found.extend(candidates)
    if not found:
        raise ConfigurationError("no enrolled client there: make some with `pp enrol URL CODE --directory DIR`")
    return list(dict.fromkeys(found))


def scan(number: int) -> list[Sample]:
    """The values of one scan; they depend on its number alone."""
    at_us = time.time_ns() // 1000
    values: tuple[Value, ...] = (
        number,
        20 + 5 * math.sin(number / 10),
        Decimal(10_000 + number * 37 % 5_000) / 100,
        number // 10 % 2 == 0,
    )
    return [Sample(name, value, at_us) for (name, *_), value in zip(_METRICS, values, strict=True)]


def _generate(client: Client, pause_s: float, stop: threading.Event) -> None:
    for name, kind, unit, digits in _METRICS:
        client.metric(name, kind, unit=unit, scale=digits, interval_ms=round(pause_s * 1000))
    due_s, number = time.monotonic(), 0
    while not stop.wait(max(0.0, due_s - time.monotonic())):
        with contextlib.suppress(StorageError):  # counted by the outbox, and shown
            client.record_many(scan(number))
        number += 1
        due_s = max(due_s + pause_s, time.monotonic() - 1)


def _watch(fleet: Sequence[Client], seconds: float | None) -> None:
    end_s = None if seconds is None else time.monotonic() + seconds
    while end_s is None or time.monotonic() < end_s:
        typer.echo(_summary(fleet))
        time.sleep(1.0 if end_s is None else max(0.0, min(1.0, end_s - time.monotonic())))


def _summary(fleet: Sequence[Client]) -> str:
    stats = [client.stats() for client in fleet]
    links: dict[str, int] = {}
    for each in stats:
        links[each.link.value] = links.get(each.link.value, 0) + 1
    shown = ", ".join(f"{count} {name}" for name, count in sorted(links.items()))
    recorded, queued = sum(each.recorded for each in stats), sum(each.queued for each in stats)
    lost = sum(each.dropped for each in stats)
    return f"{shown} · recorded {recorded} · waiting {queued}" + (f" · dropped {lost}" if lost else "")
