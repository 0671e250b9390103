"""``kill -9`` of a server, or of a part of it, under load: clients go on, and what was acknowledged is there once."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from bench.load.client import Client, RefusedError
from bench.load.processes import WORKERS, Process, free_port, server_command
from bench.load.room import POOL, QUESTION, Taught, held, join

CLIENTS: Final = 30
#: Of each client, which asks to classify as often. Each is announced to all others.
ADDS_PER_SECOND: Final = 2
FIRST_WAIT: Final = 0.1
LONGEST_WAIT: Final = 2.0
#: In these seconds after a restart every client must have had an example acknowledged.
BACK_SECONDS: Final = 20
ANSWER_SECONDS: Final = 5


@dataclass
class Kills:
    """What came of the kills: a line for each, and whether all were right."""

    acknowledged: int = 0
    lines: list[str] = field(default_factory=list)
    wrong: int = 0

    @property
    def is_right(self) -> bool:
        """Whether nothing was lost or doubled, and every client went on."""
        return not self.wrong

    def __str__(self) -> str:
        return f"{self.acknowledged} acknowledged; {self.wrong} of {len(self.lines)} restarts wrong"


class Pupil:
    """A client that comes back by itself, and sends again what was not acknowledged, with the same id.

    ``going`` is set while it may add; None: always.
    """

    def __init__(self, url: str, room: str, taught: Taught, seed: int, going: asyncio.Event | None = None) -> None:
        self._url, self._room, self._taught, self._going = url, room, taught, going
        self._random = random.Random(seed)  # noqa: S311  # no secret
        self.acknowledged = 0
        self.refused: list[str] = []
        self._unanswered: tuple[dict[str, str], int] | None = None

    async def go_on(self) -> None:
        """Add examples until cancelled."""
        wait = FIRST_WAIT
        while True:
            client: Client | None = None
            try:
                joined, _ = await asyncio.wait_for(join(self._url, self._room), ANSWER_SECONDS)
                client = joined
                while True:
                    if self._going:
                        await self._going.wait()
                    await self._add(joined)
                    wait = FIRST_WAIT
                    await asyncio.sleep(self._random.uniform(0, 2 / ADDS_PER_SECOND))
            except (OSError, asyncio.TimeoutError):
                await asyncio.sleep(wait * self._random.uniform(0.5, 1))
                wait = min(wait * 2, LONGEST_WAIT)
            except RefusedError as error:
                self.refused.append(error.code)
                await asyncio.sleep(wait)
            finally:
                if client is not None:
                    client.close()

    async def _add(self, client: Client) -> None:
        data, which = self._unanswered or self._taught.example()
        self._unanswered = data, which
        asked = client.ask("classify", QUESTION, POOL[which]) if self.acknowledged else None
        await client.call("addExample", data, POOL[which], timeout=ANSWER_SECONDS)
        self._taught.by_id[data["id"]] = which
        self._unanswered = None
        self.acknowledged += 1
        if asked is not None:
            await asyncio.wait_for(asked, ANSWER_SECONDS)


class Victim(Protocol):
    """What is killed.

    Attributes:
        url: Where clients reach it.
        refusals: The errors that clients may be answered with, and answer by trying again.
    """

    url: str
    refusals: frozenset[str]

    def kill(self) -> None:
        """Kill it, and start it again."""

    def url_of(self, number: int) -> str:
        """Return the address for one of the clients."""

    def end(self) -> None:
        """End it for good."""


class Server:
    """One server, with its store in a folder."""

    refusals: frozenset[str] = frozenset()

    def __init__(self, folder: str) -> None:
        self._command = server_command(free_port(), folder)
        self._process = Process(*self._command)
        self.url = self._process.url

    def kill(self) -> None:
        """See ``Victim``."""
        self._process.kill()
        self._process = Process(*self._command)

    def url_of(self, number: int) -> str:
        """See ``Victim``."""
        return self.url

    def end(self) -> None:
        """See ``Victim``."""
        self._process.kill()


class PartOfWorkers:
    """A part of several workers behind nginx: ``worker``, a different one each time, ``redis`` or ``postgresql``."""

    def __init__(self, part: str, seed: int = 1) -> None:
        self._part = part
        self._random = random.Random(seed)  # noqa: S311  # no secret
        self._process = Process(*WORKERS)
        self.url = self._process.url
        self.refusals = frozenset({"notSaved", "notOpened"} if part == "postgresql" else ())

    def kill(self) -> None:
        """See ``Victim``."""
        name = f"worker {self._random.randrange(3)}" if self._part == "worker" else self._part
        self._process.tell(f"kill {name}")
        time.sleep(self._random.uniform(0, 2))
        self._process.tell(f"start {name}")

    def url_of(self, number: int) -> str:
        """See ``Victim``: clients are spread over the workers, as those of one room are not by themselves."""
        return f"{self.url}?room={number}"

    def end(self) -> None:
        """See ``Victim``."""
        self._process.stop()


async def kills(count: int, victim: Victim, seed: int = 1, echo: Callable[[str], None] = print) -> Kills:
    """Kill something this many times, at random moments, and look after each time; end it.

    Args:
        count: How many times.
        victim: What to kill.
        seed: Of the moments.
        echo: Told a line for each time.

    Returns:
        What came of it.
    """
    moments = random.Random(seed)  # noqa: S311  # no secret
    taught, result = Taught(), Kills()
    first, answer = await join(victim.url_of(0))
    await taught.add(first)
    first.close()
    room = answer["room"]
    going = asyncio.Event()
    going.set()
    pupils = [Pupil(victim.url_of(i), room, taught, i, going) for i in range(CLIENTS)]
    tasks = [asyncio.create_task(pupil.go_on()) for pupil in pupils]
    try:
        for number in range(count):
            await asyncio.sleep(moments.uniform(0.5, 2.5))
            await asyncio.to_thread(victim.kill)
            before = [pupil.acknowledged for pupil in pupils]
            began = time.monotonic()
            while time.monotonic() - began < BACK_SECONDS:
                if all(pupil.acknowledged > was for pupil, was in zip(pupils, before, strict=True)):
                    break
                await asyncio.sleep(0.05)
            stuck = sum(pupil.acknowledged <= was for pupil, was in zip(pupils, before, strict=True))
            back = time.monotonic() - began
            acknowledged = dict(taught.by_id)
            going.clear()  # a slow look would let the room grow full
            found = await held(victim.url_of(number), room, acknowledged)
            refused = sum(not victim.refusals & {code} for pupil in pupils for code in pupil.refused)
            is_right = found.is_right and not stuck and not refused
            result.wrong += not is_right
            line = (
                f"kill {number + 1}: {len(acknowledged)} acknowledged, {found}, {stuck} clients stuck, "
                f"{refused} refused, all back in {back:.1f} s"
            )
            result.lines.append(line)
            echo(line)
            going.set()
    finally:
        pending = set(tasks)
        while pending:  # before Python 3.12, ``wait_for`` can swallow a cancellation
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=1)
        await asyncio.to_thread(victim.end)
    result.acknowledged = len(taught.by_id)
    return result
