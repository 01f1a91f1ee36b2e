"""The hub's side: decides with the store on what clients send, and answers after the commit (PP-VR-1, PP-TD-4,
PP-TD-6).

A worker keeps no state that matters: any worker may get any frame, and all that must last is in the store."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from typing import cast

from google.protobuf.message import DecodeError, Message

from precisionpulse_sdk import batches, channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import HubConfig
from precisionpulse_sdk.errors import (
    ContractError,
    FencedError,
    MalformedMessageError,
    RefusedError,
    ReplayError,
    SealError,
    StorageError,
    TopicError,
    UnknownKeyError,
    UnknownTypeError,
)
from precisionpulse_sdk.protocol.effects import Instant, Publish
from precisionpulse_sdk.protocol.store import BatchDelivery, GapDelivery, HubStore, OpenSession
from precisionpulse_sdk.protocol.uplink import OpenedFrame, UplinkOpener
from precisionpulse_sdk.ranges import Range
from precisionpulse_sdk.values import INT64_MAX

_InstallAt = tuple[str, bytes]
"""A client, and the id of its install."""


class HubSession:
    """One ingest worker's state machine. Not thread-safe. `salt`: 16 random bytes drawn at this worker's start;
    `start_us`: the worker's start, µs since 1970, its epoch on hub channels."""

    def __init__(
        self, site: str, store: HubStore, *, hub_key: bytes, salt: bytes, start_us: int, config: HubConfig
    ) -> None:
        self.site = site
        self.counts: dict[str, int] = {}
        """Events by name: frames by channel name, refusals as `refused_<code>`, records as `records`, `duplicates`."""
        self._store = store
        self._config = config
        self._salt = salt
        self._opener = UplinkOpener(site, store, hub_key=hub_key, config=config)
        self._hub_sealer = frame.Sealer(hub_key, 1, "hub", start_us, salt)
        self._sealers: dict[str, frame.Sealer] = {}
        self._sequences: dict[int, int] = {}
        self._sessions: dict[str, OpenSession] = {}
        self._refused_at_s: dict[str, float] = {}
        self._news: dict[_InstallAt, pb.Committed] = {}
        self._told_at_s: dict[_InstallAt, float] = {}
        self._out: list[Publish] = []
        self._backlog = 0

    @property
    def has_news(self) -> bool:
        """Whether something committed is still to be announced: call `process` again within `announce_every_s`."""
        return bool(self._news)

    @property
    def filters(self) -> tuple[str, ...]:
        """The topic filters that an ingest worker subscribes to, with QoS 1."""
        return tuple(channels.topic_filter(channel, self.site) for channel in _HANDLED)

    def process(self, frames: Sequence[tuple[str, bytes]], now: Instant, *, backlog: int = 0) -> list[Publish]:
        """Handle what arrived, as (topic, payload), and commit it together; the answers are to be published in order.
        `backlog`: frames that wait behind these; the more there are, the less may clients send (PP-TD-8).

        When the store fails, records are nacked as retryable and everything else is left to the clients' own
        retries."""
        self._backlog = backlog
        waiting: list[tuple[OpenedFrame, BatchDelivery | GapDelivery]] = []
        for topic, payload in frames:
            try:
                opened = self._opener.open(topic, payload)
                self._count(opened.channel.name)
                delivery = self._handle(opened, now)
                if delivery is not None:
                    waiting.append((opened, delivery))
            except (ContractError, RefusedError) as error:
                self._refuse(topic, payload, error, now)
            except StorageError:
                self._count("store_unavailable")
        if waiting:
            self._commit(waiting, now)
        self._tell_news(now)
        taken, self._out = self._out, []
        return taken

    def announce(self, channel: channels.Channel, message: Message, now: Instant) -> Publish:
        """A frame for the hub's workers."""
        topic = channels.topic_of(channel, self.site)
        return Publish(
            topic, self._hub_sealer.seal(channel, topic, message, sent_us=now.wall_us), channel.qos, channel.retain
        )

    # One frame

    def _handle(self, opened: OpenedFrame, now: Instant) -> BatchDelivery | GapDelivery | None:
        channel = opened.channel
        if channel not in _HANDLED:
            raise UnknownTypeError(f"{channel.name} frames are not for an ingest worker")
        if channel is channels.HELLO:
            self._hello(opened, cast("pb.Hello", opened.message), now)
            return None
        session = self._session(opened)
        if channel is channels.LIVE or channel is channels.HISTORY:
            return self._batch(opened, cast("pb.Batch", opened.message), session, now)
        if channel is channels.GAPS:
            report = cast("pb.GapReport", opened.message)
            _check_install(report.install_id)
            return GapDelivery(opened.client, report.install_id, tuple(report.gaps), now.wall_us)
        if channel is channels.HEARTBEAT:
            heartbeat = cast("pb.Heartbeat", opened.message)
            if opened.header.epoch == session.epoch:
                reply = pb.HeartbeatReply(
                    number=heartbeat.number,
                    client_sent_us=opened.header.sent_us,
                    hub_received_us=now.wall_us,
                    hub_sent_us=now.wall_us,
                    credit=self._credit(),
                )
                self._answer(opened.client, session, channels.HEARTBEAT_REPLY, reply, now)
        elif channel is channels.CATALOGUE:
            catalogue = cast("pb.Catalogue", opened.message)
            batches.open_catalogue(catalogue)
            _check_install(catalogue.install_id)
            self._store.save_catalogue(opened.client, catalogue)
        elif channel is channels.ACK_QUERY:
            self._ack_query(opened, cast("pb.AckQuery", opened.message), session, now)
        return None

    def _hello(self, opened: OpenedFrame, hello: pb.Hello, now: Instant) -> None:
        header = opened.header
        if hello.epoch != header.epoch or len(hello.install_id) != batches.INSTALL_ID_BYTES:
            raise MalformedMessageError("the Hello's epoch or install id is not valid")
        if channels.MAJOR not in hello.majors:
            raise RefusedError(
                "UNSUPPORTED_MAJOR",
                f"this hub speaks major {channels.MAJOR}: update the client or ask for an older hub",
            )
        start = self._store.begin_session(
            opened.client,
            install_id=hello.install_id,
            epoch=hello.epoch,
            salt=header.salt,
            last_record_seq=hello.last_record_seq,
        )
        session = OpenSession(hello.install_id, hello.epoch, header.salt)
        self._sessions[opened.client] = session
        record = self._store.client(opened.client)
        key_ids = sorted(record.keys, key=lambda key_id: key_id != record.preferred_key_id) if record else []
        welcome = pb.Welcome(
            major=channels.MAJOR,
            minor=min(channels.MINOR, hello.minor),
            capabilities=[word for word in hello.capabilities if word in _CAPABILITIES],
            hub_time_us=now.wall_us,
            key_ids=key_ids,
            limits=pb.Limits(
                max_frame_bytes=self._config.max_frame_bytes,
                max_message_bytes=self._config.max_message_bytes,
                max_batch_records=self._config.max_batch_records,
                max_batches_in_flight=self._credit(),
                reconnect_spread_ms=round(1000 * len(self._sessions) / self._config.reconnects_per_s),
            ),
            heartbeat_interval_ms=round(self._config.heartbeat_interval_s * 1000),
            committed=[pb.RecordRange(first=piece.first, last=piece.last) for piece in start.committed[:_MOST_RANGES]],
            catalogue_id=start.catalogue_id,
        )
        self._answer(opened.client, session, channels.WELCOME, welcome, now)

    def _session(self, opened: OpenedFrame) -> OpenSession:
        """The client's present session; of a frame of another one than this worker knows, as the store has it. A client
        that was enrolled anew counts its epochs anew."""
        session = self._sessions.get(opened.client)
        if session is None or (session.epoch, session.salt) != (opened.header.epoch, opened.header.salt):
            session = self._store.session(opened.client)
            if session is not None:
                self._sessions[opened.client] = session
        if session is None or session.epoch < opened.header.epoch:
            raise RefusedError("NO_SESSION", "the hub has no session for this epoch: say Hello again")
        if session.epoch == opened.header.epoch and session.salt != opened.header.salt:
            raise FencedError("another copy of this client's database is connected: enrol this one again")
        return session

    def _batch(self, opened: OpenedFrame, batch: pb.Batch, session: OpenSession, now: Instant) -> BatchDelivery | None:
        if self._backlog > self._config.overloaded_frames:
            self._count("overloaded")
            self._nack(opened, batch.install_id, _claimed(batch), pb.NACK_CODE_OVERLOADED, True, "", now)
            return None
        content = self._store.catalogue(opened.client, batch.catalogue_id)
        if content is None:
            request = pb.CatalogueRequest(catalogue_id=batch.catalogue_id)
            self._answer(opened.client, session, channels.CATALOGUE_REQUEST, request, now)
            self._nack(opened, batch.install_id, _claimed(batch), pb.NACK_CODE_UNKNOWN_CATALOGUE, True, "", now)
            return None
        try:
            ranges_ = batches.check(batch, content, max_records=self._config.max_batch_records)
        except MalformedMessageError as error:
            self._count(f"refused_{error.code}")
            self._nack(opened, batch.install_id, _claimed(batch), pb.NACK_CODE_MALFORMED, False, str(error), now)
            return None
        replayed = opened.channel is channels.HISTORY
        return BatchDelivery(opened.client, batch.install_id, batch, content, replayed, ranges_, now.wall_us)

    def _ack_query(self, opened: OpenedFrame, query: pb.AckQuery, session: OpenSession, now: Instant) -> None:
        if not self._is_present(opened):
            return
        coverage = self._store.coverage(opened.client, query.install_id)
        low, high = (query.range.first, query.range.last) if query.HasField("range") else (1, coverage.last_record_seq)
        ranges = [
            pb.RecordRange(first=max(low, piece.first), last=min(high, piece.last))
            for piece in coverage.committed
            if piece.first <= high and piece.last >= low
        ]
        ack = pb.Ack(install_id=query.install_id, ranges=ranges[:_MOST_RANGES], credit=self._credit())
        self._answer(opened.client, session, channels.ACK, ack, now)

    def _credit(self) -> int:
        """How many batches each client may have in flight now: all while one commit takes what waits, then as many
        fewer as more waits."""
        most, at_once = self._config.max_batches_in_flight, self._config.max_commit_frames
        return most if self._backlog <= at_once else max(1, most * at_once // self._backlog)

    # Commit and answer

    def _commit(self, waiting: Sequence[tuple[OpenedFrame, BatchDelivery | GapDelivery]], now: Instant) -> None:
        try:
            outcomes = self._store.commit([delivery for _, delivery in waiting])
        except StorageError:
            self._count("store_unavailable")
            for opened, delivery in waiting:
                if isinstance(delivery, BatchDelivery):
                    refused = [pb.RecordRange(first=piece.first, last=piece.last) for piece in delivery.ranges]
                    self._nack(opened, delivery.install_id, refused, pb.NACK_CODE_UNAVAILABLE, True, "", now)
            return
        acks: dict[_InstallAt, pb.Ack] = {}
        for (opened, delivery), outcome in zip(waiting, outcomes, strict=True):
            at = (opened.client, delivery.install_id)
            news = self._news.setdefault(at, pb.Committed(client=opened.client, install_id=delivery.install_id))
            if self._is_present(opened):
                ack = acks.setdefault(at, pb.Ack(install_id=delivery.install_id, credit=self._credit()))
                _extend(ack.ranges, outcome.committed)
                ack.nacks.extend(outcome.nacks)
                ack.gap_seqs.extend(outcome.gap_seqs)
            _extend(news.ranges, outcome.committed)
            news.complete_to, news.missing, news.duplicates = outcome.complete_to, outcome.missing, outcome.duplicates
            news.committed_us, news.lost = now.wall_us, outcome.lost
            self._count("records", sum(piece.size for piece in outcome.committed))
        for (client, _), ack in acks.items():
            self._answer(client, self._sessions[client], channels.ACK, ack, now)

    def _tell_news(self, now: Instant) -> None:
        due_s = now.mono_s - self._config.announce_every_s
        for at in [at for at in self._news if self._told_at_s.get(at, due_s) <= due_s]:
            self._out.append(self.announce(channels.COMMITTED, self._news.pop(at), now))
            self._told_at_s[at] = now.mono_s

    def _is_present(self, opened: OpenedFrame) -> bool:
        """Whether a frame is of the session that answers go to. One of an earlier session is taken in, and not
        answered: the present one may be another copy of the client's, with other readings under the same numbers."""
        return self._sessions[opened.client].salt == opened.header.salt

    def _nack(
        self,
        opened: OpenedFrame,
        install_id: bytes,
        ranges: Sequence[pb.RecordRange],
        code: pb.NackCode,
        retryable: bool,
        detail: str,
        now: Instant,
    ) -> None:
        if not self._is_present(opened):
            return
        nacks = [pb.Nack(range=piece, code=code, retryable=retryable, detail=detail) for piece in ranges]
        ack = pb.Ack(install_id=install_id, nacks=nacks, credit=self._credit())
        self._answer(opened.client, self._sessions[opened.client], channels.ACK, ack, now)

    def _answer(
        self, client: str, session: OpenSession, channel: channels.Channel, message: Message, now: Instant
    ) -> None:
        record = self._store.client(client)
        if record is None or record.revoked:
            return
        key_id = record.preferred_key_id
        sealer = self._sealers.get(client)
        if sealer is None or (sealer.bound_salt, sealer.key_id, sealer.epoch) != (session.salt, key_id, session.epoch):
            key, epoch, salt = record.keys[key_id], session.epoch, self._salt
            sealer = frame.Sealer(key, key_id, "down", epoch, salt, session.salt, self._sequences)
            self._sealers[client] = sealer
        topic = channels.topic_of(channel, self.site, client)
        self._out.append(
            Publish(topic, sealer.seal(channel, topic, message, sent_us=now.wall_us), channel.qos, channel.retain)
        )

    def _refuse(self, topic: str, payload: bytes, error: ContractError | RefusedError, now: Instant) -> None:
        self._count(f"refused_{error.code.lower()}")
        if isinstance(error, ReplayError | TopicError):
            return
        try:
            place = channels.parse_topic(topic)
            header = pb.Header.FromString(pb.Frame.FromString(payload).header)
        except (TopicError, DecodeError):
            return
        pause_s = 1 / self._config.refusals_per_client_per_s
        if place.direction != "up" or now.mono_s - self._refused_at_s.get(place.client, -pause_s) < pause_s:
            return
        if len(self._refused_at_s) >= _MOST_REFUSED:
            self._refused_at_s.clear()
        self._refused_at_s[place.client] = now.mono_s
        refusal = pb.Refusal(code=_refusal_code(error), text=str(error)[:300])
        if isinstance(error, UnknownKeyError):
            refusal.accepted_key_ids.extend(error.accepted)
        if isinstance(error, RefusedError):
            refusal.text = error.text
            if error.code == "UNSUPPORTED_MAJOR":
                refusal.supported_majors.append(channels.MAJOR)
        if header.type != channels.HELLO.type and isinstance(error, ContractError):
            refusal.refused_type, refusal.refused_sequence = header.type, header.sequence
        answer = frame.clear_frame(
            channels.REFUSAL, refusal, epoch=header.epoch, sent_us=now.wall_us, bound_salt=header.salt
        )
        self._out.append(
            Publish(channels.topic_of(channels.REFUSAL, self.site, place.client), answer, channels.REFUSAL.qos, False)
        )

    def _count(self, name: str, by: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + by


_HANDLED = (
    channels.HELLO,
    channels.CATALOGUE,
    channels.LIVE,
    channels.HISTORY,
    channels.GAPS,
    channels.HEARTBEAT,
    channels.ACK_QUERY,
)
_CAPABILITIES = frozenset({"deflate"})
_MOST_RANGES = 1000
"""Ranges told at once; of what is not told the client learns when it sends it."""
_MOST_REFUSED = 10_000
"""Names whose last refusal is remembered: anybody can make one up."""


def _check_install(install_id: bytes) -> None:
    if len(install_id) != batches.INSTALL_ID_BYTES:
        raise MalformedMessageError("the install id has not 16 bytes")


def _extend(ranges: MutableSequence[pb.RecordRange], pieces: Sequence[Range]) -> None:
    """Append the pieces; one that follows on the last range lengthens it."""
    for piece in pieces:
        if ranges and ranges[-1].last + 1 == piece.first:
            ranges[-1].last = piece.last
        else:
            ranges.append(pb.RecordRange(first=piece.first, last=piece.last))


def _claimed(batch: pb.Batch) -> tuple[pb.RecordRange]:
    """The records that an unsound batch says it holds, brought into the numbers that there are."""
    first = max(1, batch.first_record_seq)
    last = max((batch.first_record_seq + sum(column.record_seq_delta) for column in batch.columns), default=first)
    return (pb.RecordRange(first=min(first, INT64_MAX), last=min(max(first, last), INT64_MAX)),)


def _refusal_code(error: ContractError | RefusedError) -> pb.RefusalCode:
    if isinstance(error, RefusedError):
        return cast("pb.RefusalCode", pb.RefusalCode.Value(f"REFUSAL_CODE_{error.code}"))
    if isinstance(error, UnknownKeyError):
        return pb.REFUSAL_CODE_UNKNOWN_KEY
    if isinstance(error, SealError):
        return pb.REFUSAL_CODE_UNSEALED
    if isinstance(error, UnknownTypeError):
        return pb.REFUSAL_CODE_UNSUPPORTED
    return pb.REFUSAL_CODE_MALFORMED
