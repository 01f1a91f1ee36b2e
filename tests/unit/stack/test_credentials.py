"""Secrets drawn at first run."""

import base64
import re
from pathlib import Path

from precisionpulse_stack.credentials import ensure_credentials, readable_password


def test_a_password_is_five_groups_without_letters_that_look_alike() -> None:
    for _ in range(50):
        assert re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){4}[a-hjkmnp-z2-9]{4}", readable_password())


def test_no_two_passwords_are_the_same() -> None:
    assert len({readable_password() for _ in range(100)}) == 100


def test_keys_are_32_bytes_in_base64(tmp_path: Path) -> None:
    drawn = ensure_credentials(tmp_path / "secrets")
    assert len(base64.b64decode(drawn.key_encryption_key.read_text())) == 32
    assert drawn.key_encryption_key.read_text() != drawn.session_secret.read_text()


def test_secrets_stay_the_same_at_the_next_run(tmp_path: Path) -> None:
    first = ensure_credentials(tmp_path).admin_password.read_text()
    assert ensure_credentials(tmp_path).admin_password.read_text() == first


def test_only_their_owner_can_read_them(tmp_path: Path) -> None:
    directory = tmp_path / "secrets"
    ensure_credentials(directory)
    assert directory.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in directory.iterdir()} == {0o600}
