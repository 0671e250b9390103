"""Stores a TF.js model's weights in fewer bits."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SHARD_BYTES = 4 << 20
_MOST_NOISE = 0.04


def quantize_weights(folder: Path, quantize: str) -> None:
    """Writes the weights of an unquantised model anew, and its `model.json` in a fixed order of keys.

    Args:
        folder: The folder of `model.json` and its shards, all weights float32.
        quantize: none; float16; or uint8: 8 bits for the kernels that can bear it, float16 for everything else.
    """
    from tensorflowjs.read_weights import read_weights
    from tensorflowjs.write_weights import write_weights

    path = folder / "model.json"
    model = json.loads(path.read_text(encoding="utf-8"))
    if quantize != "none":
        weights = read_weights(model["weightsManifest"], str(folder), flatten=True)
        storage: dict[str, Any] = {"float16": True}  # True: whatever is not listed
        if quantize == "uint8":
            storage["uint8"] = [weight["name"] for weight in weights if bears_8_bits(weight["data"])]
        for shard in folder.glob("*.bin"):
            shard.unlink()
        model["weightsManifest"] = write_weights(
            [weights], str(folder), _SHARD_BYTES, write_manifest=False, quantization_dtype_map=storage
        )
    # TensorFlow writes a node's attributes in any order; sorted, the same conversion gives the same bytes
    path.write_text(json.dumps(model, sort_keys=True, separators=(",", ":")), encoding="utf-8")


def bears_8_bits(weight: NDArray[Any]) -> bool:
    """Whether 256 steps between a tensor's extremes are fine enough for it.

    They are if rounding adds at most 4 % of noise to a typical channel. The measure is a channel's own size: one
    channel with large numbers makes the steps coarse for all. That rules out depthwise kernels, biases and most first
    layers, which hold few bytes anyway.

    Args:
        weight: Any tensor; a convolution's kernel is float32 (h, w, in, out).
    """
    if weight.ndim != 4 or weight.dtype != np.float32 or weight.shape[-1] == 1:
        return False
    step = (float(weight.max()) - float(weight.min())) / 255
    noise = step / np.sqrt(12)  # the standard deviation of rounding to steps
    size = np.sqrt(np.mean(np.square(weight, dtype=np.float64), axis=(0, 1, 2)))
    return bool(np.median(noise / np.maximum(size, 1e-12)) <= _MOST_NOISE)
