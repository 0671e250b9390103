"""The contract once more, as literally and slowly as possible: the oracle of the golden cases and the property tests.

Pure Python over lists. It shares no line with the product, only ``contract/constants.json`` and ``limits.json``.
"""

import base64
import json
import math
import re
from fractions import Fraction
from pathlib import Path

CONTRACT = Path(__file__).resolve().parents[2] / "contract"
LIMITS = json.loads((CONTRACT / "limits.json").read_text("utf-8"))
CONSTANTS = json.loads((CONTRACT / "constants.json").read_text("utf-8"))
TIE = CONSTANTS["tie"]
FLOOR = CONSTANTS["noveltyFloor"]
ZERO = {"cosine": CONSTANTS["cosineZero"], "adapted": CONSTANTS["adaptedZero"], "euclidean": 0, "manhattan": 0}


class RefusedError(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def float32(number):
    import numpy as np

    with np.errstate(over="ignore"):
        return float(np.float32(number))


def distance(metric, a, b):
    if metric == "cosine":
        similarity = math.fsum(x * y for x, y in zip(a, b, strict=True)) / (math.hypot(*a) * math.hypot(*b))
        # 1 - similarity keeps few digits of a small distance.
        cosine_distance = 1 - similarity if similarity < 0.999 else small_cosine_distance(a, b)
        return 0.0 if cosine_distance < ZERO["cosine"] else cosine_distance
    if metric == "euclidean":
        return math.sqrt(math.fsum((x - y) ** 2 for x, y in zip(a, b, strict=True)))
    return math.fsum(abs(x - y) for x, y in zip(a, b, strict=True))


def small_cosine_distance(a, b):
    """1 - cos = sin² / (1 + cos), with sin² = sum over pairs (a_i b_j - a_j b_i)² / (|a| |b|)², in whole numbers."""
    a, b = whole_numbers(a), whole_numbers(b)
    aa, bb, ab = (sum(x * y for x, y in zip(*pair, strict=True)) for pair in ((a, a), (b, b), (a, b)))
    sine_squared = Fraction(aa * bb - ab * ab, aa * bb)  # Lagrange's identity
    return float(sine_squared) / (1 + math.sqrt(1 - float(sine_squared)))


def whole_numbers(numbers):
    """The same direction: the multiple by a power of 2 that makes all numbers whole."""
    ratios = [number.as_integer_ratio() for number in numbers]
    largest = max(denominator for _, denominator in ratios)
    return [numerator * (largest // denominator) for numerator, denominator in ratios]


def ties(smaller, larger, metric):
    return larger - smaller <= TIE * larger + ZERO[metric]


def adapted_zs(fitted, labels, embeddings):
    """The z's of embeddings in the metric fitted on others, by an eigenvalue decomposition; None: it is the cosine."""
    import numpy as np

    # In the scale of the largest number, so that no square is too large or too small.
    units = [np.array(row) / max(map(abs, row)) for row in (*fitted, *embeddings)]
    units = np.array([row / np.linalg.norm(row) for row in units])
    fitted_units, other_units = units[: len(fitted)], units[len(fitted) :]
    means = {label: fitted_units[[other == label for other in labels]].mean(axis=0) for label in labels}
    residuals = fitted_units - np.array([means[label] for label in labels])
    freedom = len(fitted) - len(means)
    if freedom == 0 or (residuals**2).sum() <= CONSTANTS["noVariance"] * len(fitted):
        return None
    within = residuals.T @ residuals / freedom
    d = len(within)
    values, axes = np.linalg.eigh(within / 2 + np.trace(within) / d / 2 * np.eye(d))
    return (
        (other_units - fitted_units.mean(axis=0))
        @ (axes / np.sqrt(values))
        @ axes.T
        * math.sqrt(np.trace(within) / d / 2)
    )


def distance_from(centre, *embeddings):
    """The cosine distance of two embeddings of norm 1, less a backbone's centre."""
    import numpy as np

    values = [byte - 256 if byte > 127 else byte for byte in base64.b64decode(centre["values"])]
    if len(values) != len(embeddings[0]):
        raise RefusedError("dimension")
    rows = [np.array(row) / max(map(abs, row)) for row in embeddings]
    a, b = (row / np.linalg.norm(row) - np.array(values) * centre["step"] for row in rows)
    if min(a @ a, b @ b) <= CONSTANTS["centredLength"]:
        return 1.0
    return max(float(1 - a @ b / math.sqrt((a @ a) * (b @ b))), 0.0)


def distance_of_zs(a, b):
    if min(a @ a, b @ b) <= CONSTANTS["noLength"]:
        return 1.0
    adapted_distance = distance("cosine", a.tolist(), b.tolist())
    return 0.0 if adapted_distance < ZERO["adapted"] else adapted_distance


def checked_label(label):
    if not isinstance(label, str) or any(0xD800 <= ord(c) < 0xE000 for c in label):
        raise RefusedError("badLabel")
    if re.sub(r"[\s\x00-\x20\x85\u200b\ufeff]", "", label) == "":
        raise RefusedError("emptyLabel")
    if len(label) > LIMITS["labelCharacters"]:
        raise RefusedError("longLabel")
    return label


def checked_embedding(embedding, dimension):
    embedding = [float32(number) for number in embedding]
    if not embedding or (dimension is not None and len(embedding) != dimension):
        raise RefusedError("dimension")
    if not all(math.isfinite(number) for number in embedding):
        raise RefusedError("notFinite")
    if not any(embedding):
        raise RefusedError("zeroVector")
    return embedding


def is_centre(value):
    try:
        content = base64.b64decode(value["values"], validate=True)
        is_right = base64.b64encode(content).decode() == value["values"] and len(content) > 0
        ratio, step = value["ratio"], value["step"]
        return is_right and 0 < step <= 1 <= ratio * CONSTANTS["maxRatio"] and ratio <= CONSTANTS["maxRatio"]
    except (KeyError, TypeError, ValueError):
        return False


def check_limit(limit):
    def is_number(value, largest=2):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= largest

    if isinstance(limit, dict):
        adapted = limit.get("adapted")
        values = [limit.get("distance"), *((adapted.get("distance"), adapted.get("typical")) if adapted else ())]
        is_right = all(map(is_number, values)) and is_number(limit.get("exponent"), 1)
        if adapted:
            is_right = is_right and adapted["typical"] > 0
        if limit.get("centre") is not None:
            is_right = is_right and is_centre(limit["centre"])
    else:
        is_right = limit is None or is_number(limit)
    if not is_right:
        raise RefusedError("badUnknownDistance")


class Reference:
    def __init__(self):
        self.clearAllLabels()

    def clearAllLabels(self):  # noqa: N802 - the contract's names
        self.examples, self.order, self.dimension = [], [], None

    def addExample(self, embedding, label, id=None, group=None):  # noqa: N802
        embedding = checked_embedding(embedding, self.dimension)
        checked_label(label)
        for name, code in ((id, "badId"), (group, "badGroup")):
            if name is not None and not (isinstance(name, str) and 1 <= len(name) <= LIMITS["idCharacters"]):
                raise RefusedError(code)
        if any(example["id"] == id for example in self.examples):
            return id
        self.dimension = len(embedding)
        self.addLabel(label)
        self.examples.append({"id": id, "label": label, "group": group, "embedding": embedding})
        return id

    def addLabel(self, label):  # noqa: N802
        if checked_label(label) not in self.order:
            self.order.append(label)

    def _check_known(self, label):
        if label not in self.order:
            raise RefusedError("noSuchLabel")

    def removeExample(self, id):  # noqa: N802
        matches = [example for example in self.examples if example["id"] == id]
        if not matches:
            raise RefusedError("noSuchExample")
        self.examples.remove(matches[0])
        return matches[0]["label"]

    def clearLabel(self, label):  # noqa: N802
        self._check_known(label)
        removed = [example["id"] for example in self.examples if example["label"] == label]
        self.examples = [example for example in self.examples if example["label"] != label]
        self.order.remove(label)
        return removed

    def renameLabel(self, old, new):  # noqa: N802
        self._check_known(old)
        checked_label(new)
        merged = new in self.order and new != old
        self.order = [new if label == old else label for label in self.order if not (merged and label == old)]
        for example in self.examples:
            if example["label"] == old:
                example["label"] = new

    def orderLabels(self, labels):  # noqa: N802
        first = [label for label in dict.fromkeys(labels) if label in self.order]
        self.order = first + [label for label in self.order if label not in first]

    def getCount(self):  # noqa: N802
        return len(self.examples)

    def getNumLabels(self):  # noqa: N802
        return len(self.order)

    def getLabels(self):  # noqa: N802
        return list(self.order)

    def getCountByLabel(self):  # noqa: N802
        return {label: sum(example["label"] == label for example in self.examples) for label in self.order}

    def _distances(self, metric, embedding):
        """The metric that is meant, and the distances."""
        embeddings = [example["embedding"] for example in self.examples]
        if metric == "adapted":
            zs = adapted_zs(embeddings, [example["label"] for example in self.examples], [*embeddings, embedding])
            if zs is not None:
                return metric, [distance_of_zs(z, zs[-1]) for z in zs[:-1]]
            metric = "cosine"
        return metric, [distance(metric, example, embedding) for example in embeddings]

    def _novelty(self, embedding):
        return min(distance("cosine", example["embedding"], embedding) for example in self.examples)

    def _nearness_ratio(self, embedding):
        near = {}
        for example in self.examples:
            key = ("id", example["id"]) if example["group"] is None else ("group", example["group"])
            near[key] = min(near.get(key, math.inf), distance("cosine", example["embedding"], embedding))
        first, second, *_ = (max(each, FLOOR) for each in [*sorted(near.values()), max(near.values())])
        return (first / second) ** CONSTANTS["secondRecordingWeight"]

    def _second_opinion(self, embedding, centre):
        """The novelty over the centred distance to the nearest by cosine; of several, to the first in class order."""
        novelty = self._novelty(embedding)
        nearest = next(
            example["embedding"]
            for label in self.order
            for example in self.examples
            if example["label"] == label
            and ties(novelty, distance("cosine", example["embedding"], embedding), "cosine")
        )
        return max(novelty, FLOOR) / max(distance_from(centre, nearest, embedding), FLOOR)

    def classify(self, embedding, k=3, metric="cosine", weights="uniform", unknownDistance=None):  # noqa: N803
        if isinstance(k, bool) or not isinstance(k, (int, float)) or k != k // 1 or k < 1:
            raise RefusedError("badK")
        if metric not in CONSTANTS["metrics"]:
            raise RefusedError("unknownMetric")
        if weights not in CONSTANTS["weights"]:
            raise RefusedError("unknownWeights")
        check_limit(unknownDistance)
        embedding = checked_embedding(embedding, self.dimension)
        if not self.examples:
            raise RefusedError("noExamples")
        requested = metric
        metric, all_distances = self._distances(metric, embedding)
        ranked = sorted(
            ({**example, "distance": each} for example, each in zip(self.examples, all_distances, strict=True)),
            key=lambda example: example["distance"],
        )
        run, first = 0, -math.inf
        for example in ranked:
            if not ties(first, example["distance"], metric):
                run, first = run + 1, example["distance"]
            example["run"] = run
        arrival = {id(example["embedding"]): i for i, example in enumerate(self.examples)}
        ranked.sort(key=lambda e: (e["run"], self.order.index(e["label"]), arrival[id(e["embedding"])]))
        k = min(int(k), len(ranked))
        nearest = ranked[:k]
        distances = [example["distance"] for example in nearest]
        if weights == "uniform":
            votes = [1.0] * k
        elif 0 in distances:
            votes = [float(d == 0) for d in distances]
        else:
            votes = [1 / d for d in distances]
        shares = {
            label: math.fsum(v for v, e in zip(votes, nearest, strict=True) if e["label"] == label) / math.fsum(votes)
            for label in self.order
        }
        label = next(e["label"] for e in nearest if shares[e["label"]] >= max(shares.values()) - TIE)
        novelty = self._novelty(embedding)
        limit = unknownDistance
        if isinstance(limit, dict):
            ratio = self._nearness_ratio(embedding)
            centre = limit.get("centre")
            limit, adapted, exponent = limit["distance"], limit["adapted"], limit["exponent"]
            if adapted and requested == "adapted":
                limit, ratio = adapted["distance"], ratio * adapted["typical"] / max(distances[0], FLOOR)
            if centre:
                opinion = centre["ratio"] * self._second_opinion(embedding, centre)
                limit *= opinion ** ((1 - exponent) ** CONSTANTS["centreDecline"])
            limit = min(2, limit * ratio**exponent)
        is_unknown = limit is not None and novelty > limit + TIE
        if not limit:
            unknown_share = float(is_unknown)
        else:
            r = min(novelty / limit, 1e30) ** CONSTANTS["unknownSharpness"]
            unknown_share = r / (1 + r)
        is_sure = shares[label] * (1 - unknown_share) >= CONSTANTS["sureShare"] - TIE
        return {
            "label": label,
            "classIndex": self.order.index(label),
            "confidences": shares,
            "neighbours": [{name: example[name] for name in ("id", "label", "distance")} for example in nearest],
            "distance": distances[0],
            "novelty": novelty,
            "unknownDistance": limit,
            "unknownShare": unknown_share,
            "isUnknown": is_unknown,
            "certainty": "unknown" if is_unknown else "sure" if is_sure else "notSure",
            "k": k,
            "count": len(self.examples),
        }

    def evaluate(self, k=3, metric="auto", weights="uniform"):
        from tests.support.reference_evaluation import ReferenceEvaluation

        return ReferenceEvaluation(self.examples, self.order).evaluate(k, metric, weights)


def play(classifier, steps, refused=RefusedError):
    """Run steps ``{call, args}`` on a classifier with the contract's JavaScript names; returns each outcome."""
    outcomes = []
    for step in steps:
        try:
            outcomes.append({"result": getattr(classifier, step["call"])(**step.get("args", {}))})
        except refused as error:
            outcomes.append({"error": error.code})
    return outcomes
