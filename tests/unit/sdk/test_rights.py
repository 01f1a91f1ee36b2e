"""Who may do what."""

from __future__ import annotations

import uuid

import pytest

from precisionpulse_sdk.sync.rights import Person, Right, may, visible


def _person(*rights: Right) -> Person:
    return Person(uuid.uuid4(), "somebody", "Somebody", False, frozenset(rights))


@pytest.mark.proves("X4")
@pytest.mark.parametrize(
    ("held", "wanted", "allowed"),
    [
        ("client:read", "client:read", True),
        ("client:read", "client:revoke", False),
        ("client:*", "client:revoke", True),
        ("*:read", "client:read", True),
        ("*:read", "client:revoke", False),
        ("*:*", "anything:at-all", True),
        ("client", "client:read", False),
        ("client:read", "clients:read", False),
    ],
)
def test_a_permission_covers_itself_and_what_its_wildcards_say(held: str, wanted: str, allowed: bool) -> None:
    assert may(_person(Right(held)), wanted) is allowed


def test_nobody_without_rights_may_do_anything() -> None:
    assert not may(_person(), "client:read")


def test_a_right_for_one_client_is_no_right_for_another_or_for_all() -> None:
    person = _person(Right("client:read", "a"))
    assert may(person, "client:read", "a")
    assert not may(person, "client:read", "b")
    assert not may(person, "client:read")
    assert visible(person, "client:read", ["b", "a"]) == ["a"]


def test_rights_add_up() -> None:
    person = _person(Right("client:read"), Right("client:command", "b"))
    assert visible(person, "client:read", ["a", "b"]) == ["a", "b"]
    assert visible(person, "client:command", ["a", "b"]) == ["b"]
