"""The other way to test: most examples to train, some to choose k and the metric with, and some looked at only once.

And what choosing on those would have claimed, which is why one must not. The twin is
``web/src/evaluation/held-out.js``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import SPLIT_FIFTHS, SPLIT_SEED
from server.evaluation.learning_curve import Measure
from server.evaluation.neighbour_lists import nearest
from server.evaluation.pairs import Pairs
from server.evaluation.scores import answers
from server.knn.distance import Rows
from server.knn.draws import Generator


def hold_out(pairs: Pairs, measures: Mapping[str, Measure], c: int, weights: str) -> Iterator[dict[str, Any] | None]:
    """Yield None while it works, and at last ``split`` of an evaluation: None where a part would be empty.

    Args:
        pairs: The tested examples.
        measures: The metrics, in the order in which equals are preferred.
        c: The number of classes.
        weights: "uniform" or "distance".
    """
    train, validation, test = parts(pairs, c)
    if not (len(train) and len(validation) and len(test)):
        yield None
        return
    validated: dict[str, NDArray[np.int64]] = {}
    tested: dict[str, NDArray[np.int64]] = {}
    for metric, measure in measures.items():
        for asked, right in ((validation, validated), (test, tested)):
            found = measure(train, asked)
            found[pairs.excluded(asked, train)] = np.inf
            rows, distances = nearest(found, train).ranked(pairs.classes)
            said = answers(rows, distances, pairs.classes, pairs.classes[asked], c, weights)
            right[metric] = (said.answered == pairs.classes[asked, None]).sum(axis=0)
            yield None
    metric, k = best(validated)
    peeked, peeked_k = best(tested)
    yield {
        "train": len(train),
        "validation": len(validation),
        "test": len(test),
        "chosen": {
            "metric": metric,
            "k": k,
            "validationAccuracy": int(validated[metric][k - 1]) / len(validation),
            "testAccuracy": int(tested[metric][k - 1]) / len(test),
        },
        "peeked": {"metric": peeked, "k": peeked_k, "testAccuracy": int(tested[peeked][peeked_k - 1]) / len(test)},
    }


def best(right: Mapping[str, NDArray[np.int64]]) -> tuple[str, int]:
    """Return the metric and k with most right answers; of equals the smallest k, then the first metric."""
    counts = np.stack(list(right.values()), axis=1)  # k, metric: the first of equals is the one
    k, metric = divmod(int(counts.argmax()), counts.shape[1])
    return list(right)[metric], k + 1


def parts(pairs: Pairs, c: int) -> list[Rows]:
    """Return the rows to train, to validate and to test with, ascending."""
    generator = Generator(SPLIT_SEED)
    dealt: list[list[int]] = [[] for _ in SPLIT_FIFTHS]
    for index in range(c):
        rows = np.flatnonzero(pairs.classes == index).tolist()
        units: dict[int, list[int]] = {}
        for row in rows:
            units.setdefault(int(pairs.recordings[row]) if pairs.whole[row] else -1 - row, []).append(row)
        # In fifths of an example, so that no rounding decides.
        lacks = [fifths * len(rows) for fifths in SPLIT_FIFTHS]
        for unit in generator.shuffled(list(units.values())):
            part = lacks.index(max(lacks))
            lacks[part] -= 5 * len(unit)
            dealt[part] += unit
    return [np.sort(np.array(part, np.intp)) for part in dealt]
