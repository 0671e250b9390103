"""Facts to keep in stores, and how they are compared."""

import numpy as np

from server.store.facts import Fact


def added(number: int, dimension: int = 8, label: str = "cat", **more: object) -> Fact:
    """The fact of an example whose embedding tells its number."""
    embedding = np.random.default_rng(number).random(dimension, dtype=np.float32)
    data = {"id": f"example-{number}", "label": label, "group": None, "embedding": embedding, "revision": number}
    return Fact("exampleAdded", {**data, **more})


def opened(label: str) -> Fact:
    return Fact("labelAdded", {"label": label})


def plain(facts: list[Fact]) -> list[tuple[str, dict[str, object]]]:
    """Facts as something that == compares."""
    return [
        (event, {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in data.items()})
        for event, data in facts
    ]
