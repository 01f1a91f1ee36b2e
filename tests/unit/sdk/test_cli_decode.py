"""`pp decode`: a frame in words, and the exact check and place at which a damaged one fails."""

import base64
import io
import json
import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row, catalogue_of, pack
from precisionpulse_sdk.channels import (
    BY_TYPE,
    CATALOGUE,
    COMMAND,
    COMMAND_STATUS,
    HISTORY,
    LIVE,
    REFUSAL,
    Channel,
    message_class,
    topic_of,
)
from precisionpulse_sdk.cli import main
from precisionpulse_sdk.frame import Sealer, clear_frame
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.outbox import Outbox
from precisionpulse_sdk.readable import readable
from precisionpulse_sdk.values import ValueType, to_stored

KEY = bytes(range(32))
INSTALL = b"i" * 16
NOW_US = 1_790_000_000_000_000
IDENTITY = Identity(
    site="main",
    client="press-7",
    broker_host="127.0.0.1",
    broker_port=8883,
    ca_pem=b"CA",
    certificate_pem=b"CERT",
    private_key_pem=b"KEY",
    keys={1: KEY},
    hub_public_key=b"h" * 32,
    hpke_private_key=b"p" * 32,
)
METRICS = [
    pb.Metric(id=1, name="press.count", type=pb.VALUE_TYPE_INT64),
    pb.Metric(id=2, name="press.price", type=pb.VALUE_TYPE_DECIMAL, scale=2, unit="EUR"),
]


class Told(NamedTuple):
    exit_code: int
    shown: dict[str, Any]
    error: str


