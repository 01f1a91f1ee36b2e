"""The golden vectors: bytes in, meaning out, and back. `python -m tests.conformance.vectors` writes them; a test holds
the files against this source, and every language reads the files (A7)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from google.protobuf import json_format

from precisionpulse_sdk import batches
from precisionpulse_sdk import messages as pb

from .frames import damaged_vectors, frame_vectors
from .messages import MESSAGES
from .readings import BATCHES, CATALOGUE

DIRECTORY = Path(__file__).parent / "vectors"


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


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), repr(value))
    return format(value, "f") if not isinstance(value, int) else str(value)


FILES: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
    "messages.json": message_vectors,
    "samples.json": sample_vectors,
    "frames.json": frame_vectors,
    "damaged.json": damaged_vectors,
}


def render(name: str) -> str:
    """The text of one vector file."""
    return json.dumps(list(FILES[name]()), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    DIRECTORY.mkdir(exist_ok=True)
    for file_name in FILES:
        (DIRECTORY / file_name).write_text(render(file_name))
    print(f"wrote {', '.join(FILES)} to {DIRECTORY}")
