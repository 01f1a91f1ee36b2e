"""`pp doctor`: from the identity's file to the hub's answer, the first thing that is wrong and what to do about it."""

from __future__ import annotations

import datetime as dt
import queue
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from precisionpulse_sdk.cli.options import DEFAULT_DIRECTORY, Directory
from precisionpulse_sdk.client import Client
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.errors import (
    CertificateError,
    ConfigurationError,
    ConnectionFailedError,
    OutboxBusyError,
    PrecisionPulseError,
)
from precisionpulse_sdk.events import LinkState
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.outbox import OUTBOX_NAME, Outbox
from precisionpulse_sdk.transport.tls import Credentials, connect_error, tls_context

_SOON = dt.timedelta(days=30)


class Finding(NamedTuple):
    """One check: what was looked at, whether it is well, and what was found or is to be done."""

    check: str
    ok: bool
    text: str


def doctor(
    directory: Directory = DEFAULT_DIRECTORY,
    timeout_s: Annotated[float, typer.Option("--timeout", min=1, help="Seconds for each step on the network.")] = 10.0,
) -> None:
    """Check identity, certificate, name, network, TLS, broker and hub, one after the other."""
    failed = False
    for finding in examine(directory.expanduser(), timeout_s):
        mark = typer.style("ok    ", fg="green") if finding.ok else typer.style("failed", fg="red")
        typer.echo(f"{mark}  {finding.check}: {finding.text}")
        failed = failed or not finding.ok
    if failed:
        raise typer.Exit(1)


def examine(directory: Path, timeout_s: float) -> Iterator[Finding]:
    """The findings in order; ends at the first that makes the rest pointless."""
    try:
        identity = Identity.load(directory)
    except ConfigurationError as error:
        yield Finding("identity", False, str(error))
        return
    yield Finding("identity", True, f"client {identity.client} of site {identity.site}, keys {sorted(identity.keys)}")
    credentials = Credentials(identity.ca_pem, identity.certificate_pem, identity.private_key_pem)
    checks: list[tuple[str, Callable[[], str]]] = [
        ("certificate", lambda: _certificate(identity)),
        ("outbox", lambda: _outbox(directory)),
        ("name", lambda: _name(identity)),
        ("network", lambda: _network(identity, timeout_s)),
        ("TLS", lambda: _tls(identity, credentials, timeout_s)),
        ("broker and hub", lambda: _hub(directory, timeout_s)),
    ]
    for name, check in checks:
        try:
            yield Finding(name, True, check())
        except OutboxBusyError as error:
            # A second connection would throw the running client off the broker.
            yield Finding("outbox", False, f"{error}; broker and hub can't be tried while it runs")
            return
        except PrecisionPulseError as error:
            yield Finding(name, False, str(error))
            if name in ("name", "network", "TLS"):
                return


def _certificate(identity: Identity) -> str:
    try:
        certificate = x509.load_pem_x509_certificate(identity.certificate_pem)
        key = serialization.load_pem_private_key(identity.private_key_pem, None)
    except (ValueError, TypeError) as error:
        raise CertificateError("the identity's certificate or key does not parse: enrol again") from error
    if certificate.public_key() != key.public_key():
        raise CertificateError("the identity's key does not belong to its certificate: enrol again")
    now, ends = dt.datetime.now(dt.UTC), certificate.not_valid_after_utc
    if ends < now:
        raise CertificateError(f"expired on {ends:%Y-%m-%d}: enrol again (or this computer's clock is wrong)")
    if certificate.not_valid_before_utc > now:
        raise CertificateError(
            f"not valid before {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC: check the clock"
        )
    return f"valid until {ends:%Y-%m-%d}" + (": enrol again soon" if ends - now < _SOON else "")


def _outbox(directory: Path) -> str:
    outbox = Outbox(directory / OUTBOX_NAME)
    stats = outbox.stats()
    outbox.close()
    more = (
        f", {stats.dropped} dropped, {stats.dead_letters} dead letters" if stats.dropped or stats.dead_letters else ""
    )
    return f"{stats.depth} records wait, the newest has number {stats.last_record_seq}{more}"


def _name(identity: Identity) -> str:
    try:
        found = socket.getaddrinfo(identity.broker_host, identity.broker_port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ConnectionFailedError(
            f"{identity.broker_host} does not resolve ({error.strerror}): check the name service and the network"
        ) from error
    return f"{identity.broker_host} is {', '.join(dict.fromkeys(str(entry[4][0]) for entry in found))}"


def _network(identity: Identity, timeout_s: float) -> str:
    started_s = time.monotonic()
    address = (identity.broker_host, identity.broker_port)
    try:
        socket.create_connection(address, timeout_s).close()
    except OSError as error:
        raise connect_error(error, *address, Credentials(b"", b"", b"")) from error
    return f"port {identity.broker_port} answers after {(time.monotonic() - started_s) * 1000:.1f} ms"


def _tls(identity: Identity, credentials: Credentials, timeout_s: float) -> str:
    address = (identity.broker_host, identity.broker_port)
    context = tls_context(credentials)
    try:
        with (
            socket.create_connection(address, timeout_s) as plain,
            context.wrap_socket(plain, server_hostname=identity.broker_host) as secured,
        ):
            certificate = secured.getpeercert() or {}
            ends = ssl.cert_time_to_seconds(str(certificate["notAfter"]))
            ends_on = dt.datetime.fromtimestamp(ends, dt.UTC)
            return f"{secured.version()}; the broker's certificate is valid until {ends_on:%Y-%m-%d}"
    except OSError as error:
        raise connect_error(error, *address, credentials) from error


def _hub(directory: Path, timeout_s: float) -> str:
    told: queue.SimpleQueue[LinkState] = queue.SimpleQueue()
    with Client.open(directory, config=ClientConfig(sdk_name="pp doctor")) as client:
        client.subscribe(lambda _: told.put(client.stats().link))
        end_s = time.monotonic() + timeout_s
        while time.monotonic() < end_s:
            stats = client.stats()
            if stats.link in (LinkState.ONLINE, LinkState.FLUSHING):
                return f"the hub answers in epoch {stats.epoch}"
            if stats.link in (LinkState.REFUSED, LinkState.CERTIFICATE_PROBLEM):
                raise ConnectionFailedError(stats.link_detail)
            try:
                told.get(timeout=max(0.01, min(0.2, end_s - time.monotonic())))
            except queue.Empty:
                continue
        detail = f": {stats.link_detail}" if stats.link_detail else ""
        raise ConnectionFailedError(
            f"no answer from the hub within {timeout_s:g} s (link {stats.link.value}{detail}): does its ingest run?"
        )
