"""PostgreSQL, Redis and workers that share them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.store.store import Store
from tests.store.conftest import database_server as database_server
from tests.store.conftest import open_store as open_store
from tests.support.deploy.redis import RedisServer
from tests.support.deploy.school import School, running_school
from tests.support.running_app import RunningApp
from tests.support.store.postgresql import Postgresql


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path)
    yield server
    server.kill()


@pytest.fixture
def start_worker(
    database_server: Postgresql,
    redis_server: RedisServer,
    open_store: Callable[[str], Store],
    make_app: Callable[..., RunningApp],  # the last: an application ends before its store
) -> Callable[[], RunningApp]:
    """Starts workers within the tests' own process, on one database of their own."""
    url = database_server.new_database()

    def start() -> RunningApp:
        return make_app(open_store(url), database=url, redis=redis_server.url, requests_per_second=100_000)

    return start


@pytest.fixture
def school(tmp_path: Path, page: Path, database_server: Postgresql, redis_server: RedisServer) -> Iterator[School]:
    with running_school(tmp_path, page, database_server, redis_server) as school:
        yield school
