"""The ONNX graph of a converted model gives what TF.js gives, or says which operation it can't run."""

import base64
import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from convert import manifest as manifests
from convert import tfjs
from convert.errors import ConvertError
from convert.onnx_graph import onnx_model
from convert.photos import load_photos
from convert.tfjs_files import read_graph

MODEL = Path(__file__).resolve().parents[2] / "web/public/model"
SIZE = 12


def run_onnx(folder, pixels):
    session = onnxruntime.InferenceSession(onnx_model(folder), providers=["CPUExecutionProvider"])
    return dict(zip(("embedding", "features"), session.run(["embedding", "features"], {"pixels": pixels}), strict=True))


def test_onnx_model__is_what_the_browser_runs():
    _, pixels = load_photos(None, 224)
    pixels = pixels[::9]
    manifest = manifests.read(MODEL)
    if manifest["input"]["size"] != 224:
        pytest.skip("the network in web/public/model takes another size than 224; MODEL was converted with --size")
    ours, theirs = run_onnx(MODEL, pixels), tfjs.run(MODEL, manifest, pixels)
    for name in ("embedding", "features"):
        assert ours[name].shape == theirs[name].shape
        np.testing.assert_allclose(ours[name], theirs[name], atol=1e-4 * np.abs(theirs[name]).max())


class Graph:
    """A small TF.js graph, written by hand."""

    def __init__(self):
        self.nodes = [{"name": "pixels", "op": "Placeholder", "attr": {}}]
        self.specs, self.data = [], b""
        self.random = np.random.default_rng(0)

    def const(self, name, value, kind="float32"):
        value = np.asarray(value, {"float32": "<f4", "int32": "<i4"}[kind])
        self.nodes.append({"name": name, "op": "Const", "attr": {"dtype": {"type": f"DT_{kind.upper()}"}}})
        self.specs.append({"name": name, "shape": list(value.shape), "dtype": kind})
        self.data += value.tobytes()
        return name

    def floats(self, name, *shape):
        return self.const(name, self.random.normal(size=shape) * 0.1)

    def node(self, name, op, inputs, **attributes):
        attr = {"T": {"type": "DT_FLOAT"}}
        for key, value in attributes.items():
            if isinstance(value, bool):
                attr[key] = {"b": value}
            elif isinstance(value, int):
                attr[key] = {"i": str(value)}
            elif isinstance(value, str):
                attr[key] = {"s": base64.b64encode(value.encode()).decode()}
            elif value and isinstance(value[0], str):
                attr[key] = {"list": {"s": [base64.b64encode(each.encode()).decode() for each in value]}}
            else:
                attr[key] = {"list": {"i": [str(each) for each in value]}}
        self.nodes.append({"name": name, "op": op, "input": inputs, "attr": attr})
        return name

    def conv(self, name, x, channels, out, side=3, stride=1, padding="SAME", fused=(), dilation=1, depthwise=False):
        kernel = self.floats(f"{name}/kernel", side, side, channels, out)
        inputs = [x, kernel]
        if "BiasAdd" in fused:
            inputs.append(self.floats(f"{name}/bias", channels * out if depthwise else out))
        plain, joined = (
            ("DepthwiseConv2dNative", "FusedDepthwiseConv2dNative") if depthwise else ("Conv2D", "_FusedConv2D")
        )
        options = {"fused_ops": list(fused), "num_args": int("BiasAdd" in fused)} if fused else {}
        return self.node(
            name,
            joined if fused else plain,
            inputs,
            strides=[1, stride, stride, 1],
            dilations=[1, dilation, dilation, 1],
            padding=padding,
            data_format="NHWC",
            **options,
        )

    def write(self, folder, features, shape):
        axes = self.const("axes", [1, 2], "int32")
        self.node("mean", "Mean", [features, axes], keep_dims=False)
        outputs = {"embedding": {"name": "mean:0"}, "features": {"name": f"{features}:0"}}
        spec = [{"paths": ["weights.bin"], "weights": self.specs}]
        model = {
            "format": "graph-model",
            "modelTopology": {"node": self.nodes, "library": {}, "versions": {}},
            "weightsManifest": spec,
            "signature": {"inputs": {"pixels": {"name": "pixels:0", "dtype": "DT_FLOAT"}}, "outputs": outputs},
        }
        folder.mkdir(exist_ok=True)
        (folder / "weights.bin").write_bytes(self.data)
        (folder / "model.json").write_text(json.dumps(model))
        manifest = {**manifests.read(MODEL), "model": "model.json", "dimension": shape[-1], "files": []}
        manifest["input"] = {**manifest["input"], "size": SIZE}
        manifest["outputs"] = {
            "embedding": {"name": "mean", "shape": [shape[-1]]},
            "features": {"name": features, "shape": list(shape)},
        }
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return manifest


