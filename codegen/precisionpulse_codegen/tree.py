"""The generated tree: what a run made replaces what was there."""

from __future__ import annotations

from pathlib import Path

_LEFT_ALONE = ("node_modules", "__pycache__")


def refill(target: Path, fresh: Path) -> int:
    """Make `target` equal to `fresh`; the number of files that were written or removed.

    Package managers' folders inside `target` are left alone: they are never committed."""
    wanted = {path.relative_to(fresh): path.read_bytes() for path in fresh.rglob("*") if path.is_file()}
    changed = 0
    for path in sorted(target.rglob("*"), reverse=True):
        relative = path.relative_to(target)
        if any(part in _LEFT_ALONE for part in relative.parts):
            continue
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif relative not in wanted:
            path.unlink()
            changed += 1
    for relative, content in sorted(wanted.items()):
        path = target / relative
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        changed += 1
    return changed
