"""What all golden vectors are made from: one client, its keys, its time, and the extremes of a number."""

from __future__ import annotations

KEY = bytes(range(32))
SALT = bytes(range(100, 116))
SESSION = bytes(range(200, 216))
INSTALL = bytes(range(1, 17))
ID = bytes(range(50, 66))
UINT64_MAX = (1 << 64) - 1
SITE, CLIENT = "main", "press-7"
AT = 1_790_000_000_000_000
