"""A real PostgreSQL of its own for the tests, as plain processes from the system's package."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def in_ci() -> bool:
    return os.environ.get("CI") == "true"


def binaries() -> Path:
    """The folder with initdb and postgres; without one the test is skipped, and fails in CI, which installs it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        (pytest.fail if in_ci() else pytest.skip)("There is no PostgreSQL here: install the package postgresql.")
    return (found[-1] if found else Path(str(on_path))).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_another(command: list[str]) -> list[str]:
    """PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups", *command]


class Postgresql:
    """A server that can be ended and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._made = 0
        self._process: subprocess.Popen[bytes] | None = None
        run = [str(binaries() / "initdb"), "-D", str(folder), "-U", "teacher", "-A", "trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(as_another(run), check=True, stdout=subprocess.DEVNULL, cwd="/", env={"LC_ALL": "C"})
        self.start()

    def start(self) -> None:
        run = [str(binaries() / "postgres"), "-D", str(self.folder), "-p", str(self.port), "-k", str(self.folder)]
        run += ["-c", "listen_addresses=127.0.0.1", "-c", "logging_collector=off", "-c", "max_connections=50"]
        log_file = self.folder.parent / "log"
        ready = [str(binaries() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", "teacher"]
        while True:
            seen = log_file.stat().st_size if log_file.exists() else 0
            with log_file.open("ab") as log:
                self._process = subprocess.Popen(as_another(run), stdout=log, stderr=log, cwd="/")
            while self._process.poll() is None:
                if subprocess.run(ready).returncode == 0:
                    return
            written = log_file.read_text()[seen:]
            # The children of one that was killed notice it, and go too; until then the new one does not begin.
            assert "is still in use" in written, written

    def kill(self) -> None:
        """End it as a power cut of its process would."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(2)  # ends sessions
            self._process.wait(30)

    def new_database(self) -> str:
        """Make a database and return its URL."""
        import psycopg

        self._made += 1
        address = f"127.0.0.1:{self.port}"
        with psycopg.connect(f"postgresql://teacher@{address}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE store_{self._made}")  # type: ignore[call-overload]
        return f"postgresql+psycopg://teacher@{address}/store_{self._made}"


@contextmanager
def postgresql(folder: Path) -> Iterator[Postgresql]:
    """Start a server with its data in a folder that everybody can reach."""
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")
    server = Postgresql(folder / "data")
    try:
        yield server
    finally:
        server.stop()
