"""Processes beside a command: however they start, end or are interrupted, nothing waits and nothing is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.folders import make_photos

ROOT = Path(__file__).resolve().parents[2]
EMBEDS = """
from pathlib import Path
from toolchain.embedding.embed import embed_folder
from toolchain.embedding.model import EmbeddingModel
print(len(embed_folder(Path("photos"), EmbeddingModel.open(), processes=2).photos))
"""
CLEANS = """
from pathlib import Path
from toolchain.cleaning.clean import clean_folder
clean_folder(Path("photos"), Path("clean"), processes=2)
"""
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("place")
    make_photos(folder / "photos", (320, 240), 400)
    (folder / "web/public").mkdir(parents=True)
    (folder / "web/public/model").symlink_to(ROOT / "web/public/model")
    return folder


def test_a_program_on_the_standard_input_embeds(place):
    ended = subprocess.run(
        [sys.executable, "-"], input=EMBEDS, cwd=place, env=ENVIRONMENT, capture_output=True, text=True, timeout=120
    )
    assert (ended.returncode, ended.stdout) == (0, "400\n"), ended.stderr


def test_modules_in_the_working_folder_are_not_taken_for_ours(place, tmp_path):
    program = tmp_path / "elsewhere/program.py"
    program.parent.mkdir()
    program.write_text("if __name__ == '__main__':" + EMBEDS.replace("\n", "\n    "), "utf-8")
    for name in ("photos", "web"):
        (tmp_path / name).symlink_to(place / name)
    (tmp_path / "server.py").write_text("open('was-imported', 'w')", "utf-8")
    ended = subprocess.run(
        [sys.executable, program], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=120
    )
    assert (ended.returncode, ended.stdout) == (0, "400\n"), ended.stderr
    assert not (tmp_path / "was-imported").exists()


@pytest.mark.parametrize("program", [EMBEDS, CLEANS], ids=["embed", "clean"])
def test_a_program_that_starts_itself_again_ends_with_what_to_do(place, program):
    (place / "program.py").write_text(program, "utf-8")
    ended = subprocess.run(
        [sys.executable, "program.py"], cwd=place, env=ENVIRONMENT, capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 1
    assert 'A program of your own needs if __name__ == "__main__":' in ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("command", ["embed", "clean"])
@pytest.mark.parametrize("seconds", [0, 0.1, 0.2, 0.4])
def test_ctrl_c_is_told_once_whenever_it_comes(place, tmp_path, command, seconds):
    more = ["--cache", str(tmp_path / "cache.sqlite")] if command == "embed" else ["--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        [sys.executable, "-m", "toolchain", command, "photos", "--processes", "2", *more],
        cwd=place, env=ENVIRONMENT, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    # Its helpers are starting.
    wait_until(lambda: len(running(process.pid)) >= 2)
    time.sleep(seconds)
    # As a terminal does: to all processes of the command.
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert "Traceback" not in told
    # Python may end itself by the signal where it was importing something. A shell tells 130 of both.
    assert process.returncode in (0, 130, -signal.SIGINT)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("command", ["embed", "clean"])
def test_processes_end_with_a_command_that_is_killed(place, tmp_path, command):
    more = ["--cache", str(tmp_path / "cache.sqlite")] if command == "embed" else ["--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        [sys.executable, "-m", "toolchain", command, "photos", "--processes", "2", *more],
        cwd=place, env=ENVIRONMENT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    # The command, Python's own helper and one process that embeds, or two that clean.
    wait_until(lambda: len(running(process.pid)) >= (3 if command == "embed" else 4))
    time.sleep(0.3)
    assert process.poll() is None
    process.kill()
    process.wait()
    wait_until(lambda: not running(process.pid))


def running(session):
    """The processes of a session that are no zombies."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.getsid(int(entry.name)) == session:
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                found += [entry.name] if state != "Z" else []
        except OSError:
            continue
    return found


def wait_until(is_so):
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.02)
    pytest.fail("it did not come to that")
