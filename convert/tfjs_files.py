"""Reads what a conversion wrote: the nodes of a TF.js graph model, and its weights as NumPy arrays."""

import base64
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from convert.errors import ConvertError
from convert.manifest import Manifest

_AGAIN: Final = "Convert it again: make setup, or python -m convert --force"
#: The types of weights, as TF.js names them.
_TYPES: Final = {"float32": "<f4", "int32": "<i4", "bool": "?"}
_QUANTIZED: Final = {"float16": "<f2", "uint8": "u1", "uint16": "<u2"}


@dataclass(frozen=True)
class Node:
    """One operation of a graph.

    Attributes:
        name: Of the node, and of its output.
        op: What it does, as TensorFlow names it.
        inputs: The names of the nodes whose outputs it takes.
        attributes: As the file has them.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return an attribute that is text."""
        return base64.b64decode(self.attributes[name]["s"]).decode()

    def texts(self, name: str) -> list[str]:
        """Return an attribute that is a list of texts; empty where there is none."""
        values = self.attributes.get(name, {}).get("list", {}).get("s", [])
        return [base64.b64decode(value).decode() for value in values]

    def numbers(self, name: str) -> list[int]:
        """Return an attribute that is a list of whole numbers; empty where there is none."""
        return [int(value) for value in self.attributes.get(name, {}).get("list", {}).get("i", [])]

    def flag(self, name: str) -> bool:
        """Return an attribute that is true or false."""
        return bool(self.attributes.get(name, {}).get("b", False))


@dataclass(frozen=True)
class GraphFiles:
    """A graph model.

    Attributes:
        nodes: In an order in which they can be run.
        weights: Constants by the names of their nodes, unquantised.
        outputs: The names of the nodes that are outputs, by the outputs' names.
    """

    nodes: Sequence[Node]
    weights: Mapping[str, NDArray[Any]]
    outputs: Mapping[str, str]


def read_graph(folder: Path, manifest: Manifest) -> GraphFiles:
    """Read a model's graph and its weights.

    Raises:
        ConvertError: A file is missing, or is not what it should be.
    """
    try:
        model = json.loads((folder / manifest["model"]).read_text("utf-8"))
        weights: dict[str, NDArray[Any]] = {}
        for group in model["weightsManifest"]:
            data = b"".join((folder / path).read_bytes() for path in group["paths"])
            weights |= _read_weights(group["weights"], data)
        nodes = [
            Node(node["name"], node["op"], tuple(map(_node_name, node.get("input", ()))), node.get("attr", {}))
            for node in model["modelTopology"]["node"]
        ]
        outputs = {name: _node_name(each["name"]) for name, each in model["signature"]["outputs"].items()}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise ConvertError(f"The model in {folder} can't be read: {error}.", _AGAIN) from error
    return GraphFiles(_in_order(nodes), weights, outputs)


def _node_name(name: str) -> str:
    # "^name" is an order, "name:0" the first output: no node of these models has a second one.
    return name.removeprefix("^").partition(":")[0]


def _read_weights(specs: Sequence[Mapping[str, Any]], data: bytes) -> dict[str, NDArray[Any]]:
    weights: dict[str, NDArray[Any]] = {}
    at = 0
    for spec in specs:
        quantization = spec.get("quantization")
        kind = np.dtype(_QUANTIZED[quantization["dtype"]] if quantization else _TYPES[spec["dtype"]])
        values = np.frombuffer(data, kind, math.prod(spec["shape"]), at)
        at += values.nbytes
        if quantization and "scale" in quantization:
            values = (values * quantization["scale"] + quantization["min"]).astype(np.float32)
        weights[spec["name"]] = values.astype(_TYPES[spec["dtype"]]).reshape(spec["shape"])
    return weights


def _in_order(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes so that each comes after its inputs."""
    by_name = {node.name: node for node in nodes}
    ordered: dict[str, Node] = {}
    for start in nodes:
        # By hand, not by recursion: some networks are deeper than Python's stack.
        waiting = [start]
        while waiting:
            node = waiting[-1]
            missing = [by_name[name] for name in node.inputs if name in by_name and name not in ordered]
            if node.name in ordered or not missing:
                ordered.setdefault(node.name, node)
                waiting.pop()
            else:
                waiting += missing
    return list(ordered.values())
