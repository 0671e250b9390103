"""Classify pictures with a project of Show & Tell: ``python classify.py picture.jpg``.

Needs Python 3.10 or newer, NumPy and Pillow: ``python -m pip install numpy pillow``. Nothing else, and no network.
Beside it lie ``project.showandtell`` (the examples), ``answer.json`` (how answers are found), ``model/`` (the network).
"""

import base64
import io
import json
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).resolve().parent
#: Distances count as equal if they differ by this share of the larger, and as 0 below the metric's own limit.
TIE = 1e-9
ZEROS = {"cosine": 1e-12, "euclidean": 0, "manhattan": 0, "adapted": 1e-9}


def main() -> None:
    """Classify the pictures that are named on the command line."""
    names = sys.argv[1:]
    if not names or names[0] in ("-h", "--help"):
        raise SystemExit(__doc__ if names else "Which picture? Example: python classify.py picture.jpg")
    machine = Machine.load(HERE)
    for name in names:
        try:
            with Image.open(name) as picture:
                answer = machine.classify(picture)
        except OSError as error:
            raise SystemExit(f"{name}: {error.strerror or 'no picture that can be opened'}") from None
        # As the page shows them: all together are 100 %.
        shares = ", ".join(f"{label} {share * (1 - answer.unknown):.0%}" for label, share in answer.shares.items())
        line = f"{name}: {answer.text}  ({shares}; something else {answer.unknown:.0%})"
        # A class may have any name: one with control characters must not command the terminal.
        print("".join(each if each.isprintable() else "?" for each in line))


@dataclass
class Answer:
    """What the project says about one picture.

    Attributes:
        label: The class that wins.
        certainty: "sure", "notSure" or "unknown".
        shares: Each class's share of the vote.
        unknown: The share of something else than the classes, 0..1.
        neighbours: The examples that voted, nearest first: (id, label, distance).
    """

    label: str
    certainty: str
    shares: dict
    unknown: float
    neighbours: list

    @property
    def text(self) -> str:
        """The answer in words."""
        return {"sure": self.label, "notSure": f"{self.label}?", "unknown": "I don't know"}[self.certainty]


