"""Keras to the files that TF.js loads: a graph model, its weights in shards."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convert.fusing import only_biases_fused
from convert.quantize import quantize_weights


def export(model: Any, folder: Path, quantize: str) -> None:
    """Writes a Keras model as a TF.js graph model.

    Args:
        model: The keras.Model; its output's dictionary keys become the names to ask TF.js for.
        folder: An empty, writable folder; the files go to `<folder>/model`, and a SavedModel beside them.
        quantize: How weights are stored; see `quantize_weights`.
    """
    from tensorflowjs.converters import tf_saved_model_conversion_v2 as converter

    saved = folder / "saved"
    model.export(str(saved), format="tf_saved_model", verbose=False)
    with only_biases_fused():
        converter.convert_tf_saved_model(str(saved), str(folder / "model"))
    quantize_weights(folder / "model", quantize)


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
