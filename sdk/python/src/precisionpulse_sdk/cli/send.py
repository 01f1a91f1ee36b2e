"""`pp send`: record a value and wait until the hub has it."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from precisionpulse_sdk.cli.options import DEFAULT_DIRECTORY, Directory
from precisionpulse_sdk.cli.values import TypeName, parse_value, scale_of, value_type
from precisionpulse_sdk.client import Client
from precisionpulse_sdk.values import Sample


def send(
    metric: Annotated[str, typer.Argument(help="Name of the metric.")],
    value: Annotated[str, typer.Argument(help="The value; 'null' for an explicit null.")],
    type_name: Annotated[TypeName, typer.Option("--type", "-t", help="Type of the value.")] = TypeName.DOUBLE,
    count: Annotated[int, typer.Option("--count", "-n", min=1, max=1_000_000, help="How many times.")] = 1,
    unit: Annotated[str, typer.Option(help="Unit of the metric, in UCUM notation.")] = "",
    scale: Annotated[int | None, typer.Option(min=0, max=38, help="Decimals: digits after the point.")] = None,
    timeout_s: Annotated[float, typer.Option("--timeout", min=0, help="Seconds to wait for the hub.")] = 15.0,
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Record a value, and wait until the hub has committed it."""
    parsed = parse_value(value, type_name)
    digits = scale_of(parsed) if scale is None else scale
    with Client.open(directory) as client:
        declared = client.metric(metric, value_type(type_name), unit=unit, scale=digits)
        at_us = time.time_ns() // 1000
        numbers = client.record_many(Sample(declared.name, parsed, at_us + step) for step in range(count))
        shown = str(numbers[0]) if count == 1 else f"{numbers[0]} to {numbers[-1]}"
        drained = client.wait_drained(timeout_s)
        stats = client.stats()
    if drained:
        print(f"record {shown}: committed by the hub")
        return
    why = f", {stats.link_detail}" if stats.link_detail else ""
    typer.echo(
        f"pp: record {shown} is stored here, but the hub has not committed it yet (link {stats.link.value}{why}): "
        "it will be sent the next time",
        err=True,
    )
    raise typer.Exit(1)
