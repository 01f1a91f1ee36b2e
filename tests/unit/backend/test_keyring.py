"""Keys at rest."""

from __future__ import annotations

import pytest

from precisionpulse_backend.keyring import Keyring, UnwrapError

_KEY = b"m" * 32


@pytest.mark.proves("PP-FR-2")
def test_a_master_key_comes_back_only_in_its_own_row_and_under_its_own_key() -> None:
    keyring = Keyring(bytes(32))
    wrapped = keyring.wrap_master_key("a", 1, _KEY)
    assert _KEY not in wrapped
    assert keyring.unwrap_master_key("a", 1, wrapped) == _KEY
    for client, key_id, other in (("b", 1, keyring), ("a", 2, keyring), ("a", 1, Keyring(b"x" * 32))):
        with pytest.raises(UnwrapError):
            other.unwrap_master_key(client, key_id, wrapped)
    with pytest.raises(UnwrapError):
        keyring.unwrap_master_key("a", 1, wrapped[:-1])


def test_a_binding_key_is_not_taken_for_a_master_key() -> None:
    keyring = Keyring(bytes(32))
    wrapped = keyring.wrap_binding(b"l" * 16, _KEY)
    assert keyring.unwrap_binding(b"l" * 16, wrapped) == _KEY
    with pytest.raises(UnwrapError):
        keyring.unwrap_binding(b"k" * 16, wrapped)


def test_the_hubs_own_keys_are_always_the_same_and_differ_from_each_other() -> None:
    keyring = Keyring(bytes(32))
    assert keyring.hub_key == Keyring(bytes(32)).hub_key
    assert keyring.hub_key != keyring.hub_private_key.private_bytes_raw()
    assert keyring.hub_key != Keyring(b"x" * 32).hub_key
