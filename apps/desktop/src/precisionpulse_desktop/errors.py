"""Every error that the desktop raises itself, as one tree.

```
DesktopError
├── SettingsError          broken settings; the text lists all of them
├── SourceNotFoundError    no source of that name is installed
├── InstanceError          the socket that makes this the only instance can't be opened
└── AccountError           the account of whoever signs in
    ├── CredentialsError   unknown name or wrong password; never says which
    ├── LockedError        too many wrong passwords; says when the next try is allowed
    ├── AccountRuleError   a password that the rules do not allow
    └── SignedOutError     a session is over; says why
```
"""

from __future__ import annotations


class DesktopError(Exception):
    """Root of the desktop's own errors; the text is fit to show to an operator."""


class SettingsError(DesktopError):
    """Settings that can't work; the text has one line for each."""


class SourceNotFoundError(DesktopError):
    """No source of that name is installed; the text lists those that are."""


class InstanceError(DesktopError):
    """The socket that makes this the only instance of a profile can't be opened."""


class AccountError(DesktopError):
    """Something about the account of whoever signs in."""


class CredentialsError(AccountError):
    """Unknown name or wrong password. The text is the same for both."""


class LockedError(AccountError):
    """Too many wrong passwords in a row. `retry_after_s` says how long to wait, in whole seconds."""

    def __init__(self, retry_after_s: int) -> None:
        wait = f"{retry_after_s} s" if retry_after_s < 120 else f"{-(-retry_after_s // 60)} min"
        super().__init__(f"Too many wrong passwords. Try again in {wait}.")
        self.retry_after_s = retry_after_s


class AccountRuleError(AccountError):
    """A password that the rules do not allow; the text says which rule."""


class SignedOutError(AccountError):
    """A session is over; the text says why."""
