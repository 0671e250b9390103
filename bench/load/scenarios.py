"""What is asked of a server under load, and what came of it: a steady lesson, and clients that never pause."""

import asyncio
import os
import time
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from bench.load.client import Client
from bench.load.room import ASKED, QUESTION, Taught, close_all, held, join, join_many, teach

CLIENTS: Final = 30
CLASSIFY_PER_SECOND: Final = 10
ADDS_PER_SECOND: Final = 1
#: An answer that takes longer counts as an error.
LATE_SECONDS: Final = 20
WARM_SECONDS: Final = 1.0


@dataclass
class Outcome:
    """What came of a run.

    Attributes:
        name: Of the scenario.
        answers: How many requests were answered in the measured time.
        seconds: The measured time.
        errors: Refusals, late answers, broken connections, packets that should not be: the first words of each kind.
        own_cpu: The generator's share of a core.
        wanted: The requirement, for people.
        is_met: Whether it holds; None where nothing is required.
    """

    name: str
    answers: int = 0
    seconds: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    errors: dict[str, int] = field(default_factory=dict)
    own_cpu: float = 0.0
    server_cpu: float | None = None
    mib: float | None = None
    threads: int | None = None
    held: str = ""
    wanted: str = ""
    is_met: bool | None = None

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds if self.seconds else 0.0

    def as_json(self) -> dict[str, Any]:
        """Return it for a file."""
        return {**asdict(self), "per_second": self.per_second}


class Meter:
    """Collects the latencies and errors of a run, and the generator's own CPU time."""

    def __init__(self) -> None:
        self.latencies_ms: list[float] = []
        self.errors: dict[str, int] = {}
        self._began = time.perf_counter()
        self._cpu = _cpu_seconds()

    def error(self, kind: str) -> None:
        """Count an error."""
        self.errors[kind] = self.errors.get(kind, 0) + 1

    def answered(self, answer: Any, since: float) -> None:
        """Count an answer to a request that was due at ``since``."""
        if is_refusal(answer):
            self.error(str(answer.get("error", {}).get("code")))
        else:
            self.latencies_ms.append((time.perf_counter() - since) * 1000)

    def outcome(self, name: str, clients: list[Client]) -> Outcome:
        """Return what came of it until now."""
        seconds = time.perf_counter() - self._began
        for client in clients:
            if client.closed.done():
                self.error("connection ended")
            for _ in client.faults:
                self.error("wrong packet")
        times = sorted(self.latencies_ms)
        return Outcome(
            name,
            len(times),
            seconds,
            quantile(times, 0.5),
            quantile(times, 0.95),
            quantile(times, 0.99),
            errors=self.errors,
            own_cpu=(_cpu_seconds() - self._cpu) / seconds,
        )


def is_refusal(answer: Any) -> bool:
    """Tell whether an answer is an error; the echo's is an attachment alone."""
    return isinstance(answer, dict) and not answer.get("ok") and "_placeholder" not in answer


def quantile(ordered: list[float], share: float) -> float:
    """Return the value that this share does not exceed; infinite where there is none.

    >>> quantile([1.0, 2.0, 3.0, 4.0], 0.5)
    2.0
    >>> quantile([], 0.5)
    inf
    """
    if not ordered:
        return float("inf")
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


async def lesson(url: str, seconds: float) -> Outcome:
    """A class teaches and asks, steadily: latencies count from when a request was due, not from when it was sent."""
    teacher, answer = await join(url)
    taught = await teach(teacher)
    clients = await join_many(url, answer["room"], CLIENTS)
    await asyncio.sleep(WARM_SECONDS)
    meter = Meter()
    began = time.perf_counter()
    await asyncio.gather(*(_pupil(client, i, began, seconds, meter, taught) for i, client in enumerate(clients)))
    outcome = meter.outcome(f"{CLIENTS} clients, {CLASSIFY_PER_SECOND} classify/s and {ADDS_PER_SECOND} add/s", clients)
    close_all(clients)
    found = await held(url, answer["room"], taught.by_id)
    teacher.close()
    outcome.held = str(found)
    outcome.wanted = "p95 <= 60 ms, no error, all held once"
    outcome.is_met = outcome.p95 <= 60 and not outcome.errors and found.is_right
    return outcome


async def _pupil(client: Client, number: int, began: float, seconds: float, meter: Meter, taught: Taught) -> None:
    """Send what is due when it is due, whether or not the last was answered."""
    step = 1 / CLASSIFY_PER_SECOND
    due = began + step * number / CLIENTS
    every = CLASSIFY_PER_SECOND // ADDS_PER_SECOND
    waiting: set[asyncio.Task[None]] = set()
    count = 0
    while due < began + seconds and not client.closed.done():
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        waiting.add(asyncio.create_task(_classify(client, due, meter)))
        if count % every == number % every:
            waiting.add(asyncio.create_task(_add(client, meter, taught)))
        waiting = {task for task in waiting if not task.done()}
        count, due = count + 1, due + step
    if waiting:
        await asyncio.wait(waiting)


async def _classify(client: Client, due: float, meter: Meter) -> None:
    try:
        answer, _ = await asyncio.wait_for(client.ask("classify", QUESTION, ASKED), LATE_SECONDS)
        meter.answered(answer, due)
    except (OSError, asyncio.TimeoutError) as error:
        meter.error(type(error).__name__)


async def _add(client: Client, meter: Meter, taught: Taught) -> None:
    try:
        await taught.add(client)
    except (OSError, asyncio.TimeoutError, RuntimeError) as error:
        meter.error(f"addExample: {error!r}"[:100])


async def flat_out(clients: list[Client], event: str, seconds: float, name: str) -> Outcome:
    """Each client asks again as soon as it is answered."""
    meter = Meter()
    until = time.perf_counter() + seconds

    async def asks(client: Client) -> None:
        while time.perf_counter() < until:
            since = time.perf_counter()
            try:
                answer, attachments = await asyncio.wait_for(client.ask(event, QUESTION, ASKED), LATE_SECONDS)
            except (OSError, asyncio.TimeoutError) as error:
                meter.error(type(error).__name__)
                return
            if event == "echo" and attachments != [ASKED]:
                meter.error("another echo")
            meter.answered(answer, since)

    await asyncio.gather(*(asks(client) for client in clients))
    return meter.outcome(name, [])


async def connect_many(url: str, count: int, at_once: int = 20) -> list[Client]:
    """Connect many clients that join nothing."""
    clients: list[Client] = []
    while len(clients) < count:
        some = min(at_once, count - len(clients))
        clients += await asyncio.gather(*(Client.connect(url) for _ in range(some)))
    return clients


async def crowd(url: str, event: str, connected: int, active: int, seconds: float) -> Outcome:
    """Many are connected, some of them ask flat out; then each of the others is served, too."""
    name = f"{connected} connected, {active} flat out: {event}"
    if event == "echo":
        clients = await connect_many(url, connected)
    else:
        teacher, answer = await join(url)
        await teach(teacher)
        clients = [teacher, *await join_many(url, answer["room"], connected - 1)]
    outcome = await flat_out(clients[:active], event, seconds, name)
    served = await asyncio.gather(
        *(asyncio.wait_for(client.ask(event, QUESTION, ASKED), LATE_SECONDS) for client in clients[active:]),
        return_exceptions=True,
    )
    unserved = sum(isinstance(one, BaseException) or is_refusal(one[0]) for one in served)
    if unserved:
        outcome.errors["idle clients not served"] = unserved
    close_all(clients)
    outcome.wanted = "p95 <= 150 ms, all served"
    outcome.is_met = outcome.p95 <= 150 and not outcome.errors
    return outcome


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system
