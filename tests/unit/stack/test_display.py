"""A screen counts when it answers, not when it is named."""

import socket
from pathlib import Path

from precisionpulse_stack.display import is_reachable


def test_no_name_is_no_screen() -> None:
    assert not is_reachable({})


def test_a_name_that_nobody_answers_to_is_no_screen(tmp_path: Path) -> None:
    assert not is_reachable({"DISPLAY": ":59999"})
    assert not is_reachable({"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)})
    assert not is_reachable({"DISPLAY": "nonsense"})


def test_a_wayland_display_that_listens_is_a_screen(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-0"))
        server.listen()
        assert is_reachable({"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": str(tmp_path)})
