"""How a peer takes its order and gives its answer: one JSON object a line."""

import json
import sys
from typing import Any


def take() -> dict[str, Any]:
    """The order."""
    order: dict[str, Any] = json.loads(sys.stdin.readline())
    return order


def answer(**content: object) -> None:
    """One answer."""
    print(json.dumps(content), flush=True)
