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


def test_a_package_that_is_missing_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    without = "import sys; sys.modules['PIL'] = None; from toolchain.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", without, "clean", "photos", "--out", "clean", "--min-side", "64"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "The package PIL is not installed." in ended.stderr
    assert "make toolchain" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_full_disk_is_told_as_one(tmp_path: Path) -> None:
    make_photos(tmp_path / "photos", (300, 300), 4)
    full = (
        "import os; from toolchain.cleaning import clean; from toolchain.cli import main\n"
        "def whole(path): raise OSError(28, os.strerror(28))\n"
        "clean.whole = whole; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", full, "clean", "photos", "--out", "clean", "--min-side", "64"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "The disk is full" in ended.stderr
    assert "--out" in ended.stderr