@pytest.fixture
def pp(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str | Path) -> Told:
        monkeypatch.setattr(sys, "argv", ["pp", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, error = capsys.readouterr()
        return Told(int(ended.value.code or 0), json.loads(out) if out else {}, error)

    return run


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    IDENTITY.save(tmp_path / "press")
    return tmp_path / "press"


def sealed(channel: Channel, message: Any, *, key: bytes = KEY, key_id: int = 1) -> bytes:
    direction = "down" if "/down/" in channel.topic else "up"
    bound = b"b" * 16 if direction == "down" else b""
    sealer = Sealer(key, key_id, direction, 5, b"s" * 16, bound)
    return sealer.seal(channel, topic_of(channel, "main", "press-7"), message, sent_us=NOW_US)


def batch() -> bytes:
    rows = [
        Row(1, 1, NOW_US, pb.QUALITY_LIVE, 1, 2**63 - 1),
        Row(2, 2, NOW_US, pb.QUALITY_BAD, 1, to_stored("p", ValueType.DECIMAL, 2, Decimal("12.30"))),
        Row(3, 1, NOW_US + 5, pb.QUALITY_LIVE, 1, None),
    ]
    types = {1: ValueType.INT64, 2: ValueType.DECIMAL}
    packed = pack(rows, types, install_id=INSTALL, catalogue_id=catalogue_of(METRICS, INSTALL).id)
    return sealed(LIVE, packed)


def damaged(payload: bytes, at: int) -> bytes:
    return payload[:at] + bytes([payload[at] ^ 1]) + payload[at + 1 :]


@pytest.mark.proves("PP-FR-7")
def test_a_batch_is_shown_with_names_and_exact_values(pp: Any, directory: Path, tmp_path: Path) -> None:
    catalogue = tmp_path / "catalogue"
    catalogue.write_bytes(catalogue_of(METRICS, INSTALL).SerializeToString())
    told = pp("decode", batch().hex(), "--identity", directory, "--catalogue", catalogue)
    assert told.exit_code == 0, told.error
    assert told.shown["channel"] == "live"
    assert told.shown["topic"] == "pp/1/main/c/press-7/up/live"
    assert told.shown["header"]["epoch"] == "5"
    assert told.shown["body"]["first_record_seq"] == "1"
    assert [(each["metric"], each["value"], each["quality"]) for each in told.shown["samples"]] == [
        ("press.count", "9223372036854775807", "live"),
        ("press.price", "12.30", "bad"),
        ("press.count", None, "live"),
    ]


def test_the_names_come_from_the_outbox_beside_the_identity(pp: Any, directory: Path) -> None:
    outbox = Outbox(directory / "outbox.sqlite3")
    outbox.declare_metric("press.count", pb.VALUE_TYPE_INT64)
    outbox.declare_metric("press.price", pb.VALUE_TYPE_DECIMAL, scale=2)
    samples = pp("decode", batch().hex(), "-i", directory).shown["samples"]
    assert [each["metric"] for each in samples] == ["press.count", "press.price", "press.count"]
    outbox.close()
    assert len(pp("decode", batch().hex(), "-i", directory).shown["samples"]) == 3


@pytest.mark.parametrize("form", ["hex", "base64", "file", "hex file", "stdin"])
def test_a_frame_comes_in_any_form(
    pp: Any, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    payload, path = batch(), tmp_path / "frame"
    source: str | Path = {"hex": payload.hex(), "base64": base64.b64encode(payload).decode()}.get(form, path)
    if form == "file":
        path.write_bytes(payload)
    elif form == "hex file":
        path.write_text(payload.hex() + "\n")
    elif form == "stdin":
        source = "-"
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(payload)))
    assert pp("decode", source, "-i", directory).exit_code == 0


@pytest.mark.parametrize("form", ["raw", "hex", "base64"])
def test_a_key_and_a_topic_are_enough(pp: Any, tmp_path: Path, form: str) -> None:
    key_file = tmp_path / "key"
    key_file.write_bytes({"raw": KEY, "hex": KEY.hex().encode(), "base64": base64.b64encode(KEY)}[form])
    told = pp("decode", batch().hex(), "--key-file", key_file, "--topic", "pp/1/main/c/press-7/up/live")
    assert told.exit_code == 0, told.error
    assert told.shown["checks"] == {
        "parse": "ok",
        "header": "ok",
        "key": "ok",
        "seal": "ok",
        "replay": "not checked: only the receiver of the session can tell",
        "message": "ok",
    }


def test_without_a_key_the_header_is_shown(pp: Any) -> None:
    told = pp("decode", batch().hex(), "--topic", "pp/1/main/c/press-7/up/live")
    assert told.exit_code == 0
    assert told.shown["header"]["key_id"] == 1
    assert "no key was given" in told.shown["checks"]["key"]
    assert "body" not in told.shown


def test_a_clear_refusal_needs_no_key(pp: Any) -> None:
    refusal = pb.Refusal(code=pb.REFUSAL_CODE_REVOKED, text="revoked")
    payload = clear_frame(REFUSAL, refusal, epoch=5, sent_us=NOW_US, bound_salt=b"b" * 16)
    told = pp("decode", payload.hex(), "--topic", "pp/1/main/c/press-7/down/refusal")
    assert told.exit_code == 0, told.error
    assert told.shown["body"] == {"code": "REFUSAL_CODE_REVOKED", "text": "revoked"}


def test_a_catalogue_is_shown_opened(pp: Any, directory: Path) -> None:
    told = pp("decode", sealed(CATALOGUE, catalogue_of(METRICS, INSTALL)).hex(), "-i", directory)
    assert told.shown["body"]["content"]["metrics"][1]["name"] == "press.price"


def test_a_command_shows_what_it_carries(pp: Any, directory: Path) -> None:
    command = pb.Command(id=b"c" * 16, actor="alice", expires_us=NOW_US)
    command.body.Pack(pb.SetInterval(metric="press.count", interval_ms=500))
    body = pp("decode", sealed(COMMAND, command).hex(), "-i", directory).shown["body"]
    assert (body["body"]["interval_ms"], body["body"]["@type"]) == (
        500,
        "type.googleapis.com/precisionpulse.v1.SetInterval",
    )
    status = pb.CommandStatus(id=b"c" * 16, progress=float("nan"))
    status.result.type_url, status.result.value = "type.googleapis.com/acme.Unknown", b"\x01"
    body = pp("decode", sealed(COMMAND_STATUS, status).hex(), "-i", directory).shown["body"]
    assert body["result"] == {"@type": "type.googleapis.com/acme.Unknown", "value": "AQ=="}
    assert body["progress"] == "NaN"


@pytest.mark.proves("PP-SY-7")
def test_secret_fields_are_not_shown() -> None:
    key = pb.SealedKey(key_id=3, master_key=KEY)
    assert readable(key) == {"key_id": 3, "master_key": "[secret]"}
    value = pb.ConfigValue(key="k", secret_value="hidden")
    assert readable(value) == {"key": "k", "secret_value": "[secret]"}


def test_no_secret_field_of_the_schema_is_ever_shown() -> None:
    secret_fields = [
        (message, field.name)
        for message in vars(pb).values()
        if hasattr(message, "DESCRIPTOR") and hasattr(message.DESCRIPTOR, "fields")
        for field in message.DESCRIPTOR.fields
        if field.GetOptions().Extensions[pb.secret]
    ]
    assert secret_fields
    for kind, name in secret_fields:
        message = kind()
        setattr(message, name, b"hidden" if isinstance(getattr(message, name), bytes) else "hidden")
        assert readable(message)[name] == "[secret]"


def test_fields_of_a_newer_minor_are_numbered(pp: Any) -> None:
    message = pb.Gap.FromString(pb.Gap(count=1).SerializeToString() + b"\xf8\x07\x01")
    assert readable(message)["[unknown fields]"] == [127]


@pytest.mark.proves("PP-FR-6")
@pytest.mark.parametrize(
    ("payload", "check", "words"),
    [
        (b"\x0a\x05ab", "parse", r"byte 2: Frame\.header should have 5 bytes, but only 2 are left"),
        (b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "parse", "more than 10 bytes"),
        (b"\x00\x00", "parse", "byte 0: field number 0"),
        (b"\x0f", "parse", "wire type 7"),
        (b"\x12\x01x", "parse", "no header"),
        (
            b"\x0a\x02\x42\x05\x12\x00",
            "parse",
            r"header \(bytes 2 to 3 of the payload\) is damaged",
        ),
        (b"\x0a\x02\x10\x7e\x12\x00", "header", "126 is not known"),
    ],
)
def test_broken_bytes_are_located(pp: Any, directory: Path, payload: bytes, check: str, words: str) -> None:
    told = pp("decode", payload.hex(), "-i", directory, "-t", "pp/1/main/c/press-7/up/live")
    assert told.exit_code == 1
    assert told.shown["error"]["check"] == check
    assert_matches(words, told.shown["error"]["text"])
    assert told.error.startswith("pp: ")
    assert told.error.count("\n") == 1


def assert_matches(words: str, text: str) -> None:
    assert re.search(words, text), text


@pytest.mark.proves("PP-FR-2", "A6")
def test_a_changed_body_is_told_with_the_places_that_the_seal_covers(pp: Any, directory: Path) -> None:
    payload = batch()
    told = pp("decode", damaged(payload, len(payload) - 20).hex(), "-i", directory)
    assert (told.exit_code, told.shown["error"]["code"], told.shown["error"]["check"]) == (1, "seal", "seal")
    assert f"to {len(payload) - 1}" in told.error
    assert told.shown["header"]["sequence"] == "1"


@pytest.mark.proves("PP-FR-2", "A6")
def test_a_moved_frame_is_told_where_it_came_from(pp: Any, directory: Path) -> None:
    told = pp("decode", batch().hex(), "-i", directory, "-t", "pp/1/main/c/press-8/up/live")
    assert told.exit_code == 1
    assert "does open on pp/1/main/c/press-7/up/live: the frame was moved" in told.error


def test_an_unknown_key_is_told_with_those_that_are_known(pp: Any, directory: Path) -> None:
    told = pp("decode", sealed(LIVE, pb.Batch(), key_id=9).hex(), "-i", directory)
    assert told.exit_code == 1
    assert "key id 9 is not accepted (accepted: 1)" in told.error


def test_a_message_on_another_channels_topic_is_told(pp: Any, directory: Path) -> None:
    told = pp("decode", batch().hex(), "-i", directory, "-t", topic_of(HISTORY, "main", "press-7"))
    assert (told.exit_code, told.shown["error"]["code"]) == (1, "unknown_type")


def test_a_body_that_is_no_message_is_located_behind_its_seal(pp: Any, directory: Path) -> None:
    told = pp("decode", sealed(LIVE, b"\x0a\x10abc").hex(), "-i", directory)
    assert (told.exit_code, told.shown["error"]["check"]) == (1, "message")
    assert "Batch.install_id should have 16 bytes" in told.error


def test_what_is_no_frame_at_all_is_one_line(pp: Any, tmp_path: Path) -> None:
    for source in ("no such file!", ""):
        told = pp("decode", source)
        assert told.exit_code == 1
        assert told.error.count("\n") == 1
    short = tmp_path / "key"
    short.write_bytes(b"short")
    assert "32 bytes" in pp("decode", batch().hex(), "-k", short).error
    assert "enrol first" in pp("decode", batch().hex(), "-i", tmp_path).error


@pytest.mark.proves("PP-FR-6")
def test_any_single_changed_byte_ends_in_a_named_check(pp: Any, directory: Path) -> None:
    payload = batch()
    for at in range(0, len(payload), 3):
        told = pp("decode", damaged(payload, at).hex(), "-i", directory)
        assert told.exit_code == 1, at
        assert told.shown["error"]["check"] in ("parse", "header", "key", "seal")


def test_every_channel_has_a_message_that_can_be_shown() -> None:
    for channel in BY_TYPE.values():
        assert readable(message_class(channel)()) == {}
