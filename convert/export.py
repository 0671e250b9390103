"""Keras to the files that TF.js loads: a graph model, its weights in shards."""

import hashlib
import json
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
        folder: An empty, writable folder; the files go to `<folder>/model`, named by their content, and a SavedModel
            beside them.
        quantize: How weights are stored; see `quantize_weights`.
    """
    from tensorflowjs.converters import tf_saved_model_conversion_v2 as converter

    saved = folder / "saved"
    model.export(str(saved), format="tf_saved_model", verbose=False)
    with only_biases_fused():
        converter.convert_tf_saved_model(str(saved), str(folder / "model"))
    quantize_weights(folder / "model", quantize)
    name_by_content(folder / "model")


def name_by_content(folder: Path) -> None:
    """Gives a TF.js model's files names that change with their content, so that browsers may keep them for ever.

    Args:
        folder: The folder of `model.json` and its shards. They become `model-<16 hex digits>.json` and
            `<shard>-<16 hex digits>.bin`.
    """
    path = folder / "model.json"
    model = json.loads(path.read_text(encoding="utf-8"))
    for group in model["weightsManifest"]:
        group["paths"] = [_renamed(folder / name).name for name in group["paths"]]
    path.write_text(json.dumps(model, sort_keys=True, separators=(",", ":")), encoding="utf-8")
    _renamed(path)


def _renamed(path: Path) -> Path:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return path.rename(path.with_name(f"{path.stem}-{digest}{path.suffix}"))


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
