"""Pages of a log, newest first: each says from which row the next one goes on."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping


class PageQuery(BaseModel):
    """A page: those before the row `before`."""

    before: int | None = Field(default=None, ge=1, lt=2**63)
    limit: int = Field(default=100, ge=1, le=500)

    @property
    def wanted(self) -> int:
        """How many rows to read: one more than are shown tells whether others follow."""
        return self.limit + 1

    def cut(self, rows: Sequence[RowMapping]) -> tuple[Sequence[RowMapping], str | None]:
        """The rows to show, and what to give as `before` for those that follow; None when none do."""
        shown = rows[: self.limit]
        return shown, str(shown[-1]["id"]) if len(rows) > self.limit else None
