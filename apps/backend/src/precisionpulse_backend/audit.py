"""Who did what, from where, when: one row for each change that is not an edit of the replica, which writes its own
(C7). Never secrets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import Connection

from precisionpulse_sdk.replica import logs


def record(
    connection: Connection,
    *,
    actor: str,
    address: str,
    action: str,
    subject: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write one row in the caller's transaction, so that no change is without its row. `action` is `resource:verb`."""
    logs.record(
        connection,
        at=dt.datetime.now(dt.UTC),
        actor=actor,
        address=address,
        action=action,
        subject=subject,
        before=before,
        after=after,
    )
