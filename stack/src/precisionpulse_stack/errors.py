"""What can go wrong while the local system is put together.

    StackError
    ├── MissingProgramError    something this machine lacks and the stack cannot bring by itself
    ├── CommandFailedError     a program that the stack ran said no; the end of its output is in the text
    └── NotReadyError          a part was started and did not become ready in time, or ended

Every text says what is wrong, where, and what to do.
"""


class StackError(Exception):
    """The local system cannot go on; the text is meant for the person at the terminal."""


class MissingProgramError(StackError):
    """A program is neither installed nor can be brought into the checkout."""


class CommandFailedError(StackError):
    """A program that the stack ran ended with an error."""


class NotReadyError(StackError):
    """A part did not become ready within its time."""
