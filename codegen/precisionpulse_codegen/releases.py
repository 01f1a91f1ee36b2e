"""What a released schema promised about its channels; `buf breaking` does not compare custom options."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from google.protobuf import descriptor_pb2
from google.protobuf.compiler import plugin_pb2

from precisionpulse_codegen.model import Schema
from precisionpulse_codegen.schema import read_schema

_PROMISED = ("name", "topic", "qos", "retain", "direction", "sealing", "message")


def read_image(path: Path) -> Schema:
    """The schema of a descriptor image."""
    files = descriptor_pb2.FileDescriptorSet.FromString(path.read_bytes()).file
    request = plugin_pb2.CodeGeneratorRequest(file_to_generate=[file.name for file in files], proto_file=files)
    return read_schema(request)


def broken_promises(released: Schema, present: Schema) -> Iterator[str]:
    """One line for each channel that the present schema lost or changed."""
    channels = {channel.type: channel for channel in present.channels()}
    for before in released.channels():
        after = channels.get(before.type)
        if after is None:
            yield f"channel {before.name!r} (type {before.type}) of {before.message} is gone"
            continue
        for name in _PROMISED:
            if getattr(before, name) != getattr(after, name):
                yield (
                    f"channel {before.name!r} (type {before.type}): {name} was {getattr(before, name)!r} and is now "
                    f"{getattr(after, name)!r}"
                )
