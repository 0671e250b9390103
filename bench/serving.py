"""Starts server processes to measure, finds the address that they print, and stops them."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def serving(*module: str) -> Iterator[str]:
    """Run ``python -m`` with these arguments while the context lasts.

    Yields:
        The address that it prints.

    Raises:
        RuntimeError: It ended without printing one.
    """
    with subprocess.Popen([sys.executable, "-m", *module], stdout=subprocess.PIPE, text=True) as process:
        try:
            for line in process.stdout or ():
                match = re.search(r"http://\S+", line)
                if match:
                    yield match[0]
                    return
            raise RuntimeError(f"{' '.join(module)} ended with {process.wait()} before it served.")
        finally:
            process.terminate()
