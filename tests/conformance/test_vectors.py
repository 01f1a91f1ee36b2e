"""This SDK against the golden vectors. The TypeScript SDK reads the same files, and both state how many cases they
saw."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.message import Message

from precisionpulse_sdk import batches, channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import MAX_FRAME_BYTES, MAX_MESSAGE_BYTES
from precisionpulse_sdk.errors import ContractError, UnknownKeyError

from . import vectors

CASES = {"messages.json": 57, "samples.json": 9, "frames.json": 6, "damaged.json": 32}
"""How many cases each file has; the TypeScript test asserts the same numbers."""


def _load(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((vectors.DIRECTORY / name).read_text())
    return found


def _cases(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", _load(name), ids=lambda case: case["name"])


def _class(full_name: str) -> type[Message]:
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(full_name))


def _open(case: dict[str, Any]) -> bytes:
    envelope = frame.read_envelope(case["topic"], bytes.fromhex(case["hex"]), max_frame_bytes=MAX_FRAME_BYTES)
    if envelope.channel.sealing != pb.SEALING_CLEAR and envelope.header.key_id != case["key_id"]:
        raise UnknownKeyError(envelope.header.key_id, (case["key_id"],))
    key = bytes.fromhex(case["key"])
    body = frame.unseal(envelope, case["topic"], key, max_message_bytes=MAX_MESSAGE_BYTES)
    frame.parse_message(envelope.channel, body)
    return body


@pytest.mark.proves("A7")
@pytest.mark.parametrize("name", CASES)
def test_every_file_has_the_number_of_cases_that_both_languages_state(name: str) -> None:
    assert len(_load(name)) == CASES[name]


@pytest.mark.proves("A7")
def test_every_message_that_travels_has_a_vector() -> None:
    travelling = {channel.message for channel in channels.CHANNELS.values()} | set(channels.COMMANDS)
    assert travelling - {case["type"] for case in _load("messages.json")} == set()


@pytest.mark.proves("A7")
@pytest.mark.parametrize("name", ["messages.json", "samples.json"])
def test_the_files_are_what_their_source_says(name: str) -> None:
    assert (vectors.DIRECTORY / name).read_text() == vectors.render(name)


@pytest.mark.proves("A7", "PP-FR-7")
@_cases("messages.json")
def test_a_message_means_the_same_both_ways(case: dict[str, Any]) -> None:
    message = _class(case["type"]).FromString(bytes.fromhex(case["hex"]))
    assert json_format.MessageToDict(message) == case["json"]
    back = json_format.ParseDict(case["json"], _class(case["type"])())
    assert back.SerializeToString(deterministic=True).hex() == case["hex"]


@pytest.mark.proves("A7", "PP-TD-1")
@_cases("samples.json")
def test_a_batch_holds_these_readings(case: dict[str, Any]) -> None:
    content = pb.CatalogueContent.FromString(bytes.fromhex(case["catalogue"]))
    batch = pb.Batch.FromString(bytes.fromhex(case["batch"]))
    batches.check(batch, content, max_records=100)
    samples = list(batches.samples(batch, content))
    assert len(samples) == len(case["samples"])
    for sample, expected in zip(samples, case["samples"], strict=True):
        assert str(sample.record_seq) == expected["record_seq"]
        assert str(sample.captured_us) == expected["captured_us"]
        assert sample.metric.name == expected["metric"]
        assert pb.Quality.Name(sample.quality) == expected["quality"]
        assert repr(sample.value) == repr(_value(sample.metric.type, expected["value"]))


@pytest.mark.proves("A6", "A7", "PP-FR-1", "PP-FR-2")
@_cases("frames.json")
def test_a_frame_opens_to_this_message(case: dict[str, Any]) -> None:
    body = _open(case)
    assert _class(case["type"]).FromString(body) == _class(case["type"]).FromString(bytes.fromhex(case["message"]))


@pytest.mark.proves("A6", "A7", "PP-FR-6")
@_cases("damaged.json")
def test_a_damaged_frame_is_refused_with_this_error(case: dict[str, Any]) -> None:
    with pytest.raises(ContractError) as caught:
        _open(case)
    assert caught.value.code == case["error"]


def _value(type_: int, text: str | None) -> object:
    if text is None:
        return None
    if type_ == pb.VALUE_TYPE_BOOL:
        return text == "true"
    if type_ == pb.VALUE_TYPE_DOUBLE:
        return float(text)
    return Decimal(text) if type_ == pb.VALUE_TYPE_DECIMAL else int(text)
