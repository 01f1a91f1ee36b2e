"""The client's side of a connection: greeting, catalogue, delivery, heartbeats (PP-VR-1, PP-CL, PP-TD).

The shell calls one method per event with the time, and carries out the effects that it returns, in order."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import cast

from google.protobuf.message import Message

from precisionpulse_sdk import batches, channels, events
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.errors import CertificateError, ContractError, ReplayError
from precisionpulse_sdk.events import ClientEvent, LinkState
from precisionpulse_sdk.protocol import effects, reports
from precisionpulse_sdk.protocol.acknowledgements import Acknowledgements
from precisionpulse_sdk.protocol.backoff import Backoff
from precisionpulse_sdk.protocol.delivery import DeliveryWindow, NextRead
from precisionpulse_sdk.protocol.downlink import DownlinkOpener, refusal_name
from precisionpulse_sdk.protocol.effects import Effect, Instant, OutboxFacts
from precisionpulse_sdk.protocol.exchange import Exchange, Exchanges, Send, Wanted
from precisionpulse_sdk.protocol.greeting import Greeting, Reaction
from precisionpulse_sdk.protocol.pulse import DrainMeter, Pulse
from precisionpulse_sdk.protocol.uplink_sealer import UplinkSealer
from precisionpulse_sdk.ranges import Range, ranges_of
from precisionpulse_sdk.values import ValueType

_GAPS_RETRY_S = 10.0
_DOWN = (channels.WELCOME, channels.REFUSAL, channels.ACK, channels.HEARTBEAT_REPLY, channels.CATALOGUE_REQUEST)


class ClientSession:
    """One client's state machine over all its connections. Not thread-safe.

    `keys` are the client's master keys by id; `rng` spreads pauses, and is handed in so that a run can be repeated."""

    def __init__(
        self,
        *,
        site: str,
        client: str,
        install_id: bytes,
        keys: Mapping[int, bytes],
        config: ClientConfig,
        rng: random.Random,
        exchanges: Sequence[Exchange] = (),
    ) -> None:
        self.site = site
        self.client = client
        self.install_id = install_id
        self.config = config
        self.facts = OutboxFacts()
        self.state = LinkState.OFFLINE
        self.detail = ""
        self.since_us = 0
        self.epoch = 0
        self.pulse = Pulse(config.heartbeat_interval_s)
        self.drain = DrainMeter()
        self.refused: dict[str, int] = {}
        """Frames that broke the contract, by error code."""
        self._keys = dict(keys)
        self._dial_pause = Backoff(config.reconnect_min_s, config.reconnect_max_s, rng)
        self._greeting = Greeting(config, self._keys, rng)
        self._acknowledgements = Acknowledgements(self.drain, config, rng)
        self._topics = {c.name: channels.topic_of(c, site, client) for c in channels.CHANNELS.values()}
        self._catalogue: pb.Catalogue | None = None
        self._types: dict[int, ValueType] = {}
        self._exchanges = Exchanges(exchanges)
        self._out: list[Effect] = []
        self._started = self._linked = False
        self._dial_at_s: float | None = None
        self._sealer = UplinkSealer(self._topics, self._keys)
        self._opener: DownlinkOpener | None = None
        self._window: DeliveryWindow | None = None
        self._reading: NextRead | None = None
        self._compress = False
        self._gaps_at_s = 0.0

    # What the owner sees

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """The topics to subscribe to, all with QoS 1."""
        return tuple(self._topics[channel.name] for channel in (*_DOWN, *self._exchanges.channels))

    @property
    def in_flight(self) -> int:
        """Records that were sent and are not acknowledged."""
        return self._window.in_flight_records if self._window else 0

    def wake_at_s(self) -> float | None:
        """When `tick` must be called at the latest, on the monotonic clock."""
        times = [self._dial_at_s, self._greeting.due_at_s]
        if self._window:
            times += [self._window.wake_at_s(self.config.ack_timeout_s), self.pulse.due_at_s]
            times.append(self._exchanges.wake_at_s())
        return min((at for at in times if at is not None), default=None)

    # Events from the owner

    def start(self, now: Instant) -> list[Effect]:
        """Begin to connect."""
        if not self._started:
            self._started = True
            self._dial_at_s = now.mono_s
        return self.tick(now)

    def stop(self, now: Instant) -> list[Effect]:
        """Say good-bye and connect no more."""
        return self._leave(LinkState.CLOSED, "", now)

    def pause(self, now: Instant) -> list[Effect]:
        """Say good-bye and stay away until `start`; recording goes on."""
        return self._leave(LinkState.OFFLINE, "paused", now)

    def declare(self, metrics: Sequence[pb.Metric], now: Instant) -> list[Effect]:
        """The install's metrics are these now, retired ones included."""
        catalogue = batches.catalogue_of(metrics, self.install_id)
        self._types = {metric.id: ValueType(metric.type) for metric in metrics}
        if self._catalogue is None or self._catalogue.id != catalogue.id:
            self._catalogue = catalogue
            if self._window:
                self._publish(channels.CATALOGUE, catalogue, now)
        return self._take()

    def recorded(self, now: Instant) -> list[Effect]:
        """`facts` says that there are new records."""
        self._send(now)
        return self._take()

    # Events from the transport

    def begin_epoch(self, epoch: int, salt: bytes, now: Instant) -> bytes:
        """A new connection is about to be opened, with a counter that is durable already and a salt drawn for it. The
        result is the payload of its will, for the presence topic, QoS 1, retained."""
        self.epoch = epoch
        self._opener = DownlinkOpener(self._topics, self._keys, epoch=epoch, salt=salt)
        self._end_session()
        return self._sealer.begin(self._greeting.key_id, epoch, salt)

    @property
    def will_topic(self) -> str:
        """Where the will goes."""
        return self._topics[channels.PRESENCE.name]

    def link_up(self, now: Instant) -> list[Effect]:
        """The broker accepted the connection and the subscriptions."""
        if not self._started:
            return [effects.HangUp()]
        self._linked = True
        self._dial_pause.reset()
        present = pb.Presence(state=pb.PRESENCE_STATE_PRESENT, epoch=self.epoch, since_us=now.wall_us)
        self._publish(channels.PRESENCE, present, now)
        self._greet(now, "waiting for the hub's answer")
        return self._take()

    def link_down(self, error: Exception | None, now: Instant) -> list[Effect]:
        """The connection ended or could not be made; a `CertificateError` is shown as what it is."""
        if self._dial_at_s is not None:
            return []
        self._linked = False
        self._end_session()
        self._greeting.end()
        if self._started:
            self._dial_at_s = now.mono_s + self._dial_pause.next_s()
            problem = LinkState.CERTIFICATE_PROBLEM if isinstance(error, CertificateError) else LinkState.OFFLINE
            self._become(problem, str(error) if error else "the connection ended", now)
        return self._take()

    def frame(self, topic: str, payload: bytes, now: Instant) -> list[Effect]:
        """A payload arrived. What breaks the contract is counted and shown, and changes nothing."""
        if self._opener is None:
            return []
        try:
            channel, message = self._opener.open(topic, payload)
        except ContractError as error:
            self.refused[error.code] = self.refused.get(error.code, 0) + 1
            if not isinstance(error, ReplayError):
                self._emit(events.ClientWarning(f"a frame from the hub was refused: {error}"))
            return self._take()
        if channel is not channels.REFUSAL:
            self.pulse.answered(now)
        if channel is channels.WELCOME:
            self._welcome(cast("pb.Welcome", message), now)
        elif channel is channels.REFUSAL:
            self._refusal(cast("pb.Refusal", message), now)
        elif self._window is None:
            pass  # Of an earlier greeting: its effects are asked for again after the Welcome.
        elif channel is channels.ACK:
            self._ack(cast("pb.Ack", message), now)
        elif channel is channels.HEARTBEAT_REPLY:
            reply = cast("pb.HeartbeatReply", message)
            self.pulse.reply(reply, now)
            if reply.HasField("credit"):
                self._credit(reply.credit)
        elif channel is channels.CATALOGUE_REQUEST and self._catalogue:
            self._publish(channels.CATALOGUE, self._catalogue, now)
        else:
            self._perform(self._exchanges.take(channel, message, now), now)
        return self._take()

    # Answers from the outbox, and from the owner of an exchange

    def perform(self, wanted: Sequence[Wanted], now: Instant) -> list[Effect]:
        """Do what an exchange answered to its owner."""
        self._perform(wanted, now)
        return self._take()

    def rows(self, rows: Sequence[batches.Row], now: Instant) -> list[Effect]:
        """The rows that `ReadRows` asked for, ascending; fewer than its limit means that there are no more up to its
        end."""
        read, self._reading = self._reading, None
        if read is None or self._window is None or self._catalogue is None:
            return self._take()
        self._window.was_read(read, read.up_to if len(rows) < read.limit else rows[-1].record_seq)
        for run in batches.split_by_clock(rows) if rows else ():
            batch = batches.pack(
                run,
                self._types,
                install_id=self.install_id,
                catalogue_id=self._catalogue.id,
                flush_mark=self._window.flush_mark if read.history else None,
            )
            self._publish(channels.HISTORY if read.history else channels.LIVE, batch, now)
            self._window.sent(ranges_of(row.record_seq for row in run), now.mono_s)
        self._send(now)
        return self._take()

    def gaps(self, gaps: Sequence[pb.Gap], now: Instant) -> list[Effect]:
        """The losses that `ReadGaps` asked for."""
        if gaps and self._window:
            self._publish(channels.GAPS, pb.GapReport(install_id=self.install_id, gaps=gaps), now)
        return self._take()

    # Time

    def tick(self, now: Instant) -> list[Effect]:
        """Do what is due."""
        if self._dial_at_s is not None and now.mono_s >= self._dial_at_s:
            self._dial_at_s = None
            self._become(LinkState.CONNECTING, "connecting to the broker", now)
            self._out.append(effects.Dial())
        self._say_hello_when_due(now)
        if self._window:
            if self.pulse.silent(now):
                self._greet(now, "the hub does not answer")
                return self._take()
            self._window.overdue(now.mono_s, self.config.ack_timeout_s)
            if now.mono_s >= self.pulse.due_at_s:
                self._heartbeat(now)
            self._perform(self._exchanges.tick(now), now)
            self._send(now)
        return self._take()

    def _leave(self, state: LinkState, detail: str, now: Instant) -> list[Effect]:
        if self._linked:
            left = pb.Presence(state=pb.PRESENCE_STATE_LEFT, epoch=self.epoch, since_us=now.wall_us)
            self._publish(channels.PRESENCE, left, now)
        self._started = self._linked = False
        self._dial_at_s = None
        self._end_session()
        self._greeting.end()
        self._out.append(effects.HangUp())
        self._become(state, detail, now)
        return self._take()

    # Greeting

    def _greet(self, now: Instant, detail: str) -> None:
        self._end_session()
        self._become(LinkState.CONNECTING, detail, now)
        self._greeting.begin(now)
        self._say_hello_when_due(now)

    def _say_hello_when_due(self, now: Instant) -> None:
        if self._greeting.due_at_s is None or now.mono_s < self._greeting.due_at_s:
            return
        self._greeting.said(now)
        last = self.facts.last_record_seq
        hello = reports.hello(self.config, install_id=self.install_id, epoch=self.epoch, last_record_seq=last)
        self._publish(channels.HELLO, hello, now)

    def _welcome(self, welcome: pb.Welcome, now: Instant) -> None:
        if self._window is not None:
            return
        limits = welcome.limits
        self._greeting.end()
        self._compress = self.config.compress_history and "deflate" in welcome.capabilities
        self.pulse.begin(welcome.heartbeat_interval_ms / 1000 or self.config.heartbeat_interval_s, now)
        self._window = DeliveryWindow(
            max_batches=min(self.config.max_batches_in_flight, limits.max_batches_in_flight or 1),
            max_records=min(self.config.max_batch_records, limits.max_batch_records or 1),
            flush_mark=self.facts.last_record_seq if self.facts.depth else 0,
        )
        if self._catalogue:
            self._publish(channels.CATALOGUE, self._catalogue, now)
        committed = tuple(Range(piece.first, piece.last) for piece in welcome.committed)
        self._out += self._acknowledgements.settle(committed, self._window, now)
        self._heartbeat(now)
        self._perform(self._exchanges.begin(now), now)
        self._send(now)

    def _refusal(self, refusal: pb.Refusal, now: Instant) -> None:
        code = refusal_name(refusal.code)
        self._emit(events.RefusalReceived(code, refusal.text))
        reaction = self._greeting.refused(refusal, now)
        if reaction is Reaction.GREET and self._window is not None:
            self._greet(now, "the hub lost the session")
        elif reaction in (Reaction.WAIT, Reaction.RECONNECT):
            self._end_session()
            self._become(LinkState.REFUSED, f"{code}: {refusal.text}", now)
            if reaction is Reaction.RECONNECT:
                self._out.append(effects.HangUp())

    # Delivery

    def _send(self, now: Instant) -> None:
        if self._window is None or self._catalogue is None:
            return
        if self._reading is None:
            read = self._window.next_read(self.facts.last_record_seq, now.mono_s)
            if read is not None:
                self._reading = read
                self._out.append(effects.ReadRows(read.after, read.up_to, read.limit))
        if self.facts.gaps and now.mono_s >= self._gaps_at_s:
            self._gaps_at_s = now.mono_s + _GAPS_RETRY_S
            self._out.append(effects.ReadGaps())
        if self._window.flushing:
            self._become(LinkState.FLUSHING, "sending what was recorded before", now)
        else:
            self._become(LinkState.ONLINE, "", now)

    def _ack(self, ack: pb.Ack, now: Instant) -> None:
        if ack.install_id != self.install_id or self._window is None:
            return
        if ack.HasField("credit"):
            self._credit(ack.credit)
        unknown = (nack.code == pb.NACK_CODE_UNKNOWN_CATALOGUE for nack in ack.nacks if nack.retryable)
        if self._catalogue and any(unknown):
            self._publish(channels.CATALOGUE, self._catalogue, now)
        self._out += self._acknowledgements.take(ack, self._window, now)
        self._send(now)

    def _heartbeat(self, now: Instant) -> None:
        flushing = self._window is not None and self._window.flushing
        report = reports.heartbeat(self.pulse, self.drain, self.facts, flushing=flushing, now=now)
        self._publish(channels.HEARTBEAT, report, now)

    def _credit(self, batches_in_flight: int) -> None:
        if self._window:
            self._window.max_batches = max(1, min(batches_in_flight, self.config.max_batches_in_flight))

    # Out

    def _perform(self, wanted: Sequence[Wanted], now: Instant) -> None:
        for one in wanted:
            if not isinstance(one, Send):
                self._out.append(one)
            elif self._window is not None:
                self._publish(one.channel, one.message, now)

    def _end_session(self) -> None:
        self._window = self._reading = None
        self._exchanges.end()

    def _publish(self, channel: channels.Channel, message: Message, now: Instant) -> None:
        if self._linked:
            compress = self._compress and channel is channels.HISTORY
            self._out.extend(self._sealer.seal(channel, message, now, compress=compress))

    def _become(self, state: LinkState, detail: str, now: Instant) -> None:
        if (state, detail) != (self.state, self.detail):
            if state is not self.state:
                self.since_us = now.wall_us
            self.state, self.detail = state, detail
            self._emit(events.LinkChanged(state, detail))

    def _emit(self, event: ClientEvent) -> None:
        self._out.append(effects.Emit(event))

    def _take(self) -> list[Effect]:
        taken, self._out = self._out, []
        return taken
