"""The client's side of commands: stored before they run, run once, and answered until the hub has the answer (PP-CM-1,
PP-CM-2)."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from google.protobuf.message import Message

from precisionpulse_sdk import channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.arguments import body_from_bytes
from precisionpulse_sdk.errors import CommandArgumentError
from precisionpulse_sdk.events import CommandFinished, CommandProgressed, CommandReceived
from precisionpulse_sdk.protocol.backoff import Backoff
from precisionpulse_sdk.protocol.effects import Emit, Instant, RunCommand
from precisionpulse_sdk.protocol.exchange import Send, Wanted
from precisionpulse_sdk.protocol.pulse import Pulse

HANDLER_GRACE_S = 5.0
"""How long after the first session a command of a kind without a handler waits for one: a program that has just
started may still register it."""

PROGRESS_EVERY_S = 0.2
"""Least pause between two reports of progress that are sent."""


class Received(NamedTuple):
    """A command as it is stored, with its present status."""

    command: pb.Command
    status: pb.CommandStatus


class CommandTable(Protocol):
    """A client's durable memory for commands. Thread-safe; raises `StorageError` when it can't do its work now, and has
    then changed nothing."""

    def receive(self, command: pb.Command, at_us: int) -> Received | None:
        """Store a new command as received; None when it is stored already."""

    def get(self, command_id: bytes) -> Received | None:
        """A stored command."""

    def withdraw(self, command_id: bytes, actor: str, at_us: int) -> Received:
        """Store that a command must not run, when it has not begun; the result is what is stored then. One that is not
        known is stored as cancelled, so that it does not run when it comes later."""

    def become(self, status: pb.CommandStatus) -> bool:
        """Store a status; False, and nothing is changed, when the present one is final."""

    def waiting(self) -> list[Received]:
        """The commands that have not begun, in the order in which they came."""

    def interrupt(self, at_us: int) -> None:
        """Those that had begun failed: the program ended meanwhile, and nobody knows how far they came."""

    def unacknowledged(self) -> list[pb.CommandStatus]:
        """The statuses that the hub does not have yet, oldest first."""

    def acknowledge(self, command_id: bytes, phase: int) -> None:
        """The hub has the status of this phase."""


class Kind(NamedTuple):
    """A kind of command that can be run here. Commands of one lane run one after the other, in the order in which they
    came."""

    body: type[Message]
    lane: str


class ClientCommands:
    """An `Exchange`: takes commands, has them run, and reports. A command begins only when the hub's clock is known, so
    that an expired one never runs.

    `kinds` are what can be run, by full name; it may grow. Every step is stored before the next is taken: after a crash
    at any point a command that had not begun runs, and one that had is reported as interrupted."""

    def __init__(
        self,
        table: CommandTable,
        kinds: Mapping[str, Kind],
        pulse: Pulse,
        rng: random.Random,
        *,
        first_s: float,
        longest_s: float,
    ) -> None:
        self.channels = (channels.COMMAND, channels.COMMAND_CANCEL, channels.COMMAND_STATUS_ACK)
        self._table = table
        self._kinds = kinds
        self._pulse = pulse
        self._pause = Backoff(first_s, longest_s, rng)
        self._active = self._loaded = False
        self._grace_ends_s = 0.0
        self._waiting: dict[bytes, pb.Command] = {}
        self._running: dict[str, pb.Command] = {}
        self._done: dict[bytes, pb.CommandStatus] = {}
        self._unsaid: dict[bytes, int] = {}
        self._progressed_at_s: dict[bytes, float] = {}
        self._say_at_s: float | None = None

    def begin(self, now: Instant) -> list[Wanted]:
        """As `Exchange.begin`."""
        if not self._loaded:
            self._table.interrupt(now.wall_us)
            for command, _ in self._table.waiting():
                self._waiting.setdefault(command.id, command)
            self._grace_ends_s = now.mono_s + HANDLER_GRACE_S
            self._loaded = True
        self._active = True
        self._pause.reset()
        return [*self._say_all(now), *self._go_on(now)]

    def end(self) -> None:
        """As `Exchange.end`. What runs goes on running."""
        self._active = False
        self._say_at_s = None

    def take(self, message: Message, now: Instant) -> list[Wanted]:
        """As `Exchange.take`."""
        out: list[Wanted] = []
        if isinstance(message, pb.Command):
            stored = self._table.receive(message, now.wall_us)
            known = stored or self._table.get(message.id)
            kind, actor = message.body.TypeName(), message.actor
            out.append(Emit(CommandReceived(message.id, kind, actor, repeated=stored is None)))
            if known:
                out += self._say(known.status, now)
            if stored:
                self._waiting[message.id] = message
        elif isinstance(message, pb.CommandCancel):
            was_waiting = self._waiting.get(message.id)
            status = self._table.withdraw(message.id, message.actor, now.wall_us).status
            out += self._say(status, now)
            if was_waiting and status.phase == pb.COMMAND_PHASE_CANCELLED:
                del self._waiting[message.id]
                out.append(_finished(was_waiting, status))
        elif isinstance(message, pb.CommandStatusAck):
            self._table.acknowledge(message.id, message.phase)
            if self._unsaid.get(message.id) == message.phase:
                del self._unsaid[message.id]
            if not self._unsaid:
                self._say_at_s = None
                self._pause.reset()
        return [*out, *self._go_on(now)]

    def tick(self, now: Instant) -> list[Wanted]:
        """As `Exchange.tick`."""
        said = self._say_all(now) if self._say_at_s is not None and now.mono_s >= self._say_at_s else []
        return [*said, *self._go_on(now)]

    def wake_at_s(self) -> float | None:
        """As `Exchange.wake_at_s`."""
        return min((at for at in (self._say_at_s, self._grace_end_s()) if at is not None), default=None)

    # What the owner tells

    def registered(self, now: Instant) -> list[Wanted]:
        """`kinds` has grown."""
        return self._go_on(now) if self._active else []

    def progressed(self, command_id: bytes, share: float | None, text: str, now: Instant) -> list[Wanted]:
        """A handler says how far it is."""
        command = next((running for running in self._running.values() if running.id == command_id), None)
        since_s = now.mono_s - self._progressed_at_s.get(command_id, float("-inf"))
        if command is None or command_id in self._done or since_s < PROGRESS_EVERY_S:
            return []
        self._progressed_at_s[command_id] = now.mono_s
        status = pb.CommandStatus(
            id=command_id, phase=pb.COMMAND_PHASE_PROGRESS, text=text[:500], progress=share, at_us=now.wall_us
        )
        self._table.become(status)
        news = CommandProgressed(command_id, command.body.TypeName(), command.actor, share, status.text)
        return [*self._say(status, now), Emit(news)]

    def finished(self, status: pb.CommandStatus, now: Instant) -> list[Wanted]:
        """A handler has ended, with this final status."""
        self._done[status.id] = status
        return self._go_on(now)

    # One step after the other

    def _go_on(self, now: Instant) -> list[Wanted]:
        out: list[Wanted] = []
        for command_id, status in list(self._done.items()):
            self._table.become(status)  # When this fails, the result is kept, and stored at the next try.
            del self._done[command_id]
            self._progressed_at_s.pop(command_id, None)
            out += self._say(status, now)
            for lane, running in list(self._running.items()):
                if running.id == command_id:
                    del self._running[lane]
                    out.append(_finished(running, status))
        if self._active:
            for command in list(self._waiting.values()):
                out += self._decide(command, now)
        return out

    def _decide(self, command: pb.Command, now: Instant) -> list[Wanted]:
        """Refuse a command that waits, begin it, or let it wait for its lane or its handler."""
        name = command.body.TypeName()
        kind = self._kinds.get(name)
        if command.expires_us and self._pulse.hub_us(now) > command.expires_us:
            return self._end(command, pb.COMMAND_PHASE_EXPIRED, 0, "its time was over before it could begin", now)
        if kind is None:
            if now.mono_s < self._grace_ends_s:
                return []
            code, text = pb.COMMAND_CODE_UNSUPPORTED, f"this client has nothing that runs {name or 'it'}"
            return self._end(command, pb.COMMAND_PHASE_REJECTED, code, text, now)
        if kind.lane in self._running:
            return []
        problem = self._unmet(command)
        if problem:
            return self._end(command, pb.COMMAND_PHASE_REJECTED, pb.COMMAND_CODE_PRECONDITION, problem, now)
        try:
            body = body_from_bytes(kind.body, command.body.value)
        except CommandArgumentError as error:
            return self._end(command, pb.COMMAND_PHASE_REJECTED, pb.COMMAND_CODE_INVALID, str(error), now)
        status = pb.CommandStatus(id=command.id, phase=pb.COMMAND_PHASE_ACCEPTED, at_us=now.wall_us)
        may_begin = self._table.become(status)
        del self._waiting[command.id]
        if not may_begin:
            return []
        self._running[kind.lane] = command
        news = CommandProgressed(command.id, name, command.actor, None, "")
        return [*self._say(status, now), Emit(news), RunCommand(command, body, kind.lane)]

    def _unmet(self, command: pb.Command) -> str:
        wanted, revision = command.precondition, self._pulse.config_revision
        if wanted.HasField("config_revision") and wanted.config_revision != revision:
            return f"it asks for configuration revision {wanted.config_revision}; {revision} is in effect"
        if wanted.HasField("epoch") and wanted.epoch != self._pulse.epoch:
            return f"it asks for epoch {wanted.epoch}; this is epoch {self._pulse.epoch}"
        return ""

    def _end(self, command: pb.Command, phase: int, code: int, text: str, now: Instant) -> list[Wanted]:
        status = pb.CommandStatus(id=command.id, text=text, at_us=now.wall_us)
        status.phase, status.code = phase, code  # type: ignore[assignment]  # numbers of the enums
        self._table.become(status)
        del self._waiting[command.id]
        return [*self._say(status, now), _finished(command, status)]

    # Reports

    def _say(self, status: pb.CommandStatus, now: Instant) -> list[Wanted]:
        self._unsaid[status.id] = status.phase
        if self._active and self._say_at_s is None:
            self._say_at_s = now.mono_s + self._pause.next_s()
        return [Send(channels.COMMAND_STATUS, status)]

    def _say_all(self, now: Instant) -> list[Wanted]:
        statuses = self._table.unacknowledged()
        self._unsaid = {status.id: status.phase for status in statuses}
        self._say_at_s = now.mono_s + self._pause.next_s() if statuses else None
        return [Send(channels.COMMAND_STATUS, status) for status in statuses]

    def _grace_end_s(self) -> float | None:
        unknown = any(command.body.TypeName() not in self._kinds for command in self._waiting.values())
        return self._grace_ends_s if self._active and unknown else None


def _finished(command: pb.Command, status: pb.CommandStatus) -> Emit:
    phase = pb.CommandPhase.Name(status.phase).removeprefix("COMMAND_PHASE_")
    code = pb.CommandCode.Name(status.code).removeprefix("COMMAND_CODE_") if status.code else ""
    return Emit(CommandFinished(command.id, command.body.TypeName(), command.actor, phase, code, status.text))
