"""Corrects one step of tensorflowjs 4.22: which additions become the bias of a convolution.

Its `normalize_bias_add_op` takes every addition to a convolution's output for a bias, be it a shortcut's (ResNet,
Xception) or the constant 3 of a hard sigmoid (MobileNetV3). Such a model converts without a word, and TF.js then
refuses to run it: "FusedConv2D only supports rank-1 bias". Here an addition stays one unless it adds a number a
channel.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import Any


@contextmanager
def only_biases_fused() -> Iterator[None]:
    """Corrects the converter inside a `with` block."""
    from tensorflowjs.converters import normalize_bias_add as step

    original = step.normalize_bias_add_op

    def corrected(graph: Any) -> Any:
        nodes = {node.name: node for node in graph.node}
        kept = {node.name: node.op for node in graph.node if node.op in ("Add", "AddV2") and not _is_bias(node, nodes)}
        graph = original(graph)
        for node in graph.node:
            if node.name in kept and node.op == "BiasAdd":
                node.op = kept[node.name]
                del node.attr["data_format"]
        return graph

    step.normalize_bias_add_op = corrected
    try:
        yield
    finally:
        step.normalize_bias_add_op = original


def _is_bias(addition: Any, nodes: dict[str, Any]) -> bool:
    """Whether the second input of an addition is a constant with one number for each channel of the first."""
    convolution, addend = (nodes.get(name.split(":")[0]) for name in addition.input[:2])
    shape = _constant_shape(addend)
    kernel = _constant_shape(nodes.get(convolution.input[1])) if convolution and len(convolution.input) > 1 else None
    if not shape or not kernel:
        return False
    channels = kernel[-1] * (kernel[-2] if convolution.op == "DepthwiseConv2dNative" else 1)  # type: ignore[union-attr]
    return shape[-1] == prod(shape) == channels


def _constant_shape(node: Any) -> list[int] | None:
    """The shape of a constant, or None for any other node."""
    if node is None or node.op != "Const":
        return None
    return [int(dim.size) for dim in node.attr["value"].tensor.tensor_shape.dim]
