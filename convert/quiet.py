"""Keeps TensorFlow's chatter off the screen, and hands it over when something breaks."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from convert.errors import ConvertError, is_disk_full

_TAIL_LINES = 30


@contextmanager
def quiet() -> Iterator[None]:
    """Sends what the process writes to a temporary file, C++ code's own writes included.

    Python's `redirect_stderr` would miss what TensorFlow's libraries write to the file descriptors
    themselves. When the body raises, the last lines follow on the error output, unless the error is
    one that is explained to the person anyway.

    Yields:
        Nothing; print outside the block.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # the same sums in the same order on every machine
    with tempfile.TemporaryFile() as log:
        sys.stdout.flush()
        sys.stderr.flush()
        saved = os.dup(1), os.dup(2)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        failed = False
        try:
            yield
        except Exception as error:
            failed = not isinstance(error, ConvertError) and not is_disk_full(error)
            raise
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for copy, descriptor in zip(saved, (1, 2), strict=True):
                os.dup2(copy, descriptor)
                os.close(copy)
            if failed:
                log.seek(0)
                lines = log.read().decode(errors="replace").splitlines()
                print("\n".join(lines[-_TAIL_LINES:]), file=sys.stderr)
