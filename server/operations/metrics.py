"""What is counted and timed while the server runs, for Prometheus. ``server/app.py`` has one; many count with it.

Nothing here names a room, a class, a person or an address: labels are events, codes of errors, kinds and statuses.
"""

import time
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

#: Upper bounds in seconds: from a fast answer to one that nobody waits for.
SECONDS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
#: Upper bounds of the facts in one transaction.
FACTS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)

disable_created_metrics()  # type: ignore[no-untyped-call]  # when a series began tells nobody anything


class Now(NamedTuple):
    """How much there is at one moment.

    Attributes:
        clients: Connected clients.
        rooms: Rooms in memory.
        examples: Examples in these rooms.
        memory_bytes: About what the rooms take.
        memory_budget_bytes: What they may take.
    """

    clients: int
    rooms: int
    examples: int
    memory_bytes: int
    memory_budget_bytes: int


HELP: Final = {
    "clients": "Connected clients.",
    "rooms": "Rooms in memory.",
    "examples": "Examples of the rooms in memory.",
    "memory_bytes": "About how many bytes the rooms in memory take.",
    "memory_budget_bytes": "How many bytes the rooms in memory may take.",
}


class Moment(Collector):
    """Reads how much there is whenever somebody looks.

    Args:
        read: Returns it; called from any thread.
    """

    def __init__(self, read: Callable[[], Now]) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        """Yield a gauge for each."""
        for name, value in self._read()._asdict().items():
            yield GaugeMetricFamily(f"showtell_{name}", HELP[name], value)


class Metrics:
    """Counters and histograms of one server. Any thread may call it.

    Attributes:
        last_commit_at: The monotonic time of the store's last commit; None before the first.

    Example:
        >>> metrics = Metrics()
        >>> metrics.count_request("classify", "ok", 0.004)
        >>> 'showtell_requests_total{event="classify",outcome="ok"} 1.0' in metrics.text().decode()
        True
    """

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "showtell_requests", "Requests over sockets, by what came of them.", ["event", "outcome"], registry=registry
        )
        self._request_seconds = Histogram(
            "showtell_request_seconds",
            "From a request over a socket to its answer.",
            ["event"],
            buckets=SECONDS,
            registry=registry,
        )
        self._wait_seconds = Histogram(
            "showtell_classify_wait_seconds",
            "How long a question waited for its turn.",
            buckets=SECONDS,
            registry=registry,
        )
        self._loop_seconds = Histogram(
            "showtell_loop_lag_seconds", "How late the event loop was.", buckets=SECONDS, registry=registry
        )
        self._commit_seconds = Histogram(
            "showtell_commit_seconds", "One transaction of the store.", buckets=SECONDS, registry=registry
        )
        self._commit_facts = Histogram(
            "showtell_commit_facts", "Facts that shared one transaction.", buckets=FACTS, registry=registry
        )
        self._http = Counter("showtell_http_requests", "Requests over HTTP.", ["kind", "status"], registry=registry)
        self._refused = Counter(
            "showtell_refused", "Connections and requests refused at the door.", ["code"], registry=registry
        )
        self._cut = Counter("showtell_cut_connections", "Connections that were cut.", ["why"], registry=registry)
        # ``labels`` looks a series up with a lock each time: the few that there are, are kept.
        self._series: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self.last_commit_at: float | None = None

    def watch(self, read: Callable[[], Now]) -> None:
        """Show how much there is, too; see ``Moment``."""
        self._registry.register(Moment(read))

    def count_request(self, event: str, outcome: str, seconds: float) -> None:
        """Count one request over a socket; ``outcome`` is "ok" or the code of an error."""
        series = self._series.get((event, outcome))
        if series is None:
            series = self._requests.labels(event, outcome), self._request_seconds.labels(event)
            self._series[event, outcome] = series
        series[0].inc()
        series[1].observe(seconds)

    def observe_wait(self, seconds: float) -> None:
        """Note how long a question waited before its answer was begun."""
        self._wait_seconds.observe(seconds)

    def observe_loop(self, seconds: float) -> None:
        """Note how late the event loop was."""
        self._loop_seconds.observe(seconds)

    def observe_commit(self, seconds: float, facts: int) -> None:
        """Note one transaction of the store, and how many facts shared it."""
        self.last_commit_at = time.monotonic()
        self._commit_seconds.observe(seconds)
        self._commit_facts.observe(facts)

    def count_http(self, kind: str, status: int) -> None:
        """Count one request over HTTP; see ``watched.kind_of``."""
        self._http.labels(kind, str(status)).inc()

    def count_refused(self, code: str) -> None:
        """Count a connection or request that was refused before anything read it."""
        self._refused.labels(code).inc()

    def count_cut(self, why: str) -> None:
        """Count a connection that was cut."""
        self._cut.labels(why).inc()

    def text(self) -> bytes:
        """Return everything, as Prometheus reads it."""
        return generate_latest(self._registry)
