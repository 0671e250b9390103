"""A real Redis of its own for the tests, as a plain process from the system's package."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.store.postgresql import free_port, in_ci


def program(name: str, package: str) -> str:
    """A program's path; without it the test is skipped, and fails in CI, which installs it."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if found is None:
        (pytest.fail if in_ci() else pytest.skip)(f"There is no {name} here: install the package {package}.")
    return str(found)


class RedisServer:
    """A Redis that can be killed and started again; it keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._program = program("redis-server", "redis-server")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        run = [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(run, stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while b"Ready to accept" not in (self._folder / "redis.log").read_bytes().rsplit(b"Redis is starting", 1)[-1]:
            assert self._process.poll() is None, (self._folder / "redis.log").read_text()
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.01)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
