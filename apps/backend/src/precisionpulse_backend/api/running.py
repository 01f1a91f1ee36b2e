"""What the app of the request runs on."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import Engine

from precisionpulse_sdk.replica import Replica


def engine() -> Engine:
    """The database."""
    found: Engine = current_app.extensions["engine"]
    return found


def site() -> str:
    """The site's name."""
    found: str = current_app.extensions["site"]
    return found


def replica() -> Replica:
    """The hub's replica."""
    found: Replica = current_app.extensions["replica"]
    return found
