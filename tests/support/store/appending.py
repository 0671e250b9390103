"""A process that appends to a store without end: ``python -m tests.support.store.appending PLACE``; to be killed.

It prints ``room number`` for each example that the store has confirmed. Rooms are loaded first and gone on with, and a
snapshot takes the place of their facts now and then.
"""

import sys

from server.store.facts import StoredRoom
from server.store.store import Store
from tests.support.store.facts import added

ROOMS = ("A", "B", "C")
DIMENSION = 1280
TOGETHER = 4
SNAPSHOT_EVERY = 60


def numbers(room: StoredRoom | None) -> list[int]:
    """The numbers of the examples in a room, in order; each has an embedding."""
    if room is None:
        return []
    before = room.snapshot.state["numbers"] if room.snapshot else []
    assert not room.snapshot or len(room.snapshot.embeddings) == len(before)
    return [*before, *(fact.data["revision"] for fact in room.facts)]


def main(place: str) -> None:
    store = Store.open(place)
    kept = {code: numbers(store.load(code)) for code in ROOMS}
    print("ready", flush=True)
    turn = 0
    while True:
        turn += 1
        futures = []
        for code in ROOMS:
            for _ in range(TOGETHER):
                kept[code].append(len(kept[code]) + 1)
                futures.append((code, kept[code][-1], store.append(code, [added(kept[code][-1], DIMENSION)])))
        for code, number, future in futures:
            assert future.result() == number
            print(code, number, flush=True)
        if turn % SNAPSHOT_EVERY == 0:
            for code in ROOMS:
                store.write_snapshot(code, len(kept[code]), {"numbers": kept[code]}, kept[code])


if __name__ == "__main__":
    main(sys.argv[1])
