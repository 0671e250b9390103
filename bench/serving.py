"""Starts server processes to measure, finds the address that they print, and stops them."""

import contextlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def serving(*module: str) -> Iterator[str]:
    """Run ``python -m`` with these arguments while the context lasts; a server gets a data folder of its own.

    Yields:
        The address that it prints.

    Raises:
        RuntimeError: It ended without printing one.
    """
    with contextlib.ExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="show-and-tell-"))
        options = ["--data", data] if module[0] == "server" else []
        command = [sys.executable, "-m", *module, *options]
        process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        try:
            for line in process.stdout or ():
                match = re.search(r"http://\S+", line)
                if match:
                    yield match[0]
                    return
            raise RuntimeError(f"{' '.join(module)} ended with {process.wait()} before it served.")
        finally:
            process.terminate()
