"""The status page: how the server is, in words and numbers, for whoever looks after it. Plain HTML without a script."""

import datetime
import shutil
import time
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from server import VERSION
from server.contract.errors import ContractError
from server.operations.log import Note
from server.operations.metrics import Metrics, Now

#: The page looks again after so many seconds.
REFRESH_SECONDS: Final = 10
CSS_PATH: Final = "/status.css"
CSS: Final = Path(__file__).with_name("status.css").read_bytes()

MIB: Final = 1 << 20
TIME: Final = "%Y-%m-%d %H:%M:%S"
Rows = Sequence[tuple[str, str]]


def status_rows(
    now: Now, metrics: Metrics, started_at: float, folder: Path | None, problem: str
) -> list[tuple[str, str]]:
    """Return what the page's table says.

    Args:
        now: How much there is.
        metrics: For the last commit.
        started_at: The monotonic time at which the server began to serve.
        folder: Where rooms are kept; None where no disk of this machine is used.
        problem: What keeps it from being ready; "" for nothing.
    """
    moment = time.monotonic()
    commit = metrics.last_commit_at
    return [
        ("State", problem or "ready"),
        ("Connected clients", f"{now.clients:,}"),
        ("Rooms in memory", f"{now.rooms:,}"),
        ("Examples in them", f"{now.examples:,}"),
        ("Memory they take", f"{now.memory_bytes / MIB:,.0f} of {now.memory_budget_bytes / MIB:,.0f} MiB"),
        ("Disk free", disk_free(folder) if folder else "not this machine's disk"),
        ("Last change kept", "none yet" if commit is None else f"{duration(moment - commit)} ago"),
        ("Running for", duration(moment - started_at)),
        ("Version", VERSION),
    ]


def disk_free(folder: Path) -> str:
    """Return how much room the disk of a folder has; the folder may not be there any more."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return "unknown: the folder can't be read"
    return f"{usage.free / MIB:,.0f} of {usage.total / MIB:,.0f} MiB"


def duration(seconds: float) -> str:
    """Return a time in words.

    Example:
        >>> duration(5), duration(200), duration(100_000)
        ('5 s', '3 min', '1 d 3 h')
    """
    minutes, hours, days = int(seconds // 60), int(seconds // 3600), int(seconds // 86400)
    if days:
        return f"{days} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min" if minutes else f"{int(seconds)} s"


def status_page(rows: Rows, notes: Sequence[Note]) -> bytes:
    """Return the page.

    Args:
        rows: What the table says.
        notes: Warnings and errors, the newest last.
    """
    table = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>\n' for name, value in rows)
    lines = "".join(
        f"<li>{datetime.datetime.fromtimestamp(one.at):{TIME}} {escape(one.level)}: {escape(one.text)}</li>\n"
        for one in reversed(notes)
    )
    lately = f"<ul>\n{lines}</ul>" if lines else "<p>None since it was started.</p>"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{REFRESH_SECONDS}">
<title>Show &amp; Tell: status</title>
<link rel="stylesheet" href="{CSS_PATH}">
</head>
<body>
<main>
<h1>Show &amp; Tell: status</h1>
<table>
{table}</table>
<h2>Warnings and errors, the newest first</h2>
{lately}
</main>
</body>
</html>
""".encode()


def problem_of(error: ContractError | None) -> str:
    """Return what the page says of a server that is not ready; "" where it is."""
    return f"{error.message} {error.hint}" if error else ""
