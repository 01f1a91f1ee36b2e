"""Enrolment at the hub: codes that are issued, used once or run out, and what a client gets for one (PP-FR-3)."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from sqlalchemy import Connection, Engine, RowMapping, func, select, update
from sqlalchemy.dialects.postgresql import insert

from precisionpulse_backend import audit
from precisionpulse_backend.certificates import SiteAuthority
from precisionpulse_backend.errors import ConflictError, NotFoundError
from precisionpulse_backend.keyring import Keyring
from precisionpulse_backend.tables import client_keys, clients, enrolment_codes
from precisionpulse_sdk import enrolment
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.channels import check_name
from precisionpulse_sdk.enrolment import VerifiedRequest
from precisionpulse_sdk.errors import EnrolmentError

DEFAULT_VALID_S = 3600
MAX_VALID_S = 7 * 86_400
MAX_ATTEMPTS = 10
"""Wrong proofs for one code, after which it is dead."""

_CODES = enrolment_codes.c


class NewCode(NamedTuple):
    """A code that was issued: shown once, never stored."""

    id: uuid.UUID
    code: str
    client: str
    expires_at: dt.datetime
    holds_accounts: bool


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where clients connect."""

    host: str
    port: int


class EnrolmentCodes:
    """Issues, lists and withdraws codes."""

    def __init__(self, engine: Engine, keyring: Keyring, ca_certificate: x509.Certificate) -> None:
        self._engine = engine
        self._keyring = keyring
        self._ca_der = ca_certificate.public_bytes(serialization.Encoding.DER)

    def issue(
        self, client: str, *, holds_accounts: bool = False, valid_for_s: int, actor: str, address: str
    ) -> NewCode:
        """A new code for `client`, which will hold the site's accounts or configuration only. Raises
        `ConfigurationError` for an id that can't be one."""
        check_name(client, "the client's id")
        issued = enrolment.issue_code(self._ca_der)
        expires_at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=valid_for_s)
        new = NewCode(uuid.uuid4(), issued.text, client, expires_at, holds_accounts)
        with self._engine.begin() as connection:
            connection.execute(
                insert(enrolment_codes).values(
                    id=new.id,
                    client=client,
                    lookup=issued.lookup,
                    wrapped_binding=self._keyring.wrap_binding(issued.lookup, issued.binding),
                    created_by=actor,
                    expires_at=expires_at,
                    holds_accounts=holds_accounts,
                )
            )
            after = {"expires": expires_at.isoformat(), "holds_accounts": holds_accounts}
            audit.record(
                connection, actor=actor, address=address, action="enrolment:create", subject=client, after=after
            )
        return new

    def all(self) -> list[RowMapping]:
        """The codes of the last thirty days, newest first, without what is secret in them."""
        shown = (_CODES.id, _CODES.client, _CODES.created_by, _CODES.created_at, _CODES.expires_at)
        statement = (
            select(*shown, _CODES.used_at, _CODES.withdrawn_at, _CODES.holds_accounts)
            .where(_CODES.created_at > dt.datetime.now(dt.UTC) - dt.timedelta(days=30))
            .order_by(_CODES.created_at.desc())
        )
        with self._engine.connect() as connection:
            return list(connection.execute(statement).mappings())

    def withdraw(self, id_: uuid.UUID, *, may_touch: Callable[[str], bool], actor: str, address: str) -> None:
        """Make a code useless, if it is for a client that one `may_touch`. Raises `NotFoundError`, or `ConflictError`
        when it was used."""
        now = dt.datetime.now(dt.UTC)
        with self._engine.begin() as connection:
            row = connection.execute(
                select(_CODES.client, _CODES.used_at).where(_CODES.id == id_).with_for_update()
            ).first()
            if row is None or not may_touch(row.client):
                raise NotFoundError("There is no such enrolment code.")
            if row.used_at is not None:
                raise ConflictError("The code was used already. Revoke the client instead.")
            connection.execute(
                update(enrolment_codes).where(_CODES.id == id_, _CODES.withdrawn_at.is_(None)).values(withdrawn_at=now)
            )
            audit.record(connection, actor=actor, address=address, action="enrolment:withdraw", subject=row.client)


