"""The only hop between threads: what SDK and acquisition say on theirs becomes Qt signals on the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from precisionpulse_desktop.acquisition import Acquisition, Recorded
from precisionpulse_desktop.configuration import SettingChanged
from precisionpulse_sdk.channels import COMMANDS
from precisionpulse_sdk.client import ClientStats
from precisionpulse_sdk.events import (
    ClientEvent,
    ClientWarning,
    CommandFinished,
    CommandProgressed,
    CommandReceived,
    LinkChanged,
    RecordsAcknowledged,
    RecordsRejected,
    RefusalReceived,
    ReplicaSettled,
)
from precisionpulse_sdk.replica import ReplicaChanged

STATS_EVERY_MS = 500


def finished_text(event: CommandFinished) -> str:
    """What was asked by whom, and what came of it, in one sentence."""
    rule = COMMANDS.get(event.kind)
    ended = event.phase.lower() + (f", {event.text}" if event.text else "")
    return f"{rule.label if rule else event.kind}, asked by {event.actor}: {ended}"


class Bridge(QObject):
    """Signals of a client and its acquisition, all emitted on the thread that this lives in.

    `subscribe` and `stats` are the client's, `others` subscribe to whatever else is heard of here: changes of the
    replica, changes of the configuration. Statistics are asked for at 2 Hz and at each change of the link."""

    recorded = Signal(object)
    """`Sequence[Recorded]`: one scan, durable."""
    acknowledged = Signal(object)
    """`tuple[Range, ...]`: committed by the hub."""
    rejected = Signal(object, str)
    """`tuple[Range, ...]` that the hub will never take, and why."""
    commanded = Signal(object)
    """`CommandReceived`, `CommandProgressed` or `CommandFinished`: what people ask from afar, and how it goes."""
    configured = Signal(object)
    """`SettingChanged`: already in force."""
    replica_settled = Signal(object)
    """`ReplicaSettled`."""
    replica_changed = Signal(object)
    """`ReplicaChanged`."""
    link_changed = Signal(object)
    """`LinkChanged`."""
    stats_polled = Signal(object)
    """`ClientStats`."""
    notice = Signal(str)
    """A sentence for the operator."""

    _heard = Signal(object)

    def __init__(
        self,
        subscribe: Callable[[Callable[[ClientEvent], None]], Callable[[], None]],
        stats: Callable[[], ClientStats],
        acquisition: Acquisition,
        parent: QObject | None = None,
        *,
        others: Iterable[Callable[[Callable[[object], object]], Callable[[], None]]] = (),
    ) -> None:
        super().__init__(parent)
        self._stats = stats
        self._heard.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._leave = [subscribe(self._heard.emit), acquisition.listen(self)]
        self._leave += [subscribe_other(self._heard.emit) for subscribe_other in others]
        self._timer = QTimer(self)
        self._timer.setInterval(STATS_EVERY_MS)
        self._timer.timeout.connect(self.poll)
        self._timer.start()

    def on_recorded(self, readings: Sequence[Recorded]) -> None:
        """Called on the acquisition thread."""
        self._heard.emit(tuple(readings))

    def on_trouble(self, text: str) -> None:
        """Called on the acquisition thread."""
        self._heard.emit(ClientWarning(text))

    def close(self) -> None:
        """Emit nothing more. Idempotent."""
        self._timer.stop()
        for leave in self._leave:
            leave()
        self._leave.clear()

    @Slot()
    def poll(self) -> None:
        """Ask for statistics now."""
        self.stats_polled.emit(self._stats())

    @Slot(object)
    def _deliver(self, heard: object) -> None:
        assert QThread.currentThread() is self.thread(), "a signal left the GUI thread"
        if not self._leave:
            return
        match heard:
            case tuple():
                self.recorded.emit(heard)
            case RecordsAcknowledged(ranges):
                self.acknowledged.emit(ranges)
            case RecordsRejected(ranges, code, detail):
                self.rejected.emit(ranges, f"{code}: {detail}" if detail else code)
            case LinkChanged():
                self.link_changed.emit(heard)
                self.poll()
            case CommandReceived() | CommandProgressed():
                self.commanded.emit(heard)
            case CommandFinished():
                self.commanded.emit(heard)
                self.notice.emit(finished_text(heard))
            case SettingChanged():
                self.configured.emit(heard)
                self.notice.emit(f"{heard.text} ({heard.fault})" if heard.fault else heard.text)
            case ReplicaChanged():
                self.replica_changed.emit(heard)
            case ReplicaSettled():
                self.replica_settled.emit(heard)
            case RefusalReceived(_, text) | ClientWarning(text):
                self.notice.emit(text)
            case _:
                raise TypeError(f"an event of an unknown kind: {type(heard).__name__}")
