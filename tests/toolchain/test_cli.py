"""How a command ends: by Ctrl+C, and where a package is missing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.folders import make_photos

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_ends_a_command_with_one_line_and_keeps_what_is_done(tmp_path: Path) -> None:
    make_photos(tmp_path / "photos", (640, 480), 4000)
    command = [sys.executable, "-m", "toolchain", "collect", "photos", "--out", "all"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        start_new_session=True,
    ) as process:  # fmt: skip
        wait_for_a_file_in(tmp_path / "all")
        # As a terminal does: to all processes of the command.
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped. Photos that are done stay done" in told
    assert "Traceback" not in told
    assert 0 < len([*(tmp_path / "all").rglob("*.jpg")]) < 4000


def wait_for_a_file_in(folder: Path) -> None:
    for _ in range(600):
        if any(path.is_file() for path in folder.rglob("*")):
            return
        time.sleep(0.02)
    pytest.fail(f"nothing came into {folder}")


def test_the_list_of_commands_cuts_no_sentence_short() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "toolchain", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "..." not in shown.split("Commands:")[1]
    assert "writes split.csv there." in " ".join(shown.split())


def test_a_package_that_is_missing_is_named_with_what_to_do(tmp_path: Path) -> None:
    told = told_by_clean("import sys; sys.modules['PIL'] = None", tmp_path)
    assert "The package PIL is not installed." in told
    assert "make toolchain" in told
    assert "Traceback" not in told


def test_a_full_disk_is_told_as_one(tmp_path: Path) -> None:
    full = (
        "import os; from toolchain.cleaning import clean\n"
        "def whole(path): raise OSError(28, os.strerror(28))\n"
        "clean.whole = whole"
    )
    told = told_by_clean(full, tmp_path)
    assert "The disk is full" in told
    assert "--out" in told


def told_by_clean(before: str, folder: Path) -> str:
    """What ``clean`` says where something is wrong; ``before`` is run in its process."""
    make_photos(folder / "photos", (300, 300), 4)
    program = f"{before}\nfrom toolchain.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", program, "clean", "photos", "--out", "clean", "--min-side", "64"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 1
    return ended.stderr
