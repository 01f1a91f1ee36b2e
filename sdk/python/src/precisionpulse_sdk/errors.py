"""Every error that the SDK raises, as one tree.

```
PrecisionPulseError
├── UsageError                 the caller's mistake; nothing was sent or stored
│   ├── ConfigurationError     a setting, path or identity that can't work
│   ├── MetricConflictError    a metric that contradicts itself or is not declared
│   ├── ValueTypeError         a value of another type than the metric's
│   ├── ValueRangeError        a value that the metric's type can't hold exactly
│   ├── CommandArgumentError   a command's body that the schema does not accept
│   └── ClosedError            the client, hub or outbox was closed
├── ContractError              bytes from a peer that break the contract; counted, never fatal to a receiver
│   ├── TopicError             not a topic of the contract
│   ├── OversizedFrameError    larger than the stated limit
│   ├── MalformedFrameError    not a frame, or a header field out of its range
│   ├── UnknownTypeError       a message type that this side does not know, or that does not belong on the topic
│   ├── ClearFrameError        not sealed, on a channel that must be
│   ├── UnknownKeyError        sealed under a key that is not accepted
│   ├── SealError              the seal does not open: damaged, moved, or sealed for another session
│   ├── ReplayError            seen before, or of an earlier run
│   └── MalformedMessageError  opened, but the message does not parse or contradicts itself
├── RefusedError               the hub says no, with a code
│   ├── StaleEpochError        an earlier run than the hub has seen
│   └── FencedError            another copy of this client's database is or was connected
├── CommandError               a command that can't be done: raised by a handler, told to the person who asked
│   └── CommandDeniedError     it is not allowed here
├── EnrolmentError             an enrolment that was refused
├── ChangeRefusedError         an edit of users, rights or configuration that is not made
│   ├── ForbiddenChangeError   its author may not make it
│   ├── LastAdministratorError it would leave nobody who may do everything
│   ├── ClockAheadError        its time is further ahead than clocks are trusted
│   ├── InvalidChangeError     it breaks a rule of its fields
│   │   └── NameTakenError     another one has that name
│   ├── DeletedError           what it is about was deleted
│   ├── BuiltInError           what it is about is shipped with the product and read-only
│   └── StaleEditError         somebody else changed it since the author looked
├── RightsExpiredError         too long without contact to the hub to let anybody in
├── LinkError                  no connection
│   ├── ConnectionFailedError  name, network, or a broker that does not answer
│   └── CertificateError       a certificate that one side does not accept
└── StorageError               the disk or the database
    ├── OutboxFullError        a bound is reached and the policy is to stop recording
    ├── OutboxDamagedError     the file is not a sound outbox
    ├── OutboxBusyError        another process has it open
    ├── DiskFullError          no space left
    └── StoreUnavailableError  the hub's storage can't be reached now
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class PrecisionPulseError(Exception):
    """Root of every error that the SDK raises on purpose."""


class UsageError(PrecisionPulseError):
    """The caller's mistake; nothing was sent or stored."""


class ConfigurationError(UsageError):
    """A setting, path or identity that can't work; the text names it."""


class MetricConflictError(UsageError):
    """A metric that contradicts an earlier declaration, or was never declared."""


class ValueTypeError(UsageError, TypeError):
    """A value of another type than the metric's."""


class ValueRangeError(UsageError, ValueError):
    """A value that the metric's type can't hold exactly."""


class CommandArgumentError(UsageError, ValueError):
    """A command's body that the schema does not accept; the text names the field."""


class ClosedError(UsageError):
    """The object was closed, and can't be used any more."""


class ContractError(PrecisionPulseError):
    """Bytes from a peer that break the contract. `code` is stable, for counters and for programs."""

    code = "contract"


class TopicError(ContractError):
    """Not a topic of the contract."""

    code = "topic"


class OversizedFrameError(ContractError):
    """Larger than the stated limit."""

    code = "oversized"


class MalformedFrameError(ContractError):
    """Not a frame, or a header field out of its range."""

    code = "malformed_frame"


class UnknownTypeError(ContractError):
    """A message type that this side does not know, or that does not belong on the topic."""

    code = "unknown_type"


