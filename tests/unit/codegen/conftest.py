"""Runs the generator as everybody does: through protoc, in codegen's own environment."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
TOOLS = CHECKOUT / "codegen" / ".venv" / "bin"


@dataclass(frozen=True)
class Outcome:
    """What a program of the toolchain said. `text` is both of its streams."""

    ok: bool
    text: str


def run(*command: str | Path, cwd: Path = CHECKOUT) -> Outcome:
    """Run a program to its end."""
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True)
    return Outcome(done.returncode == 0, done.stdout + done.stderr)


@dataclass(frozen=True)
class ForeignSchema:
    """A folder of somebody else's .proto files, compiled against ours."""

    folder: Path

    def compile(self, text: str, target: str, name: str = "acme/v1/mill.proto") -> Outcome:
        """Write the file `name`, and run our plugin over it; what it makes is in `out`."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.out.mkdir(exist_ok=True)
        return run(
            TOOLS / "python",
            "-m",
            "grpc_tools.protoc",
            f"-I{self.folder}",
            f"-I{CHECKOUT / 'proto'}",
            f"--plugin=protoc-gen-precisionpulse={TOOLS / 'protoc-gen-precisionpulse'}",
            f"--precisionpulse_out={self.out}",
            f"--precisionpulse_opt=target={target}",
            f"--python_out={self.out}",
            name,
            cwd=self.folder,
        )

    @property
    def out(self) -> Path:
        return self.folder / "out"


@pytest.fixture(scope="session", autouse=True)
def _toolchain() -> None:
    if not (TOOLS / "protoc-gen-precisionpulse").exists():
        pytest.fail("the code generator is not installed; run `make generate` once", pytrace=False)


@pytest.fixture
def foreign(tmp_path: Path) -> ForeignSchema:
    """An empty folder for a third party's schema."""
    return ForeignSchema(tmp_path)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the gates look at, as a git repository of its own with everything committed."""
    for name in ("proto", "generated"):
        shutil.copytree(CHECKOUT / name, tmp_path / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    shutil.copy(CHECKOUT / "buf.yaml", tmp_path)
    for image in (tmp_path / "proto" / "releases").glob("*.binpb"):
        image.unlink()
    git = ("git", "-c", "user.name=test", "-c", "user.email=test@example.invalid")
    for command in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "As checked in")):
        assert run(*git, *command, cwd=tmp_path).ok
    return tmp_path