class Machine:
    """A taught project: network, examples and settings."""

    def __init__(self, network, project: Path, settings: dict):
        self.network, self.settings = network, settings
        with zipfile.ZipFile(project) as zipped:
            about = json.loads(zipped.read("project.json"))
            embeddings = np.load(io.BytesIO(zipped.read("embeddings.npy")), allow_pickle=False)
        self.labels = [each["label"] for each in about["classes"]]
        # In class order, in which those that are equally near are counted.
        order = sorted(range(len(embeddings)), key=lambda i: self.labels.index(about["examples"][i]["label"]))
        self.examples = [about["examples"][i] for i in order]
        self.classes = np.array([self.labels.index(each["label"]) for each in self.examples])
        self.raw = embeddings[order].astype(float)
        self.units = self.raw / np.linalg.norm(self.raw, axis=1, keepdims=True)
        self.groups = [each["group"] or i for i, each in enumerate(self.examples)]
        # The page draws as many examples by lot; these are spread evenly, so large projects differ a little.
        count = min(len(self.units), settings["maxFitted"])
        some = np.linspace(0, len(self.units) - 1, count).round().astype(int)
        self.fit = adapt(self.units[some], self.classes[some]) if settings["metric"] == "adapted" else None

    @classmethod
    def load(cls, folder: Path) -> "Machine":
        """Read everything from the folder that was exported."""
        settings = json.loads((folder / "answer.json").read_text("utf-8"))
        return cls(Network(folder / "model"), folder / "project.showandtell", settings)

    def classify(self, picture: Image.Image) -> Answer:
        """Say which class a picture belongs to."""
        return self.answer(self.network.embed(picture))

    def answer(self, embedding: np.ndarray) -> Answer:
        """Say which class an embedding, (d,), belongs to."""
        embedding = np.asarray(embedding, float)
        unit = embedding / np.linalg.norm(embedding)
        cosine = 1 - self.units @ unit
        cosine[cosine < ZEROS["cosine"]] = 0
        distances = self.distances(embedding, unit, cosine)
        metric = "cosine" if self.settings["metric"] == "adapted" and self.fit is None else self.settings["metric"]
        distances[distances < ZEROS[metric]] = 0
        nearest = rank(distances, self.settings["k"], ZEROS[metric])
        votes = np.ones(len(nearest))
        if self.settings["weights"] == "distance":
            zero = distances[nearest] <= 0
            votes = zero.astype(float) if zero.any() else 1 / distances[nearest]
        shares = np.bincount(self.classes[nearest], votes, len(self.labels)) / votes.sum()
        # Of equal shares, the one with the nearest example wins.
        winner = next(each for each in self.classes[nearest] if shares[each] >= shares.max() - TIE)
        limit = self.limit(unit, cosine, distances.min())
        novelty = cosine.min()
        is_unknown = limit is not None and novelty > limit + TIE
        unknown = float(is_unknown)
        if limit:
            unknown = 1 / (1 + (limit / max(novelty, 1e-12)) ** self.settings["sharpness"])
        sure = shares[winner] * (1 - unknown) >= self.settings["sureShare"] - TIE
        return Answer(
            self.labels[winner],
            "unknown" if is_unknown else "sure" if sure else "notSure",
            dict(zip(self.labels, map(float, shares), strict=True)),
            float(unknown),
            [(self.examples[i]["id"], self.examples[i]["label"], float(distances[i])) for i in nearest],
        )

    def distances(self, embedding: np.ndarray, unit: np.ndarray, cosine: np.ndarray) -> np.ndarray:
        """Return the distance of every example, (n,)."""
        if self.settings["metric"] == "euclidean":
            return np.linalg.norm(self.raw - embedding, axis=1)
        if self.settings["metric"] == "manhattan":
            return np.abs(self.raw - embedding).sum(axis=1)
        if self.fit is None:
            return cosine
        mean, projection = self.fit
        centred = unit - mean
        y = centred - projection.T @ (projection @ centred)
        all_centred = self.units - mean
        squares = (all_centred**2).sum(axis=1) - ((all_centred @ projection.T) ** 2).sum(axis=1)
        return 1 - (all_centred @ y) / np.sqrt(np.maximum(squares * (centred @ y), 1e-300))

    def limit(self, unit: np.ndarray, cosine: np.ndarray, distance: float) -> float | None:
        """Return how far away the nearest example may be, as a cosine distance; None: nothing is unknown."""
        limit = self.settings["unknownDistance"]
        if limit is None or not isinstance(limit, dict):
            return limit
        floor, weight = self.settings["noveltyFloor"], self.settings["secondRecordingWeight"]
        nearest = int(cosine.argmin())
        others = [each for each, group in zip(cosine, self.groups, strict=True) if group != self.groups[nearest]]
        second = max(cosine[nearest], min(others)) if others else cosine[nearest]
        ratio = (max(cosine[nearest], floor) / max(second, floor)) ** weight
        found = limit["distance"]
        if limit["adapted"] and self.settings["metric"] == "adapted":
            ratio *= limit["adapted"]["typical"] / max(distance, floor)
            found = limit["adapted"]["distance"]
        found *= ratio ** limit["exponent"]
        centre = limit.get("centre")
        if centre:
            smallest = cosine[nearest]
            # Of those that are equally near, the first in class order.
            first = self.units[cosine - smallest <= TIE * cosine + ZEROS["cosine"]][0]
            centred = centred_distance(centre, unit, first, self.settings["centredLength"])
            second_opinion = centre["ratio"] * max(smallest, floor) / max(centred, floor)
            found *= second_opinion ** ((1 - limit["exponent"]) ** self.settings["centreDecline"])
        return min(found, 2)


def centred_distance(centre: dict, unit: np.ndarray, example: np.ndarray, shortest: float) -> float:
    """Return the cosine distance of two embeddings of norm 1, (d,), beside what most pictures share."""
    numbers = np.frombuffer(base64.b64decode(centre["values"]), np.int8) * centre["step"]
    a, b = unit - numbers, example - numbers
    if min(a @ a, b @ b) <= shortest:
        return 1.0
    return max(1 - float(a @ b) / float(np.sqrt((a @ a) * (b @ b))), 0.0)


def rank(distances: np.ndarray, k: int, zero: float) -> list[int]:
    """Return the places of the k smallest distances, smallest first; equal ones in class order."""
    found: list[tuple[int, int]] = []
    run, first = 0, distances.min()
    for i in np.argsort(distances, kind="stable"):
        if distances[i] - first > TIE * distances[i] + zero:
            if len(found) >= k:
                break
            run, first = run + 1, distances[i]
        found.append((run, int(i)))
    return [i for _, i in sorted(found)[:k]]


