"""How a step goes down the slope: plain, with momentum, or by Adam. ``toolchain/training/estimator.py`` uses it."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from server.knn.arrays import Floats

#: Changes parameters in place by their gradients.
Update = Callable[[Sequence[Floats], Sequence[Floats]], None]

OPTIMISERS: Final = ("sgd", "momentum", "adam")
#: The learning rate of each, where none is given. Embeddings are centred and scaled to a mean square of 1 beforehand.
LEARNING_RATES: Final = {"sgd": 1.0, "momentum": 0.2, "adam": 0.01}
_MOMENTUM: Final = 0.9
#: Those of D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", section 2.
_ADAM_MEAN: Final = 0.9
_ADAM_SQUARE: Final = 0.999
_ADAM_LEAST: Final = 1e-8


def make_update(name: str, learning_rate: float) -> Update:
    """Return a new optimiser: a function that changes parameters in place, and remembers what it needs.

    Args:
        name: One of OPTIMISERS.
        learning_rate: Above 0.

    Example:
        >>> x = np.array([1.0])
        >>> make_update("sgd", 0.5)([x], [np.array([0.4])])
        >>> x.tolist()
        [0.8]
    """
    return {"sgd": _sgd, "momentum": _momentum, "adam": _adam}[name](learning_rate)


def _sgd(learning_rate: float) -> Update:
    def update(parameters: Sequence[Floats], gradients: Sequence[Floats]) -> None:
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= learning_rate * gradient

    return update


def _momentum(learning_rate: float) -> Update:
    velocities: list[Floats] = []

    def update(parameters: Sequence[Floats], gradients: Sequence[Floats]) -> None:
        if not velocities:
            velocities.extend(map(np.zeros_like, parameters))
        for parameter, gradient, velocity in zip(parameters, gradients, velocities, strict=True):
            velocity *= _MOMENTUM
            velocity -= learning_rate * gradient
            parameter += velocity

    return update


def _adam(learning_rate: float) -> Update:
    means: list[Floats] = []
    squares: list[Floats] = []
    step = 0

    def update(parameters: Sequence[Floats], gradients: Sequence[Floats]) -> None:
        nonlocal step
        if not means:
            means.extend(map(np.zeros_like, parameters))
            squares.extend(map(np.zeros_like, parameters))
        step += 1
        for parameter, gradient, mean, square in zip(parameters, gradients, means, squares, strict=True):
            mean += (1 - _ADAM_MEAN) * (gradient - mean)
            square += (1 - _ADAM_SQUARE) * (gradient * gradient - square)
            first, second = mean / (1 - _ADAM_MEAN**step), square / (1 - _ADAM_SQUARE**step)
            parameter -= learning_rate * first / (np.sqrt(second) + _ADAM_LEAST)

    return update
