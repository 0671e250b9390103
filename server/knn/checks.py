"""What the contract accepts as an embedding, a dimension, a label, an id or a group.

Anything that takes one of these from outside checks it here. The twin is ``web/src/knn/checks.js``.
"""

import json
import math
import re
from collections.abc import Mapping
from numbers import Real
from typing import Final

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.knn.arrays import Embedding

#: The norm given to a row of zeros where it is accepted. It has no direction: with this norm it is at cosine distance 1
#: from everything, as in scikit-learn.
ZERO_ROW_NORM: Final = 1e-150
# Python and JavaScript disagree about a few white-space characters: this is the union of both.
BLANK: Final = re.compile(r"[\s\x00-\x1f\x85\u200b\ufeff]*")


def as_embedding(value: object, dimension: int | None, *, may_be_zero: bool = False) -> tuple[Embedding, float]:
    """Check one embedding and return it with its norm.

    Args:
        value: d numbers: float32, (d,), or anything that NumPy turns into an array of numbers, (d,).
        dimension: The expected d; None accepts any.
        may_be_zero: Whether zeros are accepted, with ZERO_ROW_NORM.

    Returns:
        The embedding as float32, (d,), contiguous, and its L2 norm in float64.

    Raises:
        ContractError: badEmbedding, dimension, notFinite or zeroVector.

    Example:
        >>> embedding, norm = as_embedding([3, 4], None)
        >>> embedding.tolist(), norm
        ([3.0, 4.0], 5.0)
        >>> as_embedding([3, 4], 1280)
        Traceback (most recent call last):
        server.contract.errors.ContractError: ...
    """
    if type(value) is np.ndarray and value.dtype == np.float32 and value.flags.c_contiguous:
        embedding = value
    else:
        embedding = _as_numbers(value)
    if embedding.ndim != 1:
        raise ContractError("badEmbedding", came=f"an array of shape {embedding.shape}")
    if embedding.size != dimension and (dimension is not None or embedding.size == 0):
        raise ContractError("dimension", came=embedding.size, expected=dimension or "at least 1")
    wide = embedding.astype(np.float64)
    # The squares of float32 numbers cannot overflow float64: the norm is finite exactly when all numbers are.
    norm = math.sqrt(float(wide @ wide))
    if not math.isfinite(norm):
        raise ContractError("notFinite", came=int(np.flatnonzero(~np.isfinite(embedding))[0]))
    if norm == 0.0:
        if not may_be_zero:
            raise ContractError("zeroVector")
        norm = ZERO_ROW_NORM
    return embedding, norm


def _as_numbers(value: object) -> NDArray[np.float32]:
    """Return an array of any shape. NumPy would take a text such as "5" for a number, and None for NaN."""
    try:
        if isinstance(value, np.ma.MaskedArray) and value.mask.any():
            raise TypeError("a number that is masked is missing")
        array = np.asarray(value)
        is_numeric = array.dtype.kind in "fiub"
        if array.dtype.kind == "O":  # such as whole numbers beyond 64 bits
            is_numeric = all(isinstance(each, Real) for each in array.flat)
        if is_numeric:
            with np.errstate(over="ignore"):  # a number too large for float32 becomes infinite and is refused later
                return np.asarray(array, dtype=np.float32, order="C")
    except (TypeError, ValueError, OverflowError):
        pass
    raise ContractError("badEmbedding", came=type(value).__name__)


def as_batch(value: object) -> list[object]:
    """Return the embeddings of a batch, not checked yet.

    Raises:
        ContractError: badEmbedding, where it is no sequence.

    Example:
        >>> as_batch(([3, 4], [5, 6]))
        [[3, 4], [5, 6]]
    """
    try:
        if not isinstance(value, Mapping | str | bytes):
            return list(value)  # type: ignore[call-overload, no-any-return]
    except TypeError:
        pass
    raise ContractError("badEmbedding", came=type(value).__name__)


def as_dimension(value: object) -> int | None:
    """Check the dimension of a data set: a whole number of at least 1, or None where it has no examples yet.

    Raises:
        ContractError: badDataset.

    Example:
        >>> as_dimension(1280)
        1280
    """
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1):
        raise ContractError("badDataset", came=f"the dimension {value}", expected="a whole number of at least 1")
    return None if value is None else int(value)


def as_label(value: object) -> str:
    """Check one label: text, not blank, at most ``labelCharacters`` of ``contract/limits.json``.

    Raises:
        ContractError: badLabel, emptyLabel or longLabel.

    Example:
        >>> as_label("__proto__")
        '__proto__'
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
    """Check an id or a group: text of 1 to ``idCharacters`` characters.

    Args:
        value: What came.
        code: The error to raise: "badId" or "badGroup".

    Raises:
        ContractError: The given code.

    Example:
        >>> as_name("recording 7", "badGroup")
        'recording 7'
    """
    if not isinstance(value, str) or not 1 <= len(value) <= LIMITS["idCharacters"]:
        raise ContractError(code, came=value, expected=LIMITS["idCharacters"])
    return value
