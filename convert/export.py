"""Keras to the files that TF.js loads: a graph model, its weights in shards."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convert.fusing import only_biases_fused

_SHARD_BYTES = 4 << 20
# tensorflowjs matches these with the weights' names; True means all others. With uint8 it is only the kernels of
# ordinary convolutions, where nearly all bytes are, that get 8 bits: biases and depthwise kernels can't bear it.
_STORAGE: dict[str, dict[str, str | bool] | None] = {
    "none": None,
    "float16": {"float16": "*"},
    "uint8": {"uint8": "*/convolution/*", "float16": True},
}


def export(model: Any, folder: Path, quantize: str) -> None:
    """Writes a Keras model as a TF.js graph model.

    Args:
        model: The keras.Model; its output's dictionary keys become the names to ask TF.js for.
        folder: An empty, writable folder; the files go to `<folder>/model`, and a SavedModel beside them.
        quantize: How weights are stored: none (float32), float16 or uint8.
    """
    from tensorflowjs.converters import tf_saved_model_conversion_v2 as converter

    saved = folder / "saved"
    model.export(str(saved), format="tf_saved_model", verbose=False)
    with only_biases_fused():
        converter.convert_tf_saved_model(
            str(saved),
            str(folder / "model"),
            quantization_dtype_map=_STORAGE[quantize],
            weight_shard_size_bytes=_SHARD_BYTES,
        )
    # TensorFlow writes a node's attributes in any order; sorted, the same conversion gives the same bytes
    topology = folder / "model/model.json"
    content = json.loads(topology.read_text(encoding="utf-8"))
    topology.write_text(json.dumps(content, sort_keys=True, separators=(",", ":")), encoding="utf-8")


def versions() -> dict[str, str]:
    """The versions of the libraries that made the files."""
    from importlib.metadata import version

    return {name: version(name) for name in ("keras", "tensorflow", "tensorflowjs")}


def output_shapes(model: Any) -> dict[str, list[int]]:
    """The shapes of a model's named outputs, without the batch."""
    return {name: [int(n) for n in output.shape[1:]] for name, output in model.output.items()}


def predict(model: Any, pictures: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    """Runs a Keras embedder on pictures, uint8 (n, size, size, 3), one at a time to keep memory small."""
    rows = [model(picture[None].astype(np.float32), training=False) for picture in pictures]
    return {name: np.concatenate([np.asarray(row[name], np.float32) for row in rows]) for name in rows[0]}
