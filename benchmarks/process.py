"""Programs of ours in processes of their own: an order in, answers out, one JSON object a line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from precisionpulse_stack import leash

CHECKOUT = Path(__file__).resolve().parents[1]


class ProgramError(Exception):
    """A program of the benchmark ended without an answer; the text is what it said."""


class Running:
    """A program at work."""

    def __init__(self, name: str, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._name = name

    @property
    def pid(self) -> int:
        return self.process.pid

    def answer(self) -> dict[str, Any]:
        """Wait for the next answer. Raises `ProgramError` when the program ends instead."""
        assert self.process.stdout is not None and self.process.stderr is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise ProgramError(f"{self._name} ended without an answer: {self.process.stderr.read()[-2000:]}")

    def tell(self, word: str) -> None:
        """Say something to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()


@contextmanager
def running(name: str, order: Mapping[str, object], command: Sequence[str] | None = None) -> Iterator[Running]:
    """`benchmarks.programs.NAME` (or another `command`) with its order, ended with the block."""
    process = subprocess.Popen(
        command or [sys.executable, "-m", f"benchmarks.programs.{name}"],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    program = Running(name, process)
    try:
        program.tell(json.dumps(order))
        yield program
    finally:
        if process.poll() is None:
            leash.kill_group(process)  # type: ignore[arg-type]
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def run(name: str, order: Mapping[str, object], command: Sequence[str] | None = None) -> dict[str, Any]:
    """The one answer of a program."""
    with running(name, order, command) as program:
        return program.answer()
