"""Text for a file that a spreadsheet opens."""

from __future__ import annotations

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What makes spreadsheets compute a cell: https://owasp.org/www-community/attacks/CSV_Injection."""


def cell(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
