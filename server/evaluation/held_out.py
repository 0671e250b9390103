"""Training, validation and test sets: k and the metric are chosen on the second and judged once, on the third.

It also says what choosing on the test set would have claimed, to show why one must not. "split" in
``contract/README.md`` defines it. The twin is ``web/src/evaluation/held-out.js``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import SPLIT_FIFTHS, SPLIT_SEED, Metric
from server.evaluation.neighbour_lists import nearest
from server.evaluation.pairs import Distances
from server.evaluation.scores import answer
from server.evaluation.test_set import TestSet
from server.knn.arrays import Rows
from server.knn.draws import Generator


def hold_out(
    test_set: TestSet, distances_by_metric: Mapping[Metric, Distances], weights: str
) -> Iterator[dict[str, Any] | None]:
    """Work out ``split`` of an evaluation.

    Args:
        test_set: At least two examples.
        distances_by_metric: From tested examples to those trained on, in the order in which equals are preferred; where
            a metric is fitted, on the latter alone.
        weights: "uniform" or "distance".

    Yields:
        None while it works, and at last ``split``: None where a part would be empty.
    """
    classes, c = test_set.classes, len(test_set.labels)
    training, validation, test = split_rows(test_set)
    if not (len(training) and len(validation) and len(test)):
        yield None
        return
    validated: dict[Metric, NDArray[np.int64]] = {}
    tested: dict[Metric, NDArray[np.int64]] = {}
    for metric, distances in distances_by_metric.items():
        for rows, right_counts in ((validation, validated), (test, tested)):
            measured, zero = distances(rows, training)
            measured[test_set.excluded(rows, training)] = np.inf
            neighbours, near = nearest(measured, training, zero).ranked(classes)
            answers = answer(neighbours, near, classes, classes[rows], c, weights)
            right_counts[metric] = (answers.answered == classes[rows, None]).sum(axis=0)
            yield None
    metric, k = best(validated)
    peeked_metric, peeked_k = best(tested)
    yield {
        "train": len(training),
        "validation": len(validation),
        "test": len(test),
        "chosen": {
            "metric": metric,
            "k": k,
            "validationAccuracy": int(validated[metric][k - 1]) / len(validation),
            "testAccuracy": int(tested[metric][k - 1]) / len(test),
        },
        "peeked": {
            "metric": peeked_metric,
            "k": peeked_k,
            "testAccuracy": int(tested[peeked_metric][peeked_k - 1]) / len(test),
        },
    }


def best(right_counts: Mapping[Metric, NDArray[np.int64]]) -> tuple[Metric, int]:
    """Return the metric and k with most right answers; of equals the smallest k, then the first metric.

    Args:
        right_counts: For each metric, the number of right answers for k = 1, 2, ..., int64, (max_k,).

    Example:
        >>> best({"cosine": np.array([3, 5]), "euclidean": np.array([5, 5])})
        ('euclidean', 1)
    """
    counts = np.stack(list(right_counts.values()), axis=1)  # (k, metric): argmax takes the first of equals
    k, metric = divmod(int(counts.argmax()), counts.shape[1])
    return list(right_counts)[metric], k + 1


def split_rows(test_set: TestSet) -> list[Rows]:
    """Return the rows to train, to validate and to test with, each ascending."""
    generator = Generator(SPLIT_SEED)
    dealt: list[list[int]] = [[] for _ in SPLIT_FIFTHS]
    for index in range(len(test_set.labels)):
        units = test_set.units(index)
        # In fifths of an example, so that no rounding decides.
        lacking = [fifths * sum(map(len, units)) for fifths in SPLIT_FIFTHS]
        for unit in generator.shuffle(units):
            part = lacking.index(max(lacking))
            lacking[part] -= sum(SPLIT_FIFTHS) * len(unit)
            dealt[part] += unit
    return [np.sort(np.array(part, np.intp)) for part in dealt]
