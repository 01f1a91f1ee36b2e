"""The in-process broker keeps the promises that the SDK's tests rest on."""

import threading
from typing import Literal

import pytest

from precisionpulse_sdk.errors import ConnectionFailedError, LinkError, UsageError
from precisionpulse_sdk.transport import Delivery, Subscription, Will
from precisionpulse_sdk.transport.filters import matches, split_share
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport


class Peer:
    """One transport and what it told, in order."""

    def __init__(self, broker: MemoryBroker, name: str, *, acknowledge: bool = True) -> None:
        self.transport = MemoryTransport(broker, name)
        self.told: list[str | LinkError | None] = []
        self.messages: list[Delivery] = []
        self.completed: list[LinkError | None] = []
        self._acknowledge = acknowledge

    def on_connected(self) -> None:
        self.told.append("connected")

    def on_disconnected(self, error: LinkError | None) -> None:
        self.told.append(error)

    def on_message(self, delivery: Delivery) -> None:
        self.messages.append(delivery)
        if self._acknowledge:
            delivery.ack()

    def connect(self, *filters: str, will: Will | None = None) -> "Peer":
        self.transport.connect(self, subscriptions=[Subscription(wanted, 1) for wanted in filters], will=will)
        return self

    def publish(self, topic: str, payload: bytes = b"x", *, retain: bool = False, qos: int = 1) -> None:
        self.transport.publish(topic, payload, qos=qos, retain=retain, on_complete=self.completed.append)

    @property
    def payloads(self) -> list[bytes]:
        return [delivery.payload for delivery in self.messages]


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker()


@pytest.mark.parametrize(
    ("topic_filter", "topic", "covered"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/b/c", False),
        ("a/+", "a/b", True),
        ("a/+", "a", False),
        ("a/+/c", "a/b/c", True),
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("#", "a/b", True),
        ("#", "$SYS/x", False),
        ("+/x", "$SYS/x", False),
        ("$SYS/#", "$SYS/x", True),
        ("a/+/#", "a//c", True),
    ],
)
def test_filters_cover_what_the_standard_says(topic_filter: str, topic: str, covered: bool) -> None:
    assert matches(topic_filter, topic) is covered


def test_a_share_group_is_split_off() -> None:
    assert split_share("$share/ingest/pp/+/up") == ("ingest", "pp/+/up")
    assert split_share("pp/+/up") == (None, "pp/+/up")


def test_nothing_happens_before_it_is_delivered_and_then_in_order(broker: MemoryBroker) -> None:
    reader, writer = Peer(broker, "r").connect("t"), Peer(broker, "w").connect()
    writer.publish("t", b"1")
    writer.publish("t", b"2")
    assert reader.told == []
    assert broker.deliver(limit=1) == 1
    assert (reader.told, writer.told) == (["connected"], [])
    broker.deliver()
    assert reader.payloads == [b"1", b"2"]
    assert writer.completed == [None, None]
    assert broker.count("t") == 2


def test_a_retained_message_waits_for_subscribers_and_an_empty_one_removes_it(broker: MemoryBroker) -> None:
    writer = Peer(broker, "w").connect()
    writer.publish("t", b"kept", retain=True)
    broker.deliver()
    late = Peer(broker, "r").connect("t")
    broker.deliver()
    assert [(delivery.payload, delivery.retained) for delivery in late.messages] == [(b"kept", True)]
    writer.publish("t", b"", retain=True)
    broker.deliver()
    assert broker.retained("t") is None


@pytest.mark.parametrize("goodbye", [True, False])
def test_the_will_is_for_lost_connections_alone(broker: MemoryBroker, goodbye: bool) -> None:
    watcher = Peer(broker, "r").connect("w/#")
    client = Peer(broker, "c").connect(will=Will("w/c", b"gone", 1, True))
    broker.deliver()
    if goodbye:
        client.transport.disconnect()
    else:
        broker.cut("c")
    broker.deliver()
    assert watcher.payloads == ([] if goodbye else [b"gone"])
    assert (client.told[1] is None) is goodbye


def test_a_group_shares_the_load_and_takes_over_what_a_lost_member_left(broker: MemoryBroker) -> None:
    one = Peer(broker, "1", acknowledge=False).connect("$share/g/t")
    two = Peer(broker, "2").connect("$share/g/t")
    writer = Peer(broker, "w").connect()
    for number in range(4):
        writer.publish("t", b"%d" % number)
    broker.deliver()
    assert (one.payloads, two.payloads) == ([b"0", b"2"], [b"1", b"3"])
    broker.cut("1")
    broker.deliver()
    assert two.payloads == [b"1", b"3", b"0", b"2"]


