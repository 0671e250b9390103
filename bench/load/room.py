"""A room under load: who joins, what they ask, and whether everything that was acknowledged is there in the end."""

import asyncio
import contextlib
import itertools
import uuid
from collections import Counter
from typing import Any, Final

import numpy as np

from bench.load.client import Client

D: Final = 1280
N: Final = 2_000
CLASSES: Final = 5
MODEL: Final = {"id": "load", "dimension": D}
#: Settings without "auto", so that answering starts no evaluation of the room: it is answers that are measured.
QUESTION: Final = {"k": 5, "metric": "cosine", "unknownDistance": None}
#: How many examples are on their way while a room is taught.
TEACH_AT_ONCE: Final = 16
#: How many embeddings a run teaches before it begins again.
DISTINCT: Final = 5_000
#: How far they are from their class's centre, as a share of its length: their nearest are at a cosine distance of 0.07.
NOISE: Final = 0.3


def _embeddings() -> tuple[list[bytes], bytes]:
    """Return what is taught, and what is asked: float32, (D,), each; around a centre for each class.

    No two of DISTINCT are the same, as no two of a camera's frames are. Exact copies cost more: all are measured again,
    and put in order.
    """
    random = np.random.default_rng(2)
    centres = random.standard_normal((CLASSES, D), np.float32)
    noise = random.standard_normal((DISTINCT + 1, D), np.float32) * NOISE
    *taught, asked = (row.astype("<f4").tobytes() for row in centres[np.arange(DISTINCT + 1) % CLASSES] + noise)
    return taught, asked


POOL, ASKED = _embeddings()


class Taught:
    """What the server acknowledged, and with which embedding."""

    def __init__(self) -> None:
        self.by_id: dict[str, int] = {}
        self._next = itertools.cycle(range(len(POOL)))

    def example(self) -> tuple[dict[str, str], int]:
        """Return a new example's data, and which embedding of POOL it has."""
        which = next(self._next)
        return {"id": str(uuid.uuid4()), "label": f"class {which % CLASSES}"}, which

    async def add(self, client: Client) -> None:
        """Add an example and keep that it was acknowledged.

        Raises:
            RuntimeError: The server refused it.
        """
        data, which = self.example()
        await client.call("addExample", data, POOL[which])
        self.by_id[data["id"]] = which


async def join(url: str, room: str | None = None, on_announced: Any = None) -> tuple[Client, dict[str, Any]]:
    """Connect, and join a room or open one."""
    client = await Client.connect(url, on_announced)
    try:
        answer = await client.call("join", {"model": MODEL, **({"room": room} if room else {})})
    except BaseException:
        client.close()
        raise
    return client, answer


async def teach(client: Client, count: int = N) -> Taught:
    """Add this many examples."""
    taught = Taught()

    async def teacher() -> None:
        while started[0] < count:
            started[0] += 1
            await taught.add(client)

    started = [0]
    await asyncio.gather(*(teacher() for _ in range(TEACH_AT_ONCE)))
    return taught


class Held:
    """What a fresh client finds in the room.

    Attributes:
        lost: Acknowledged ids that are not there.
        doubled: Ids that are there more than once.
        changed: Ids with another embedding than was sent.
    """

    def __init__(self, found: list[tuple[str, bytes]], acknowledged: dict[str, int]) -> None:
        counts = Counter(name for name, _ in found)
        self.count = len(counts)
        self.lost = [name for name in acknowledged if name not in counts]
        self.doubled = [name for name, times in counts.items() if times > 1]
        self.changed = [name for name, content in found if name in acknowledged and POOL[acknowledged[name]] != content]

    @property
    def is_right(self) -> bool:
        """Whether everything is there once, as it was sent."""
        return not (self.lost or self.doubled or self.changed)

    def __str__(self) -> str:
        return f"{self.count} held, {len(self.lost)} lost, {len(self.doubled)} twice, {len(self.changed)} changed"


async def held(url: str, room: str, acknowledged: dict[str, int]) -> Held:
    """Sync from 0 by a client that knows nothing."""
    client, _ = await join(url, room)
    found: list[tuple[str, bytes]] = []
    data: dict[str, Any] = {"since": 0}
    while True:
        answer, attachments = await asyncio.wait_for(client.ask("sync", data), 30)
        if not answer["ok"]:
            raise RuntimeError(f"sync: {answer['error']}")
        found += [(one["id"], attachments[one["embedding"]["num"]]) for one in answer["examples"]]
        if answer.get("cursor") is None:
            break
        data = {"since": 0, "cursor": answer["cursor"]}
    client.close()
    return Held(found, acknowledged)


async def join_many(url: str, room: str, count: int, at_once: int = 20) -> list[Client]:
    """Join a room with many clients, some at a time, as a school's bell does."""
    clients: list[Client] = []
    while len(clients) < count:
        some = min(at_once, count - len(clients))
        clients += [client for client, _ in await asyncio.gather(*(join(url, room) for _ in range(some)))]
    return clients


def close_all(clients: list[Client]) -> None:
    """Close these connections."""
    for client in clients:
        with contextlib.suppress(OSError):
            client.close()