class ClearFrameError(ContractError):
    """Not sealed, on a channel that must be."""

    code = "clear"


class UnknownKeyError(ContractError):
    """Sealed under a key that is not accepted."""

    code = "unknown_key"

    def __init__(self, key_id: int, accepted: tuple[int, ...]) -> None:
        known = ", ".join(map(str, accepted)) or "none"
        super().__init__(f"key id {key_id} is not accepted (accepted: {known})")
        self.key_id = key_id
        self.accepted = accepted


class SealError(ContractError):
    """The seal does not open: damaged, moved to another topic, or sealed for another session."""

    code = "seal"


class ReplayError(ContractError):
    """Seen before, or of an earlier run."""

    code = "replay"


class MalformedMessageError(ContractError):
    """Opened, but the message does not parse or contradicts itself."""

    code = "malformed_message"


class RefusedError(PrecisionPulseError):
    """The hub says no. `code` is the name of a `RefusalCode` without its prefix, `text` is for people."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


class StaleEpochError(RefusedError):
    """An earlier run than one that the hub has seen."""

    def __init__(self, text: str) -> None:
        super().__init__("STALE_EPOCH", text)


class FencedError(RefusedError):
    """Another copy of the client's database is or was connected: it must be enrolled again."""

    def __init__(self, text: str) -> None:
        super().__init__("FENCED", text)


class CommandError(PrecisionPulseError):
    """A command that can't be done. A handler raises it; its text is told to the person who asked."""


class CommandDeniedError(CommandError):
    """The operator's side does not allow the command."""


class EnrolmentError(PrecisionPulseError):
    """An enrolment that was refused. `code` is the name of an `EnrolmentRefusalCode` without its prefix."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


class ChangeRefusedError(PrecisionPulseError):
    """An edit that is not made; nothing was changed. `code` is the name of a `ChangeRefusalCode` without its prefix, or
    "STALE", which only the editing side knows; `text` is for people."""

    code = "INVALID"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class ForbiddenChangeError(ChangeRefusedError):
    """Its author may not make it."""

    code = "FORBIDDEN"


class LastAdministratorError(ChangeRefusedError):
    """It would leave nobody who may log in and do everything."""

    code = "LAST_ADMINISTRATOR"


class ClockAheadError(ChangeRefusedError):
    """Its time is further ahead than clocks are trusted."""

    code = "CLOCK_AHEAD"


class InvalidChangeError(ChangeRefusedError):
    """It breaks a rule of its fields. `fields` says which, with a text for people each; empty when it is the whole."""

    def __init__(self, text: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.fields = dict(fields or {})


class NameTakenError(InvalidChangeError):
    """Another one has that name, without regard to case."""


class DeletedError(ChangeRefusedError):
    """What it is about was deleted, or never existed."""

    code = "DELETED"


class BuiltInError(ChangeRefusedError):
    """What it is about is shipped with the product and read-only."""

    code = "BUILT_IN"


class StaleEditError(ChangeRefusedError):
    """Somebody else changed it since the author looked: show what is there now, and ask. `version`: the present one."""

    code = "STALE"

    def __init__(self, text: str, version: int) -> None:
        super().__init__(text)
        self.version = version


class RightsExpiredError(PrecisionPulseError):
    """Too long without contact to the hub to let anybody in (PP-SY-9): connect, then log in."""


class LinkError(PrecisionPulseError):
    """No connection."""


class ConnectionFailedError(LinkError):
    """The name does not resolve, the network is down, or the broker does not answer or ended the connection."""


class CertificateError(LinkError):
    """A certificate that one side does not accept; the text says which and what to do."""


class StorageError(PrecisionPulseError):
    """The disk or the database."""


class OutboxFullError(StorageError):
    """A bound is reached, and the policy is to stop recording."""


class OutboxDamagedError(StorageError):
    """The file is not a sound outbox. It is never deleted; the text names it and says what to do."""


class OutboxBusyError(StorageError):
    """Another process has the outbox open."""


class DiskFullError(StorageError):
    """No space left where the outbox is."""


class StoreUnavailableError(StorageError):
    """The hub's storage can't be reached now; the same call may succeed later."""
