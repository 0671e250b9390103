"""A second opinion where one recording is all there is: how near two embeddings are beside what most scenes share.

"Centre" in ``contract/README.md`` defines it. A backbone's comes with its model; ``python -m bench.centre`` finds it.
``server/knn/neighbours.py`` uses this module. The twin is ``web/src/knn/centre.js``.
"""

import base64
import math
import re
from collections.abc import Mapping
from typing import Any, Final, TypeGuard

import numpy as np
from numpy.typing import NDArray

from server.contract.constants import CENTRED_LENGTH, MAX_RATIO
from server.contract.errors import ContractError
from server.knn.arrays import Embeddings, Floats

#: Strict: ``b64decode`` takes signs that are too many at the end.
BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


class Centre:
    """What the embeddings of most scenes share; distances are measured from there.

    Args:
        ratio: The centred distance that says as much as the prior, over the prior.
        step: Between two whole numbers of ``values``, more than 0 and at most 1.
        values: The centre in whole steps, int8, (d,).

    Raises:
        ContractError: badUnknownDistance, where they are not what the contract says.

    Example:
        >>> centre = Centre(1.0, 0.1, np.array([6, 0], np.int8))
        >>> one, other = (centre.share(np.array(row), 2.0) for row in ([2.0, 0.0], [0.0, 2.0]))
        >>> round(centre.distance(1.0, one, other), 4)
        1.5145
    """

    def __init__(self, ratio: float, step: float, values: NDArray[np.int8]) -> None:
        if not 1 / MAX_RATIO <= ratio <= MAX_RATIO or not 0 < step <= 1 or not len(values):
            raise ContractError("badUnknownDistance", came=f"a centre of {len(values)} numbers, {ratio}, {step}")
        self.ratio = ratio
        self._step = step
        self._numbers: Floats = values * step
        self._squared = float(self._numbers @ self._numbers)
        # Questions that have the same settings are answered together: settings are compared, and hashed.
        self._key = (ratio, step, values.tobytes())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Centre) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @classmethod
    def from_dict(cls, value: Any) -> "Centre":
        """Return the centre of a limit as JSON holds it.

        Args:
            value: ``ratio``, ``step``, and ``values`` in base64.

        Raises:
            ContractError: badUnknownDistance, where it is no centre.

        Example:
            >>> Centre.from_dict({"ratio": 1.1, "step": 0.5, "values": "AgA="}).as_dict()
            {'ratio': 1.1, 'step': 0.5, 'values': 'AgA='}
        """
        if not isinstance(value, Mapping):
            raise ContractError("badUnknownDistance", came=value)
        ratio, step, values = (value.get(key) for key in ("ratio", "step", "values"))
        if not is_number(ratio) or not is_number(step) or not isinstance(values, str) or not BASE64.fullmatch(values):
            raise ContractError("badUnknownDistance", came=value)
        return cls(ratio, step, np.frombuffer(base64.b64decode(values), np.int8))

    @property
    def dimension(self) -> int:
        """d, the length of the embeddings that it is for."""
        return len(self._numbers)

    def as_dict(self) -> dict[str, Any]:
        """Return what ``from_dict`` takes."""
        return {"ratio": self.ratio, "step": self._step, "values": base64.b64encode(self._key[2]).decode("ascii")}

    def share(self, embedding: Floats | Embeddings, norm: float) -> float:
        """Return the dot product of the centre and an embedding, (d,), scaled to norm 1.

        Raises:
            ContractError: dimension, where it is of another dimension.
        """
        if len(embedding) != self.dimension:
            raise ContractError("dimension", came=self.dimension, expected=len(embedding))
        return float(self._numbers @ embedding) / norm

    def distance(self, cosine_distance: float, left: float, right: float) -> float:
        """Return the cosine distance of two embeddings from the centre; 1 where one has no direction from there.

        No embedding is moved for it: a dot product of two that are comes of their own, which is known, and of their
        shares.

        Args:
            cosine_distance: That of the embeddings themselves.
            left: The share of one.
            right: That of the other.
        """
        product = 1 - cosine_distance - left - right + self._squared
        squares = (1 - 2 * left + self._squared, 1 - 2 * right + self._squared)
        if min(squares) <= CENTRED_LENGTH:
            return 1.0
        return max(1 - product / math.sqrt(squares[0] * squares[1]), 0.0)


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a number, and no truth value."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
