"""Which browser is opened, when, and at what; and what a second start does."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from pathlib import Path

import pytest
import requests

from server import desktop
from server.listening import CannotListenError, create_listener, find_running
from tests.support.server import ROOT, WAIT_SECONDS, ServerProcess, until

COMMAND = (sys.executable, "-m", "show_and_tell")
#: Nobody sits here: what the test's own surroundings say of that does not count.
NOBODY = dict.fromkeys((*desktop.REMOTE, *desktop.SCREENS), "")


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    """The file into which the browser of ``somebody`` writes the addresses that it is opened with."""
    return tmp_path / "opened.txt"


@pytest.fixture
def somebody(tmp_path: Path, opened: Path) -> dict[str, str]:
    """The environment of somebody who sits at this computer, and has a browser."""
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >> "{opened}"\n')
    browser.chmod(0o755)
    return {**NOBODY, "DISPLAY": ":0", "BROWSER": f"{browser} %s"}


def addresses(opened: Path) -> list[str]:
    return opened.read_text().splitlines() if opened.exists() else []


def run_command(*options, environment):
    return subprocess.run([*COMMAND, *options], cwd=ROOT, capture_output=True, text=True, env=environment)


def test_start__opens_the_browser_once_at_the_address(start_server, somebody, opened):
    server = start_server(command=COMMAND, **somebody)
    until(lambda: addresses(opened), "the browser is opened")
    assert requests.get(server.url, timeout=WAIT_SECONDS).status_code == 200, "it serves by then"
    assert server.close() == ""
    assert addresses(opened) == [f"{server.url}/"]


def test_start__for_the_whole_network_opens_this_computers_own_address(start_server, somebody, opened):
    server = start_server("--host", "0.0.0.0", command=COMMAND, **somebody)  # noqa: S104
    until(lambda: addresses(opened), "the browser is opened")
    assert addresses(opened) == [f"http://127.0.0.1:{server.port}/"]


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        (["--no-browser"], {}),
        ([], {"SHOWTELL_BROWSER": "0"}),
        ([], {"CI": "true"}),
        ([], {"SSH_CONNECTION": "10.0.0.7 50000 10.0.0.8 22"}),
        ([], {"DISPLAY": ""}),
    ],
    ids=["option", "environment", "build", "remote", "no screen"],
)
def test_start__opens_none(start_server, somebody, opened, options, environment):
    """Asked of a second start: it ends when the browser has been opened, so there is nothing to wait for."""
    server = start_server()
    done = run_command("--port", str(server.port), *options, environment={**os.environ, **somebody, **environment})
    assert (done.returncode, done.stdout) == (1, "")
    assert f"running already, at {server.url}/" in done.stderr
    assert addresses(opened) == []


def test_start__of_the_servers_own_command_opens_none_unless_it_is_asked_to(start_server, somebody, opened):
    first = start_server(**somebody)
    assert requests.get(f"{first.url}/readyz", timeout=WAIT_SECONDS).ok
    second = start_server("--browser", **somebody)
    until(lambda: addresses(opened), "the browser is opened")
    assert addresses(opened) == [f"{second.url}/"]


def test_start__serves_though_there_is_no_browser(start_server, somebody):
    server = start_server(command=COMMAND, **{**somebody, "BROWSER": "/nowhere/browser %s"})
    assert requests.get(f"{server.url}/readyz", timeout=WAIT_SECONDS).ok
    server.stop(signal.SIGINT)
    assert server.process.returncode == 0


def test_second_start__opens_the_one_that_runs(start_server, somebody, opened):
    server = start_server()
    environment = {**os.environ, **somebody}
    done = run_command("--port", str(server.port), environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Show & Tell is running already, at {server.url}/\n"
    assert addresses(opened) == [f"{server.url}/"]


def test_has_desktop__on_each_system():
    assert desktop.has_desktop({}, "win32")
    assert desktop.has_desktop({}, "darwin")
    assert not desktop.has_desktop({}, "linux")
    assert desktop.has_desktop({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert not desktop.has_desktop({"SSH_TTY": "/dev/pts/1"}, "darwin")
    assert not desktop.has_desktop({"CI": "1"}, "win32")


def test_open_browser__takes_none_that_needs_the_terminal(monkeypatch):
    """With a screen but no browser on it, Python would take lynx, which takes the terminal."""
    opened = []

    terminal = webbrowser.GenericBrowser("lynx")
    monkeypatch.setattr(terminal, "open", opened.append)
    monkeypatch.setattr(webbrowser, "get", lambda: terminal)
    monkeypatch.setattr(desktop, "has_desktop", lambda: True)
    monkeypatch.delenv("BROWSER", raising=False)
    thread = desktop.open_browser("http://127.0.0.1:8000/")
    assert thread is not None
    thread.join(WAIT_SECONDS)
    assert opened == []


def test_listener__says_which_ports_it_may_not_have_and_which_is_free(monkeypatch):
    real = socket.create_server

    def refuse_low(address, **how):
        if address[1] < 1024:
            raise PermissionError(13, "Permission denied")
        return real(address, **how)

    monkeypatch.setattr(socket, "create_server", refuse_low)
    with pytest.raises(CannotListenError, match=r"Port 80 is not allowed to you\. .* --port 10\d\d\.") as caught:
        create_listener("127.0.0.1", 80)
    assert caught.value.is_lasting


@pytest.mark.parametrize(
    ("answer", "is_ours"),
    [
        (b'HTTP/1.0 200 OK\r\n\r\n{"id":"a","dimension":3}', True),
        (b'HTTP/1.0 503 No\r\n\r\n{"ok":false,"error":{"code":"notReady"}}', True),
        (b'HTTP/1.0 200 OK\r\n\r\n{"ok":true}', False),
        (b"HTTP/1.0 200 OK\r\n\r\n[]", False),
        (b"HTTP/1.0 404 No\r\n\r\n<html>", False),
        (b"SSH-2.0-OpenSSH_9.2\r\n", False),
        (b"", False),
    ],
    ids=["model", "no model", "other JSON", "list", "page", "no HTTP", "nothing"],
)
def test_find_running__knows_its_own_kind(answer, is_ours):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve():
            for _ in range(2):  # http, then https
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1000)
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        assert find_running("127.0.0.1", port) == (f"http://127.0.0.1:{port}/" if is_ours else "")


@pytest.mark.parametrize("pause", [0, 0.2], ids=["without end", "slowly"])
def test_find_running__does_not_wait_for_who_sends_without_end(pause, monkeypatch):
    monkeypatch.setattr("server.listening.ANSWER_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, contextlib.suppress(OSError):
                    connection.sendall(b"HTTP/1.0 200 OK\r\ncontent-type: image/jpeg\r\n\r\n")
                    while True:
                        connection.sendall(b"[" if pause else b"[" * 9000)
                        time.sleep(pause)

        threading.Thread(target=serve, daemon=True).start()
        began = time.monotonic()
        assert find_running("127.0.0.1", listener.getsockname()[1]) == ""
        assert time.monotonic() - began < 10


def test_find_running__knows_one_that_speaks_https(start_server):
    server: ServerProcess = start_server("--https")
    assert find_running("0.0.0.0", server.port) == f"https://localhost:{server.port}/"  # noqa: S104
