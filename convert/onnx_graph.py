"""Turns the files that the browser runs into an ONNX graph, so that Python runs the very same network without TF.js.

TF.js's graph has its pictures as (n, h, w, channels), and ONNX's operations take (n, channels, h, w): the pixels are
turned at the start and the feature map at the end, and what lies between is written for the second shape.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from convert import manifest as manifests
from convert.errors import ConvertError
from convert.manifest import Manifest
from convert.tfjs_files import GraphFiles, Node, read_graph

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

#: Of ONNX's operations and of its files: old enough for every ONNX Runtime that is installed with this.
_OPSET: Final = 18
_FILE_VERSION: Final = 9
#: Where an axis of (n, h, w, channels) is in (n, channels, h, w).
_AXES: Final = (0, 2, 3, 1)
_ELEMENTWISE: Final = {
    "Mul": "Mul",
    "Add": "Add",
    "AddV2": "Add",
    "AddN": "Sum",
    "Sub": "Sub",
    "RealDiv": "Div",
    "BiasAdd": "Add",
    "Maximum": "Max",
    "Minimum": "Min",
}
_ACTIVATIONS: Final = ("Relu", "Relu6", "Sigmoid", "Tanh", "Elu", "Rsqrt", "HardSwish")


def onnx_model(folder: Path) -> bytes:
    """Return a converted model as an ONNX file.

    Args:
        folder: Of the model.

    Returns:
        The file. It takes `pixels`, uint8, (n, size, size, 3), RGB, and has the outputs `embedding`, float32, (n, d),
        and `features`, float32, (n, h, w, d).

    Raises:
        ConvertError: There is no model, a file of it is damaged, or it has an operation that is not known here.
    """
    manifest = manifests.read(folder)
    return _Writer(read_graph(folder, manifest), manifest).write()


class _Writer:
    """Writes one graph."""

    def __init__(self, files: GraphFiles, manifest: Manifest) -> None:
        self._files = files
        self._manifest = manifest
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}
        #: What a node's output is called in the ONNX graph, and how many dimensions it has.
        self._names: dict[str, str] = {}
        self._ranks: dict[str, int] = {}

    def write(self) -> bytes:
        from onnx import TensorProto, checker, helper

        for node in self._files.nodes:
            if node.name not in self._files.weights:
                self._add(node)
        embedding = self._files.outputs["embedding"]
        features = self._files.outputs["features"]
        self._append("Identity", [self._names[embedding]], "embedding")
        self._append("Transpose", [self._names[features]], "features", perm=[0, 2, 3, 1])
        size, outputs = self._manifest["input"]["size"], self._manifest["outputs"]
        graph = helper.make_graph(
            self._nodes,
            "embedder",
            [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", size, size, 3])],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *outputs[name]["shape"]])
                for name in ("embedding", "features")
            ],
            list(self._constants.values()),
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", _OPSET)],
            ir_version=_FILE_VERSION,
            producer_name="Show & Tell",
        )
        checker.check_model(model)
        data: bytes = model.SerializeToString()
        return data

    # ---- one node

    def _add(self, node: Node) -> None:
        op = node.op
        if op == "Placeholder":
            from onnx import TensorProto

            self._append("Cast", ["pixels"], "pixels/float", to=TensorProto.FLOAT)
            self._set(node, self._append("Transpose", ["pixels/float"], "pixels/turned", perm=[0, 3, 1, 2]), 4)
        elif op in ("Identity", "StopGradient"):
            self._set(node, self._names[node.inputs[0]], self._ranks[node.inputs[0]])
        elif op in _ELEMENTWISE:
            self._add_elementwise(node)
        elif op in ("Conv2D", "_FusedConv2D", "DepthwiseConv2dNative", "FusedDepthwiseConv2dNative"):
            self._add_convolution(node)
        elif op in ("MaxPool", "AvgPool"):
            self._add_pool(node)
        elif op in _ACTIVATIONS:
            self._set(node, self._activate(op, self._names[node.inputs[0]], node.name), self._ranks[node.inputs[0]])
        elif op == "Mean":
            self._add_mean(node)
        elif op in ("Pad", "PadV2"):
            self._add_pad(node)
        elif op == "ConcatV2":
            axis = int(self._files.weights[node.inputs[-1]])
            inputs = [self._names[name] for name in node.inputs[:-1]]
            self._set(node, self._append("Concat", inputs, node.name, axis=_AXES[axis % 4]), 4)
        elif op == "Reshape":
            self._add_reshape(node)
        elif op != "NoOp":
            raise ConvertError(
                f"The network has the operation {op}, which Python can't run as the browser does.",
                "Choose another network: python -m convert backbones",
            )

    def _add_elementwise(self, node: Node) -> None:
        inputs = [self._operand(name) for name in node.inputs]
        rank = max(self._ranks.get(name, 0) for name in node.inputs)
        self._set(node, self._append(_ELEMENTWISE[node.op], inputs, node.name), rank)

    def _add_convolution(self, node: Node) -> None:
        kernel = self._files.weights[node.inputs[1]]
        height, width, channels, multiplier = kernel.shape
        if "Depthwise" in node.op:
            kernel, group = kernel.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width), channels
        else:
            kernel, group = kernel.transpose(3, 2, 0, 1), 1
        inputs = [self._names[node.inputs[0]], self._constant(f"{node.inputs[1]}/kernel", kernel)]
        fused = [name for name in node.texts("fused_ops") if name != "NoOp"]
        if "BiasAdd" in fused:
            bias = self._files.weights[node.inputs[2]].reshape(-1)
            inputs.append(self._constant(f"{node.inputs[2]}/bias", bias))
        activations = [name for name in fused if name != "BiasAdd"]
        unknown = {*activations} - {*_ACTIVATIONS}
        dilations = node.numbers("dilations")[1:3]
        if len(activations) > 1 or unknown or dilations not in ([], [1, 1]):
            what = f"{', '.join(fused) or 'no activation'} and dilations of {dilations}"
            raise ConvertError(f"The network has a convolution with {what}.", "Choose another network.")
        name = f"{node.name}/sum" if activations else node.name
        self._append(
            "Conv",
            inputs,
            name,
            strides=node.numbers("strides")[1:3],
            group=group,
            auto_pad=_padding(node),
            kernel_shape=[height, width],
        )
        if activations:
            name = self._activate(activations[0], name, node.name)
        self._set(node, name, 4)

    def _add_pool(self, node: Node) -> None:
        options: dict[str, Any] = {"count_include_pad": 0} if node.op == "AvgPool" else {}
        name = self._append(
            "MaxPool" if node.op == "MaxPool" else "AveragePool",
            [self._names[node.inputs[0]]],
            node.name,
            kernel_shape=node.numbers("ksize")[1:3],
            strides=node.numbers("strides")[1:3],
            auto_pad=_padding(node),
            **options,
        )
        self._set(node, name, 4)

    def _add_mean(self, node: Node) -> None:
        rank, keep = self._ranks[node.inputs[0]], node.flag("keep_dims")
        if rank != 4:
            raise ConvertError("The network has a mean over a list.", "Choose another network.")
        wanted = [_AXES[int(axis) % 4] for axis in np.atleast_1d(self._files.weights[node.inputs[1]])]
        axes = self._constant(f"{node.name}/axes", np.array(sorted(wanted), np.int64))
        name = self._append("ReduceMean", [self._names[node.inputs[0]], axes], node.name, keepdims=int(keep))
        self._set(node, name, 4 if keep else 4 - len(wanted))

    def _add_pad(self, node: Node) -> None:
        pads = self._files.weights[node.inputs[1]]
        ordered = np.concatenate([pads[[0, 3, 1, 2], side] for side in (0, 1)]).astype(np.int64)
        inputs = [self._names[node.inputs[0]], self._constant(f"{node.name}/pads", ordered)]
        if len(node.inputs) > 2:
            inputs.append(self._constant(f"{node.name}/value", self._files.weights[node.inputs[2]].reshape(())))
        self._set(node, self._append("Pad", inputs, node.name), 4)

    def _add_reshape(self, node: Node) -> None:
        """One pixel of many channels is all that these networks reshape: (n, C) and (n, 1, 1, C)."""
        shape = self._files.weights.get(node.inputs[1])
        if shape is None or (len(shape) == 4 and list(shape[1:3]) != [1, 1]) or len(shape) not in (2, 4):
            raise ConvertError("The network changes the shape of a picture.", "Choose another network.")
        ordered = shape if len(shape) == 2 else shape[[0, 3, 1, 2]]
        inputs = [self._names[node.inputs[0]], self._constant(f"{node.name}/shape", ordered.astype(np.int64))]
        self._set(node, self._append("Reshape", inputs, node.name), len(shape))

    # ---- names and constants

    def _activate(self, op: str, name: str, output: str) -> str:
        if op == "Relu6":
            bounds = [self._constant(f"limit {value}", np.float32(value)) for value in (0, 6)]
            return self._append("Clip", [name, *bounds], output)
        if op == "Rsqrt":
            return self._append("Reciprocal", [self._append("Sqrt", [name], f"{output}/root")], output)
        return self._append(op, [name], output)

    def _operand(self, name: str) -> str:
        """Return the name of an input; a constant is given the shape that it has beside (n, channels, h, w)."""
        if name not in self._files.weights:
            return self._names[name]
        value = self._files.weights[name]
        if value.ndim == 1 and value.size > 1:
            value = value.reshape(-1, 1, 1)
        elif value.ndim == 4:
            value = value.transpose(0, 3, 1, 2)
        return self._constant(f"{name}/operand", value)

    def _constant(self, name: str, value: NDArray[Any] | np.generic) -> str:
        from onnx import numpy_helper

        self._constants.setdefault(
            name, numpy_helper.from_array(np.ascontiguousarray(value).reshape(value.shape), name)
        )
        return name

    def _append(self, op: str, inputs: list[str], output: str, **attributes: Any) -> str:
        from onnx import helper

        self._nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def _set(self, node: Node, name: str, rank: int) -> None:
        self._names[node.name] = name
        self._ranks[node.name] = rank


def _padding(node: Node) -> str:
    padding = node.text("padding")
    if padding not in ("SAME", "VALID"):
        raise ConvertError(f"The network has the padding {padding}.", "Choose another network.")
    return "SAME_UPPER" if padding == "SAME" else "VALID"
