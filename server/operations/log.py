"""What the log says, as text or as one line of JSON for each event, and what it never says.

No names of classes or people, no codes of rooms, no addresses, no secrets. The server's own messages are written so; of
libraries' messages only the template is logged, without what they fill in, and of an exception only its class and where
it was raised: ``KeyError: 'Maria'`` would name somebody.
"""

import collections
import json
import logging
import threading
import time
import traceback
from collections.abc import Callable, Hashable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
OWN: Final = "server"
FORMATS: Final = ("text", "json")
#: How many warnings and errors the status page shows.
RECENT: Final = 20
#: The same warning or error is logged no more often.
REPEAT_SECONDS: Final = 10.0
MAX_SEEN: Final = 200


def message_of(record: logging.LogRecord) -> str:
    """Return what a record says, without what a library fills into its own message."""
    if record.name == OWN or record.name.startswith(f"{OWN}.") or not record.args:
        return record.getMessage()
    return str(record.msg)


def error_of(record: logging.LogRecord) -> str:
    """Return the class of a record's exception; "" where it has none.

    Example:
        >>> error_of(logging.makeLogRecord({"name": OWN, "exc_info": (KeyError, KeyError("Maria"), None)}))
        'KeyError'
    """
    return record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""


def trace_of(record: logging.LogRecord) -> list[str]:
    """Return where a record's exception was raised, a line for each call; of one before it, its class as well."""
    lines: list[str] = []
    error = record.exc_info[1] if record.exc_info else None
    while error is not None:
        frames = [
            f"{short(frame.filename)}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        lines = [*frames, *([f"{type(error).__name__}, and then:", *lines] if lines else [])]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines


def short(file: str) -> str:
    """Return a file's path without the folder that this machine keeps it in.

    Example:
        >>> short("/usr/lib/python3/site-packages/flask/app.py"), short(__file__)
        ('flask/app.py', 'server/operations/log.py')
    """
    path = Path(file)
    for folder in ("site-packages", "dist-packages"):
        if folder in path.parts:
            return "/".join(path.parts[path.parts.index(folder) + 1 :])
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


class TextFormatter(logging.Formatter):
    """``WARNING server.rooms: ... event=classify``, and below it where an exception came from."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record's text."""
        fields = "".join(f" {name}={value}" for name, value in getattr(record, "fields", {}).items())
        text = f"{record.levelname} {record.name}: {message_of(record)}{fields}"
        if record.exc_info and record.exc_info[0]:
            frames = "".join(f"  {line}\n" for line in trace_of(record))
            text += f"\nTraceback (most recent call last):\n{frames}{error_of(record)}"
        return text


class JsonFormatter(logging.Formatter):
    """One line of JSON: ``time`` (UTC), ``level``, ``logger``, ``message``, ``error``, ``trace``, and other fields.

    Example:
        >>> record = logging.makeLogRecord({"name": OWN, "msg": "It stops.", "levelname": "INFO", "created": 0})
        >>> line = JsonFormatter().format(record)
        >>> json.loads(line)["message"], json.loads(line)["time"]
        ('It stops.', '1970-01-01T00:00:00.000Z')
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return a record's line."""
        second = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, Any] = {
            "time": f"{second}.{int(record.created % 1 * 1000):03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
            **getattr(record, "fields", {}),
        }
        if error := error_of(record):
            line |= {"error": error, "trace": trace_of(record)}
        return json.dumps(line, ensure_ascii=False)


def _places(record: logging.LogRecord) -> Iterator[Hashable]:
    """Yield where a record's exception passed through."""
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next


class Repeats(logging.Filter):
    """Lets the same warning or error through once in a while: a database that is gone is met by every request.

    The next one that comes through says how many did not, as the field ``repeated``.

    Args:
        clock: Seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[Hashable, tuple[float, int]] = {}  # when it came through, and how often since; oldest first

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record is logged."""
        if record.levelno < logging.WARNING:
            return True
        try:
            what = record.name, message_of(record), error_of(record), *_places(record)
        except Exception:  # whoever logs must not fail by it: the handler says what is wrong with the record
            return True
        now = self._clock()
        with self._lock:
            at, repeated = self._seen.get(what, (-REPEAT_SECONDS, 0))
            if now - at < REPEAT_SECONDS:
                self._seen[what] = at, repeated + 1
                return False
            self._seen.pop(what, None)
            self._seen[what] = now, 0
            if len(self._seen) > MAX_SEEN:
                del self._seen[next(iter(self._seen))]
        if repeated:
            record.fields = {**getattr(record, "fields", {}), "repeated": repeated}
        return True


def configure_logging(level: str, form: str = "text") -> None:
    """Log to stderr: the server's own messages from a level on, libraries' from warnings on.

    Args:
        level: One of ``Settings.log_level``.
        form: One of ``FORMATS``.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else TextFormatter())
    handler.addFilter(Repeats())
    logging.basicConfig(handlers=[handler], level="ERROR" if level == "error" else "WARNING")
    logging.getLogger(OWN).setLevel(level.upper())
    # uvicorn's notes on each bad request are no warnings.
    logging.getLogger("uvicorn").setLevel("ERROR" if level in ("warning", "error") else "WARNING")
    # uvicorn takes a websocket that was refused with an answer for one that was forgotten.
    logging.getLogger("uvicorn.error").addFilter(lambda record: "without completing handshake" not in str(record.msg))
    threading.excepthook = log_thread


def log_thread(ended: threading.ExceptHookArgs) -> None:
    """Log the error that ended a thread: Python itself would print what the error says."""
    if ended.exc_value is not None:
        logging.getLogger(__name__).error("A thread ended with an error.", exc_info=ended.exc_value)


class Note(NamedTuple):
    """A warning or an error that was logged; ``at`` is in seconds since 1970."""

    at: float
    level: str
    text: str


class Recent(logging.Handler):
    """Keeps the last warnings and errors, for the status page.

    Attributes:
        notes: The newest last.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.addFilter(Repeats())
        self.notes: collections.deque[Note] = collections.deque(maxlen=RECENT)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record's text."""
        error = error_of(record)
        text = f"{message_of(record)} ({error})" if error else message_of(record)
        self.notes.append(Note(record.created, record.levelname.lower(), text))
