"""MQTT topic filters: wildcards and shared subscriptions (MQTT 5, sections 4.7 and 4.8.2)."""

from typing import NamedTuple


class SharedFilter(NamedTuple):
    """A filter apart from its share group; `group` is `None` for an ordinary subscription."""

    group: str | None
    topic_filter: str


def split_share(topic_filter: str) -> SharedFilter:
    """Take `$share/<group>/<filter>` apart; any other filter has no group."""
    if not topic_filter.startswith("$share/"):
        return SharedFilter(None, topic_filter)
    _, group, rest = topic_filter.split("/", 2)
    return SharedFilter(group, rest)


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a filter without a share group covers a topic. No wildcard covers a first level that begins with `$`."""
    wanted = topic_filter.split("/")
    levels = topic.split("/")
    if levels[0].startswith("$") and wanted[0] in ("+", "#"):
        return False
    for position, level in enumerate(wanted):
        if level == "#":
            return True
        if position >= len(levels) or level not in ("+", levels[position]):
            return False
    return len(wanted) == len(levels)
