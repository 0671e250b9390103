"""Folds each batch normalisation into the depthwise convolution before it.

At inference a normalisation is one multiplication and one addition a channel, so it can be had for nothing by scaling
the kernel and adding a bias. TensorFlow.js' converter does this for ordinary convolutions (and is confused by some that
come with a bias, such as ResNet's), but not for depthwise ones, which are half of a MobileNet's layers: folded here,
TF.js runs each as one fused operation in place of four.
"""

from typing import Any

import numpy as np


def fold_batch_norms(network: Any) -> Any:
    """Returns a keras.Model that computes the same as `network` at inference, with fewer layers, or `network` itself.

    Only a normalisation that is the sole consumer of a DepthwiseConv2D is folded; any other stays.

    Args:
        network: A functional keras.Model.
    """
    import keras

    pairs = _pairs(network)
    if not pairs:
        return network
    folded = set(pairs.values())

    def clone(layer: Any) -> Any:
        config = layer.get_config()
        if layer.name in pairs:
            config["use_bias"] = True
        return type(layer).from_config(config)

    def call(layer: Any, *args: Any, **kwargs: Any) -> Any:
        return args[0] if layer.name in folded else layer(*args, **kwargs)

    twin = keras.models.clone_model(network, clone_function=clone, call_function=call)
    for layer in (layer for layer in twin.layers if layer.weights):
        original = network.get_layer(layer.name)
        norm = pairs.get(layer.name)
        layer.set_weights(_fold(original, network.get_layer(norm)) if norm else original.get_weights())
    return twin


def _pairs(network: Any) -> dict[str, str]:
    """Names of the convolutions to fold into, each with its normalisation's."""
    from keras import layers

    pairs = {}
    for layer in network.layers:
        if type(layer) is not layers.DepthwiseConv2D or layer.activation.__name__ != "linear":
            continue
        consumers = [node.operation for node in layer._outbound_nodes]
        if len(consumers) == 1 and type(consumers[0]) is layers.BatchNormalization:
            pairs[layer.name] = consumers[0].name
    return pairs


def _fold(convolution: Any, norm: Any) -> list[Any]:
    """The kernel, (h, w, C, 1), and bias, (C,), that do the work of both layers, float32."""
    kernel, *bias = (np.asarray(weight, np.float64) for weight in convolution.get_weights())
    mean, variance = np.asarray(norm.moving_mean, np.float64), np.asarray(norm.moving_variance, np.float64)
    scale = 1 / np.sqrt(variance + norm.epsilon)
    if norm.scale:
        scale = scale * np.asarray(norm.gamma, np.float64)
    offset = np.asarray(norm.beta, np.float64) if norm.center else 0.0
    shift = (bias[0] if bias else 0.0) - mean
    return [(kernel * scale[:, None]).astype(np.float32), (shift * scale + offset).astype(np.float32)]
