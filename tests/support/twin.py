"""The product's classifiers, both behind the contract's JavaScript names, so that the same steps run on either."""

import numpy as np

from server.contract.errors import ContractError
from server.evaluation.evaluation import Evaluation, Snapshot
from server.knn import KNN
from server.knn.options import Question
from tests.support.node import Node


class PythonTwin:
    """``server.knn.KNN`` by its twin's names."""

    refused = ContractError

    def __init__(self):
        self.knn = KNN()

    def addExample(self, embedding, label, id=None, group=None):  # noqa: N802 - the contract's names
        return self.knn.add_example(np.array(embedding, dtype=float), label, id, group)

    def addLabel(self, label):  # noqa: N802
        return self.knn.add_label(label)

    def removeExample(self, id):  # noqa: N802
        return self.knn.remove_example(id)

    def clearLabel(self, label):  # noqa: N802
        return self.knn.clear_label(label)

    def clearAllLabels(self):  # noqa: N802
        return self.knn.clear_all_labels()

    def renameLabel(self, old, new):  # noqa: N802
        return self.knn.rename_label(old, new)

    def orderLabels(self, labels):  # noqa: N802
        return self.knn.order_labels(labels)

    def getCount(self):  # noqa: N802
        return self.knn.count

    def getNumLabels(self):  # noqa: N802
        return self.knn.num_labels

    def getLabels(self):  # noqa: N802
        return self.knn.labels()

    def getCountByLabel(self):  # noqa: N802
        return self.knn.count_by_label()

    def classify(self, embedding, k=3, metric="cosine", weights="uniform", unknownDistance=None):  # noqa: N803
        return self.knn.classify(np.array(embedding, dtype=float), k, metric, weights, unknownDistance)

    def evaluate(self, k=3, metric="auto", weights="uniform"):
        def embeddings(ids):
            return np.stack([self.knn.example(example)["embedding"] for example in ids])

        return evaluated(Snapshot(self.knn.labels(), self.knn.outline(), embeddings), Question(k, metric, weights))


def evaluated(snapshot, question, evaluation=None):
    """All figures of what there is, by a new evaluation, or by one that knew something else before."""
    evaluation = evaluation or Evaluation()
    for steps in (
        evaluation.update(snapshot),
        evaluation.measure("adapted"),
        evaluation.measure("manhattan"),
        evaluation.draw(question),
    ):
        for _ in steps:
            pass
    return evaluation.evaluate(question)


class JavaScriptTwin(Node):
    """``web/src/knn/knn.js`` in a Node process that plays one list of steps a line."""

    def __init__(self):
        super().__init__("twin.mjs")

    def play(self, steps):
        return self.ask(steps)
