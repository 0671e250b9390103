"""Questions and changes of many clients to the copies of rooms that several workers have, from the event loop.

All questions that wait share one look into the database, and all changes of a room share one turn.
``server/api/events.py`` asks; ``server/app.py`` makes one.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

from server.rooms.room import Room
from server.rooms.storage import StorageError
from server.rooms.workers.copies import Change, Copies
from server.store.facts import Position

T = TypeVar("T")
#: Threads that wait for turns: as many rooms can be changed at once. The database has a connection for each.
TURN_THREADS: Final = 4


class Turns:
    """Lets clients ask and change the newest copies of rooms. Used on the event loop only.

    Args:
        copies: This worker's.
    """

    def __init__(self, copies: Copies) -> None:
        self._copies = copies
        self._looking: Executor = ThreadPoolExecutor(1, "look")
        self._working: Executor = ThreadPoolExecutor(TURN_THREADS, "turn")
        self._questions: dict[str, list[tuple[Room, asyncio.Future[Room]]]] = {}
        self._changes: dict[str, list[tuple[Room, Change]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_looking = False

    async def fresh(self, room: Room) -> Room:
        """Return a room with all that any worker had acknowledged when this was called.

        Raises:
            ContractError: roomClosed.
            StorageError: It can't be read.
        """
        future: asyncio.Future[Room] = asyncio.get_running_loop().create_future()
        self._questions.setdefault(room.code, []).append((room, future))
        if not self._is_looking:
            self._is_looking = True
            self._begin(self._look())
        return await future

    async def change(self, room: Room, do: Callable[[Room], T]) -> T:
        """Do something with the newest copy of a room, in a thread, and return what it returned once it is kept.

        Raises:
            ContractError: roomClosed, or what it raised.
            StorageError: It could not be kept.
        """
        change = Change(do, Future())
        change.outcome.set_running_or_notify_cancel()  # it is done even if whoever asked has left
        waiting = self._changes.setdefault(room.code, [])
        waiting.append((room, change))
        if len(waiting) == 1:
            self._begin(self._take_turn(room.code))
        outcome: T = await asyncio.wrap_future(change.outcome)
        return outcome

    def stop(self) -> None:
        """Wait for what is under way, and end the threads."""
        for executor in (self._looking, self._working):
            executor.shutdown(cancel_futures=True)

    async def _look(self) -> None:
        """Answer all that waits; what comes while the database is asked waits for the next look."""
        loop = asyncio.get_running_loop()
        while self._questions:
            await asyncio.sleep(0)  # what was read together is asked together
            questions, self._questions = self._questions, {}
            try:
                here = await loop.run_in_executor(self._looking, self._copies.positions, list(questions))
            except StorageError as error:
                for waiting in questions.values():
                    _fail(waiting, error)
                continue
            for code, waiting in questions.items():
                position = here.get(code)
                if all(self._copies.is_current(room, position) for room, _ in waiting):
                    for room, future in waiting:
                        _set(future, room)
                else:
                    self._begin(self._catch_up(waiting, position))
        self._is_looking = False

    async def _catch_up(self, waiting: "list[tuple[Room, asyncio.Future[Room]]]", position: Position | None) -> None:
        loop = asyncio.get_running_loop()
        try:
            newest = await loop.run_in_executor(self._working, self._copies.catch_up, waiting[0][0], position)
        except Exception as error:
            _fail(waiting, error)
        else:
            for _, future in waiting:
                _set(future, newest)

    async def _take_turn(self, code: str) -> None:
        # What gathers while a turn is waited for and taken goes into the next one.
        loop = asyncio.get_running_loop()
        done = 0
        while True:
            waiting = self._changes[code]
            del waiting[:done]
            if not waiting:
                del self._changes[code]
                return
            done = len(waiting)
            changes = [change for _, change in waiting]
            await loop.run_in_executor(self._working, self._copies.change, waiting[0][0], changes)

    def _begin(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)  # the loop itself holds tasks weakly
        task.add_done_callback(self._tasks.discard)


def _set(future: "asyncio.Future[Room]", room: Room) -> None:
    if not future.done():  # whoever asked may have left
        future.set_result(room)


def _fail(waiting: "list[tuple[Room, asyncio.Future[Room]]]", error: Exception) -> None:
    for _, future in waiting:
        if not future.done():
            future.set_exception(error)
