"""The demonstration (X7): a small client with made-up readings whose link to the broker can be cut."""

import os
import sys
from pathlib import Path

from precisionpulse_stack import ports
from precisionpulse_stack.desktop import Station
from precisionpulse_stack.processes import Program
from precisionpulse_stack.programs import Addresses, desktop_program

CLIENT = "demo"


def station(data: Path, link_port: int) -> Station:
    """The client; its data are in `data`."""
    program = desktop_program(data, window=False, name=CLIENT, source="generator")
    return Station(CLIENT, data, ports.LOOPBACK, link_port, program)


def link_program(addresses: Addresses, link_port: int, control_port: int) -> Program:
    """The link cutter before the broker."""
    arguments = {
        "--port": link_port,
        "--target-host": addresses.broker.host,
        "--target-port": addresses.broker.port,
        "--control-port": control_port,
    }
    return Program(
        name="link",
        command=[
            sys.executable,
            "-m",
            "precisionpulse_stack.link_cutter",
            *(str(word) for pair in arguments.items() for word in pair),
        ],
        environment={**os.environ, "PYTHONUNBUFFERED": "1"},
        is_ready=lambda pid: ports.listens(pid, control_port),
    )


def backend_settings(control_port: int) -> dict[str, str]:
    """What the web program must know of it."""
    return {"PP_DEMO_LINK_CLIENT": CLIENT, "PP_DEMO_LINK_URL": f"http://{ports.LOOPBACK}:{control_port}/"}
