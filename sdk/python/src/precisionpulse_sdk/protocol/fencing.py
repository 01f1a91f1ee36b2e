"""Which of several copies of a client may speak: the rules that every `HubStore.begin_session` keeps (PP-CL-1)."""

from __future__ import annotations

from precisionpulse_sdk.errors import FencedError, StaleEpochError
from precisionpulse_sdk.protocol.store import OpenSession
from precisionpulse_sdk.ranges import RangeSet


def check_order(present: OpenSession | None, new: OpenSession) -> None:
    """Whether `new`, which is not the present session, may take its place.

    Raises `StaleEpochError` for an epoch below the present one, `FencedError` for the same one."""
    if present is None or new.epoch > present.epoch:
        return
    if new.epoch < present.epoch:
        raise StaleEpochError(f"epoch {new.epoch} is over: epoch {present.epoch} was seen. Connect again")
    raise FencedError("another copy of this client's database is connected: enrol this one again")


def check_not_rolled_back(last_record_seq: int, accounted: RangeSet) -> None:
    """Whether a client whose newest record is `last_record_seq` can have recorded all that is `accounted` for.

    Raises `FencedError`."""
    if last_record_seq < accounted.last:
        raise FencedError(
            f"the client's database was rolled back: it ends at record {last_record_seq}, the hub has "
            f"{accounted.last}. Enrol it again"
        )
