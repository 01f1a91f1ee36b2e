"""`pp decode`: a captured frame as JSON, or exactly what is wrong with it."""

from __future__ import annotations

import base64
import binascii
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.cli.frame_report import FrameReport, Secrets, catalogue_metrics
from precisionpulse_sdk.errors import ConfigurationError
from precisionpulse_sdk.identity import KEY_BYTES, Identity
from precisionpulse_sdk.outbox import OUTBOX_NAME, read_metrics


def decode(
    source: Annotated[str, typer.Argument(help="A file, '-' for stdin, or the frame itself in hex or base64.")],
    identity: Annotated[
        Path | None, typer.Option("--identity", "-i", help="Directory of the client's identity: keys, topic, names.")
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", "-k", help="File with the 32-byte master key: raw, hex or base64.")
    ] = None,
    topic: Annotated[str | None, typer.Option("--topic", "-t", help="The topic that the frame was on.")] = None,
    catalogue: Annotated[
        Path | None, typer.Option("--catalogue", help="File with the serialised catalogue, for names and types.")
    ] = None,
) -> None:
    """Show a captured frame as JSON; exit code 1 and the failed check when it is damaged."""
    payload = read_payload(source)
    metrics: dict[int, pb.Metric] = {}
    secrets = Secrets(any_key=None if key_file is None else read_key(key_file))
    if identity is not None:
        place = identity.expanduser()
        own = Identity.load(place)
        secrets = Secrets(own.keys, secrets.any_key, own.site, own.client)
        metrics = {row.id: pb.Metric(**row._asdict()) for row in read_metrics(place / OUTBOX_NAME)}
    if catalogue is not None:
        metrics = catalogue_metrics(_read(catalogue))
    report = FrameReport(payload, topic, secrets, metrics)
    print(json.dumps(report.shown, indent=2, ensure_ascii=False))
    if report.fault is not None:
        typer.echo(f"pp: {report.fault}", err=True)
        raise typer.Exit(1)


def read_payload(source: str) -> bytes:
    """The bytes that an argument means. Raises `ConfigurationError`."""
    if source == "-":
        return _as_bytes(sys.stdin.buffer.read())
    try:
        is_file = Path(source).is_file()
    except OSError:  # a frame in hex may be too long for a name
        is_file = False
    if is_file:
        return _as_bytes(_read(Path(source)))
    decoded = _from_text(source)
    if decoded is None:
        raise ConfigurationError(f"{source[:60]!r} is neither a file, nor '-', nor hex, nor base64")
    return decoded


def read_key(path: Path) -> bytes:
    """The master key in a file: raw, hex or base64. Raises `ConfigurationError`."""
    content = _read(path)
    if len(content) != KEY_BYTES:
        content = _from_text(content.decode("ascii", "replace")) or b""
    if len(content) != KEY_BYTES:
        raise ConfigurationError(f"{path} does not hold a key of {KEY_BYTES} bytes (raw, hex or base64)")
    return content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} can't be read: {error.strerror}") from error


def _as_bytes(content: bytes) -> bytes:
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError:
        return content
    return _from_text(text) or content


def _from_text(text: str) -> bytes | None:
    compact = "".join(text.split())
    try:
        return bytes.fromhex(compact)
    except ValueError:
        pass
    try:
        return base64.b64decode(compact, validate=True)
    except binascii.Error:
        return None