class Enrolments:
    """Turns requests into grants."""

    def __init__(
        self, engine: Engine, keyring: Keyring, authority: SiteAuthority, site: str, broker: BrokerAddress
    ) -> None:
        self.codes = EnrolmentCodes(engine, keyring, authority.certificate)
        self.authority = authority
        self._engine = engine
        self._keyring = keyring
        self._site = site
        self._broker = broker

    def enrol(self, body: bytes, *, address: str) -> pb.EnrolmentGrant:
        """The grant for a serialised request. Raises `EnrolmentError`: nothing was changed then."""
        request = enrolment.parse_request(body)
        code = self._find(request.code_lookup)
        if code is None:
            enrolment.verify_request(request, os.urandom(32))
            raise EnrolmentError("INVALID", "no such enrolment code: ask an administrator for a new one")
        binding = self._keyring.unwrap_binding(bytes(code["lookup"]), bytes(code["wrapped_binding"]))
        try:
            verified = enrolment.verify_request(request, binding)
        except EnrolmentError:
            self._count_attempt(code["id"])
            raise
        client: str = code["client"]
        certificate = enrolment.sign_certificate(
            verified, client, ca_certificate=self.authority.certificate, ca_key=self.authority.key
        )
        master_key = os.urandom(32)
        with self._engine.begin() as connection:
            _use_code(connection, code["id"])
            key_id = self._replace_key(connection, client, master_key, verified, code["holds_accounts"])
            audit.record(
                connection,
                actor=client,
                address=address,
                action="client:enrol",
                subject=client,
                after={
                    "key_id": key_id,
                    "certificate": f"{certificate.serial_number:x}",
                    "holds_accounts": code["holds_accounts"],
                },
            )
        return enrolment.seal_grant(
            verified,
            binding,
            client=client,
            site=self._site,
            certificate=certificate,
            ca_certificates=[self.authority.certificate, *self.authority.others],
            broker_host=self._broker.host,
            broker_port=self._broker.port,
            key_id=key_id,
            master_key=master_key,
            hub_public_key=self._keyring.hub_private_key.public_key().public_bytes_raw(),
        )

    def _find(self, lookup: bytes) -> RowMapping | None:
        statement = select(enrolment_codes).where(
            _CODES.lookup == lookup, _CODES.withdrawn_at.is_(None), _CODES.attempts < MAX_ATTEMPTS
        )
        with self._engine.connect() as connection:
            return connection.execute(statement).mappings().one_or_none()

    def _count_attempt(self, id_: uuid.UUID) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                update(enrolment_codes).where(_CODES.id == id_).values(attempts=enrolment_codes.c.attempts + 1)
            )

    def _replace_key(
        self, connection: Connection, client: str, master_key: bytes, verified: VerifiedRequest, holds_accounts: bool
    ) -> int:
        """Whatever went before under this id is over: its keys, its session, its revocation."""
        now = dt.datetime.now(dt.UTC)
        fresh: dict[str, Any] = {
            "sdk_name": verified.sdk_name.replace("\x00", ""),
            "sdk_version": verified.sdk_version.replace("\x00", ""),
            "enrolled_at": now,
            "revoked_at": None,
            "install_id": verified.install_id,
            "epoch": 0,
            "salt": None,
            "holds_accounts": holds_accounts,
        }
        statement = insert(clients).values(client=client, **fresh)
        connection.execute(statement.on_conflict_do_update(index_elements=[clients.c.client], set_=fresh))
        connection.execute(
            update(client_keys)
            .where(client_keys.c.client == client, client_keys.c.retired_at.is_(None))
            .values(retired_at=now)
        )
        last = connection.scalar(select(func.max(client_keys.c.key_id)).where(client_keys.c.client == client))
        key_id = (last or 0) + 1
        wrapped = self._keyring.wrap_master_key(client, key_id, master_key)
        connection.execute(insert(client_keys).values(client=client, key_id=key_id, wrapped=wrapped))
        return key_id


def _use_code(connection: Connection, id_: uuid.UUID) -> None:
    """Take the code, once. Raises `EnrolmentError` when it was used, withdrawn or has run out."""
    now = dt.datetime.now(dt.UTC)
    taken = connection.execute(
        update(enrolment_codes)
        .where(_CODES.id == id_, _CODES.used_at.is_(None), _CODES.withdrawn_at.is_(None), _CODES.expires_at > now)
        .values(used_at=now)
    )
    if taken.rowcount == 1:
        return
    used_at = connection.scalar(select(_CODES.used_at).where(_CODES.id == id_))
    if used_at is not None:
        raise EnrolmentError("USED", "this enrolment code was used before: ask an administrator for a new one")
    raise EnrolmentError("EXPIRED", "this enrolment code has run out: ask an administrator for a new one")
