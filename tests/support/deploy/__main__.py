"""Several workers for ``make load``, with nginx, Redis and PostgreSQL: prints its address, and carries out orders.

An order is a line, *kill* or *start* and one of ``worker 0`` to ``worker 2``, ``redis``, ``postgresql``; it is repeated
once it is carried out.
"""

import contextlib
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support.deploy.redis import RedisServer
from tests.support.deploy.school import WORKERS, School, running_school
from tests.support.server import ROOT
from tests.support.store.postgresql import postgresql


@contextlib.contextmanager
def running() -> Iterator[School]:
    folder = Path(tempfile.mkdtemp(prefix="showtell-school-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user
    try:
        with postgresql(folder) as database:
            redis = RedisServer(folder)
            try:
                with running_school(folder, ROOT / "web" / "dist", database, redis) as school:
                    yield school
            finally:
                redis.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def orders(school: School) -> dict[str, Callable[[], object]]:
    """What can be ordered."""
    carry_out: dict[str, Callable[[], object]] = {
        "kill redis": school.redis.kill,
        "start redis": school.redis.start,
        "kill postgresql": school.database.kill,
        "start postgresql": school.database.start,
    }
    for number in range(WORKERS):
        carry_out[f"kill worker {number}"] = lambda number=number: school.kill(number)  # type: ignore[misc]
        carry_out[f"start worker {number}"] = lambda number=number: school.restart(number)  # type: ignore[misc]
    return carry_out


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that all of it is stopped, too
    with running() as school:
        print(school.url, flush=True)
        known = orders(school)
        for line in sys.stdin:
            known[line.strip()]()
            print(line.strip(), flush=True)
