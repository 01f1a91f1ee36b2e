"""The programs together, as people run them: enrolment, a reading to a row and to a page, and what survives a kill."""

from __future__ import annotations

import queue
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
import socketio
from conftest import Site, wait_until  # type: ignore[import-not-found]

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import samples
from precisionpulse_sdk.client import Client
from precisionpulse_sdk.enrolment import enrol
from precisionpulse_sdk.values import ValueType