def adapt(units: np.ndarray, classes: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Find the directions that vary within the classes, which count less: the mean, (d,), and a matrix, (n, d)."""
    means = np.stack(
        [
            units[classes == each].mean(axis=0) if (classes == each).any() else 0 * units[0]
            for each in range(classes.max() + 1)
        ]
    )
    residuals = units - means[classes]
    squares = (residuals**2).sum()
    if len(set(classes)) == len(classes) or squares <= 1e-12 * len(classes):
        return None
    kernel = residuals @ residuals.T + squares / units.shape[1] * np.eye(len(units))
    return units.mean(axis=0), np.linalg.solve(np.linalg.cholesky(kernel), residuals)


class Network:
    """The network of TensorFlow.js that turns a picture into numbers, computed with NumPy."""

    def __init__(self, folder: Path):
        self.about = json.loads((folder / "manifest.json").read_text("utf-8"))
        model = json.loads((folder / self.about["model"]).read_text("utf-8"))
        self.nodes = {node["name"]: node for node in model["modelTopology"]["node"]}
        self.output = model["signature"]["outputs"]["embedding"]["name"].split(":")[0]
        self.weights: dict[str, np.ndarray] = {}
        for group in model["weightsManifest"]:
            data = b"".join((folder / path).read_bytes() for path in group["paths"])
            at = 0
            for weight in group["weights"]:
                packed = weight.get("quantization")
                kind = np.dtype(packed["dtype"] if packed else weight["dtype"]).newbyteorder("<")
                count = int(np.prod(weight["shape"]))
                values = np.frombuffer(data, kind, count, at).reshape(weight["shape"])
                at += count * kind.itemsize
                if packed and "scale" in packed:
                    values = values * np.float32(packed["scale"]) + np.float32(packed["min"])
                self.weights[weight["name"]] = values.astype(np.float32) if kind.kind == "f" or packed else values

    def embed(self, picture: Image.Image) -> np.ndarray:
        """Turn a picture into numbers, float32 (d,): its middle square, as the page sees it."""
        size = self.about["input"]["size"]
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
        white = Image.new("RGBA", upright.size, "white")
        flat = Image.alpha_composite(white, upright).convert("RGB")
        edge = min(flat.size)
        left, top = (flat.width - edge) // 2, (flat.height - edge) // 2
        square = flat.crop((left, top, left + edge, top + edge)).resize((size, size), Image.Resampling.BILINEAR)
        known = {self.about["input"]["name"]: np.asarray(square, np.float32)[None]}
        return self.compute(self.output, known)[0]

    def compute(self, output: str, known: dict) -> np.ndarray:
        """Compute a node of the graph, after all that it needs."""
        waiting = [output]
        while waiting:
            name = waiting[-1]
            if name in known:
                waiting.pop()
                continue
            if name in self.weights:
                known[name] = self.weights[name]
                continue
            inputs = [each.split(":")[0].lstrip("^") for each in self.nodes[name].get("input", [])]
            missing = [each for each in inputs if each not in known]
            if missing:
                waiting += missing
            else:
                known[name] = run(self.nodes[name], [known[each] for each in inputs])
        return known[output]


def run(node: dict, inputs: list) -> np.ndarray:
    """Compute one node of a graph from its inputs, (1, height, width, channels)."""
    kind, attributes = node["op"], node.get("attr", {})
    x = inputs[0]
    if kind in ("Conv2D", "_FusedConv2D", "DepthwiseConv2dNative", "FusedDepthwiseConv2dNative"):
        result = convolve(x, inputs[1], attributes, depthwise="Depthwise" in kind)
        for step in attributes.get("fused_ops", {}).get("list", {}).get("s", []):
            name = base64.b64decode(step).decode()
            result = result + inputs[2] if name == "BiasAdd" else activate(name, result)
        return result
    if kind in ("Identity", "NoOp"):
        return x
    if kind in ("AddV2", "Add", "BiasAdd", "AddN"):
        return sum(inputs[1:], x)
    if kind in ("Mul", "Sub"):
        return x * inputs[1] if kind == "Mul" else x - inputs[1]
    if kind == "Mean":
        return x.mean(axis=tuple(int(each) for each in inputs[1]))
    if kind == "Pad":
        return np.pad(x, inputs[1])
    return activate(kind, x)


def activate(kind: str, x: np.ndarray) -> np.ndarray:
    """Apply an activation."""
    if kind == "Relu6":
        return np.clip(x, 0, 6)
    if kind == "Relu":
        return np.maximum(x, 0)
    raise SystemExit(f"This network has a step that classify.py does not know: {kind}")


def convolve(x: np.ndarray, kernel: np.ndarray, attributes: dict, depthwise: bool) -> np.ndarray:
    """Convolve x, (1, h, w, c), with a kernel, (kh, kw, c, out)."""
    stride = int(attributes["strides"]["list"]["i"][1])
    height, width = kernel.shape[:2]
    if base64.b64decode(attributes["padding"]["s"]) == b"SAME":
        pads = [
            max((-(-side // stride) - 1) * stride + reach - side, 0)
            for side, reach in zip(x.shape[1:3], (height, width), strict=True)
        ]
        x = np.pad(x, [(0, 0), *((pad // 2, pad - pad // 2) for pad in pads), (0, 0)])
    rows, columns = ((x.shape[1] - height) // stride + 1, (x.shape[2] - width) // stride + 1)
    result = np.zeros((1, rows, columns, kernel.shape[2] if depthwise else kernel.shape[3]), np.float32)
    for i in range(height):
        for j in range(width):
            part = x[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            if depthwise:
                result += part * kernel[i, j, :, 0]
            else:
                # One product of two large matrices is far faster than one for each row of the picture.
                result += (part.reshape(rows * columns, -1) @ kernel[i, j]).reshape(result.shape)
    return result


if __name__ == "__main__":
    main()
