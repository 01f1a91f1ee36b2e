"""How a program takes its order and gives its answers."""

from __future__ import annotations

import json
import sys
from typing import Any


def take() -> dict[str, Any]:
    """The order: the first line of standard input."""
    order: dict[str, Any] = json.loads(sys.stdin.readline())
    return order


def wait_for_word() -> str:
    """The next word that the orderer says; empty when it is gone."""
    return sys.stdin.readline().strip()


def answer(**content: object) -> None:
    """One answer."""
    print(json.dumps(content), flush=True)
