"""The hub's side besides readings: sync of the replica and the life of commands (PP-SY-4, PP-SY-5, PP-CM-1).

A worker keeps nothing that matters: any number of them may run, and what one knows of the clients it hears only says to
whom it speaks unasked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from google.protobuf.message import Message

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import HubConfig
from precisionpulse_sdk.errors import ContractError, FencedError, RefusedError, StorageError
from precisionpulse_sdk.protocol.answers import Answers
from precisionpulse_sdk.protocol.command_store import CommandStore
from precisionpulse_sdk.protocol.effects import Instant, Publish
from precisionpulse_sdk.protocol.exchange import Send
from precisionpulse_sdk.protocol.hub_sync import HubSync
from precisionpulse_sdk.protocol.pulse import SILENT_HEARTBEATS
from precisionpulse_sdk.protocol.replica import HubReplica
from precisionpulse_sdk.protocol.store import ClientKeys, OpenSession
from precisionpulse_sdk.protocol.uplink import OpenedFrame, UplinkOpener

LOOK_EVERY_S = 1.0
"""How often due and expired commands are looked for with no announcement."""

_COMPRESSED = (channels.FEED, channels.SNAPSHOT)


class Coordination:
    """One worker's state machine. Not thread-safe. `draw_salt` gives 16 random bytes; `start_us`: the worker's start,
    µs since 1970, its epoch on hub channels."""

    def __init__(
        self,
        site: str,
        keys: ClientKeys,
        *,
        hub_key: bytes,
        draw_salt: Callable[[], bytes],
        start_us: int,
        config: HubConfig,
        replica: HubReplica | None = None,
        commands: CommandStore | None = None,
    ) -> None:
        self.site = site
        self.counts: dict[str, int] = {}
        """Events by name: frames by channel name, refusals as `refused_<code>`, `store_unavailable`."""
        self._keys = keys
        self._silent_after_s = SILENT_HEARTBEATS * config.heartbeat_interval_s
        self._opener = UplinkOpener(site, keys, hub_key=hub_key, config=config)
        self._hub_sealer = frame.Sealer(hub_key, 1, "hub", start_us, draw_salt())
        self._answers = Answers(site, keys, draw_salt=draw_salt)
        self._sync = HubSync(replica, self._holds_accounts) if replica else None
        self._commands = commands
        self._sessions: dict[str, OpenSession] = {}
        self._heard_at_s: dict[str, float] = {}
        self._look_at_s = 0.0
        self._out: list[Publish] = []

    @property
    def shared_filters(self) -> tuple[str, ...]:
        """Topic filters that the workers share: each frame goes to one of them. QoS 1."""
        wanted = [channels.HEARTBEAT]
        if self._sync:
            wanted += [channels.CHANGES, channels.FEED_REQUEST]
        if self._commands:
            wanted.append(channels.COMMAND_STATUS)
        return tuple(channels.topic_filter(channel, self.site) for channel in wanted)

    @property
    def own_filters(self) -> tuple[str, ...]:
        """Topic filters of which every worker gets every frame. QoS 1."""
        return tuple(channels.topic_filter(channel, self.site) for channel in _ANNOUNCED)

    def wake_at_s(self) -> float:
        """When `tick` must be called at the latest, on the monotonic clock."""
        return min(self._look_at_s, self._sync.wake_at_s()) if self._sync else self._look_at_s

    def process(self, frames: Iterable[tuple[str, bytes]], now: Instant) -> list[Publish]:
        """Handle what arrived, as (topic, payload); the answers are to be published in order. What the store can't take
        now is left to the clients' own retries."""
        for topic, payload in frames:
            try:
                opened = self._opener.open(topic, payload)
                self._count(opened.channel.name)
                self._handle(opened, now)
            except (ContractError, RefusedError) as error:
                self._count(f"refused_{error.code.lower()}")
            except StorageError:
                self._count("store_unavailable")
        return self._take()

    def tick(self, now: Instant) -> list[Publish]:
        """Do what is due."""
        if now.mono_s >= self._look_at_s:
            self._look_at_s = now.mono_s + LOOK_EVERY_S
            for client, heard_at_s in list(self._heard_at_s.items()):
                if now.mono_s - heard_at_s > self._silent_after_s:
                    self._forget(client)
            self._attempt(lambda: self._send_commands(self._sessions, now))
            self._attempt(lambda: self._expire_commands(now))
        self._attempt(lambda: self._look(now, announced=False))
        return self._take()

    def replica_changed(self, now: Instant) -> list[Publish]:
        """This process' replica has committed something."""
        self._attempt(lambda: self._look(now, announced=True))
        return self._take()

    def announce(self, channel: channels.Channel, message: Message, now: Instant) -> None:
        """Tell the hub's workers; goes out with the next answers."""
        topic = channels.topic_of(channel, self.site)
        payload = self._hub_sealer.seal(channel, topic, message, sent_us=now.wall_us)
        self._out.append(Publish(topic, payload, channel.qos, channel.retain))

    # One frame

    def _handle(self, opened: OpenedFrame, now: Instant) -> None:
        message, client = opened.message, opened.client
        if isinstance(message, pb.ReplicaAdvanced):
            self._look(now, announced=True)
        elif isinstance(message, pb.CommandChanged):
            self._send_commands([message.client], now)
        elif isinstance(message, pb.Heartbeat | pb.FeedRequest | pb.ChangeUpload | pb.CommandStatus):
            present = self._hear(opened, now)
            if isinstance(message, pb.CommandStatus):
                self._status(client, message, now)
            elif isinstance(message, pb.ChangeUpload):
                self._judge(client, message, now)
            elif not present or self._sync is None:
                pass
            elif isinstance(message, pb.FeedRequest):
                self._say(client, self._sync.request(client, message), now)
            elif isinstance(message, pb.Heartbeat):
                self._say(client, self._sync.beat(client, message.sync_cursor), now)

    def _hear(self, opened: OpenedFrame, now: Instant) -> bool:
        """Take note of whom a frame is from; whether it is of the client's present session. The first one of a session
        that this worker hears makes it send what waits for the client."""
        client, header = opened.client, opened.header
        session = self._sessions.get(client)
        is_new = session is None or (session.epoch, session.salt) != (header.epoch, header.salt)
        if is_new:
            session = self._keys.session(client)
        if session is None or session.epoch < header.epoch:
            raise RefusedError("NO_SESSION", "the hub has no session for this epoch")
        if session.epoch == header.epoch and session.salt != header.salt:
            raise FencedError("another copy of this client's database is connected")
        if session.epoch > header.epoch:
            return False
        self._sessions[client] = session
        self._heard_at_s[client] = now.mono_s
        if is_new:
            self._attempt(lambda: self._send_commands([client], now))
        return True

    def _forget(self, client: str) -> None:
        del self._heard_at_s[client]
        self._sessions.pop(client, None)
        if self._sync:
            self._sync.gone(client)

    # Sync

    def _holds_accounts(self, client: str) -> bool:
        record = self._keys.client(client)
        return record is not None and record.holds_accounts and not record.revoked

    def _judge(self, client: str, upload: pb.ChangeUpload, now: Instant) -> None:
        if self._sync:
            self._say(client, self._sync.judge(client, upload), now)
            self._look(now, announced=True)

    def _look(self, now: Instant, *, announced: bool) -> None:
        if self._sync:
            for client, send in self._sync.look(now, announced=announced):
                self._say(client, [send], now)

    # Commands

    def _status(self, client: str, status: pb.CommandStatus, now: Instant) -> None:
        if self._commands is None:
            return
        if self._commands.take_status(client, status, now.wall_us):
            self._announce_command(client, status.id, now)
        ack = pb.CommandStatusAck(id=status.id, phase=status.phase)
        self._say(client, [Send(channels.COMMAND_STATUS_ACK, ack)], now)

    def _send_commands(self, clients: Iterable[str], now: Instant) -> None:
        epochs = {client: self._sessions[client].epoch for client in clients if client in self._sessions}
        if self._commands is None or not epochs:
            return
        for client, message in self._commands.due(epochs, now.wall_us):
            channel = channels.COMMAND if isinstance(message, pb.Command) else channels.COMMAND_CANCEL
            self._say(client, [Send(channel, message)], now)
            self._announce_command(client, message.id, now)

    def _expire_commands(self, now: Instant) -> None:
        if self._commands:
            for client, command_id in self._commands.expire(now.wall_us):
                self._announce_command(client, command_id, now)

    def _announce_command(self, client: str, command_id: bytes, now: Instant) -> None:
        self.announce(channels.COMMAND_CHANGED, pb.CommandChanged(client=client, command_id=command_id), now)

    # Out

    def _say(self, client: str, sends: Sequence[Send], now: Instant) -> None:
        session = self._sessions.get(client)
        if session is None:
            return
        for channel, message in sends:
            compress = channel in _COMPRESSED
            self._out += self._answers.seal(client, session, channel, message, now, compress=compress)

    def _attempt(self, work: Callable[[], None]) -> None:
        try:
            work()
        except StorageError:
            self._count("store_unavailable")

    def _count(self, name: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + 1

    def _take(self) -> list[Publish]:
        taken, self._out = self._out, []
        return taken


_ANNOUNCED = (channels.REPLICA_ADVANCED, channels.COMMAND_CHANGED)
