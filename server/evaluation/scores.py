"""Figures from neighbours: how often they are right about an example, for every k at once.

Votes, shares and winner are the classifier's own rules. The twin is ``web/src/evaluation/scores.js``.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import MIN_SHARE, TIE
from server.knn.distance import Floats, Rows
from server.knn.knn import vote

Classes = NDArray[np.int64]


class Answers(NamedTuple):
    """What the neighbours of m examples say, for every k.

    Attributes:
        answered: Class indices, int64, (m, 30); -1 where nothing is left to answer.
        shares: The true class's share, float64, (m, 30).
    """

    answered: Classes
    shares: Floats


def answers(rows: Rows, distances: Floats, classes: Classes, truths: Classes, c: int, weights: str) -> Answers:
    """Let neighbours vote.

    Args:
        rows: The neighbours, intp, (m, most), nearest first; -1 for none.
        distances: float64, (m, most).
        classes: Every example's class, int64, (n,).
        truths: The m examples' classes, int64, (m,).
        c: The number of classes.
        weights: "uniform" or "distance".
    """
    m, most = rows.shape
    there = rows >= 0
    voted = np.where(there, classes[rows], 0)
    weighed = np.where(there, vote(np.where(there, distances, np.inf), weights), 0)
    everyone = np.arange(m)
    # Which neighbour is the first of a class: equal shares go to the class whose member is nearest.
    first = np.full((m, c), most)
    for k in range(most - 1, -1, -1):
        first[everyone[there[:, k]], voted[there[:, k], k]] = k
    votes = np.zeros((m, c))
    total = np.zeros(m)
    result = Answers(np.full((m, most), -1), np.zeros((m, most)))
    for k in range(most):
        votes[everyone, voted[:, k]] += weighed[:, k]
        total += weighed[:, k]
        shares = votes / np.where(total > 0, total, 1)[:, None]
        wins = np.where(shares >= shares.max(axis=1, keepdims=True) - TIE, first, most)
        winner = wins.argmin(axis=1)
        result.answered[:, k] = np.where(wins[everyone, winner] <= k, winner, -1)
        result.shares[:, k] = shares[everyone, truths]
    return result


def curve(said: Answers, truths: Classes, c: int) -> dict[str, list[float]]:
    """Return accuracy, balanced accuracy and cross-entropy for every k."""
    right = said.answered == truths[:, None]
    members = np.bincount(truths, minlength=c)
    hits = np.zeros((c, right.shape[1]))
    np.add.at(hits, truths, right)
    there = members > 0
    entropies = -np.log(np.maximum(said.shares, MIN_SHARE))
    return {
        "accuracy": (hits.sum(axis=0) / len(truths)).tolist(),
        "balancedAccuracy": (hits[there] / members[there, None]).mean(axis=0).tolist(),
        "crossEntropy": entropies.mean(axis=0).tolist(),
    }


def by_class(answered: Classes, truths: Classes, ids: list[str], counts: dict[str, int]) -> dict[str, Any]:
    """Return the confusion matrix, with the ids in every cell, and each class's precision and recall.

    Args:
        answered: int64, (n,), for one k.
        truths: int64, (n,).
        ids: n.
        counts: Examples a class, in class order, tested or not.
    """
    confusion: list[list[list[str]]] = [[[] for _ in counts] for _ in counts]
    for truth, answer, example in zip(truths.tolist(), answered.tolist(), ids, strict=True):
        confusion[truth][answer].append(example)
    classes = []
    for index, (label, count) in enumerate(counts.items()):
        right = len(confusion[index][index])
        taken = sum(len(row[index]) for row in confusion)
        tested = sum(len(cell) for cell in confusion[index])
        precision, recall = right / taken if taken else None, right / tested if tested else None
        classes.append({"label": label, "count": count, "precision": precision, "recall": recall})
    return {"classes": classes, "confusion": confusion}
