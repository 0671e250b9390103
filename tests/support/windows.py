"""Runs the server's command line on Linux with what Windows has: ``python -m tests.support.windows OPTIONS``.

What Windows lacks is taken away before the server is imported, and its file locks are put in the place of Linux's.
"""

import asyncio
import errno
import fcntl
import os
import signal
import stat
import subprocess
import sys
import types
from typing import Any

import click

LACKS = {
    os: ["chown", "fchmod", "fork", "register_at_fork", "sched_getaffinity"],
    signal: ["alarm", "SIGALRM", "SIGHUP", "SIGUSR1", "SIGQUIT", "setitimer"],
}
LOADED = (asyncio, click, subprocess)  # they ask for the system's name, and take Linux's parts of themselves


def become_windows() -> None:
    """Take away what Windows lacks."""
    flags, open_file, sync_file = fcntl.fcntl, os.open, os.fsync

    def open_no_folder(path: Any, mode: int, *more: Any, **named: Any) -> int:
        if not mode & os.O_DIRECTORY and os.path.isdir(path):  # noqa: PTH112 - a path of any kind
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return open_file(path, mode, *more, **named)

    def sync_written(file: Any) -> None:
        number = file if isinstance(file, int) else file.fileno()
        if flags(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        sync_file(number)

    def hold(file: int, mode: int, count: int) -> None:
        assert (mode, count) == (2, 1)
        assert stat.S_ISREG(os.fstat(file).st_mode)
        lock(file, fcntl_held)

    lock, fcntl_held = fcntl.flock, fcntl.LOCK_EX | fcntl.LOCK_NB
    for module, names in LACKS.items():
        for name in names:
            delattr(module, name)
    os.open, os.fsync = open_no_folder, sync_written
    for name in ("fcntl", "grp", "pwd", "resource", "termios", "uvloop"):
        sys.modules[name] = None  # type: ignore[assignment]  # so that it can't be imported
    msvcrt = types.ModuleType("msvcrt")
    msvcrt.LK_NBLCK, msvcrt.locking = 2, hold  # type: ignore[attr-defined]
    sys.modules["msvcrt"] = msvcrt


if __name__ == "__main__":
    become_windows()
    from server.__main__ import main

    main(prog_name="python -m server")
