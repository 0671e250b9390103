"""A server that starts on very many rooms: how long until it serves, and what it takes when all of them were used."""

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import Final

from bench.load.processes import running, server_command
from bench.load.room import N, join, teach
from bench.load.scenarios import Outcome, quantile

READY_SECONDS: Final = 3.0
OPENED_MS: Final = 1000.0
MIB: Final = 2**20
#: What rooms may take (the setting memory_bytes), and what a server without rooms takes, generously.
BUDGET_MIB: Final = 2048
EMPTY_MIB: Final = 350
#: Of each room; the rows of all rooms are alike.
TABLES: Final = ("facts", "embeddings", "attachments", "snapshots")


async def cold_start(folder: str, rooms: int, examples: int = N) -> Outcome:
    """Fill a store, start a server on it with nothing of it in memory, and have each room used once.

    Args:
        folder: Where the store is made; it takes 12 MB a room.
        rooms: How many.
        examples: In each.

    Returns:
        Its latencies are those of the first joins.
    """
    with running(*server_command(folder=folder)) as process:
        teacher, answer = await join(process.url)
        await teach(teacher, examples)
        teacher.close()
    codes = multiply(Path(folder) / "rooms.db", answer["room"], rooms)
    forget_files()

    started, first = time.perf_counter(), 0.0
    with running(*server_command(folder=folder)) as process:
        ready = time.perf_counter() - started
        most = process.look().mib
        latencies: list[float] = []
        wrong = 0
        began = time.perf_counter()
        for number, code in enumerate(codes):
            since = time.perf_counter()
            client, answer = await join(process.url, code)
            latencies.append((time.perf_counter() - since) * 1000)
            first = first or time.perf_counter() - started
            wrong += sum(label["count"] for label in answer["labels"]) != examples
            client.close()
            if number % 20 == 19:
                most = max(most, process.look().mib)
        seconds = time.perf_counter() - began
        look = process.look()
    latencies.sort()
    outcome = Outcome(f"{rooms} rooms of {examples:,}: each joined once", len(codes), seconds)
    outcome.p50, outcome.p95, outcome.p99 = (quantile(latencies, share) for share in (0.5, 0.95, 0.99))
    outcome.mib, outcome.threads = max(most, look.mib), look.threads
    outcome.errors = {"rooms with other examples": wrong} if wrong else {}
    size = Path(folder, "rooms.db").stat().st_size / MIB
    outcome.held = f"{size:.0f} MiB on disk, ready in {ready:.2f} s, the first is in after {first:.2f} s"
    outcome.wanted = f"ready in {READY_SECONDS:.0f} s, p99 <= {OPENED_MS:.0f} ms, at most {BUDGET_MIB + EMPTY_MIB} MiB"
    outcome.is_met = (
        ready <= READY_SECONDS
        and outcome.p99 <= OPENED_MS
        and outcome.mib <= BUDGET_MIB + EMPTY_MIB
        and not outcome.errors
    )
    return outcome


def multiply(file: Path, code: str, count: int) -> list[str]:
    """Copy a room of a closed store, and return the codes of all that there are now."""
    codes = [code, *(f"COPY-{number}" for number in range(1, count))]
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        for copy in codes[1:]:
            database.execute("BEGIN")
            for table, of in (("rooms", "code"), *((table, "room") for table in TABLES)):
                columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})") if row[1] != of]
                names = ", ".join(columns)
                database.execute(
                    f"INSERT INTO {table} ({of}, {names}) SELECT ?, {names} FROM {table} WHERE {of} = ?",  # noqa: S608
                    (copy, code),
                )
            database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return codes


def forget_files() -> None:
    """Let nothing of the disk be in memory, where this user may ask for that."""
    os.sync()
    with contextlib.suppress(OSError):
        Path("/proc/sys/vm/drop_caches").write_text("3")
