"""Runs the pinned compilers of codegen's own environment: buf, protoc, protoc-gen-es and our plugin."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from precisionpulse_codegen.errors import ToolError

_BIN = Path(sys.executable).parent
_CODEGEN = Path(__file__).resolve().parent.parent
_PROTOC_GEN_ES = _CODEGEN / "node_modules" / ".bin" / "protoc-gen-es"
_OUTPUTS = {
    "registry_python": "python",
    "registry_typescript": "typescript",
    "acl_mosquitto": "acl",
    "acl_emqx": "acl",
    "asyncapi": "",
    "reference": "reference",
}
"""Our plugin's targets, and the folder below `generated/` that each writes to."""


@dataclass(frozen=True)
class Toolchain:
    """The compilers, at work on the checkout at `root` (which holds `buf.yaml` and `proto/`)."""

    root: Path

    def buf(self, *arguments: str) -> str:
        """Run buf in the checkout; its standard output. Raises `ToolError` with its complaints."""
        return _run([str(_BIN / "buf"), *arguments], cwd=self.root)

    def image(self, path: Path) -> bytes:
        """Write the schema's descriptor image, without comments, to `path`; its bytes. This is what a release freezes,
        and what the fingerprint is the SHA-256 of."""
        self.buf("build", "--as-file-descriptor-set", "--exclude-source-info", "-o", str(path))
        return path.read_bytes()

    def generate(self, out: Path) -> None:
        """Write the whole content of `generated/` into the empty folder `out`."""
        with tempfile.TemporaryDirectory() as scratch:
            fingerprint = hashlib.sha256(self.image(Path(scratch) / "bare.binpb")).hexdigest()
            described = Path(scratch) / "described.binpb"
            self.buf("build", "--as-file-descriptor-set", "-o", str(described))
            files = sorted(str(path.relative_to(self.root / "proto")) for path in self.root.glob("proto/**/*.proto"))
            python = _folder(out / "python")
            protoc(described, files, [f"--python_out={python}", f"--pyi_out={python}"])
            typescript = _folder(out / "typescript")
            protoc(described, files, _typescript_arguments(typescript))
            for target, folder in _OUTPUTS.items():
                plugin(described, files, target, _folder(out / folder), fingerprint)


def protoc(image: Path, files: Sequence[str], arguments: Sequence[str]) -> None:
    """Run protoc over `files` of a descriptor image. Raises `ToolError` with its complaints."""
    _run([sys.executable, "-m", "grpc_tools.protoc", f"--descriptor_set_in={image}", *arguments, *files], cwd=_CODEGEN)


def plugin(image: Path, files: Sequence[str], target: str, out: Path, fingerprint: str = "") -> None:
    """Run our own plugin for one target, as any protoc would."""
    options = f"target={target}" + (f",fingerprint={fingerprint}" if fingerprint else "")
    protoc(
        image,
        files,
        [
            f"--plugin=protoc-gen-precisionpulse={_BIN / 'protoc-gen-precisionpulse'}",
            f"--precisionpulse_out={out}",
            f"--precisionpulse_opt={options}",
        ],
    )


def _typescript_arguments(out: Path) -> list[str]:
    installed = _CODEGEN / "node_modules" / ".package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < (_CODEGEN / "package-lock.json").stat().st_mtime:
        _run([str(_BIN / "npm"), "ci", "--no-audit", "--no-fund"], cwd=_CODEGEN)
    return [
        f"--plugin=protoc-gen-es={_PROTOC_GEN_ES}",
        f"--es_out={out}",
        "--es_opt=target=js+dts,import_extension=js",
    ]


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def _run(command: Sequence[str], cwd: Path) -> str:
    environment = {**os.environ, "PATH": f"{_BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    try:
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    except FileNotFoundError:
        raise ToolError(f"{command[0]} is missing; run `make setup`") from None
    if done.returncode:
        raise ToolError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout
