"""How soon what one client adds is in another one's answers: the two that ask are in a class that teaches and asks."""

import asyncio
import time

import numpy as np

from bench.load.client import Client
from bench.load.room import ASKED, QUESTION, D, close_all, join, join_many, teach
from bench.load.scenarios import CLIENTS, Meter, Outcome

TIMES = 100
SOON_MS = 200.0
#: Of each other client, while it is measured.
ASKS_PER_SECOND = 5


async def shared_answer(url: str, other_url: str) -> Outcome:
    """Let one client add an example at a time, and another ask for it until it is the nearest neighbour.

    Args:
        url: Where the one is, with the rest of the class.
        other_url: Where the other is: with several workers, at another one.

    Returns:
        Its latencies begin when the example is sent, and end with the first answer that uses it.
    """
    teacher, answer = await join(url)
    await teach(teacher)
    asker, _ = await join(other_url, answer["room"])
    others = await join_many(url, answer["room"], CLIENTS)
    busy = [asyncio.create_task(_ask_on(client)) for client in others]
    random = np.random.default_rng(4)
    meter = Meter()
    for number in range(TIMES):
        embedding = random.normal(size=D).astype("<f4").tobytes()
        name = f"new-{number}"
        since = time.perf_counter()
        added = teacher.ask("addExample", {"id": name, "label": "class 0"}, embedding)
        while True:
            found, _ = await asker.ask("classify", {**QUESTION, "k": 1}, embedding)
            if not found.get("ok") or found["neighbours"][0]["id"] == name:
                meter.answered(found, since)
                break
        acknowledged, _ = await added
        if not acknowledged["ok"]:
            meter.error(str(acknowledged["error"]["code"]))
    for task in busy:
        task.cancel()
    await asyncio.gather(*busy, return_exceptions=True)
    outcome = meter.outcome("what one adds is in another's answers", [teacher, asker, *others])
    close_all([teacher, asker, *others])
    outcome.wanted = f"p99 <= {SOON_MS:.0f} ms"
    outcome.is_met = outcome.p99 <= SOON_MS and not outcome.errors
    return outcome


async def _ask_on(client: Client) -> None:
    while True:
        await client.ask("classify", QUESTION, ASKED)
        await asyncio.sleep(1 / ASKS_PER_SECOND)
