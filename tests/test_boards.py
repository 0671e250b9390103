"""The pages and sketches for boards: what they name is there, and the one in Python does what it says."""

import io
import re
import runpy
import sys
import types
from pathlib import Path

import pytest

BOARDS = Path(__file__).resolve().parents[1] / "docs" / "boards"
SKETCHES = ("arduino-uno.ino", "main.py", "microbit.ts")


class Pin:
    """What ``machine.Pin`` is on a board, with what it was set to."""

    OUT = 1
    values: list[int]

    def __init__(self, _name: object, _mode: int) -> None:
        Pin.values = []

    def value(self, value: int) -> None:
        Pin.values.append(value)


def test_micropython__does_what_the_line_says(monkeypatch: pytest.MonkeyPatch):
    machine = types.ModuleType("machine")
    machine.Pin = Pin  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "machine", machine)
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setattr(sys, "stdin", io.StringIO("cat\nbird\ndog\r\nunknown\n"))
    runpy.run_path(str(BOARDS / "main.py"))
    assert Pin.values == [1, 0, *[1, 0] * 3]


@pytest.mark.parametrize("name", SKETCHES)
def test_a_sketch_is_short_and_has_the_classes_of_the_others(name: str):
    text = (BOARDS / name).read_text("utf-8")
    assert len(text.splitlines()) <= 45
    assert re.findall(r'"(cat|dog|unknown)"', text)[:2] == ["cat", "dog"]
    assert '"unknown"' in text


def test_every_link_leads_somewhere():
    for page in BOARDS.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
            assert (BOARDS / target).exists(), (page.name, target)
    assert {path.name for path in BOARDS.glob("*.md")} > {"README.md", "microbit.md", "program.md"}
