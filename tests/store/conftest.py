"""Stores to test: SQLite in a folder and a real PostgreSQL; the same tests run on both."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.store.store import Store
from tests.support.store.postgresql import Postgresql, postgresql


@pytest.fixture(scope="session")
def database_server() -> Iterator[Postgresql]:
    # Not in pytest's own folder: another user than root could not reach it there.
    folder = Path(tempfile.mkdtemp(prefix="showtell-postgresql-"))
    folder.chmod(0o755)
    try:
        with postgresql(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store can be opened: a folder, or a URL."""
    if request.param == "sqlite":
        return str(tmp_path / "data")
    server: Postgresql = request.getfixturevalue("database_server")
    return server.new_database()


@pytest.fixture
def open_store() -> Iterator[Callable[[str], Store]]:
    """Opens stores, and closes them after the test."""
    opened: list[Store] = []

    def open_(place: str) -> Store:
        opened.append(Store.open(place))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def store(place: str, open_store: Callable[[str], Store]) -> Store:
    return open_store(place)
