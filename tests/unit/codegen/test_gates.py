"""Each gate, open on the schema as it is, and shut on a planted violation in a copy of the tree."""

from pathlib import Path

import pytest

from .conftest import CHECKOUT, TOOLS, Outcome, run

TELEMETRY = "proto/precisionpulse/v1/telemetry.proto"


def gate(copy: Path, *names: str) -> Outcome:
    return run(TOOLS / "python", CHECKOUT / "codegen/gates.py", *names, "--root", copy)


def edit(copy: Path, path: str, before: str, after: str) -> None:
    text = (copy / path).read_text()
    assert before in text
    (copy / path).write_text(text.replace(before, after, 1))


@pytest.mark.proves("A2")
def test_the_schema_as_it_is_passes_every_gate(copy):
    outcome = gate(copy, "lint", "drift", "breaking")
    assert outcome.ok, outcome.text
    assert "no release is frozen yet" in outcome.text


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("uint32 id = 1;", "uint32 Id = 1;", "lower_snake_case"),
        ("  // Kind of value. Never absent.\n", "", "comment"),
    ],
)
def test_lint_is_shut_by_a_bad_name_and_by_a_missing_comment(copy, before, after, complaint):
    edit(copy, TELEMETRY, before, after)
    outcome = gate(copy, "lint")
    assert not outcome.ok
    assert complaint in outcome.text


@pytest.mark.proves("A2", "A3")
@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (TELEMETRY, "// A metric: what", "// A metric, that is: what"),
        ("generated/acl/mosquitto.acl", "pattern write", "pattern readwrite"),
    ],
)
def test_drift_is_shut_by_a_schema_that_was_not_generated_and_by_an_edit_by_hand(copy, path, before, after):
    edit(copy, path, before, after)
    assert run("git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-qam", "x", cwd=copy).ok
    outcome = gate(copy, "drift")
    assert not outcome.ok
    assert "generated/ differs from what is checked in" in outcome.text


@pytest.mark.proves("A2")
def test_drift_is_shut_by_a_file_that_nothing_generates(copy):
    (copy / "generated/stray.txt").write_text("stray")
    assert run("git", "add", "-A", cwd=copy).ok
    assert run("git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", "commit", "-qm", "x", cwd=copy).ok
    assert "generated/stray.txt" in gate(copy, "drift").text
    assert not (copy / "generated/stray.txt").exists()


@pytest.mark.proves("A2", "A3")
def test_generating_twice_gives_the_same_bytes(copy):
    def content() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in (copy / "generated").rglob("*") if path.is_file()}

    before = content()
    for path in list(before):
        Path(path).unlink()
    assert run(TOOLS / "python", CHECKOUT / "codegen/generate.py", "--root", copy).ok
    assert content() == before


@pytest.mark.proves("A4", "PP-VR-3")
def test_a_release_is_frozen_once(copy):
    assert gate(copy, "freeze").ok
    (image,) = (copy / "proto/releases").glob("v*.binpb")
    frozen = image.read_bytes()
    edit(copy, TELEMETRY, "bool retired = 8;", "bool withdrawn = 8;")
    again = gate(copy, "freeze")
    assert not again.ok
    assert "frozen for ever" in again.text
    assert image.read_bytes() == frozen


@pytest.mark.proves("A4", "PP-VR-3")
def test_the_breaking_gate_lets_additions_pass(copy):
    assert gate(copy, "freeze").ok
    edit(copy, TELEMETRY, "bool retired = 8;", "bool retired = 8;\n  // What else. May be empty.\n  string more = 9;")
    outcome = gate(copy, "breaking")
    assert outcome.ok, outcome.text
    assert "nothing is broken against v1." in outcome.text


@pytest.mark.proves("A4", "PP-VR-3")
@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("bool retired = 8;", "string retired = 8;", "changed type"),
        ("bool retired = 8;", "bool retired = 9;", 'Previously present field "8"'),
        ("/up/live", "/up/now", "channel 'live' (type 10): topic was"),
        ("type: 10\n", "type: 19\n", "channel 'live' (type 10) of precisionpulse.v1.Batch is gone"),
        ("sealing: SEALING_SEALED", "sealing: SEALING_CLEAR", "sealing was 'SEALING_SEALED'"),
    ],
)
def test_the_breaking_gate_is_shut_by_what_a_released_peer_would_not_survive(copy, before, after, complaint):
    assert gate(copy, "freeze").ok
    edit(copy, TELEMETRY, before, after)
    outcome = gate(copy, "breaking")
    assert not outcome.ok
    assert "against v1." in outcome.text
    assert complaint in outcome.text
