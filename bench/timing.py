"""How things are timed here: in turn, so that a slow moment of the machine hits all alike, and by the median."""

import random
import statistics
import time
from collections.abc import Callable, Mapping


def in_turn(contenders: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Time each contender once a round.

    Args:
        contenders: What to call, by name.
        rounds: How often, after one round that is not counted.

    Returns:
        The median of each, in milliseconds.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders.items())
    shuffle = random.Random(0).shuffle  # noqa: S311  # no secret
    for round_number in range(rounds + 1):
        # What runs just after a large product finds another machine than what runs after a small one.
        shuffle(order)
        for name, call in order:
            start = time.perf_counter()
            call()
            if round_number:
                times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(taken) for name, taken in times.items()}
