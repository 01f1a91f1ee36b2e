"""Compares what recorders recorded with what PostgreSQL has, reading by reading (E1, PP-TD-10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from precisionpulse_sdk.values import Value

from .journal import Reading
from .site import Recorder

_ROWS = """
SELECT record_seq, metric, (extract(epoch FROM captured_at) * 1000000)::bigint,
       value_int, value_double, value_decimal, value_bool
FROM samples WHERE client = %s AND record_seq > %s AND captured_at >= 'epoch'::timestamptz + %s * interval '1 us'
"""
_COUNTS = "SELECT count(*), count(DISTINCT record_seq) FROM samples WHERE client = %s"
_GAPS = """
SELECT first_seq, last_seq FROM gaps JOIN installs ON installs.key = gaps.install_key
WHERE installs.client = %s AND first_seq IS NOT NULL
"""
_EXAMPLES = 5
_MARGIN_US = 60_000_000


@dataclass
class Verdict:
    """Counts of readings, and for people the first examples of what is wrong."""

    recorded: int = 0
    unanswered: int = 0
    """Readings whose call was killed, and that are stored all the same: that is right."""
    reported_as_lost: int = 0
    lost: int = 0
    duplicated: int = 0
    altered: int = 0
    invented: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def faults(self) -> int:
        return self.lost + self.duplicated + self.altered + self.invented

    def count(self, kind: str, example: str, by: int = 1) -> None:
        """Adds a fault of that kind (the name of a count)."""
        setattr(self, kind, getattr(self, kind) + by)
        if len(self.examples) < _EXAMPLES:
            self.examples.append(example)


class Comparison:
    """The growing account of one recorder, compared piece by piece and at the end as a whole."""

    def __init__(self, recorder: Recorder, verdict: Verdict) -> None:
        self._recorder = recorder
        self._verdict = verdict
        self._waiting: dict[int, Reading] = {}
        """What returned and was not compared yet."""
        self._early: dict[int, Reading] = {}
        """Rows whose call has not returned: it was killed, or is about to return."""
        self._compared_to = 0
        self._found = 0

    def take_journal(self) -> int:
        """Reads on in the journal; the result is the highest record that has returned."""
        news = dict(self._recorder.journal.news())
        self._verdict.recorded += len(news)
        self._waiting.update(news)
        return max(self._waiting, default=self._compared_to)

    def compare(self, connection: psycopg.Connection, up_to: int) -> None:
        """Judges every record up to that one; those that returned later are left for the next time."""
        expected = {seq: reading for seq, reading in self._waiting.items() if seq <= up_to}
        since_us = min((reading.captured_us for reading in expected.values()), default=0) - _MARGIN_US
        stored: dict[int, Reading] = {}
        for seq, reading in self._rows(connection, max(0, since_us)):
            if seq in stored:
                self._count("duplicated", f"record {seq} is there twice")
            if seq <= up_to:
                stored[seq] = reading
        self._found += len(stored)
        self._early.update({seq: stored.pop(seq) for seq in stored.keys() - expected.keys()})
        given_up = list(connection.execute(_GAPS, (self._recorder.name,)))
        for seq, meant in expected.items():
            del self._waiting[seq]
            found = stored.get(seq) or self._early.pop(seq, None)
            if found is not None and not _same(found, meant):
                self._count("altered", f"record {seq} is {found}, not {meant}")
            elif found is None and any(first <= seq <= last for first, last in given_up):
                self._verdict.reported_as_lost += 1
            elif found is None:
                self._count("lost", f"record {seq} is lost: {meant}")
        self._compared_to = max(self._compared_to, up_to)

    def close(self, connection: psycopg.Connection) -> None:
        """Judges the whole, when all was compared and nothing is recorded any more."""
        tried = {
            (reading.metric, reading.captured_us): reading
            for attempt in self._recorder.journal.unanswered
            for reading in attempt.readings()
        }
        for seq, found in self._early.items():
            meant = tried.get((found.metric, found.captured_us))
            if meant is not None and _same(found, meant):
                self._verdict.unanswered += 1
            else:
                self._count("invented", f"record {seq} is {found}, which nobody recorded")
        ((rows, records),) = connection.execute(_COUNTS, (self._recorder.name,)).fetchall()
        if rows > records:
            self._count("duplicated", f"{rows - records} rows repeat a record", rows - records)
        if records < self._found:
            self._count("lost", f"{self._found - records} rows were there, and are no more", self._found - records)

    def _rows(self, connection: psycopg.Connection, since_us: int) -> list[tuple[int, Reading]]:
        rows: Iterable[tuple[Any, ...]] = connection.execute(
            _ROWS, (self._recorder.name, self._compared_to, since_us), binary=True
        )
        return [(seq, Reading(metric, int(at_us), _value(values))) for seq, metric, at_us, *values in rows]

    def _count(self, kind: str, example: str, by: int = 1) -> None:
        self._verdict.count(kind, f"{self._recorder.name}: {example}", by)


def _value(values: list[Value]) -> Value:
    return next((value for value in values if value is not None), None)


def _same(found: Reading, meant: Reading) -> bool:
    return found == meant and type(found.value) is type(meant.value)
