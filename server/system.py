"""What differs between operating systems: Linux and macOS have it, Windows has it in another way or not at all.

What is missing is looked for, not the system's name, so that ``tests/install/test_portable.py`` can run the server on
Linux as on Windows. Only ``desktop.py``, which has to know who sits at the computer, asks for the name. Anything may
import this module.
"""

import contextlib
import importlib
import os
import signal
import threading
from pathlib import Path
from typing import Any, Final

fcntl: Any
resource: Any
try:
    import fcntl
    import resource
except ImportError:
    fcntl = resource = None

#: What ends a program: Ctrl+C, a supervisor, and on Windows a closed terminal.
STOP_SIGNALS: Final = tuple(
    signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGBREAK") if name in signal.Signals.__members__
)


def hold_file(file: int) -> None:
    """Hold an open file until it is closed, or the process ends in any way.

    Args:
        file: Its descriptor.

    Raises:
        OSError: Where another process holds it.
    """
    if fcntl:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        msvcrt = importlib.import_module("msvcrt")
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)


def sync(path: Path) -> None:
    """See to it that a file's content, or which files a folder has, is on the disk.

    Raises:
        OSError: Where it can't be written.
    """
    if not fcntl and path.is_dir():
        return  # Windows writes a folder's names by itself, and opens no folder
    # Windows puts only those files on the disk that are open for writing.
    file = os.open(path, os.O_RDONLY if fcntl else os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def allow_many_files() -> None:
    """Let the process have as many connections as the system allows it; Windows has no such limit."""
    if not resource:
        return
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def end_after(seconds: int) -> None:
    """End the process after so many seconds, whatever hangs in it."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)
        return
    timer = threading.Timer(seconds, os._exit, (1,))
    timer.daemon = True
    timer.start()
