"""Server processes to measure: started, found by the address that they print, stopped."""

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
                found = re.search(r"http://\S+", line)
                if found:
                    yield found[0]
                    return
            raise RuntimeError(f"{' '.join(module)} ended with {process.wait()} before it served.")
        finally:
            process.terminate()
