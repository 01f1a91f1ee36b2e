"""The client's side of a connection: greeting, catalogue, delivery, heartbeats (PP-VR-1, PP-CL, PP-TD).

The shell calls one method per event with the time, and carries out the effects that it returns, in order."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import cast

from precisionpulse_sdk import batches, channels, events
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.errors import CertificateError, ContractError, ReplayError
from precisionpulse_sdk.events import LinkState
from precisionpulse_sdk.protocol import effects, reports
from precisionpulse_sdk.protocol.backoff import Backoff
from precisionpulse_sdk.protocol.delivery import Catalogued, Delivery
from precisionpulse_sdk.protocol.downlink import DownlinkOpener, refusal_name
from precisionpulse_sdk.protocol.effects import Effect, Instant, OutboxFacts
from precisionpulse_sdk.protocol.exchange import Exchange, Exchanges, Send, Wanted
from precisionpulse_sdk.protocol.flow import FlowMeter
from precisionpulse_sdk.protocol.greeting import Greeting, Reaction
from precisionpulse_sdk.protocol.outgoing import Outgoing
from precisionpulse_sdk.protocol.pulse import Pulse

_DOWN = (channels.WELCOME, channels.REFUSAL, channels.ACK, channels.HEARTBEAT_REPLY, channels.CATALOGUE_REQUEST)


class ClientSession:
    """One client's state machine over all its connections. Not thread-safe.

    `keys` are the client's master keys by id; `rng` spreads pauses, and is handed in so that a run can be repeated.
    `exchanges` are what it carries besides readings; they may share its `pulse`."""

    def __init__(
        self,
        *,
        site: str,
        client: str,
        install_id: bytes,
        keys: Mapping[int, bytes],
        config: ClientConfig,
        rng: random.Random,
        pulse: Pulse | None = None,
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
        self.pulse = pulse or Pulse(config.heartbeat_interval_s)
        self.flow = FlowMeter()
        self.refused: dict[str, int] = {}
        """Frames that broke the contract, by error code."""
        self._keys = dict(keys)
        self._dial_pause = Backoff(config.reconnect_min_s, config.reconnect_max_s, rng)
        self._greeting = Greeting(config, self._keys, rng)
        self._rng = rng
        self._topics = {c.name: channels.topic_of(c, site, client) for c in channels.CHANNELS.values()}
        self._out = Outgoing(self._topics, self._keys)
        self._exchanges = Exchanges(exchanges)
        self._catalogued: Catalogued | None = None
        self._started = False
        self._dial_at_s: float | None = None
        self._opener: DownlinkOpener | None = None
        self._delivery: Delivery | None = None
        self._refused_because = ""

    # What the owner sees

    @property
    def subscriptions(self) -> tuple[str, ...]:
        """The topics to subscribe to, all with QoS 1."""
        return tuple(self._topics[channel.name] for channel in (*_DOWN, *self._exchanges.channels))

    @property
    def in_flight(self) -> int:
        """Records that were sent and are not acknowledged."""
        return self._delivery.window.in_flight_records if self._delivery else 0

    def wake_at_s(self) -> float | None:
        """When `tick` must be called at the latest, on the monotonic clock."""
        times = [self._dial_at_s, self._greeting.due_at_s]
        if self._delivery:
            times += [self._delivery.wake_at_s(), self.pulse.due_at_s, self._exchanges.wake_at_s()]
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
        before, self._catalogued = self._catalogued, Catalogued(metrics, self.install_id)
        if self._delivery and (before is None or before.message.id != self._catalogued.message.id):
            self._out.publish(channels.CATALOGUE, self._catalogued.message, now)
        return self._out.take()

    def recorded(self, now: Instant) -> list[Effect]:
        """`facts` says that there are new records."""
        self._send(now)
        return self._out.take()

    def hurry(self, now: Instant) -> list[Effect]:
        """Ask the hub what it has of the records that were sent: an acknowledgement may have been lost."""
        if self._delivery and self.facts.depth:
            query = pb.AckQuery(install_id=self.install_id)
            query.range.first, query.range.last = self.facts.first_record_seq, self.facts.last_record_seq
            self._out.publish(channels.ACK_QUERY, query, now)
        self._send(now)
        return self._out.take()

    # Events from the transport

    def begin_epoch(self, epoch: int, salt: bytes, now: Instant) -> bytes:
        """A new connection is about to be opened, with a counter that is durable already and a salt drawn for it. The
        result is the payload of its will, for the presence topic, QoS 1, retained."""
        self.epoch = self.pulse.epoch = epoch
        self._opener = DownlinkOpener(self._topics, self._keys, epoch=epoch, salt=salt)
        self._end_session()
        return self._out.begin(self._greeting.key_id, epoch, salt)

    @property
    def will_topic(self) -> str:
        """Where the will goes."""
        return self._topics[channels.PRESENCE.name]

    def link_up(self, now: Instant) -> list[Effect]:
        """The broker accepted the connection and the subscriptions."""
        if not self._started:
            return [effects.HangUp()]
        self._out.linked = True
        present = pb.Presence(state=pb.PRESENCE_STATE_PRESENT, epoch=self.epoch, since_us=now.wall_us)
        self._out.publish(channels.PRESENCE, present, now)
        self._greet(now, "waiting for the hub's answer")
        return self._out.take()

    def link_down(self, error: Exception | None, now: Instant) -> list[Effect]:
        """The connection ended or could not be made; a `CertificateError` is shown as what it is."""
        if self._dial_at_s is not None:
            return []
        self._out.linked = False
        self._end_session()
        self._greeting.end()
        if self._started:
            self._dial_at_s = now.mono_s + self._dial_pause.next_s()
            problem = LinkState.CERTIFICATE_PROBLEM if isinstance(error, CertificateError) else LinkState.OFFLINE
            self._become(problem, str(error) if error else "the connection ended", now)
        return self._out.take()

    def frame(self, topic: str, payload: bytes, now: Instant) -> list[Effect]:
        """A payload arrived. What breaks the contract is counted and shown, and changes nothing."""
        if self._opener is None:
            return []
        try:
            channel, message = self._opener.open(topic, payload)
        except ContractError as error:
            self.refused[error.code] = self.refused.get(error.code, 0) + 1
            if not isinstance(error, ReplayError):
                self._out.emit(events.ClientWarning(f"a frame from the hub was refused: {error}"))
            return self._out.take()
        if channel is not channels.REFUSAL:
            self.pulse.answered(now)
        if channel is channels.WELCOME:
            self._welcome(cast("pb.Welcome", message), now)
        elif channel is channels.REFUSAL:
            self._refusal(cast("pb.Refusal", message), now)
        elif self._delivery is None:
            pass  # Of an earlier greeting: its effects are asked for again after the Welcome.
        elif channel is channels.ACK and self._catalogued:
            self._delivery.ack(cast("pb.Ack", message), self._catalogued, now)
            self._send(now)
        elif channel is channels.HEARTBEAT_REPLY:
            reply = cast("pb.HeartbeatReply", message)
            self.pulse.reply(reply, now)
            if reply.HasField("credit"):
                self._delivery.credit(reply.credit)
                self._send(now)
        elif channel is channels.CATALOGUE_REQUEST and self._catalogued:
            self._out.publish(channels.CATALOGUE, self._catalogued.message, now)
        else:
            self._perform(self._exchanges.take(channel, message, now), now)
        return self._out.take()

    # Answers from the outbox, and from the owner of an exchange

    def perform(self, wanted: Sequence[Wanted], now: Instant) -> list[Effect]:
        """Do what an exchange answered to its owner."""
        self._perform(wanted, now)
        return self._out.take()

    def can_pack(self, rows: Sequence[batches.Row]) -> bool:
        """Whether the metrics of all `rows` are declared; `declare` those that are not before handing them over."""
        return self._catalogued is not None and {row.metric_id for row in rows} <= self._catalogued.types.keys()

    def rows(self, rows: Sequence[batches.Row], now: Instant) -> list[Effect]:
        """The rows that `ReadRows` asked for, ascending; fewer than its limit means that there are no more up to its
        end."""
        if self._delivery and self._catalogued:
            self._delivery.rows(rows, self._catalogued, now)
            self._send(now)
        return self._out.take()

    def gaps(self, gaps: Sequence[pb.Gap], now: Instant) -> list[Effect]:
        """The losses that `ReadGaps` asked for."""
        if self._delivery:
            self._delivery.gaps(gaps, now)
        return self._out.take()

    # Time

    def tick(self, now: Instant) -> list[Effect]:
        """Do what is due."""
        if self._dial_at_s is not None and now.mono_s >= self._dial_at_s:
            self._dial_at_s = None
            self._become(LinkState.CONNECTING, "connecting to the broker", now)
            self._out.add(effects.Dial())
        self._say_hello_when_due(now)
        if self._delivery:
            if self.pulse.silent(now):
                self._greet(now, "the hub does not answer")
                return self._out.take()
            self._delivery.tick(now)
            if now.mono_s >= self.pulse.due_at_s:
                self._heartbeat(now)
            self._perform(self._exchanges.tick(now), now)
            self._send(now)
        return self._out.take()

    def _leave(self, state: LinkState, detail: str, now: Instant) -> list[Effect]:
        if self._out.linked:
            left = pb.Presence(state=pb.PRESENCE_STATE_LEFT, epoch=self.epoch, since_us=now.wall_us)
            self._out.publish(channels.PRESENCE, left, now)
        self._started = self._out.linked = False
        self._dial_at_s = None
        self._end_session()
        self._refused_because = ""
        self._greeting.end()
        self._out.add(effects.HangUp())
        self._become(state, detail, now)
        return self._out.take()

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
        self._out.publish(channels.HELLO, hello, now)

    def _welcome(self, welcome: pb.Welcome, now: Instant) -> None:
        if self._delivery is not None:
            return
        self._greeting.end()
        self._dial_pause.reset(welcome.limits.reconnect_spread_ms / 1000)
        self._refused_because = ""
        self._out.compress = self.config.compress and "deflate" in welcome.capabilities
        interval_s = welcome.heartbeat_interval_ms / 1000 or self.config.heartbeat_interval_s
        self.pulse.begin(interval_s, welcome.hub_time_us, now)
        self.flow.begin()
        self._delivery = Delivery(
            self._out,
            self.config,
            welcome.limits,
            install_id=self.install_id,
            flush_mark=self.facts.last_record_seq if self.facts.depth else 0,
            rng=self._rng,
        )
        if self._catalogued:
            self._out.publish(channels.CATALOGUE, self._catalogued.message, now)
        self._heartbeat(now)
        self._perform(self._exchanges.begin(now), now)
        self._send(now)

    def _refusal(self, refusal: pb.Refusal, now: Instant) -> None:
        code = refusal_name(refusal.code)
        self._out.emit(events.RefusalReceived(code, refusal.text))
        reaction = self._greeting.refused(refusal, now)
        if reaction is Reaction.GREET and self._delivery is not None:
            self._greet(now, "the hub lost the session")
        elif reaction in (Reaction.WAIT, Reaction.RECONNECT):
            self._end_session()
            self._refused_because = f"{code}: {refusal.text}"
            self._become(LinkState.REFUSED, self._refused_because, now)
            if reaction is Reaction.RECONNECT:
                self._out.add(effects.HangUp())

    # Delivery

    def _send(self, now: Instant) -> None:
        if self._delivery is None or self._catalogued is None:
            return
        self.flow.look(self.facts, now)
        self._delivery.send(self.facts, now)
        state = LinkState.FLUSHING if self._delivery.window.flushing else LinkState.ONLINE
        if self.flow.now.falling_behind:
            self._become(state, "falling behind: more is recorded than the hub takes", now)
        else:
            self._become(state, "sending what was recorded before" if state is LinkState.FLUSHING else "", now)

    def _heartbeat(self, now: Instant) -> None:
        self.flow.look(self.facts, now)
        flushing = self._delivery is not None and self._delivery.window.flushing
        report = reports.heartbeat(self.pulse, self.flow.now, self.facts, flushing=flushing, now=now)
        self._out.publish(channels.HEARTBEAT, report, now)

    def _perform(self, wanted: Sequence[Wanted], now: Instant) -> None:
        for one in wanted:
            if not isinstance(one, Send):
                self._out.add(one)
            elif self._delivery is not None:
                self._out.publish(one.channel, one.message, now)

    def _end_session(self) -> None:
        self._delivery = None
        self._exchanges.end()

    def _become(self, state: LinkState, detail: str, now: Instant) -> None:
        if self._refused_because and state in (LinkState.OFFLINE, LinkState.CONNECTING):
            # What the hub said explains more than a connection that comes and goes, until it says something else.
            state, detail = LinkState.REFUSED, self._refused_because
        if (state, detail) != (self.state, self.detail):
            if state is not self.state:
                self.since_us = now.wall_us
            self.state, self.detail = state, detail
            self._out.emit(events.LinkChanged(state, detail))
