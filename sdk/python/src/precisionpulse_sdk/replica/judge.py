"""The hub's verdicts on what clients upload."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, select

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ChangeRefusedError, ForbiddenChangeError, InvalidChangeError
from precisionpulse_sdk.replica import logs, wire
from precisionpulse_sdk.replica.access import load_person
from precisionpulse_sdk.replica.commit import commit
from precisionpulse_sdk.replica.tables import verdicts
from precisionpulse_sdk.replica.transaction import Transaction
from precisionpulse_sdk.sync import clock
from precisionpulse_sdk.sync.change import Change, from_message
from precisionpulse_sdk.sync.state import State

_PREFIX = "CHANGE_REFUSAL_CODE_"


def judge(
    tx: Transaction, client: str, changes: Sequence[pb.Change], *, holds_accounts: bool
) -> list[pb.ChangeVerdict]:
    """One verdict for each change, in order. A change that was judged before gets the same one.

    Who the author is, only the client can know: it let him in. Nobody can log in at one that does not hold the
    accounts, so that whatever it says of an author is made up; its changes are refused, and it is not shown what there
    is."""
    return [_judge(tx, client, message) if holds_accounts else _withheld(tx, client, message) for message in changes]


def _withheld(tx: Transaction, client: str, message: pb.Change) -> pb.ChangeVerdict:
    error = ForbiddenChangeError(
        f"{client} does not hold the site's accounts: nobody can log in there, or change anything. An administrator "
        "can allow it, on the client's page."
    )
    try:
        change = from_message(message)
    except InvalidChangeError:
        pass
    else:
        _log(tx, client, change, error, None)
    return _refusal(message, error, None)


def _judge(tx: Transaction, client: str, message: pb.Change) -> pb.ChangeVerdict:
    if len(message.id) != 16:
        return _refusal(message, InvalidChangeError("The change has no sound id."), None)
    row = tx.connection.execute(select(verdicts).where(verdicts.c.change_id == UUID(bytes=message.id))).one_or_none()
    if row is not None and row.client == client:
        verdict = pb.ChangeVerdict(
            change_id=message.id,
            refusal=pb.ChangeRefusalCode.Name(row.refusal),
            text=row.text,
            cursor=row.cursor,
        )
        if row.refusal:
            _add_current(verdict, _present(tx, message))
        return verdict
    if row is not None:
        return _refusal(message, InvalidChangeError("The change's id belongs to another client's change."), None)
    verdict = _decide(tx, client, message)
    tx.connection.execute(
        insert(verdicts).values(
            change_id=UUID(bytes=message.id),
            client=client,
            refusal=verdict.refusal,
            text=verdict.text,
            cursor=verdict.cursor,
            judged_us=tx.wall_us,
        )
    )
    return verdict


def _decide(tx: Transaction, client: str, message: pb.Change) -> pb.ChangeVerdict:
    try:
        change = from_message(message)
    except InvalidChangeError as error:
        return _refusal(message, error, _present(tx, message))
    try:
        if change.at.node != client:
            raise InvalidChangeError("The change was not written at the client that sent it.")
        clock.check_trust(change.at, tx.clock, tx.wall_us)
        tx.observe(change.at)  # what follows from it is later than it
        cursor = commit(tx, change, load_person(tx.connection, change.actor), address=client)
    except ChangeRefusedError as error:
        current = tx.entities.state(change.kind, change.entity_id)
        _log(tx, client, change, error, current)
        return _refusal(message, error, current)
    return pb.ChangeVerdict(change_id=message.id, cursor=cursor)


def _log(tx: Transaction, client: str, change: Change, error: ChangeRefusedError, current: State | None) -> None:
    subject = tx.entities.label(current) or str(change.entity_id)
    logs.log_refusal(tx, change, client=client, code=error.code, text=error.text, subject=subject, current=current)
    logs.audit_change(tx, change, None, None, address=client, verb="refuse")


def _refusal(message: pb.Change, error: ChangeRefusedError, current: State | None) -> pb.ChangeVerdict:
    verdict = pb.ChangeVerdict(change_id=message.id, refusal=_PREFIX + error.code, text=error.text)
    _add_current(verdict, current)
    return verdict


def _add_current(verdict: pb.ChangeVerdict, current: State | None) -> None:
    if current is not None:
        verdict.current.CopyFrom(wire.to_message(current))


def _present(tx: Transaction, message: pb.Change) -> State | None:
    """What there is of the entity that an unsound change is about."""
    kind = wire.kind_or_none(message.entity)
    if kind is None or len(message.entity_id) != 16:
        return None
    return tx.entities.state(kind, UUID(bytes=message.entity_id))
