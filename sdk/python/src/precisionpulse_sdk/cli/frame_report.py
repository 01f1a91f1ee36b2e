"""What one frame holds, check by check, and at which of them it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import DecodeError, Message

from precisionpulse_sdk import batches, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.channels import BY_TYPE, Channel, message_class, topic_of
from precisionpulse_sdk.cli.wire import WireError, first_fault, regions
from precisionpulse_sdk.config import MAX_FRAME_BYTES, MAX_MESSAGE_BYTES
from precisionpulse_sdk.errors import (
    ContractError,
    MalformedFrameError,
    MalformedMessageError,
    SealError,
    UnknownKeyError,
)
from precisionpulse_sdk.readable import Json, readable
from precisionpulse_sdk.values import ValueType


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is known of the frame's owner. `any_key` serves whatever key id a header names."""

    keys: Mapping[int, bytes] = field(default_factory=dict, repr=False)
    any_key: bytes | None = field(default=None, repr=False)
    site: str = ""
    client: str = ""


class FrameReport:
    """The checks of one frame in their order; `shown` is the readable result, `fault` the first failure or None."""

    def __init__(self, payload: bytes, topic: str | None, secrets: Secrets, metrics: Mapping[int, pb.Metric]) -> None:
        self.shown: Json = {"bytes": len(payload), "checks": {}}
        self.fault: str | None = None
        self._payload = payload
        self._secrets = secrets
        self._metrics = metrics
        try:
            self._run(topic)
        except ContractError as error:
            self.fault = self._explained(error)
            self.shown["checks"][self._check] = f"failed: {self.fault}"
            self.shown["error"] = {"code": error.code, "check": self._check, "text": self.fault}

    def _run(self, given_topic: str | None) -> None:
        self._check = "parse"
        header = self._parse()
        self.shown["header"] = readable(header)
        self._pass()
        self._check = "header"
        channel = BY_TYPE.get(header.type)
        topic = given_topic or self._topic(channel)
        if topic is None:
            self.shown["checks"]["header"] = "not checked: the topic is not known (give --topic or --identity)"
            return
        self.shown["topic"] = topic
        envelope = frame.read_envelope(topic, self._payload, max_frame_bytes=MAX_FRAME_BYTES)
        self.shown["channel"] = envelope.channel.name
        self.shown["message"] = envelope.channel.message
        self._pass()
        key = b""
        if envelope.channel.sealing == pb.SEALING_SEALED:
            self._check = "key"
            if not self._secrets.keys and self._secrets.any_key is None:
                self.shown["checks"]["key"] = "not checked: no key was given (--identity or --key-file)"
                return
            key = self._key(header.key_id)
            self._pass()
        self._check = "seal"
        body = frame.unseal(envelope, topic, key, max_message_bytes=MAX_MESSAGE_BYTES)
        self._pass("clear channel" if not key else "ok")
        self.shown["checks"]["replay"] = "not checked: only the receiver of the session can tell"
        self._check = "message"
        self._open(envelope.channel, body)
        self._pass()

    def _pass(self, verdict: str = "ok") -> None:
        self.shown["checks"][self._check] = verdict

    def _parse(self) -> pb.Header:
        fault = first_fault(pb.Frame, self._payload)
        if fault:
            raise MalformedFrameError(f"the payload is not a frame: {fault}")
        try:
            parsed = pb.Frame.FromString(self._payload)
        except DecodeError:
            raise MalformedFrameError("the payload is not a frame: it does not parse as protobuf") from None
        fault = first_fault(pb.Header, parsed.header)
        if fault:
            raise MalformedFrameError(f"the header ({self._place('header')} of the payload) is damaged: {fault}")
        if not parsed.header:
            raise MalformedFrameError("the payload is not a frame: it has no header")
        return pb.Header.FromString(parsed.header)

    def _topic(self, channel: Channel | None) -> str | None:
        if channel is None or not self._secrets.site:
            return None
        return topic_of(channel, self._secrets.site, self._secrets.client)

    def _key(self, key_id: int) -> bytes:
        key = self._secrets.keys.get(key_id, self._secrets.any_key)
        if key is None:
            raise UnknownKeyError(key_id, tuple(self._secrets.keys))
        return key

    def _open(self, channel: Channel, body: bytes) -> None:
        fault = first_fault(message_class(channel), body)
        if fault:
            raise MalformedMessageError(f"the seal opened, but the body is not a {channel.message}: {fault}")
        message = frame.parse_message(channel, body)
        self.shown["body"] = readable(message)
        if isinstance(message, pb.Batch):
            self._samples(message)

    def _samples(self, batch: pb.Batch) -> None:
        used = {column.metric_id for column in batch.columns}
        if not used <= set(self._metrics):
            return
        content = pb.CatalogueContent(metrics=list(self._metrics.values()))
        batches.check(batch, content, max_records=1 << 30)
        found = sorted(batches.samples(batch, content), key=lambda sample: sample.record_seq)
        self.shown["samples"] = [
            {
                "record_seq": str(sample.record_seq),
                "metric": sample.metric.name,
                "captured_us": str(sample.captured_us),
                "value": _value(ValueType(sample.metric.type), sample.value),
                "unit": sample.metric.unit,
                "quality": sample.quality.name.lower(),
            }
            for sample in found
        ]

    def _explained(self, error: ContractError) -> str:
        if not isinstance(error, SealError):
            return str(error)
        moved = self._moved()
        if moved:
            return f"{error}. It does open on {moved}: the frame was moved"
        return (
            f"{error}. What the seal covers: the topic, the header ({self._place('header')}) and the body "
            f"({self._place('body')}); one of these was changed, or the key is another one"
        )

    def _moved(self) -> str:
        """Another topic of the same client on which the seal opens."""
        parsed = pb.Frame.FromString(self._payload)
        own = self._topic(BY_TYPE.get(pb.Header.FromString(parsed.header).type))
        if own is None or own == self.shown.get("topic"):
            return ""
        try:
            envelope = frame.read_envelope(own, self._payload, max_frame_bytes=MAX_FRAME_BYTES)
            frame.unseal(envelope, own, self._key(envelope.header.key_id), max_message_bytes=MAX_MESSAGE_BYTES)
        except ContractError:
            return ""
        return own

    def _place(self, name: str) -> str:
        try:
            region = regions(pb.Frame, self._payload).get(name)
        except WireError:
            region = None
        return "absent" if region is None else f"bytes {region.start} to {region.end - 1}"


def _value(type_: ValueType, value: Any) -> Any:
    if value is None or type_ is ValueType.BOOL:
        return value
    return str(value)


def catalogue_metrics(data: bytes) -> dict[int, pb.Metric]:
    """The metrics of a serialised `Catalogue` or `CatalogueContent`. Raises `MalformedMessageError`."""
    for kind in (pb.Catalogue, pb.CatalogueContent):
        try:
            parsed: Message = kind.FromString(data)
        except DecodeError:
            continue
        content = parsed
        if isinstance(parsed, pb.Catalogue):
            if not parsed.content:
                continue
            content = batches.open_catalogue(parsed)
        if isinstance(content, pb.CatalogueContent) and content.metrics:
            return {metric.id: metric for metric in content.metrics}
    raise MalformedMessageError("the catalogue is not a serialised Catalogue or CatalogueContent with metrics in it")
