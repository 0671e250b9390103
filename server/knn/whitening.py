"""A second opinion where one recording is all there is: how near two embeddings are beside what most scenes share.

"Whitening" in ``contract/README.md`` defines it. A backbone's comes with its model; ``python -m bench.whitening`` finds
it. ``server/knn/neighbours.py`` uses this module. The twin is ``web/src/knn/whitening.js``.
"""

import base64
import math
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeGuard

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import MAX_AXES, MAX_RATIO, WHITENED_LENGTH
from server.contract.errors import ContractError
from server.knn.arrays import Embeddings, Floats

#: Strict: ``b64decode`` takes signs that are too many at the end.
BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


class Steps(NamedTuple):
    """Numbers in a byte each: whole ``values``, int8 (n,), times a ``step``, more than 0 and at most 1."""

    step: float
    values: NDArray[np.int8]

    @property
    def numbers(self) -> Floats:
        """The numbers, float64, (n,)."""
        numbers: Floats = self.values * self.step
        return numbers

    @classmethod
    def from_dict(cls, packed: Mapping[str, Any]) -> "Steps":
        """Return numbers that JSON holds: ``step`` and ``values``, in base64.

        Raises:
            KeyError, TypeError or ValueError: They are none.
        """
        step, values = packed["step"], packed["values"]
        if not is_number(step) or not 0 < step <= 1 or not isinstance(values, str) or not BASE64.fullmatch(values):
            raise ValueError
        return cls(float(step), np.frombuffer(base64.b64decode(values), np.int8))

    def as_dict(self) -> dict[str, Any]:
        """Return what ``from_dict`` takes."""
        return {"step": self.step, "values": base64.b64encode(self.values.tobytes()).decode("ascii")}


class Whitening:
    """What the embeddings of most scenes have in common, and the directions in which they mostly differ.

    No embedding is whitened for it: a dot product of two whitened ones is made of their own, which is known, and of
    what each has of the mean and of the axes.

    Args:
        ratio: The whitened distance that says as much as the prior, over the prior.
        mean: Of embeddings scaled to norm 1, (d,), in whole steps.
        axes: How much of each direction is taken away, (r, d), in whole steps.

    Raises:
        ContractError: badUnknownDistance, where they are not what the contract says.

    Example:
        >>> whitening = Whitening(1.0, Steps(0.1, np.array([6, 0], np.int8)), Steps(1.0, np.array([], np.int8)))
        >>> one, other = (whitening.parts(np.array(row), 2.0) for row in ([2.0, 0.0], [0.0, 2.0]))
        >>> round(whitening.distance(1.0, one, other), 4)
        1.5145
    """

    def __init__(self, ratio: float, mean: Steps, axes: Steps) -> None:
        d, count = len(mean.values), len(axes.values)
        if not 1 / MAX_RATIO <= ratio <= MAX_RATIO or d == 0 or count % d or count // d > MAX_AXES:
            raise ContractError("badUnknownDistance", came=f"a whitening of {d} and {count} numbers, {ratio}")
        self.ratio = ratio
        self._packed = (mean, axes)
        numbers = mean.numbers
        matrix = axes.numbers.reshape(-1, len(numbers))
        self._rows = np.vstack([matrix, numbers])
        self._mean_parts: Floats = self._rows @ numbers
        # Less the mean and then whitened: x - Aᵀ(A x). Its dot products are x·y + (A x)ᵀ (A Aᵀ - 2) (A y).
        self._kernel: Floats = matrix @ matrix.T - 2 * np.eye(len(matrix))
        # Questions that have the same settings are answered together: settings are compared, and hashed.
        self._key = (ratio, mean.step, mean.values.tobytes(), axes.step, axes.values.tobytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Whitening) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @classmethod
    def from_dict(cls, value: Any) -> "Whitening":
        """Return the whitening of a limit as JSON holds it.

        Args:
            value: ``ratio``, ``mean`` and ``axes``; the latter have a ``step`` and ``values``, as base64.

        Raises:
            ContractError: badUnknownDistance, where it is no whitening.

        Example:
            >>> numbers = {"step": 0.5, "values": "AgA="}
            >>> Whitening.from_dict({"ratio": 1.1, "mean": numbers, "axes": numbers}).as_dict()["axes"]
            {'step': 0.5, 'values': 'AgA='}
        """
        try:
            ratio, mean, axes = value["ratio"], Steps.from_dict(value["mean"]), Steps.from_dict(value["axes"])
            if not is_number(ratio):
                raise TypeError
        except (KeyError, TypeError, ValueError):
            raise ContractError("badUnknownDistance", came=value) from None
        return cls(ratio, mean, axes)

    @property
    def dimension(self) -> int:
        """d, the length of the embeddings that it is for."""
        return int(self._rows.shape[1])

    def as_dict(self) -> dict[str, Any]:
        """Return what ``from_dict`` takes."""
        mean, axes = self._packed
        return {"ratio": self.ratio, "mean": mean.as_dict(), "axes": axes.as_dict()}

    def parts(self, embedding: Floats | Embeddings, norm: float) -> Floats:
        """Return what an embedding, (d,), has of each axis and of the mean, scaled to norm 1: float64, (r + 1,).

        Raises:
            ContractError: dimension, where it is of another dimension.
        """
        if len(embedding) != self.dimension:
            raise ContractError("dimension", came=self.dimension, expected=len(embedding))
        parts: Floats = self._rows @ embedding / norm
        return parts

    def distance(self, cosine_distance: float, left: Floats, right: Floats) -> float:
        """Return the cosine distance of two embeddings after both were whitened; 1 where one has no direction then.

        Args:
            cosine_distance: That of the embeddings themselves.
            left: The parts of one, (r + 1,).
            right: Those of the other.
        """
        of_mean = float(self._mean_parts[-1])
        x, y = left - self._mean_parts, right - self._mean_parts
        kernel_y = self._kernel @ y[:-1]
        ab = 1 - cosine_distance - float(left[-1] + right[-1]) + of_mean + float(x[:-1] @ kernel_y)
        aa = 1 - 2 * float(left[-1]) + of_mean + float(x[:-1] @ self._kernel @ x[:-1])
        bb = 1 - 2 * float(right[-1]) + of_mean + float(y[:-1] @ kernel_y)
        if min(aa, bb) <= WHITENED_LENGTH:
            return 1.0
        return max(1 - ab / math.sqrt(aa * bb), 0.0)


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a number, and no truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
