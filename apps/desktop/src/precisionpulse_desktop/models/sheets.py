"""Tables of text, and the files that they are exported to."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from precisionpulse_sdk import spreadsheet


class Sheet(NamedTuple):
    """A table: its headers, and rows of as many texts."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


def write_csv(target: Path, sheets: Sequence[Sheet]) -> None:
    """Write the sheets below each other, an empty line between; no cell is a formula. Raises `OSError`."""
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for number, sheet in enumerate(sheets):
            if number:
                writer.writerow(())
            writer.writerow(sheet.headers)
            writer.writerows([spreadsheet.cell(text) for text in row] for row in sheet.rows)
