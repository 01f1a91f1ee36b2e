"""What an operator may see of what was lost: every stated loss, and the records that the hub refused."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import NamedTuple

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.outbox.gaps import ACKNOWLEDGED


@dataclass(frozen=True, slots=True)
class Loss:
    """Records that the hub will never get. Without numbers when recording had stopped; `cause` is a number of
    `pb.GapCause`, times are µs since 1970; `acknowledged`: the hub has committed the report."""

    first_seq: int | None
    last_seq: int | None
    cause: int
    count: int
    from_us: int
    to_us: int
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that the hub refused for good at `at_us`. `code` names a `NackCode`; times are µs since 1970."""

    record_seq: int
    metric: str
    captured_us: int
    code: str
    detail: str
    at_us: int


class Lost(NamedTuple):
    """Both, newest first."""

    losses: list[Loss]
    dead_letters: list[DeadLetter]


def newest(database: sqlite3.Connection, limit: int) -> Lost:
    """At most `limit` of each, the newest."""
    return Lost(_losses(database, limit), _dead_letters(database, limit))


def _losses(database: sqlite3.Connection, limit: int) -> list[Loss]:
    found = database.execute(
        "SELECT first_seq, last_seq, cause, count, from_us, to_us, reported FROM gaps ORDER BY gap_seq DESC LIMIT ?",
        (limit,),
    )
    return [
        Loss(first, last, cause, count, from_us, to_us, reported == ACKNOWLEDGED)
        for first, last, cause, count, from_us, to_us, reported in found
    ]


def _dead_letters(database: sqlite3.Connection, limit: int) -> list[DeadLetter]:
    names = {number: name.removeprefix("NACK_CODE_") for name, number in pb.NackCode.items()}
    found = database.execute(
        "SELECT record_seq, coalesce(name, ''), captured_us, code, detail, at_us FROM dead_letters "
        "LEFT JOIN metrics ON metrics.id = metric_id ORDER BY record_seq DESC LIMIT ?",
        (limit,),
    )
    return [
        DeadLetter(seq, name, captured_us, names.get(code, str(code)), detail, at_us)
        for seq, name, captured_us, code, detail, at_us in found
    ]
