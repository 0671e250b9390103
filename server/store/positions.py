"""How far rooms are, asked again and again: several workers ask before each answer. ``store.py`` owns one."""

import threading
from collections.abc import Sequence

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from server.store import rows
from server.store.database import reads
from server.store.facts import Position


class Positions:
    """Asks how far rooms are, on a connection that is kept: to take one out of the pool costs more than to ask.

    Args:
        engine: The database's.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def read(self, codes: Sequence[str]) -> dict[str, Position]:
        """Return how far each room is that is there.

        Raises:
            Exception: The database's, where a new connection does not help either.
        """
        with self._lock:
            if self._connection is not None:
                try:
                    return self._ask(self._connection, codes)
                except DBAPIError:  # it may have died since the last time
                    self._forget()
            self._connection = reads(self._engine, one=True)
            try:
                return self._ask(self._connection, codes)
            except BaseException:
                self._forget()
                raise

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _forget(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _ask(self, connection: Connection, codes: Sequence[str]) -> dict[str, Position]:
        found = rows.positions(connection, codes)
        connection.rollback()  # the next one sees what is new
        return found
