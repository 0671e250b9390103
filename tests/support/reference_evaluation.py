"""The contract's "Evaluation" once more, as literally and slowly as possible; shares no line with the product."""

import math

from tests.support.reference import Reference, distance, distance_of_zs, whitened

KS = range(1, 31)
METRICS = ("cosine", "euclidean", "manhattan", "adapted")


class Lots:
    def __init__(self, seed):
        self.x = seed * 2654435761 % 2**32
        self.draw(1)

    def draw(self, below):
        self.x = (1664525 * self.x + 1013904223) % 2**32
        return math.floor(self.x * below / 2**32)

    def shuffle(self, items):
        items = list(items)
        for i in reversed(range(1, len(items))):
            j = self.draw(i + 1)
            items[i], items[j] = items[j], items[i]
        return items


def recording(example):
    return ("group", example["group"]) if example["group"] is not None else ("id", example["id"])


class ReferenceEvaluation:
    """The figures of examples ``{id, label, group, vector}`` in order of arrival, and labels in class order."""

    def __init__(self, examples, labels):
        self.examples, self.labels = examples, labels
        self.recordings = {
            label: list(dict.fromkeys(recording(e) for e in examples if e["label"] == label)) for label in labels
        }

    def left_out(self, example, other):
        if example is other:
            return True
        several = len(self.recordings[example["label"]]) > 1
        return several and recording(example) == recording(other)

    def of(self, label):
        return [example for example in self.examples if example["label"] == label]

    def distances(self, metric, example, others, fitted):
        if metric == "adapted":
            vectors = [e["vector"] for e in fitted]
            wanted = [example["vector"], *(e["vector"] for e in others)]
            zs = whitened(vectors, [e["label"] for e in fitted], wanted) if fitted else None
            if zs is not None:
                return [distance_of_zs(z, zs[0]) for z in zs[1:]]
            metric = "cosine"
        return [distance(metric, other["vector"], example["vector"]) for other in others]

    def said(self, example, others, metric, weights, fitted):
        """For every k, the label that the others answer, and the share of the true one."""
        if not others:
            return [(None, 0.0)] * len(KS)
        measured = self.distances(metric, example, others, fitted)
        classifier = Measured(others, self.labels, measured)
        results = [classifier.classify([1.0], k=k, metric=metric, weights=weights) for k in KS]
        return [(result["label"], result["confidences"][example["label"]]) for result in results]

    def folds(self):
        fold_of, dealt = {}, 0
        for label in self.labels:
            several = len(self.recordings[label]) > 1
            for example in self.of(label):
                key = recording(example) if several else ("id", example["id"])
                if key not in fold_of:
                    fold_of[key] = dealt % 5
                    dealt += 1
        return [
            fold_of[recording(e) if len(self.recordings[e["label"]]) > 1 else ("id", e["id"])] for e in self.examples
        ]

    def leave_out(self, metric, weights):
        folds = self.folds()
        return [
            self.said(
                example,
                [other for other in self.examples if not self.left_out(example, other)],
                metric,
                weights,
                [other for other, its in zip(self.examples, folds, strict=True) if its != fold],
            )
            for example, fold in zip(self.examples, folds, strict=True)
        ]

    def curve(self, said):
        curve = {"accuracy": [], "balancedAccuracy": [], "crossEntropy": []}
        for k in KS:
            right = [gave[k - 1][0] == e["label"] for gave, e in zip(said, self.examples, strict=True)]
            recalls = []
            for label in self.labels:
                its = [hit for hit, e in zip(right, self.examples, strict=True) if e["label"] == label]
                if its:
                    recalls.append(sum(its) / len(its))
            curve["accuracy"].append(sum(right) / len(right))
            curve["balancedAccuracy"].append(sum(recalls) / len(recalls))
            curve["crossEntropy"].append(sum(-math.log(max(gave[k - 1][1], 0.01)) for gave in said) / len(said))
        return curve

    def learning_curve(self, k, metric, weights):
        largest = max(len(self.of(label)) for label in self.labels)
        found = {"examples": [], "mean": [], "low": [], "high": []}
        for size in (1, 2, 3, 5, 8, 12, 20, 30):
            if size >= largest:
                continue
            accuracies = []
            for draw in range(10):
                lots = Lots(draw + 1)
                taught = []
                for label in self.labels:
                    drawn = lots.shuffle(self.of(label))
                    taught += drawn[: max(1, min(size, len(drawn) - 1))]
                taught = [example for example in self.examples if any(example is other for other in taught)]
                asked = [e for e in self.examples if not any(e is other for other in taught)]
                right = 0
                for example in asked:
                    others = [other for other in taught if not self.left_out(example, other)]
                    right += self.said(example, others, metric, weights, taught)[k - 1][0] == example["label"]
                accuracies.append(right / len(asked))
            found["examples"].append(size)
            found["mean"].append(sum(accuracies) / 10)
            found["low"].append(min(accuracies))
            found["high"].append(max(accuracies))
        return found

    def split(self, weights):
        lots, parts = Lots(1), ([], [], [])
        for label in self.labels:
            its, several = self.of(label), len(self.recordings[label]) > 1
            units = {}
            for example in its:
                units.setdefault(recording(example) if several else ("id", example["id"]), []).append(example)
            wanted = [0.6 * len(its), 0.2 * len(its), 0.2 * len(its)]
            given = [0, 0, 0]
            for unit in lots.shuffle(units.values()):
                lacks = [round(w - g, 9) for w, g in zip(wanted, given, strict=True)]
                part = lacks.index(max(lacks))
                given[part] += len(unit)
                parts[part].extend(unit)
        if not all(parts):
            return None
        train, validation, test = ([e for e in self.examples if any(e is other for other in part)] for part in parts)

        def accuracies(asked):
            table = {}
            for metric in METRICS:
                said = [
                    self.said(e, [o for o in train if not self.left_out(e, o)], metric, weights, train) for e in asked
                ]
                for k in KS:
                    hits = sum(gave[k - 1][0] == e["label"] for gave, e in zip(said, asked, strict=True))
                    table[metric, k] = hits / len(asked)
            return table

        validated, tested = accuracies(validation), accuracies(test)
        order = [(metric, k) for k in KS for metric in METRICS]
        chosen = max(order, key=validated.get)
        peeked = max(order, key=tested.get)
        return {
            "train": len(train),
            "validation": len(validation),
            "test": len(test),
            "chosen": {
                "metric": chosen[0],
                "k": chosen[1],
                "validationAccuracy": validated[chosen],
                "testAccuracy": tested[chosen],
            },
            "peeked": {"metric": peeked[0], "k": peeked[1], "testAccuracy": tested[peeked]},
        }

    def unknown(self):
        same, other = [], []
        for example in self.examples:
            rest = [e for e in self.examples if not self.left_out(example, e)]
            own = [distance("cosine", e["vector"], example["vector"]) for e in rest if e["label"] == example["label"]]
            foreign = [
                distance("cosine", e["vector"], example["vector"]) for e in rest if e["label"] != example["label"]
            ]
            if len(self.recordings[example["label"]]) > 1:
                same.append(min(own))
            if foreign:
                other.append(min(foreign))
        same.sort()
        other.sort()
        floor = 0.3
        if other:
            n = len(other)
            floor = min(0.3, (other[(n - 1) // 2] + other[n // 2]) / 4)
        quantile = next((s for i, s in enumerate(same, 1) if 100 * i >= 95 * len(same)), 0.0)

        def histogram(values):
            bins = [0] * 40
            for value in values:
                bins[min(39, math.floor((value + 1e-9) * 40))] += 1
            return bins

        return {
            "distance": max(floor, quantile),
            "quantile": 0.95,
            "same": histogram(same),
            "other": histogram(other),
        }

    def evaluate(self, k=3, metric="auto", weights="uniform"):
        if len(self.examples) < 2:
            return None
        k = min(k, 30)
        said = {metric: self.leave_out(metric, weights) for metric in METRICS}
        curves = {metric: self.curve(said[metric]) for metric in METRICS}
        cosine, adapted = curves["cosine"], curves["adapted"]
        gain = adapted["accuracy"][k - 1] - cosine["accuracy"][k - 1]
        surer = adapted["crossEntropy"][k - 1] < cosine["crossEntropy"][k - 1] - 1e-9
        best = "adapted" if gain > 0 or (gain == 0 and surer) else "cosine"
        metric = best if metric == "auto" else metric
        answered = [gave[k - 1][0] for gave in said[metric]]
        confusion = [
            [
                [
                    e["id"]
                    for e, answer in zip(self.examples, answered, strict=True)
                    if (e["label"], answer) == (actual, taken)
                ]
                for taken in self.labels
            ]
            for actual in self.labels
        ]
        classes = []
        for i, label in enumerate(self.labels):
            count, taken = len(self.of(label)), sum(len(row[i]) for row in confusion)
            right = len(confusion[i][i])
            classes.append(
                {
                    "label": label,
                    "count": count,
                    "precision": right / taken if taken else None,
                    "recall": right / count if count else None,
                }
            )
        return {
            "count": len(self.examples),
            "tested": len(self.examples),
            "k": k,
            "metric": metric,
            "weights": weights,
            "labels": self.labels,
            "flattered": [label for label in self.labels if len(self.recordings[label]) == 1],
            **{figure: curve[k - 1] for figure, curve in curves[metric].items()},
            "byMetric": curves,
            "classes": classes,
            "confusion": confusion,
            "auto": {"metric": best, "cosine": cosine["accuracy"][k - 1], "adapted": adapted["accuracy"][k - 1]},
            "unknown": self.unknown(),
            "learningCurve": self.learning_curve(k, metric, weights),
            "split": self.split(weights),
        }


class Measured(Reference):
    """The reference classifier with its distances known already: only ranking and voting are left."""

    def __init__(self, others, labels, measured):
        super().__init__()
        self.examples = [{**other, "vector": [float(i + 1)]} for i, other in enumerate(others)]
        self.order, self.dimension, self.measured = list(labels), 1, measured

    def _distances(self, metric, query):
        return self.measured
