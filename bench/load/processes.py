"""The processes that are measured: started, found by their address, looked at, and killed."""

import contextlib
import functools
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

START_SECONDS: Final = 30
END_SECONDS: Final = 15
#: Several workers, with all that they need. It takes orders: see ``tests/support/deploy/__main__.py``.
WORKERS: Final = (sys.executable, "-m", "tests.support.deploy")
TICKS: Final = os.sysconf("SC_CLK_TCK")
PAGE_KIB: Final = os.sysconf("SC_PAGE_SIZE") // 1024


class Process:
    """A server in a process group of its own.

    Args:
        command: What to run; it prints its address once it serves.

    Attributes:
        url: The address that it printed.

    Raises:
        RuntimeError: It ended, or said nothing for too long.
    """

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self._process.stdout is not None  # noqa: S101  # for mypy
        until, found = time.monotonic() + START_SECONDS, None
        while found is None and time.monotonic() < until:
            if not select.select([self._process.stdout], [], [], 0.5)[0]:
                continue
            line = self._process.stdout.readline()
            if not line:
                break
            found = re.search(r"http://\S+", line)
        if found is None:
            self.kill()
            raise RuntimeError(f"{' '.join(command)} did not serve.")
        self.url = found[0]

    def tell(self, order: str) -> None:
        """Give it an order, and wait until it has carried it out: it repeats the order then.

        Raises:
            RuntimeError: It ended, or repeated something else.
        """
        assert self._process.stdin is not None  # noqa: S101  # for mypy
        assert self._process.stdout is not None  # noqa: S101  # for mypy
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline().strip()
        if answer != order:
            raise RuntimeError(f"{order} was answered by {answer or 'nothing'}.")

    def kill(self) -> None:
        """End it and its children at once (SIGKILL), as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def stop(self) -> None:
        """End it as a person would, and kill it when it does not."""
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(END_SECONDS)
        self.kill()

    def _pids(self) -> list[int]:
        """The processes of the group: the server may have workers."""
        pids = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if int(stat.read_text().rsplit(")", 1)[1].split()[2]) == self._process.pid:
                    pids.append(int(stat.parent.name))
        return pids

    def look(self) -> "Look":
        """Return what it takes now."""
        mib, threads, seconds = 0.0, 0, 0.0
        for pid in self._pids():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                threads += int(fields[17])
                seconds += (int(fields[11]) + int(fields[12])) / TICKS
                mib += int(fields[21]) * PAGE_KIB / 1024
        return Look(mib, threads, seconds)


class Look:
    """What a server takes: resident memory, shared pages counted by each process; threads; seconds of CPU."""

    def __init__(self, mib: float, threads: int, seconds: float) -> None:
        self.mib, self.threads, self.seconds = mib, threads, seconds


@functools.cache
def server_options() -> frozenset[str]:
    """Return the options that this server has, so that older and newer ones can be measured."""
    text = ""
    for words in (["--help"], ["serve", "--help"]):
        command = [sys.executable, "-m", "server", *words]
        text += subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return frozenset(re.findall(r"--[a-z-]+", text))


def server_command(port: int = 0, folder: str | None = None) -> list[str]:
    """Return the command of the server: no limit of requests, as one test asks more than one pupil does."""
    command = [sys.executable, "-m", "server", "--port", str(port), "--requests-per-second", "100000"]
    if "--threads" in server_options():
        command += ["--threads", "700"]
    if folder and "--data" in server_options():
        command += ["--data", folder]
    return command


@contextlib.contextmanager
def running(*command: str) -> Iterator[Process]:
    """Run a server while the context lasts."""
    process = Process(*command)
    try:
        yield process
    finally:
        process.stop()


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
