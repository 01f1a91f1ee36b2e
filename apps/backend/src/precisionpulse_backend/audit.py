"""Who did what, from where, when: one row for each change, with what was before and after (C7). Never secrets."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, insert

from precisionpulse_backend.tables import audit_log


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
    connection.execute(
        insert(audit_log).values(
            actor=actor, address=address, action=action, subject=subject, before=before, after=after
        )
    )
