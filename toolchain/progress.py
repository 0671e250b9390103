"""How far a command is, and how long it will take: on the standard error, so that results can be piped."""

import sys
import time
from types import TracebackType
from typing import Final, TextIO

_SECONDS_BETWEEN: Final = {True: 0.2, False: 10.0}


class Progress:
    """Counts what is done. Used with ``with``.

    On a terminal it is one line that changes; elsewhere a line every ten seconds, so that logs stay readable.

    Args:
        total: How many things there are.
        what: Them, in words: "photos read".
        quiet: Say nothing.
        out: Where to.
    """

    def __init__(self, total: int, what: str, quiet: bool = False, out: TextIO | None = None) -> None:
        self.total = total
        self.done = 0
        self._what = what
        self._out = out or sys.stderr
        self._is_quiet = quiet
        self._is_terminal = self._out.isatty()
        self._start = self._last = time.monotonic()

    def __enter__(self) -> "Progress":
        """Begin to count the time."""
        self._start = self._last = time.monotonic()
        return self

    def advance(self, count: int = 1) -> None:
        """Count what was done."""
        self.done += count
        now = time.monotonic()
        if now - self._last >= _SECONDS_BETWEEN[self._is_terminal]:
            self._last = now
            self._say(now)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave a clean line behind."""
        if self._is_terminal and not self._is_quiet:
            self._out.write("\r\x1b[K")
            self._out.flush()

    def _say(self, now: float) -> None:
        if self._is_quiet:
            return
        line = describe(self.done, self.total, now - self._start, self._what)
        self._out.write(f"\r\x1b[K{line}" if self._is_terminal else f"{line}\n")
        self._out.flush()


def describe(done: int, total: int, seconds: float, what: str) -> str:
    """Return a line: how far, how fast, how long.

    Example:
        >>> describe(500, 2000, 10, "photos embedded")
        '500 of 2,000 photos embedded, 50 a second, 30 seconds left'
        >>> describe(1999, 2000, 1999, "photos embedded")
        '1,999 of 2,000 photos embedded, 1.0 a second, 1 second left'
    """
    rate = done / seconds if seconds > 0 else 0
    left = f", {_span((total - done) / rate)} left" if rate > 0 else ""
    pace = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
    return f"{done:,} of {total:,} {what}, {pace} a second{left}"


def _span(seconds: float) -> str:
    if seconds < 90:
        whole = max(1, round(seconds))
        return "1 second" if whole == 1 else f"{whole} seconds"
    if seconds < 90 * 60:
        # 90 seconds are two minutes: one minute is never said.
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3600:.1f} hours"
