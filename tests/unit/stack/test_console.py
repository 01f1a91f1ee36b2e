"""What the person at the terminal sees."""

import io

import pytest

from precisionpulse_stack.console import Console


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Gone(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_steps_are_numbered_and_timed() -> None:
    screen = io.StringIO()
    console = Console(steps=2, out=screen)
    with console.step("making tea"):
        pass
    with console.step("drinking it"):
        pass
    first, second = screen.getvalue().splitlines()
    assert first.startswith("[1/2] making tea … 0.")
    assert second.startswith("[2/2] drinking it … 0.")


def test_a_step_that_fails_says_so() -> None:
    screen = io.StringIO()
    with pytest.raises(ValueError, match="no leaves"), Console(steps=1, out=screen).step("making tea"):
        raise ValueError("no leaves")
    assert "[1/1] making tea … failed after 0." in screen.getvalue()


def test_a_step_that_is_interrupted_did_not_fail() -> None:
    screen = io.StringIO()
    with pytest.raises(KeyboardInterrupt), Console(steps=1, out=screen).step("making tea"):
        raise KeyboardInterrupt
    assert "[1/1] making tea … stopped after 0." in screen.getvalue()


def test_names_are_coloured_on_a_terminal_alone() -> None:
    terminal, file = _Terminal(), io.StringIO()
    for screen in (terminal, file):
        Console(steps=1, out=screen).line("broker", "listening")
    assert "\x1b[" in terminal.getvalue()
    assert file.getvalue() == "broker    │ listening\n"


def test_a_terminal_that_went_away_stops_nothing() -> None:
    console = Console(steps=1, out=_Gone())
    console.say("one")
    console.say("two")