def test_a_silent_partition_tells_nobody_and_passes_everything_when_it_ends(broker: MemoryBroker) -> None:
    reader = Peer(broker, "r").connect("t")
    client = Peer(broker, "c").connect("d")
    broker.deliver()
    broker.block("c")
    client.publish("t", b"1")
    reader.publish("d", b"2")
    broker.deliver()
    assert (reader.payloads, client.payloads, client.told) == ([], [], ["connected"])
    broker.unblock("c")
    broker.deliver()
    assert (reader.payloads, client.payloads) == ([b"1"], [b"2"])


def test_who_gives_up_behind_a_partition_is_still_believed_connected_and_its_will_comes_later(
    broker: MemoryBroker,
) -> None:
    watcher = Peer(broker, "r").connect("w")
    client = Peer(broker, "c").connect(will=Will("w", b"gone", 1, False))
    broker.deliver()
    broker.block("c")
    client.publish("t")
    client.transport.disconnect()
    broker.deliver()
    assert client.told == ["connected", None]
    assert isinstance(client.completed[0], LinkError)
    assert broker.connected() == ("r", "c")
    broker.cut("c")
    broker.deliver()
    assert watcher.payloads == [b"gone"]
    broker.unblock("c")
    client.connect()
    broker.deliver()
    assert client.told == ["connected", None, "connected"]


def test_a_second_connection_with_the_same_id_takes_over(broker: MemoryBroker) -> None:
    first = Peer(broker, "c").connect()
    broker.deliver()
    Peer(broker, "c").connect()
    broker.deliver()
    assert isinstance(first.told[1], ConnectionFailedError)
    assert "took over" in str(first.told[1])


def test_a_stopped_broker_refuses_and_cuts_without_wills(broker: MemoryBroker) -> None:
    client = Peer(broker, "c").connect(will=Will("w", b"gone", 1, True))
    client.publish("kept", b"1", retain=True)
    broker.deliver()
    client.publish("t")
    broker.stop(keep_retained=False)
    broker.deliver()
    assert isinstance(client.told[1], ConnectionFailedError)
    assert isinstance(client.completed[1], LinkError)
    assert (broker.count("w"), broker.retained("kept")) == (0, None)
    client.connect()
    broker.deliver()
    assert isinstance(client.told[2], ConnectionFailedError)
    broker.start()
    client.connect()
    broker.deliver()
    assert client.told[3] == "connected"


def test_messages_are_lost_and_doubled_on_demand(broker: MemoryBroker) -> None:
    reader, writer = Peer(broker, "r").connect("#"), Peer(broker, "w").connect()
    broker.drop_next("a")
    broker.duplicate_next("b")
    for topic in ("b", "a", "a", "b"):
        writer.publish(topic, topic.encode())
    broker.deliver()
    assert reader.payloads == [b"b", b"b", b"a", b"b"]
    assert writer.completed == [None] * 4


@pytest.mark.proves("F1")
def test_access_is_judged_for_each_message() -> None:
    def access(username: str, topic: str, action: Literal["read", "write"]) -> bool:
        return username == "boss" or topic.startswith(f"{username}/")

    broker = MemoryBroker(access=access)
    a, b = Peer(broker, "a").connect("#"), Peer(broker, "boss").connect("#")
    a.publish("a/1", b"own")
    a.publish("b/1", b"other's")
    b.publish("b/2", b"boss's")
    broker.deliver()
    assert a.payloads == [b"own"]
    assert b.payloads == [b"own", b"boss's"]
    assert a.completed[0] is None
    assert "not authorised" in str(a.completed[1])


def test_without_a_connection_a_publish_fails_and_a_second_connect_is_refused(broker: MemoryBroker) -> None:
    client = Peer(broker, "c")
    client.publish("t")
    assert isinstance(client.completed[0], LinkError)
    client.connect()
    with pytest.raises(UsageError):
        client.connect()


def test_an_automatic_broker_delivers_by_itself() -> None:
    broker = MemoryBroker(auto=True)
    arrived = threading.Event()

    class Reader(Peer):
        def on_message(self, delivery: Delivery) -> None:
            arrived.set()

    Reader(broker, "r").connect("t")
    Peer(broker, "w").connect().publish("t")
    assert arrived.wait(10)
    broker.close()
