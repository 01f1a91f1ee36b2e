"""Topics of the contract: the registry that the schema's options generate, and the grammar of its topics (PP-CH-1,
PP-CH-2)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.message import Message

from precisionpulse.v1.channels import (
    ACK,
    ACK_QUERY,
    BY_TYPE,
    CATALOGUE,
    CATALOGUE_REQUEST,
    CHANGES,
    CHANNELS,
    CLIENT_CHANGED,
    COMMAND,
    COMMAND_CANCEL,
    COMMAND_CHANGED,
    COMMAND_STATUS,
    COMMAND_STATUS_ACK,
    COMMANDS,
    COMMITTED,
    FEED,
    FEED_REQUEST,
    GAPS,
    HEARTBEAT,
    HEARTBEAT_REPLY,
    HELLO,
    HISTORY,
    LIVE,
    MAJOR,
    MINOR,
    PRESENCE,
    REFUSAL,
    REPLICA_ADVANCED,
    SCHEMA_FINGERPRINT,
    SETTINGS,
    SNAPSHOT,
    VERDICTS,
    WELCOME,
    Channel,
    CommandRule,
    SettingRule,
)

# Loading the messages is what makes them known to the descriptor pool.
from precisionpulse_sdk import messages as _messages  # noqa: F401
from precisionpulse_sdk.errors import ConfigurationError, TopicError

__all__ = [
    "ACK",
    "ACK_QUERY",
    "BY_TYPE",
    "CATALOGUE",
    "CATALOGUE_REQUEST",
    "CHANGES",
    "CHANNELS",
    "CLIENT_CHANGED",
    "COMMAND",
    "COMMANDS",
    "COMMAND_CANCEL",
    "COMMAND_CHANGED",
    "COMMAND_STATUS",
    "COMMAND_STATUS_ACK",
    "COMMITTED",
    "FEED",
    "FEED_REQUEST",
    "GAPS",
    "HEARTBEAT",
    "HEARTBEAT_REPLY",
    "HELLO",
    "HISTORY",
    "LIVE",
    "MAJOR",
    "MINOR",
    "PRESENCE",
    "REFUSAL",
    "REPLICA_ADVANCED",
    "SCHEMA_FINGERPRINT",
    "SETTINGS",
    "SNAPSHOT",
    "VERDICTS",
    "WELCOME",
    "Channel",
    "CommandRule",
    "Place",
    "SettingRule",
    "check_name",
    "class_named",
    "message_class",
    "parse_topic",
    "topic_filter",
    "topic_of",
]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")


class Place(NamedTuple):
    """What a topic says: the site, the client ("" on hub channels), the direction word, and the rest."""

    site: str
    client: str
    direction: str
    rest: str


def check_name(name: str, what: str) -> str:
    """The `name` of a site or client, when it can stand in a topic and a certificate.

    Raises `ConfigurationError` otherwise; `what` names the setting in the text."""
    if not _NAME.match(name) or name == "hub":
        raise ConfigurationError(
            f"{what} {name!r} is not valid: 1 to 63 of a-z, 0-9 and '-', not beginning with '-', and not 'hub'"
        )
    return name


@lru_cache(maxsize=65536)
def topic_of(channel: Channel, site: str, client: str = "") -> str:
    """The topic of `channel` for one client of a site; hub channels take no client."""
    return channel.topic.replace("{site}", site).replace("{client}", client)


def topic_filter(channel: Channel, site: str) -> str:
    """The MQTT filter for `channel` over all clients of a site."""
    return channel.topic.replace("{site}", site).replace("{client}", "+")


@lru_cache(maxsize=65536)
def parse_topic(topic: str) -> Place:
    """Take a topic apart. Raises `TopicError` when it is not one of this major's."""
    levels = topic.split("/")
    if len(levels) >= 5 and levels[0] == "pp" and levels[1] == str(MAJOR):
        if levels[3] == "hub":
            return Place(levels[2], "", "hub", "/".join(levels[4:]))
        if levels[3] == "c" and len(levels) >= 7 and levels[5] in ("up", "down"):
            return Place(levels[2], levels[4], levels[5], "/".join(levels[6:]))
    raise TopicError(f"{topic[:200]!r} is not a topic of PrecisionPulse {MAJOR}")


@lru_cache(maxsize=1024)
def message_class(channel: Channel) -> type[Message]:
    """The generated class of the channel's message."""
    return class_named(channel.message)


@lru_cache(maxsize=1024)
def class_named(name: str) -> type[Message]:
    """The generated class of a message by its full name. Raises `KeyError` when its code was not imported."""
    found: type[Message] = message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))
    return found
