"""What was asked of this desktop from afar and what became of it, and what was configured, newest first."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Qt

from precisionpulse_desktop.configuration import SettingChanged
from precisionpulse_desktop.models.table import ROOT, TONE_ROLE, TableModel
from precisionpulse_desktop.models.wording import day_text
from precisionpulse_sdk.channels import COMMANDS
from precisionpulse_sdk.events import CommandFinished, CommandProgressed, CommandReceived

MAX_EVENTS = 500


class Column(enum.IntEnum):
    """The columns, in their order."""

    AT = 0
    WHAT = 1
    ACTOR = 2
    STATE = 3
    DETAIL = 4


HEADERS = ("When", "What", "Asked by", "State", "Result")


@dataclass(frozen=True, slots=True)
class Event:
    """One row. `key` is the command's id, None for anything else; `repeats`: how often it came again."""

    key: bytes | None
    at_us: int
    what: str
    actor: str
    state: str
    detail: str = ""
    repeats: int = 0


class EventsModel(TableModel):
    """The newest `MAX_EVENTS` of this run."""

    def __init__(
        self, parent: QObject | None = None, *, now_us: Callable[[], int] = lambda: time.time_ns() // 1000
    ) -> None:
        super().__init__(HEADERS, parent=parent)
        self._now_us = now_us
        self._events: list[Event] = []

    def take(self, heard: CommandReceived | CommandProgressed | CommandFinished) -> None:
        """A command came, goes on, or is over."""
        row = next((row for row, event in enumerate(self._events) if event.key == heard.command_id), None)
        if row is None:
            rule = COMMANDS.get(heard.kind)
            what = rule.label if rule else heard.kind
            self._add(_after(Event(heard.command_id, self._now_us(), what, heard.actor, "received"), heard))
            return
        self._events[row] = _after(self._events[row], heard)
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def note_setting(self, change: SettingChanged) -> None:
        """The configuration has changed."""
        what = change.text.partition(": ")[2]
        state = "failed" if change.fault else "applied"
        self._add(Event(None, self._now_us(), f"Configuration: {what}", change.actor, state, change.fault))

    def size(self) -> int:
        return len(self._events)

    def cell(self, row: int, column: int, role: int) -> object | None:
        event = self._events[row]
        if role == TONE_ROLE:
            return event.state if column == Column.STATE else None
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        match column:
            case Column.AT:
                return day_text(event.at_us)
            case Column.WHAT:
                return event.what
            case Column.ACTOR:
                return event.actor
            case Column.STATE:
                return event.state
        again = f"came again, ignored ({event.repeats})" if event.repeats else ""
        return " · ".join(filter(None, (event.detail, again)))

    def _add(self, event: Event) -> None:
        self.beginInsertRows(ROOT, 0, 0)
        self._events.insert(0, event)
        self.endInsertRows()
        if len(self._events) > MAX_EVENTS:
            self.beginRemoveRows(ROOT, MAX_EVENTS, len(self._events) - 1)
            del self._events[MAX_EVENTS:]
            self.endRemoveRows()


def _after(event: Event, heard: CommandReceived | CommandProgressed | CommandFinished) -> Event:
    match heard:
        case CommandReceived():
            return replace(event, repeats=event.repeats + 1) if heard.repeated else event
        case CommandProgressed():
            share = "" if heard.progress is None else f"{100 * heard.progress:.0f} %"
            return replace(event, state="running", detail=", ".join(filter(None, (share, heard.text))))
        case CommandFinished():
            detail = heard.text or ("" if heard.phase == "SUCCEEDED" else heard.code.lower())
            return replace(event, state=_STATES.get(heard.phase, heard.phase.lower()), detail=detail)


_STATES = {"SUCCEEDED": "done", "REJECTED": "refused", "FAILED": "failed"}
