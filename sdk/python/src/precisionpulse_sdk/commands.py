"""Running commands in a program: handlers, the threads that they run on, and what a handler is given (B1, D4).

```python
client.on_command(pb.SetInterval, lambda command: set_interval(command.body.interval_ms))
```
"""

from __future__ import annotations

import logging
import queue
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.errors import CommandArgumentError, CommandDeniedError, CommandError
from precisionpulse_sdk.outbox.commands import CommandFile
from precisionpulse_sdk.protocol.client_commands import ClientCommands, Kind
from precisionpulse_sdk.protocol.effects import Instant, RunCommand
from precisionpulse_sdk.protocol.exchange import Wanted
from precisionpulse_sdk.protocol.pulse import Pulse

_log = logging.getLogger(__name__)

Body = TypeVar("Body", bound=Message)
_Body = TypeVar("_Body", bound=Message, covariant=True)

MAX_RESULT_BYTES = 512 * 1024
"""Largest result: it must fit a frame."""

BUILT_IN_LANE, PROGRAM_LANE = "built-in", "program"


class RunningCommand(Generic[_Body]):
    """A command while it runs. `id`: its 16 bytes; `actor`: the user name of who asked; times are µs since 1970 on the
    hub's clock."""

    def __init__(self, command: pb.Command, body: _Body, report: Callable[[bytes, float | None, str], None]) -> None:
        self.id = command.id
        self.actor = command.actor
        self.issued_us = command.issued_us
        self.expires_us = command.expires_us
        self.body = body
        self._report = report

    def progress(self, share: float | None = None, text: str = "") -> None:
        """Say how far it is: the share that is done, 0 to 1, or None when that is not known. May be called often; what
        comes too fast is left out."""
        self._report(self.id, share, text)


Handler = Callable[[RunningCommand[Any]], Message | None]
"""Does what a command asks; the result, if any, is kept at the hub and shown to the person who asked.

Raises `CommandDeniedError` or `CommandArgumentError` to refuse, `CommandError` to say in words why it can't be done;
the text of any other error is told too, with its type."""


class CommandLanes:
    """Runs handlers on one thread for each lane, made when it is first needed. `report` and `finished` are called on
    those threads."""

    def __init__(
        self, report: Callable[[bytes, float | None, str], None], finished: Callable[[pb.CommandStatus], None]
    ) -> None:
        self.handlers: dict[str, Handler] = {}
        self._report = report
        self._finished = finished
        self._lanes: dict[str, tuple[threading.Thread, queue.SimpleQueue[RunCommand | None]]] = {}

    def run(self, effect: RunCommand) -> None:
        """Run the handler of a command; returns at once. Called on one thread only."""
        if effect.lane not in self._lanes:
            waiting: queue.SimpleQueue[RunCommand | None] = queue.SimpleQueue()
            name = f"precisionpulse-commands-{effect.lane}"
            thread = threading.Thread(target=self._work, args=(waiting,), name=name, daemon=True)
            self._lanes[effect.lane] = thread, waiting
            thread.start()
        self._lanes[effect.lane][1].put(effect)

    def close(self, timeout_s: float) -> None:
        """Run nothing more, and give what runs `timeout_s` to end."""
        for _, waiting in self._lanes.values():
            waiting.put(None)
        ends_s = time.monotonic() + timeout_s
        for thread, _ in self._lanes.values():
            if thread is not threading.current_thread():
                thread.join(max(0.0, ends_s - time.monotonic()))

    def _work(self, waiting: queue.SimpleQueue[RunCommand | None]) -> None:
        while (effect := waiting.get()) is not None:
            self._finished(self._outcome(effect))

    def _outcome(self, effect: RunCommand) -> pb.CommandStatus:
        status = pb.CommandStatus(id=effect.command.id, phase=pb.COMMAND_PHASE_FAILED)
        try:
            handler = self.handlers[effect.command.body.TypeName()]
            result = handler(RunningCommand(effect.command, effect.body, self._report))
            if result is not None:
                if result.ByteSize() > MAX_RESULT_BYTES:
                    raise CommandError(f"done, but its result has {result.ByteSize()} bytes: too many to send")
                status.result.Pack(result)
            status.phase = pb.COMMAND_PHASE_SUCCEEDED
        except CommandDeniedError as error:
            status.phase, status.code, status.text = pb.COMMAND_PHASE_REJECTED, pb.COMMAND_CODE_DENIED, str(error)
        except CommandArgumentError as error:
            status.phase, status.code, status.text = pb.COMMAND_PHASE_REJECTED, pb.COMMAND_CODE_INVALID, str(error)
        except CommandError as error:
            status.code, status.text = pb.COMMAND_CODE_HANDLER_ERROR, str(error)
        except Exception as error:  # noqa: BLE001  # the handler is not ours, and the person who asked must hear of it
            _log.exception("the handler of %s failed", effect.command.body.TypeName())
            status.code, status.text = pb.COMMAND_CODE_HANDLER_ERROR, f"{type(error).__name__}: {error}"
        status.text = status.text[:500]
        status.at_us = time.time_ns() // 1000
        return status


class CommandDesk:
    """All that a client's shell has for commands: their file beside the readings, the exchange of its session, and the
    handlers. `perform` carries out what the exchange answers, on the SDK's thread."""

    def __init__(
        self,
        outbox: Path,
        pulse: Pulse,
        config: ClientConfig,
        perform: Callable[[Callable[[Instant], list[Wanted]]], None],
    ) -> None:
        self._file = CommandFile(outbox)
        self._kinds: dict[str, Kind] = {}
        self._perform = perform
        self.exchange = ClientCommands(
            self._file,
            self._kinds,
            pulse,
            random.Random(),
            first_s=config.hello_retry_s,
            longest_s=config.reconnect_max_s,
        )
        self._lanes = CommandLanes(
            lambda command_id, share, text: perform(lambda now: self.exchange.progressed(command_id, share, text, now)),
            lambda status: perform(lambda now: self.exchange.finished(status, now)),
        )
        self.run = self._lanes.run

    def register(self, kind: type[Message], handler: Handler, lane: str = PROGRAM_LANE) -> None:
        """Have commands of this kind run by `handler`, instead of by the one before."""
        name = kind.DESCRIPTOR.full_name
        self._lanes.handlers[name] = handler
        self._kinds[name] = Kind(kind, lane)
        self._perform(self.exchange.registered)

    def stop(self, timeout_s: float) -> None:
        """Begin nothing more, and give what runs `timeout_s` to end."""
        self._lanes.close(timeout_s)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
