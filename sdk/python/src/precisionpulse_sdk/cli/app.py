"""The subcommands, put together."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from precisionpulse_sdk.cli import decode, doctor, enrol, send, simulate, tail

app = typer.Typer(
    name="pp",
    help="PrecisionPulse: enrol a client, send and watch, decode frames, find what is wrong.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _settings(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show what the SDK logs.")] = False,
) -> None:
    logging.basicConfig(level=logging.INFO if verbose else logging.ERROR, format="%(levelname)s %(name)s: %(message)s")


app.command("enrol")(enrol.enrol)
app.command("send")(send.send)
app.command("tail")(tail.tail)
app.command("decode")(decode.decode)
app.command("doctor")(doctor.doctor)
app.command("simulate")(simulate.simulate)
