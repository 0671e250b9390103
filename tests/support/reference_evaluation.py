"""The contract's "Evaluation" once more, as literally and slowly as possible; shares no line with the product."""

import math

from tests.support.reference import CONSTANTS, TIE, Reference, adapted_zs, distance, distance_of_zs

KS = range(1, CONSTANTS["maxNeighbours"] + 1)
METRICS = CONSTANTS["metrics"]


class RandomDraws:
    def __init__(self, seed):
        self.x = seed * CONSTANTS["randomSeedFactor"] % 2**32
        self.draw(1)

    def draw(self, bound):
        self.x = (CONSTANTS["randomMultiplier"] * self.x + CONSTANTS["randomIncrement"]) % 2**32
        return math.floor(self.x * bound / 2**32)

    def shuffle(self, values):
        values = list(values)
        for i in reversed(range(1, len(values))):
            j = self.draw(i + 1)
            values[i], values[j] = values[j], values[i]
        return values


def recording(example):
    return ("group", example["group"]) if example["group"] is not None else ("id", example["id"])


class ReferenceEvaluation:
    """The figures of examples ``{id, label, group, embedding}`` in order of arrival, and labels in class order."""

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

    def members(self, label):
        return [example for example in self.examples if example["label"] == label]

    def distances(self, metric, example, others, fitted):
        if metric == "adapted":
            fitted_on = [e["embedding"] for e in fitted]
            embeddings = [example["embedding"], *(e["embedding"] for e in others)]
            zs = adapted_zs(fitted_on, [e["label"] for e in fitted], embeddings) if fitted else None
            if zs is not None:
                return metric, [distance_of_zs(z, zs[0]) for z in zs[1:]]
            metric = "cosine"
        return metric, [distance(metric, other["embedding"], example["embedding"]) for other in others]

    def answers(self, example, others, metric, weights, fitted):
        """For every k, the label that the others answer, and the share of the true one."""
        if not others:
            return [(None, 0.0)] * len(KS)
        classifier = MeasuredReference(others, self.labels, self.distances(metric, example, others, fitted))
        results = [classifier.classify([1.0], k=k, metric=metric, weights=weights) for k in KS]
        return [(result["label"], result["confidences"][example["label"]]) for result in results]

    def folds(self):
        fold_of, dealt = {}, 0
        for label in self.labels:
            several = len(self.recordings[label]) > 1
            for example in self.members(label):
                key = recording(example) if several else ("id", example["id"])
                if key not in fold_of:
                    fold_of[key] = dealt % CONSTANTS["folds"]
                    dealt += 1
        return [
            fold_of[recording(e) if len(self.recordings[e["label"]]) > 1 else ("id", e["id"])] for e in self.examples
        ]

    def leave_out(self, metric, weights):
        folds = self.folds()
        return [
            self.answers(
                example,
                [other for other in self.examples if not self.left_out(example, other)],
                metric,
                weights,
                [other for other, other_fold in zip(self.examples, folds, strict=True) if other_fold != fold],
            )
            for example, fold in zip(self.examples, folds, strict=True)
        ]

    def curve(self, answers):
        """Accuracies for every k, of what ``leave_out`` returned."""
        curve = {"accuracy": [], "balancedAccuracy": [], "crossEntropy": []}
        for k in KS:
            right = [by_k[k - 1][0] == e["label"] for by_k, e in zip(answers, self.examples, strict=True)]
            recalls = []
            for label in self.labels:
                hits = [hit for hit, e in zip(right, self.examples, strict=True) if e["label"] == label]
                if hits:
                    recalls.append(sum(hits) / len(hits))
            curve["accuracy"].append(sum(right) / len(right))
            curve["balancedAccuracy"].append(sum(recalls) / len(recalls))
            shares = [max(by_k[k - 1][1], CONSTANTS["minShare"]) for by_k in answers]
            curve["crossEntropy"].append(sum(-math.log(share) for share in shares) / len(shares))
        return curve

    def learning_curve(self, k, metric, weights):
        largest = max(len(self.members(label)) for label in self.labels)
        curve = {"examples": [], "mean": [], "low": [], "high": []}
        for size in CONSTANTS["curveSizes"]:
            if size >= largest:
                continue
            accuracies = []
            for draw in range(CONSTANTS["curveDraws"]):
                draws = RandomDraws(draw + 1)
                chosen = []
                for label in self.labels:
                    shuffled = draws.shuffle(self.members(label))
                    chosen += shuffled[: max(1, min(size, len(shuffled) - 1))]
                training = [example for example in self.examples if any(example is other for other in chosen)]
                test = [e for e in self.examples if not any(e is other for other in training)]
                # So few examples that no spreading is needed.
                assert len(test) <= CONSTANTS["curveMaxTested"]
                right = 0
                for example in test:
                    others = [other for other in training if not self.left_out(example, other)]
                    right += self.answers(example, others, metric, weights, training)[k - 1][0] == example["label"]
                accuracies.append(right / len(test))
            curve["examples"].append(size)
            curve["mean"].append(sum(accuracies) / len(accuracies))
            curve["low"].append(min(accuracies))
            curve["high"].append(max(accuracies))
        return curve

    def split(self, weights):
        draws, parts = RandomDraws(CONSTANTS["splitSeed"]), ([], [], [])
        for label in self.labels:
            members, several = self.members(label), len(self.recordings[label]) > 1
            units = {}
            for example in members:
                units.setdefault(recording(example) if several else ("id", example["id"]), []).append(example)
            due = [fifths / 5 * len(members) for fifths in CONSTANTS["splitFifths"]]
            dealt = [0, 0, 0]
            for unit in draws.shuffle(units.values()):
                lacking = [round(share - count, 9) for share, count in zip(due, dealt, strict=True)]
                part = lacking.index(max(lacking))
                dealt[part] += len(unit)
                parts[part].extend(unit)
        if not all(parts):
            return None
        train, validation, test = ([e for e in self.examples if any(e is other for other in part)] for part in parts)

        def accuracies(part):
            table = {}
            for metric in METRICS:
                answers = [
                    self.answers(e, [o for o in train if not self.left_out(e, o)], metric, weights, train) for e in part
                ]
                for k in KS:
                    hits = sum(by_k[k - 1][0] == e["label"] for by_k, e in zip(answers, part, strict=True))
                    table[metric, k] = hits / len(part)
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

    def nearest_of(self, example, fitted):
        others = [other for other in self.examples if not self.left_out(example, other)]
        return min(self.distances("adapted", example, others, fitted)[1])

    def nearest_recordings(self, example):
        near = {}
        for other in self.examples:
            if not self.left_out(example, other):
                far = near.get(recording(other), math.inf)
                near[recording(other)] = min(far, distance("cosine", other["embedding"], example["embedding"]))
        nearest = sorted(near.values())
        return nearest[:2] if len(nearest) > 1 else nearest * 2

    def unknown(self):
        same, other = [], []
        for example in self.examples:
            own, foreign = [], []
            for other_example in self.examples:
                if not self.left_out(example, other_example):
                    distances = own if other_example["label"] == example["label"] else foreign
                    distances.append(distance("cosine", other_example["embedding"], example["embedding"]))
            if len(self.recordings[example["label"]]) > 1:
                same.append(min(own))
            if foreign:
                other.append(min(foreign))

        def histogram(values):
            bins = [0] * CONSTANTS["unknownBins"]
            for value in values:
                place = math.floor((value + TIE) * CONSTANTS["unknownBinsPerUnit"])
                bins[min(len(bins) - 1, place)] += 1
            return bins

        return {
            **self.limit(),
            "quantile": CONSTANTS["unknownPercent"] / 100,
            "same": histogram(same),
            "other": histogram(other),
        }

    def limit(self):
        prior, floor = CONSTANTS["unknownPrior"], CONSTANTS["noveltyFloor"]
        evidence = [example for example in self.examples if len(self.recordings[example["label"]]) > 1]
        units = [(example["label"], recording(example)) for example in evidence]
        count = len(set(units))
        if count == 0:
            return {"distance": prior, "exponent": 0, "adapted": None, "recordings": 0}
        weights = [1 / units.count(unit) for unit in units]

        def quantile(values, weight):
            total = 0
            for value, more in sorted(zip(values, weights, strict=True)):
                total += more
                if total >= weight - TIE:
                    return value
            raise AssertionError("the weights add up to the number of recordings")

        share = count / (count + CONSTANTS["unknownPriorRecordings"])
        kept = min(CONSTANTS["unknownPercent"] / 100 * (count + 1), count)
        per_class = [len(self.recordings[label]) for label in self.labels if self.recordings[label]]
        least = CONSTANTS["unknownEvidenceFloor"] * prior
        prior *= (sum(per_class) / len(per_class)) ** -CONSTANTS["unknownPriorDecline"]

        def blend(values):
            return min(2, max(quantile(values, kept), least) ** share * prior ** (1 - share))

        folds = dict(zip([example["id"] for example in self.examples], self.folds(), strict=True))
        remoteness, near = [], []
        for example in evidence:
            first, second = (max(floor, each) for each in self.nearest_recordings(example))
            part = CONSTANTS["secondRecordingWeight"] * share
            remoteness.append(first ** (1 - part) * second**part)
            fitted = [other for other in self.examples if folds[other["id"]] != folds[example["id"]]]
            near.append(max(floor, self.nearest_of(example, fitted)))
        typical = max(CONSTANTS["typicalFloor"], quantile(near, count / 2))
        products = [far * (a / typical) ** share for far, a in zip(remoteness, near, strict=True)]
        adapted = {"distance": blend(products), "typical": typical}
        return {"distance": blend(remoteness), "exponent": share, "adapted": adapted, "recordings": count}

    def evaluate(self, k=3, metric="auto", weights="uniform"):
        if len(self.examples) < 2:
            return None
        assert len(self.examples) <= CONSTANTS["maxTested"]  # so few that no spreading is needed
        k = min(k, KS[-1])
        answers = {metric: self.leave_out(metric, weights) for metric in METRICS}
        curves = {metric: self.curve(answers[metric]) for metric in METRICS}
        cosine, adapted = curves["cosine"], curves["adapted"]
        p = adapted["accuracy"][k - 1]
        two_errors = 2 * math.sqrt(p * (1 - p) / len(self.examples))
        best = "cosine" if cosine["accuracy"][k - 1] > p + two_errors + TIE else "adapted"
        metric = best if metric == "auto" else metric
        answered = [by_k[k - 1][0] for by_k in answers[metric]]
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
            count, taken = len(self.members(label)), sum(len(row[i]) for row in confusion)
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


class MeasuredReference(Reference):
    """The reference classifier with a given metric and distances: only ranking and voting are left."""

    def __init__(self, others, labels, distances):
        super().__init__()
        self.examples = [{**other, "embedding": [float(i + 1)]} for i, other in enumerate(others)]
        self.order, self.dimension, self.distances = list(labels), 1, distances

    def _distances(self, metric, embedding):
        return self.distances

    def _novelty(self, embedding):
        return 0.0  # of no interest, and slow
