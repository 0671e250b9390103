"""What the contract takes as an embedding, a label, an id. Used by whatever takes one in.

Its twin is ``web/src/knn/checks.js``.
"""

import json
import math
import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.contract.limits import LIMITS

Vector = NDArray[np.float32]

# Python's and JavaScript's ideas of white space differ in a few characters: this is both of them.
BLANK: Final = re.compile(r"[\s\x00-\x1f\x85\u200b\ufeff]*")


def as_embedding(value: object, dimension: int | None) -> tuple[Vector, float]:
    """Check one embedding and measure it.

    Args:
        value: d numbers: float32, (d,), or anything NumPy makes that of.
        dimension: The d that is expected; None accepts any.

    Returns:
        The embedding as float32, (d,), contiguous, and its L2 norm in float64.

    Raises:
        ContractError: badEmbedding, dimension, notFinite or zeroVector.
    """
    if isinstance(value, np.ndarray) and value.dtype == np.float32 and value.flags.c_contiguous:
        vector = value
    else:
        try:
            with np.errstate(over="ignore"):  # what does not fit into float32 is infinite, and refused below
                vector = np.ascontiguousarray(value, dtype=np.float32)
        except (TypeError, ValueError):
            raise ContractError("badEmbedding", came=type(value).__name__) from None
    if vector.ndim != 1:
        raise ContractError("badEmbedding", came=f"an array of shape {vector.shape}")
    if vector.size != dimension and (dimension is not None or vector.size == 0):
        raise ContractError("dimension", came=vector.size, expected=dimension or "at least 1")
    wide = vector.astype(np.float64)
    # The squares of float32 numbers can't overflow float64: the norm is finite just when all numbers are.
    norm = math.sqrt(float(wide @ wide))
    if not math.isfinite(norm):
        raise ContractError("notFinite", came=int(np.flatnonzero(~np.isfinite(vector))[0]))
    if norm == 0.0:
        raise ContractError("zeroVector")
    return vector, norm


def as_label(value: object) -> str:
    """Check one label: text, not blank, not too long.

    Raises:
        ContractError: badLabel, emptyLabel or longLabel.
    """
    if not isinstance(value, str):
        raise ContractError("badLabel", came=json.dumps(value, default=str))
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ContractError("badLabel", came="text with half a character in it")
    if BLANK.fullmatch(value):
        raise ContractError("emptyLabel")
    if len(value) > LIMITS["labelCharacters"]:
        raise ContractError("longLabel", came=len(value), expected=LIMITS["labelCharacters"])
    return value


def as_name(value: object, code: str) -> str:
    """Check an id or a group: text, not too long.

    Raises:
        ContractError: The code given, badId or badGroup.
    """
    if not isinstance(value, str) or not 1 <= len(value) <= LIMITS["idCharacters"]:
        raise ContractError(code, came=value, expected=LIMITS["idCharacters"])
    return value
