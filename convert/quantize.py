"""Stores a TF.js model's weights in fewer bits."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SHARD_BYTES = 4 << 20
_MOST_NOISE = 0.04
# A channel's size in steps, as a power of two, in a kernel of so many weights. Chosen in docs/decisions/017-offline.md.
_STEPS_LOG2 = 5.5
_LARGE_KERNEL = 320 * 1280


def quantize_weights(folder: Path, quantize: str) -> None:
    """Writes the weights of an unquantised model anew, and its `model.json` in a fixed order of keys.

    Args:
        folder: The folder of `model.json` and its shards, all weights float32.
        quantize: none; float16, in steps that compress well; or uint8: 8 bits for the kernels that can bear it, float16
            for everything else.
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
        else:
            for weight in weights:
                weight["data"] = round_to_steps(weight["data"])
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
    if not _is_kernel(weight):
        return False
    step = (float(weight.max()) - float(weight.min())) / 255
    noise = step / np.sqrt(12)  # the standard deviation of rounding to steps
    size = np.sqrt(np.mean(np.square(weight, dtype=np.float64), axis=(0, 1, 2)))
    return bool(np.median(noise / np.maximum(size, 1e-12)) <= _MOST_NOISE)


def round_to_steps(weight: NDArray[Any]) -> NDArray[Any]:
    """Rounds a kernel so that fewer of its float16 bits are in use, and brotli or gzip stores it in fewer bytes.

    Each output channel gets a step of its own, a power of two in proportion to the channel's size. A kernel with a
    quarter of the weights has half the step: the small kernels come first in a network, their errors run through all of
    it, and they hold few bytes. A narrow network, which rounding harms most, has small kernels only.

    Args:
        weight: Any tensor; a convolution's kernel is float32 (h, w, in, out). Everything else is returned as it is.

    Returns:
        The same shape and dtype.

    Example:
        >>> float(round_to_steps(np.full((1, 1, 320, 1280), 0.501, np.float32))[0, 0, 0, 0])
        0.5
    """
    if not _is_kernel(weight):
        return weight
    size = np.sqrt(np.mean(np.square(weight, dtype=np.float64), axis=(0, 1, 2)))
    steps_log2 = _STEPS_LOG2 + np.log2(max(1, _LARGE_KERNEL / weight.size)) / 2
    step = np.exp2(np.round(np.log2(np.maximum(size, np.finfo(np.float32).tiny)) - steps_log2))
    # Adding 0 turns -0 into 0, which compresses better.
    rounded: NDArray[Any] = (np.round(weight / step) * step + 0.0).astype(np.float32)
    return rounded


def _is_kernel(weight: NDArray[Any]) -> bool:
    """Whether a tensor is the kernel of an ordinary convolution, not of a depthwise one."""
    return weight.ndim == 4 and weight.dtype == np.float32 and weight.shape[-1] > 1
