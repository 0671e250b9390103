"""Timing in turn, so that a slow moment of the machine affects all contenders alike; the result is the median."""

import random
import statistics
import time
from collections.abc import Callable, Mapping


def in_turn(contenders: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Time each contender once a round.

    Args:
        contenders: What to call, by name.
        rounds: How many rounds are counted; one round before them is not.

    Returns:
        The median of each, in milliseconds.
    """
    times_ms: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders.items())
    shuffle = random.Random(0).shuffle  # noqa: S311  # no secret
    for round_number in range(rounds + 1):
        # Caches are in another state after a large product than after a small one.
        shuffle(order)
        for name, call in order:
            start = time.perf_counter()
            call()
            if round_number:
                times_ms[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(values) for name, values in times_ms.items()}