def every_operation():
    """One graph with every operation that some network has."""
    graph = Graph()
    x = graph.node("scaled", "Mul", ["pixels", graph.const("scale", 1 / 127.5)])
    x = graph.node("shifted", "Sub", [x, graph.const("one", [1.0, 0.9, 1.1])])
    x = graph.node("padded", "Pad", [x, graph.const("pads", [[0, 0], [1, 2], [0, 1], [0, 0]], "int32")])
    x = graph.conv("first", x, 3, 8, stride=2, padding="VALID", fused=("BiasAdd", "Relu"))
    squeezed = graph.node("squeezed", "Mean", [x, graph.const("both", [1, 2], "int32")], keep_dims=True)
    squeezed = graph.conv("excite", squeezed, 8, 8, side=1, fused=("BiasAdd", "Relu6"))
    x = graph.node("excited", "Mul", [x, squeezed])
    flat = graph.node("flat", "Mean", [x, graph.const("again", [1, 2], "int32")], keep_dims=False)
    flat = graph.node("reshaped", "Reshape", [flat, graph.const("shape", [-1, 1, 1, 8], "int32")])
    x = graph.node("with flat", "AddV2", [x, flat])
    swish = graph.node("plus three", "AddV2", [x, graph.const("three", 3.0)])
    swish = graph.node("clipped", "Relu6", [swish])
    x = graph.node("swish", "Mul", [x, swish])
    left = graph.conv("deep", x, 8, 1, stride=1, fused=("BiasAdd", "Relu6"), depthwise=True)
    right = graph.conv("plain", x, 8, 1, fused=("NoOp", "Relu6"), depthwise=True)
    right = graph.node("biased", "BiasAdd", [right, graph.floats("bias", 8)])
    pooled = graph.node("pooled", "AvgPool", [x], ksize=[1, 3, 3, 1], strides=[1, 1, 1, 1], padding="SAME")
    peak = graph.node("peak", "MaxPool", [x], ksize=[1, 3, 3, 1], strides=[1, 1, 1, 1], padding="SAME")
    x = graph.node("sum", "AddN", [left, right, pooled])
    x = graph.node("joined", "ConcatV2", [x, peak, graph.const("axis", 3, "int32")])
    x = graph.node("curved", "Sigmoid", [graph.conv("last", x, 16, 5, side=2)])
    x = graph.node("half", "RealDiv", [x, graph.const("two", 2.0)])
    x = graph.node("top", "Maximum", [x, graph.const("floor", 0.2)])
    return graph, graph.node("end", "Identity", [graph.node("relu", "Relu", [x])]), [7, 6, 5]


def test_onnx_model__has_every_operation_of_every_network(tmp_path):
    graph, features, shape = every_operation()
    manifest = graph.write(tmp_path, features, shape)
    pixels = np.random.default_rng(1).integers(0, 256, (3, SIZE, SIZE, 3)).astype(np.uint8)
    ours, theirs = run_onnx(tmp_path, pixels), tfjs.run(tmp_path, manifest, pixels)
    assert np.ptp(theirs["features"]) > 0.01
    for name in ("embedding", "features"):
        np.testing.assert_allclose(ours[name], theirs[name], atol=2e-5)


@pytest.mark.parametrize(
    ("op", "options"),
    [
        ("Softplus", {}),
        ("Conv2D", {"padding": "EXPLICIT"}),
        ("Conv2D", {"dilation": 2}),
        ("_FusedConv2D", {"fused": ("BiasAdd", "LeakyRelu")}),
    ],
)
def test_onnx_model__names_what_it_can_not_run(tmp_path, op, options):
    graph = Graph()
    x = graph.conv("conv", "pixels", 3, 4, **options) if "onv" in op else graph.node("odd", op, ["pixels"])
    graph.write(tmp_path, x, [SIZE, SIZE, 4])
    with pytest.raises(ConvertError, match=r"Softplus|EXPLICIT|LeakyRelu|dilations") as caught:
        onnx_model(tmp_path)
    assert caught.value.hint


def cut(path):
    path.write_bytes(path.read_bytes()[:-7])


@pytest.mark.parametrize("damage", [Path.unlink, cut], ids=["missing", "cut off"])
@pytest.mark.parametrize("pattern", ["model-*.json", "*.bin"])
def test_read_graph__a_damaged_file_is_explained(tmp_path, pattern, damage):
    shutil.copytree(MODEL, tmp_path / "model")
    damage(sorted((tmp_path / "model").glob(pattern))[-1])
    with pytest.raises(ConvertError, match="can't be read"):
        read_graph(tmp_path / "model", manifests.read(MODEL))


@pytest.mark.parametrize("kind", ["float16", "uint8"])
def test_read_graph__unquantises_as_tfjs_does(tmp_path, kind):
    graph, features, shape = every_operation()
    manifest = graph.write(tmp_path, features, shape)
    spec = json.loads((tmp_path / "model.json").read_text())
    data = b""
    at = 0
    for each in spec["weightsManifest"][0]["weights"]:
        count = int(np.prod(each["shape"]))
        values = np.frombuffer(graph.data, "<f4" if each["dtype"] == "float32" else "<i4", count, at)
        at += values.nbytes
        if each["dtype"] == "float32" and kind == "float16":
            each["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
            values = values.astype("<f2")
        elif each["dtype"] == "float32":
            low, scale = float(values.min()), float(max(np.ptp(values), 1e-3)) / 255
            each["quantization"] = {"dtype": "uint8", "min": low, "scale": scale, "original_dtype": "float32"}
            values = np.round((values - low) / scale).astype("u1")
        data += values.tobytes()
    (tmp_path / "weights.bin").write_bytes(data)
    (tmp_path / "model.json").write_text(json.dumps(spec))
    pixels = np.random.default_rng(1).integers(0, 256, (2, SIZE, SIZE, 3)).astype(np.uint8)
    ours, theirs = run_onnx(tmp_path, pixels), tfjs.run(tmp_path, manifest, pixels)
    np.testing.assert_allclose(ours["features"], theirs["features"], atol=2e-5)
