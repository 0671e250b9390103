"""The server without what Windows lacks: uvloop, fcntl, resource, alarm, fork, folders that can be opened."""

import signal
import subprocess
import sys

import pytest
import requests

from tests.support.server import ROOT, WAIT_SECONDS, embedding_bytes

WINDOWS = (sys.executable, "-m", "tests.support.windows")


@pytest.fixture
def start(start_server):
    """A function that starts the server as on Windows."""
    return lambda *options: start_server(*options, command=WINDOWS)


def command(*options: object) -> "subprocess.CompletedProcess[str]":
    texts = [str(option) for option in options]
    return subprocess.run([*WINDOWS, *texts], cwd=ROOT, capture_output=True, text=True, timeout=3 * WAIT_SECONDS)


def test_windows__lacks_what_it_is_meant_to_lack():
    program = (
        "import importlib, os, signal\n"
        "from tests.support import windows\n"
        "windows.become_windows()\n"
        "for name in ('fcntl', 'resource', 'uvloop'):\n"
        "    try: importlib.import_module(name)\n"
        "    except ImportError: print(name)\n"
        "print([hasattr(signal, 'alarm'), hasattr(os, 'fork')])\n"
        "import uvicorn.loops.auto as auto; print(auto.auto_loop_factory().__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:5] == [
        "fcntl",
        "resource",
        "uvloop",
        "[False, False]",
        "_UnixSelectorEventLoop",
    ]


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_portable__serves_teaches_and_answers(start, transport):
    server = start()
    assert requests.get(f"{server.url}/readyz", timeout=WAIT_SECONDS).json() == {"ok": True}
    answer = requests.get(server.url, timeout=WAIT_SECONDS)
    assert (answer.status_code, "Show &" in answer.text) == (200, True)
    client = server.join_client(transport)
    for label, number in (("cat", 1.0), ("dog", -1.0)):
        data = {"id": label, "label": label}
        assert client.call("addExample", (data, embedding_bytes(number)), timeout=WAIT_SECONDS)["ok"]
    answer = client.call("classify", ({"options": {"k": 1}}, embedding_bytes(-1)), timeout=WAIT_SECONDS)
    assert answer["label"] == "dog"

    assert server.close() == "", "no warnings"


@pytest.mark.parametrize("stop_signal", [signal.SIGINT, signal.SIGTERM])
def test_portable__stops_with_success(start, stop_signal):
    server = start()
    server.join_client()
    assert server.stop(stop_signal) < WAIT_SECONDS
    assert server.process.returncode == 0
    assert server.close() == ""


def test_portable__holds_its_folder_and_lets_it_go(start, tmp_path):
    server = start()
    data = tmp_path / "data-0"
    done = command("--port", 0, "--page", tmp_path / "page", "--data", data)
    assert done.returncode != 0
    assert f"Another server uses the folder {data}" in done.stderr
    # A kill leaves the file there, and nobody holds it.
    server.stop(signal.SIGKILL)
    assert command("rooms", "--data", data).returncode == 0
    assert (data / "rooms.lock").exists()
    assert "There is no room KIWI-42" in command("delete", "KIWI-42", "--data", data).stderr


def test_portable__backs_up_restores_and_deletes(start, tmp_path):
    server = start()
    client = server.join_client()
    assert client.call("addExample", ({"id": "one", "label": "cat"}, embedding_bytes(1)), timeout=WAIT_SECONDS)["ok"]
    data, file = tmp_path / "data-0", tmp_path / "rooms.backup"
    assert "holds 1 room" in command("backup", file, "--data", data).stdout
    server.close()
    assert "is deleted" in command("delete", "KIWI-42", "--yes", "--data", data).stdout
    done = command("restore", file, "--data", data)
    assert (done.returncode, done.stderr) == (0, "")
    assert "KIWI-42" in command("rooms", "--data", data).stdout


def test_portable__speaks_https_with_a_certificate_of_its_own(start):
    server = start("--https", "--host", "127.0.0.1")
    assert server.url.startswith("https://")
    program = "import ssl, sys, urllib.request as u; c = ssl._create_unverified_context()\n"
    program += "print(u.urlopen(sys.argv[1] + '/healthz', context=c, timeout=20).read().decode())"
    done = subprocess.run([sys.executable, "-c", program, server.url], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == '{"ok":true}'


def test_portable__ends_though_something_hangs():
    program = (
        "import time\n"
        "from tests.support import windows\n"
        "windows.become_windows()\n"
        "from server.system import end_after\n"
        "end_after(1)\n"
        "time.sleep(60)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=WAIT_SECONDS)
    assert done.returncode == 1
