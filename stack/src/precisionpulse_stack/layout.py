"""Where everything is kept: one checkout, and under it what running adds.

`.run/` holds data, secrets, logs and `stack.json` of the running system; `.cache/` what was downloaded or built and can
be had again. Both are ignored by git. Nothing outside the checkout is written, with the one exception that `home`
explains.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from precisionpulse_stack.account import Account, can_traverse

_PARENTS_OF_HOMES = (
    Path("/var/tmp"),
    Path(tempfile.gettempdir()),
)  # /var/tmp first: it survives a restart of the machine


@dataclass(frozen=True)
class Layout:
    """The directories of one checkout at `root`. Every other path follows from it, unless another `run_directory` is
    named."""

    root: Path
    run_directory: Path | None = None

    @property
    def run(self) -> Path:
        return self.run_directory or self.root / ".run"

    @property
    def cache(self) -> Path:
        return self.root / ".cache"

    @property
    def secrets(self) -> Path:
        return self.run / "secrets"

    @property
    def logs(self) -> Path:
        return self.run / "logs"

    @property
    def state_file(self) -> Path:
        """`stack.json`: what scripts and a second `make run` read."""
        return self.run / "stack.json"

    @property
    def homes_file(self) -> Path:
        """Lists, one a line, the directories outside the checkout that `home` had to make."""
        return self.run / "outside-directories"

    def make(self) -> None:
        """Creates the directories, closed to other users where they hold secrets."""
        self.run.mkdir(parents=True, exist_ok=True)
        self.cache.mkdir(exist_ok=True)
        self.logs.mkdir(exist_ok=True)
        self.secrets.mkdir(mode=0o700, exist_ok=True)
        self.secrets.chmod(0o700)

    def home(self, service: str, account: Account | None) -> Path:
        """A private directory (0700) of one service, owned by the account that it runs under; made when missing.

        It is `.run/<service>`. Only when an administrator's checkout lies below a directory that the service's account
        may not traverse (`/root`, say) is it a directory of the machine's temporary files, named after the checkout and
        listed in `homes_file`, so that `make clean` finds it again.
        """
        inside = self.run / service
        place = inside if account is None or can_traverse(self.run, account) else self._outside(account) / service
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o700)
        if account is not None:
            os.chown(place, account.uid, account.gid)
        return place

    def reachable(self, parent: Path, names: Sequence[str], account: Account | None) -> Path:
        """`parent` itself when the account can enter it, else a directory with a copy of those of its trees that
        `names` lists.

        The copy is made once per version of the originals, told by the times of their change. Names that do not exist
        are left out.
        """
        if account is None or can_traverse(parent, account):
            return parent
        trees = [parent / name for name in names if (parent / name).exists()]
        versions = ":".join(f"{tree}={tree.stat().st_mtime_ns}" for tree in trees)
        copy = self._outside(account) / f"programs-{hashlib.sha256(versions.encode()).hexdigest()[:12]}"
        if not copy.exists():
            unfinished = copy.with_name(copy.name + ".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            for tree in trees:
                shutil.copytree(tree, unfinished / tree.name, symlinks=True)
            unfinished.chmod(0o755)
            unfinished.rename(copy)
        return copy

    def remove_outside(self) -> None:
        """Deletes the directories that `home` made outside the checkout."""
        if self.homes_file.exists():
            for line in self.homes_file.read_text().splitlines():
                shutil.rmtree(line, ignore_errors=True)
            self.homes_file.unlink()

    def _outside(self, account: Account) -> Path:
        name = f"precisionpulse-{hashlib.sha256(str(self.run.resolve()).encode()).hexdigest()[:12]}"
        parent = next(p for p in _PARENTS_OF_HOMES if p.is_dir() and can_traverse(p, account))
        outside = parent / name
        outside.mkdir(mode=0o711, exist_ok=True)
        if outside.is_symlink() or outside.stat().st_uid != os.getuid():
            raise PermissionError(
                f"{outside} belongs to somebody else; remove it, or run from a directory that every user may enter"
            )
        outside.chmod(0o711)
        self.homes_file.write_text(f"{outside}\n")
        return outside
