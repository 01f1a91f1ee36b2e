"""The few MQTT 5 packets that a load generator sends and understands, and nothing else of MQTT."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

CONNACK, PUBLISH, PUBACK, SUBACK = 0x20, 0x30, 0x40, 0x90

_CLEAN_START, _WILL_RETAINED_QOS_1 = 0x02, 0x2C


def connect(client_id: str, *, keepalive_s: int, will: tuple[str, bytes]) -> bytes:
    """A clean start with a retained will of QoS 1, as (topic, payload)."""
    flags = _CLEAN_START | _WILL_RETAINED_QOS_1
    variable = _text("MQTT") + bytes([5, flags]) + keepalive_s.to_bytes(2, "big") + b"\0"
    topic, payload = will
    return _packet(0x10, variable + _text(client_id) + b"\0" + _text(topic) + len(payload).to_bytes(2, "big") + payload)


def subscribe(number: int, topics: Sequence[str]) -> bytes:
    """All `topics` with QoS 1."""
    wanted = b"".join(_text(topic) + b"\1" for topic in topics)
    return _packet(0x82, number.to_bytes(2, "big") + b"\0" + wanted)


def publish(encoded_topic: bytes, number: int, payload: bytes, *, retain: bool = False) -> bytes:
    """One message of QoS 1; `encoded_topic` as `topic` makes it."""
    return _packet(0x33 if retain else 0x32, b"".join((encoded_topic, number.to_bytes(2, "big"), b"\0", payload)))


def topic(name: str) -> bytes:
    """A topic as `publish` takes it."""
    return _text(name)


def puback(number: bytes) -> bytes:
    """The answer to a message with these two bytes as its number."""
    return b"\x40\x02" + number


PING = b"\xc0\0"


class Received(bytearray):
    """What came from the socket and is not yet read."""

    def packets(self) -> Iterator[tuple[int, bytes]]:
        """Take out every whole packet: its first byte and what follows the length."""
        at = 0
        while len(self) - at >= 2:
            length, shift, head = 0, 0, at + 1
            while head < len(self):
                byte = self[head]
                head += 1
                length |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
            else:
                break
            if len(self) < head + length:
                break
            yield self[at], bytes(self[head : head + length])
            at = head + length
        del self[:at]


def message(first: int, packet: bytes) -> tuple[str, bytes, bytes]:
    """Topic, number (two bytes, none for QoS 0) and payload of a PUBLISH packet."""
    end = 2 + int.from_bytes(packet[:2], "big")
    name = packet[2:end].decode()
    number = packet[end : end + 2] if first & 0x06 else b""
    end += len(number)
    return name, number, packet[end + 1 + packet[end] :]


def _packet(first: int, content: bytes) -> bytes:
    length, head = len(content), bytearray((first,))
    while length > 0x7F:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    head.append(length)
    return bytes(head) + content


def _text(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(2, "big") + encoded
