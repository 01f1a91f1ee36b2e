"""The golden vectors: bytes in, meaning out, and back. `python tests/conformance/vectors.py` writes them; a test holds
the files against this source, and every language reads the files (A7)."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf import json_format
from google.protobuf.message import Message

from precisionpulse_sdk import batches, channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.keys import frame_key
from precisionpulse_sdk.values import INT64_MAX, INT64_MIN, ValueType

DIRECTORY = Path(__file__).parent / "vectors"

KEY = bytes(range(32))
SALT = bytes(range(100, 116))
SESSION = bytes(range(200, 216))
INSTALL = bytes(range(1, 17))
ID = bytes(range(50, 66))
UINT64_MAX = (1 << 64) - 1
SITE, CLIENT = "main", "press-7"

CATALOGUE = batches.catalogue_of(
    [
        pb.Metric(id=1, name="parts", type=pb.VALUE_TYPE_INT64, unit="1", description="Teile — 部品"),
        pb.Metric(id=2, name="temperature", type=pb.VALUE_TYPE_DOUBLE, unit="Cel", interval_ms=1000),
        pb.Metric(id=3, name="price", type=pb.VALUE_TYPE_DECIMAL, unit="EUR", scale=4),
        pb.Metric(id=4, name="door", type=pb.VALUE_TYPE_BOOL),
        pb.Metric(id=5, name="old", type=pb.VALUE_TYPE_DECIMAL, scale=38, retired=True),
    ],
    INSTALL,
)
TYPES = {
    1: ValueType.INT64,
    2: ValueType.DOUBLE,
    3: ValueType.DECIMAL,
    4: ValueType.BOOL,
    5: ValueType.DECIMAL,
}
LIVE, STALE, BAD = pb.QUALITY_LIVE, pb.QUALITY_STALE, pb.QUALITY_BAD
AT = 1_790_000_000_000_000


def _batch(*rows: tuple[int, int, int, int, int | float | None], mark: int | None = None) -> pb.Batch:
    return batches.pack(
        [
            batches.Row(seq, metric, at, quality, pb.CLOCK_STATE_SYNCHRONISED, value)
            for seq, metric, at, quality, value in rows
        ],
        TYPES,
        install_id=INSTALL,
        catalogue_id=CATALOGUE.id,
        flush_mark=mark,
    )


BATCHES = {
    "one of each type": _batch(
        (1, 1, AT, LIVE, 42), (2, 2, AT, LIVE, 21.5), (3, 3, AT, LIVE, 1234567), (4, 4, AT, LIVE, 1)
    ),
    "64-bit extremes": _batch(
        (7, 1, AT, LIVE, INT64_MIN), (8, 1, AT + 1, LIVE, INT64_MAX), (9, 1, AT + 2, LIVE, 0), (10, 1, AT + 3, LIVE, -1)
    ),
    "doubles at their edges": _batch(
        (1, 2, AT, LIVE, float("nan")),
        (2, 2, AT, LIVE, float("inf")),
        (3, 2, AT, LIVE, float("-inf")),
        (4, 2, AT, LIVE, -0.0),
        (5, 2, AT, LIVE, 5e-324),
        (6, 2, AT, LIVE, 1.7976931348623157e308),
        (7, 2, AT, LIVE, 0.1),
    ),
    "decimals that fit 64 bits": _batch(
        (1, 3, AT, LIVE, INT64_MAX), (2, 3, AT, LIVE, INT64_MIN), (3, 3, AT, LIVE, 0), (4, 3, AT, LIVE, -5)
    ),
    "decimals that do not": _batch(
        (1, 3, AT, LIVE, 10**30), (2, 3, AT, LIVE, -(10**30)), (3, 3, AT, LIVE, 0), (4, 5, AT, LIVE, 2**511 - 1)
    ),
    "false, zero and absent": _batch(
        (1, 4, AT, LIVE, 0), (2, 4, AT, LIVE, None), (3, 1, AT, LIVE, 0), (4, 1, AT, LIVE, None), (5, 3, AT, LIVE, None)
    ),
    "qualities, and a clock set back": _batch(
        (1, 2, AT, LIVE, 1.0), (2, 2, AT - 86_400_000_000, STALE, 1.0), (3, 2, AT + 5, BAD, 2.0)
    ),
    "numbers with holes": _batch((10, 1, AT, LIVE, 1), (20, 2, AT, LIVE, 2.0), (21, 1, AT, LIVE, 3), mark=99),
    "the last record number": _batch((2**63 - 2, 1, AT, LIVE, 1)),
}

_HYBRID = pb.HybridTime(wall_us=AT, logical=7, node="hub")
_USER = pb.User(
    username="ada", display_name="Ada", password_hash="$argon2id$v=19$…", enabled=True, session_generation=3
)
_RANGE = pb.RecordRange(first=1, last=UINT64_MAX)
_CHANGE = pb.Change(
    id=ID,
    entity_id=INSTALL,
    incarnation=1,
    op=pb.CHANGE_OP_SET,
    base_version=4,
    at=_HYBRID,
    actor_id=ID,
    fields=["enabled", "display_name"],
    entity=pb.Entity(user=_USER),
)
_COMMAND = pb.Command(id=ID, issued_us=AT, expires_us=AT + 3_600_000_000, actor="ada")
_COMMAND.body.Pack(pb.SetInterval(metric="temperature", interval_ms=250))
_STATE = pb.EntityState(
    entity_id=INSTALL,
    incarnation=2,
    version=9,
    entity=pb.Entity(user=_USER),
    field_times=[pb.FieldTime(field="enabled", at=_HYBRID)],
    deleted_at=_HYBRID,
)
_HEARTBEAT = pb.Heartbeat(
    number=1,
    phase=pb.LINK_PHASE_FALLING_BEHIND,
    queued_records=UINT64_MAX,
    oldest_captured_us=0,
    drain_per_s=0.0,
    clock_offset_us=INT64_MIN,
    round_trip_us=0,
)

MESSAGES: dict[str, Message] = {
    "hello": pb.Hello(
        majors=[1, 2],
        minor=3,
        capabilities=["deflate"],
        install_id=INSTALL,
        epoch=UINT64_MAX,
        sdk_name="x",
        last_record_seq=5,
    ),
    "hello, all absent": pb.Hello(),
    "welcome": pb.Welcome(
        major=1,
        key_ids=[2, 1],
        hub_time_us=AT,
        limits=pb.Limits(max_frame_bytes=1, max_message_bytes=2, max_batch_records=3, max_batches_in_flight=4),
        committed=[_RANGE],
        catalogue_id=CATALOGUE.id,
    ),
    "refusal": pb.Refusal(
        code=pb.REFUSAL_CODE_UNKNOWN_KEY,
        text="key id 3 is not accepted",
        accepted_key_ids=[1, 2],
        refused_sequence=UINT64_MAX,
    ),
    "presence": pb.Presence(state=pb.PRESENCE_STATE_GONE, epoch=7),
    "heartbeat": _HEARTBEAT,
    "heartbeat reply": pb.HeartbeatReply(number=1, client_sent_us=AT, hub_received_us=AT, hub_sent_us=AT, credit=0),
    "catalogue": CATALOGUE,
    "catalogue request": pb.CatalogueRequest(catalogue_id=CATALOGUE.id),
    "gap report": pb.GapReport(
        install_id=INSTALL, gaps=[pb.Gap(range=_RANGE, cause=pb.GAP_CAUSE_BUFFER_BOUND, count=UINT64_MAX, gap_seq=1)]
    ),
    "ack": pb.Ack(
        install_id=INSTALL,
        ranges=[pb.RecordRange(first=1, last=1), _RANGE],
        nacks=[pb.Nack(range=_RANGE, code=pb.NACK_CODE_OVERLOADED, retryable=True, detail="slower")],
        gap_seqs=[1, UINT64_MAX],
        credit=0,
    ),
    "ack query": pb.AckQuery(install_id=INSTALL, range=_RANGE),
    "committed": pb.Committed(
        client=CLIENT, install_id=INSTALL, ranges=[_RANGE], complete_to=UINT64_MAX, committed_us=AT
    ),
    "client changed": pb.ClientChanged(client=CLIENT),
    "replica advanced": pb.ReplicaAdvanced(cursor=UINT64_MAX),
    "command changed": pb.CommandChanged(client=CLIENT, command_id=ID),
    "live snapshot": pb.LiveSnapshot(
        hub_time_us=AT,
        clients=[
            pb.ClientSnapshot(client=CLIENT, heartbeat=_HEARTBEAT, latest=BATCHES["one of each type"], room_seq=9)
        ],
    ),
    "command": _COMMAND,
    "command status": pb.CommandStatus(id=ID, phase=pb.COMMAND_PHASE_PROGRESS, progress=0.0, at_us=AT),
    "command status ack": pb.CommandStatusAck(id=ID, phase=pb.COMMAND_PHASE_SUCCEEDED),
    "command cancel": pb.CommandCancel(id=ID, actor="ada"),
    "force sync": pb.ForceSync(),
    "update config": pb.UpdateConfig(revision=0),
    "set interval": pb.SetInterval(metric="temperature", interval_ms=250),
    "start stream": pb.StartStream(metric="temperature"),
    "stop stream": pb.StopStream(),
    "ping": pb.Ping(),
    "collect diagnostics": pb.CollectDiagnostics(),
    "diagnostics": pb.Diagnostics(versions={"sdk": "1.0.0"}, events=["started"]),
    "settings": pb.ClientSettings(
        interval_ms=1000,
        enabled_metrics=["parts"],
        buffer_max_records=UINT64_MAX,
        buffer_policy=pb.BUFFER_POLICY_DROP_OLDEST,
    ),
    "change upload": pb.ChangeUpload(changes=[_CHANGE]),
    "verdicts": pb.ChangeVerdicts(
        verdicts=[
            pb.ChangeVerdict(change_id=ID, refusal=pb.CHANGE_REFUSAL_CODE_LAST_ADMINISTRATOR, text="no", current=_STATE)
        ]
    ),
    "feed": pb.ChangeFeed(
        after_cursor=1, changes=[pb.CommittedChange(cursor=2, change=_CHANGE)], latest_cursor=UINT64_MAX
    ),
    "feed request": pb.FeedRequest(after_cursor=UINT64_MAX),
    "snapshot chunk": pb.SnapshotChunk(snapshot_id=ID, count=1, cursor=3, entities=[_STATE], valid_until_us=AT),
    "role": pb.Role(name="operator", built_in=True),
    "permission": pb.Permission(name="client:read"),
    "role grant": pb.RoleGrant(user_id=ID, role_id=INSTALL, client=CLIENT),
    "permission grant": pb.PermissionGrant(role_id=ID, permission_id=INSTALL),
    "configuration value, zero": pb.ConfigValue(key="interval_ms", int64_value=0),
    "configuration value, least": pb.ConfigValue(key="x.Y.z", client=CLIENT, int64_value=INT64_MIN),
    "configuration value, empty list": pb.ConfigValue(key="enabled_metrics", list_value=pb.StringList()),
    "configuration value, unset": pb.ConfigValue(key="interval_ms"),
    "enrolment request": pb.EnrolmentRequest(
        code_lookup=ID, certificate_request=b"\x30\x00", hpke_public_key=KEY, install_id=INSTALL, proof=KEY
    ),
    "enrolment grant": pb.EnrolmentGrant(
        client=CLIENT, site=SITE, certificate=b"\x30", ca_certificates=[b"\x30"], broker_host="::1", broker_port=8883
    ),
    "enrolment refusal": pb.EnrolmentRefusal(code=pb.ENROLMENT_REFUSAL_CODE_EXPIRED, text="the code's time is over"),
    "sealed key": pb.SealedKey(key_id=1, master_key=KEY),
    "key update": pb.KeyUpdate(sealed_key=KEY, old_key_until_us=AT),
    "key accepted": pb.KeyAccepted(key_id=2),
    **{f"batch: {name}": batch for name, batch in BATCHES.items() if "edges" not in name},
}


def message_vectors() -> Iterator[dict[str, Any]]:
    """A message of every type and extreme: its bytes and its protobuf JSON."""
    for name, message in MESSAGES.items():
        yield {
            "name": name,
            "type": message.DESCRIPTOR.full_name,
            "hex": message.SerializeToString(deterministic=True).hex(),
            "json": json_format.MessageToDict(message),
        }


def sample_vectors() -> Iterator[dict[str, Any]]:
    """Batches and the readings in them; values as text, so that no reader can round them."""
    content = batches.open_catalogue(CATALOGUE)
    for name, batch in BATCHES.items():
        yield {
            "name": name,
            "batch": batch.SerializeToString(deterministic=True).hex(),
            "catalogue": CATALOGUE.content.hex(),
            "samples": [
                {
                    "record_seq": str(sample.record_seq),
                    "metric": sample.metric.name,
                    "captured_us": str(sample.captured_us),
                    "value": _text(sample.value),
                    "quality": pb.Quality.Name(sample.quality),
                }
                for sample in batches.samples(batch, content)
            ],
        }


def frame_vectors() -> Iterator[dict[str, Any]]:
    """Frames as sealed, with the key; and what is inside."""
    batch = BATCHES["one of each type"]
    large = _batch(*[(seq, 2, AT + seq * 1000, LIVE, seq / 8) for seq in range(1, 101)], mark=100)
    for name, channel, message, compress in [
        ("live", channels.LIVE, batch, False),
        ("history, deflated", channels.HISTORY, large, True),
        ("hello", channels.HELLO, MESSAGES["hello"], False),
        ("ack", channels.ACK, MESSAGES["ack"], False),
        ("committed", channels.COMMITTED, MESSAGES["committed"], False),
    ]:
        topic = channels.topic_of(channel, SITE, CLIENT)
        payload = _sealer(channel).seal(channel, topic, message, sent_us=AT, compress=compress, sequence=UINT64_MAX - 1)
        yield _frame(name, topic, payload, channel, message)
    topic = channels.topic_of(channels.REFUSAL, SITE, CLIENT)
    refusal = MESSAGES["refusal"]
    payload = frame.clear_frame(channels.REFUSAL, refusal, epoch=7, sent_us=AT, bound_salt=SESSION)
    yield _frame("refusal, clear", topic, payload, channels.REFUSAL, refusal)


def damaged_vectors() -> Iterator[dict[str, Any]]:
    """Frames that must not open, with the code of the error."""
    topic = channels.topic_of(channels.LIVE, SITE, CLIENT)
    other = channels.topic_of(channels.LIVE, SITE, "press-8")
    batch = BATCHES["one of each type"]
    good = _sealer(channels.LIVE).seal(channels.LIVE, topic, batch, sent_us=AT)
    whole = pb.Frame.FromString(good)

    def changed(change: Callable[[pb.Header], None], body: bytes = whole.body) -> bytes:
        header = pb.Header.FromString(whole.header)
        change(header)
        return pb.Frame(header=header.SerializeToString(), body=body).SerializeToString()

    def resealed(body: bytes, compression: pb.Compression) -> bytes:
        header = pb.Header.FromString(whole.header)
        header.compression = compression
        header_bytes = header.SerializeToString()
        key = frame_key(KEY, salt=SALT, bound_salt=b"", direction="up", epoch=7)
        nonce = header.stream.to_bytes(4, "big") + header.sequence.to_bytes(8, "big")
        sealed = AESGCM(key).encrypt(nonce, body, frame.associated_data(topic, header_bytes))
        return pb.Frame(header=header_bytes, body=sealed).SerializeToString()

    down = channels.topic_of(channels.ACK, SITE, CLIENT)

    def downlink(bound_salt: bytes) -> bytes:
        sealed = pb.Frame.FromString(_sealer(channels.ACK).seal(channels.ACK, down, MESSAGES["ack"], sent_us=AT))
        header = pb.Header.FromString(sealed.header)
        header.bound_salt = bound_salt
        return pb.Frame(header=header.SerializeToString(), body=sealed.body).SerializeToString()

    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = bomb.compress(bytes(1 << 23)) + bomb.flush()
    flipped = bytearray(good)
    flipped[-1] ^= 1
    cases: list[tuple[str, str, bytes, str]] = [
        ("empty", topic, b"", "malformed_frame"),
        ("not protobuf", topic, b"\xff\xff\xff\xff", "malformed_frame"),
        (
            "a header that is not protobuf",
            topic,
            pb.Frame(header=b"\xff", body=b"x").SerializeToString(),
            "malformed_frame",
        ),
        ("last bit flipped", topic, bytes(flipped), "seal"),
        ("tag cut off", topic, pb.Frame(header=whole.header, body=whole.body[:-16]).SerializeToString(), "seal"),
        ("body shorter than a tag", topic, pb.Frame(header=whole.header, body=b"x").SerializeToString(), "seal"),
        ("moved to another client's topic", other, good, "seal"),
        ("another epoch", topic, changed(lambda header: setattr(header, "epoch", 8)), "seal"),
        ("another sequence", topic, changed(lambda header: setattr(header, "sequence", 99)), "seal"),
        ("another salt", topic, changed(lambda header: setattr(header, "salt", SESSION)), "seal"),
        ("another time", topic, changed(lambda header: setattr(header, "sent_us", 1)), "seal"),
        ("no epoch", topic, changed(lambda header: header.ClearField("epoch")), "malformed_frame"),
        ("no sequence", topic, changed(lambda header: header.ClearField("sequence")), "malformed_frame"),
        ("no key id", topic, changed(lambda header: header.ClearField("key_id")), "malformed_frame"),
        ("short salt", topic, changed(lambda header: setattr(header, "salt", b"short")), "malformed_frame"),
        (
            "a bound salt on an uplink",
            topic,
            changed(lambda header: setattr(header, "bound_salt", SESSION)),
            "malformed_frame",
        ),
        ("a suite that is not known", topic, changed(lambda header: setattr(header, "suite", 99)), "malformed_frame"),
        ("a key that is not known", topic, changed(lambda header: setattr(header, "key_id", 9)), "unknown_key"),
        ("clear on a sealed channel", topic, changed(lambda header: header.ClearField("suite")), "clear"),
        ("a type that is not known", topic, changed(lambda header: setattr(header, "type", 999)), "unknown_type"),
        ("a type of another topic", topic, changed(lambda header: setattr(header, "type", 11)), "unknown_type"),
        ("a topic of another major", "pp/2/main/c/press-7/up/live", good, "topic"),
        ("a topic of another system", "sensors/1", good, "topic"),
        ("sealed, but not a batch", topic, resealed(b"\xff\xff", pb.COMPRESSION_UNSPECIFIED), "malformed_message"),
        ("sealed, but not deflated", topic, resealed(b"\xff\xff", pb.COMPRESSION_DEFLATE), "malformed_message"),
        ("unpacks to more than the limit", topic, resealed(packed, pb.COMPRESSION_DEFLATE), "malformed_message"),
        (
            "bytes after the packed message",
            topic,
            resealed(b"\x03\x00" + b"x", pb.COMPRESSION_DEFLATE),
            "malformed_message",
        ),
        (
            "a short bound salt on an uplink",
            topic,
            changed(lambda header: setattr(header, "bound_salt", b"short")),
            "malformed_frame",
        ),
        ("no bound salt on a downlink", down, downlink(b""), "malformed_frame"),
        ("a short bound salt on a downlink", down, downlink(b"short"), "malformed_frame"),
        ("a downlink for another session", down, downlink(SALT), "seal"),
        ("a compression nobody offered", topic, resealed(b"", pb.COMPRESSION_ZSTD), "malformed_message"),
    ]
    for name, at, payload, code in cases:
        yield {"name": name, "topic": at, "key_id": 1, "key": KEY.hex(), "hex": payload.hex(), "error": code}


FILES: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
    "messages.json": message_vectors,
    "samples.json": sample_vectors,
    "frames.json": frame_vectors,
    "damaged.json": damaged_vectors,
}


def render(name: str) -> str:
    """The text of one vector file."""
    return json.dumps(list(FILES[name]()), indent=1, ensure_ascii=False) + "\n"


def _sealer(channel: channels.Channel) -> frame.Sealer:
    direction = {pb.DIRECTION_UP: "up", pb.DIRECTION_DOWN: "down", pb.DIRECTION_HUB: "hub"}[channel.direction]
    return frame.Sealer(KEY, 1, direction, 7, SALT, SESSION if direction == "down" else b"")


def _frame(name: str, topic: str, payload: bytes, channel: channels.Channel, message: Message) -> dict[str, Any]:
    return {
        "name": name,
        "topic": topic,
        "key_id": 1,
        "key": KEY.hex(),
        "hex": payload.hex(),
        "channel": channel.name,
        "type": message.DESCRIPTOR.full_name,
        "message": message.SerializeToString(deterministic=True).hex(),
    }


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), repr(value))
    return format(value, "f") if not isinstance(value, int) else str(value)


if __name__ == "__main__":
    DIRECTORY.mkdir(exist_ok=True)
    for file_name in FILES:
        (DIRECTORY / file_name).write_text(render(file_name))
    print(f"wrote {', '.join(FILES)} to {DIRECTORY}")
