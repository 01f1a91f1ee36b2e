"""Where running puts things."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from precisionpulse_stack.account import Account, can_traverse
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.testing import temporary_layout

_SOMEBODY_ELSE = Account(uid=65534, gid=65534)


@pytest.fixture
def closed() -> Iterator[Layout]:
    """A checkout that nobody else may enter."""
    layout = temporary_layout()
    layout.root.chmod(0o700)
    yield layout
    layout.remove_outside()
    shutil.rmtree(layout.root)


def test_everything_is_below_the_checkout(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    layout.make()
    assert layout.home("database", None) == tmp_path / ".run" / "database"
    assert {path.name for path in tmp_path.iterdir()} == {".run", ".cache"}


def test_secrets_are_closed_to_others(tmp_path: Path) -> None:
    Layout(tmp_path).make()
    assert (tmp_path / ".run" / "secrets").stat().st_mode & 0o777 == 0o700


def test_a_directory_closed_to_others_cannot_be_traversed_by_them(tmp_path: Path) -> None:
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    assert not can_traverse(inner, _SOMEBODY_ELSE)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives directories to other accounts")
def test_roots_closed_checkout_gets_a_place_outside_that_cleaning_finds_again(closed: Layout) -> None:
    layout = closed
    home = layout.home("database", _SOMEBODY_ELSE)
    assert can_traverse(home, _SOMEBODY_ELSE)
    assert not home.is_relative_to(layout.root)
    assert layout.home("database", _SOMEBODY_ELSE) == home
    layout.remove_outside()
    assert not home.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives directories to other accounts")
def test_programs_that_the_account_cannot_reach_are_copied_once(closed: Layout) -> None:
    layout = closed
    (layout.cache / "program").mkdir()
    (layout.cache / "program" / "run").write_text("x")
    copy = layout.reachable(layout.cache, ["program", "absent"], _SOMEBODY_ELSE)
    assert can_traverse(copy / "program", _SOMEBODY_ELSE)
    assert (copy / "program" / "run").read_text() == "x"
    assert layout.reachable(layout.cache, ["program", "absent"], _SOMEBODY_ELSE) == copy
