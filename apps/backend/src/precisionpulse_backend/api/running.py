"""What the app of the request runs on."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import Engine

from precisionpulse_backend.link_cutter import LinkCutter
from precisionpulse_backend.live import LiveRooms
from precisionpulse_backend.overview import OverviewReader
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


def overviews() -> OverviewReader:
    """What is known of each client."""
    found: OverviewReader = current_app.extensions["overviews"]
    return found


def live() -> LiveRooms:
    """The clients' rooms."""
    found: LiveRooms = current_app.extensions["live"]
    return found


def link_cutter() -> LinkCutter | None:
    """What cuts the demonstration's link; None where there is none."""
    found: LinkCutter | None = current_app.extensions["link_cutter"]
    return found
