"""Figures from neighbours: how often they are right about an example, for every k at once.

Votes, shares and winner follow the classifier's own rules. The twins are ``scores.js`` and ``vote-counter.js``
in ``web/src/evaluation``.
"""

from typing import Any, NamedTuple

import numpy as np

from server.contract.constants import MIN_SHARE, TIE
from server.knn.arrays import ClassIndices, Floats, Rows
from server.knn.votes import vote

#: "accuracy", "balancedAccuracy" and "crossEntropy", each for k = 1, 2, ...
Curve = dict[str, list[float]]


class Answers(NamedTuple):
    """What the neighbours of m examples answer, for k = 1 .. max_k.

    Attributes:
        answered: Classes, int64, (m, max_k); -1 where no neighbour is left.
        shares: The true class's share of the votes, float64, (m, max_k).
    """

    answered: ClassIndices
    shares: Floats


def answer(rows: Rows, distances: Floats, classes: ClassIndices, truths: ClassIndices, c: int, weights: str) -> Answers:
    """Let the neighbours of m examples vote, for every k.

    Args:
        rows: The neighbours, intp, (m, max_k), nearest first; -1 for none.
        distances: Theirs, float64, (m, max_k).
        classes: Every example's class, int64, (n,).
        truths: The classes of the m examples, int64, (m,).
        c: The number of classes.
        weights: "uniform" or "distance".

    Example:
        One example of class 0, whose neighbours are of the classes 1, 0 and 0.

        >>> classes = np.array([0, 0, 0, 1])
        >>> answers = answer(np.array([[3, 1, 2]]), np.array([[0.1, 0.2, 0.3]]), classes, classes[:1], 2, "uniform")
        >>> answers.answered.tolist(), answers.shares.round(2).tolist()
        ([[1, 1, 0]], [[0.0, 0.5, 0.67]])
    """
    m, max_k = rows.shape
    exists = rows >= 0
    voted = np.where(exists, classes[rows], 0)
    weighed = np.where(exists, vote(np.where(exists, distances, np.inf), weights), 0)
    everyone = np.arange(m)
    # Which neighbour is the first of a class: equal shares go to the class whose member is nearest.
    first = np.full((m, c), max_k)
    for k in range(max_k - 1, -1, -1):
        first[everyone[exists[:, k]], voted[exists[:, k], k]] = k
    votes = np.zeros((m, c))
    total = np.zeros(m)
    answers = Answers(np.full((m, max_k), -1), np.zeros((m, max_k)))
    for k in range(max_k):
        votes[everyone, voted[:, k]] += weighed[:, k]
        total += weighed[:, k]
        shares = votes / np.where(total > 0, total, 1)[:, None]
        wins = np.where(shares >= shares.max(axis=1, keepdims=True) - TIE, first, max_k)
        winner = wins.argmin(axis=1)
        answers.answered[:, k] = np.where(wins[everyone, winner] <= k, winner, -1)
        answers.shares[:, k] = shares[everyone, truths]
    return answers


def score(answers: Answers, truths: ClassIndices, c: int) -> Curve:
    """Return accuracy, balanced accuracy and cross-entropy for every k.

    Args:
        answers: Of m examples.
        truths: Their classes, int64, (m,).
        c: The number of classes.

    Example:
        >>> answers = Answers(np.array([[0, 0], [0, 1]]), np.array([[1.0, 0.5], [0.0, 0.5]]))
        >>> score(answers, np.array([0, 1]), 2)["accuracy"]
        [0.5, 1.0]
    """
    right = answers.answered == truths[:, None]
    members = np.bincount(truths, minlength=c)
    hits = np.zeros((c, right.shape[1]))
    np.add.at(hits, truths, right)
    has_members = members > 0
    entropies = -np.log(np.maximum(answers.shares, MIN_SHARE))
    return {
        "accuracy": (hits.sum(axis=0) / len(truths)).tolist(),
        "balancedAccuracy": (hits[has_members] / members[has_members, None]).mean(axis=0).tolist(),
        "crossEntropy": entropies.mean(axis=0).tolist(),
    }


def count_by_class(
    answered: ClassIndices, truths: ClassIndices, ids: list[str], labels: list[str], counts: list[int]
) -> dict[str, Any]:
    """Return the confusion matrix, with the ids in every cell, and each class's precision and recall.

    Args:
        answered: The classes that were answered, for one k, int64, (n,).
        truths: The true classes, int64, (n,).
        ids: n.
        labels: In class order.
        counts: The number of examples of each class, tested or not.

    Example:
        >>> figures = count_by_class(np.array([0, 0]), np.array([0, 1]), ["a", "b"], ["cat", "dog"], [1, 1])
        >>> figures["confusion"]
        [[['a'], []], [['b'], []]]
        >>> figures["classes"][0]
        {'label': 'cat', 'count': 1, 'precision': 0.5, 'recall': 1.0}
    """
    confusion: list[list[list[str]]] = [[[] for _ in labels] for _ in labels]
    for truth, winner, example_id in zip(truths.tolist(), answered.tolist(), ids, strict=True):
        confusion[truth][winner].append(example_id)
    classes = []
    for index, (label, count) in enumerate(zip(labels, counts, strict=True)):
        right = len(confusion[index][index])
        taken = sum(len(row[index]) for row in confusion)
        tested = sum(len(cell) for cell in confusion[index])
        precision, recall = right / taken if taken else None, right / tested if tested else None
        classes.append({"label": label, "count": count, "precision": precision, "recall": recall})
    return {"classes": classes, "confusion": confusion}
