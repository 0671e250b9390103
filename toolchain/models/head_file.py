"""``head.npz``: the weights of a softmax head. ``numpy.load`` reads it; here an untrusted one is read strictly.

``toolchain/models/trained.py`` uses it.
"""

import io
import zipfile
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.exchange.zips import ZipReader
from server.knn.arrays import Embeddings, Floats
from toolchain.errors import ToolchainError
from toolchain.models.facts import AGAIN, refuse

NAME: Final = "head.npz"
#: A zip knows no earlier time; always the same, so that the same head is the same file.
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
_HEADER_BYTES: Final = 4096


class Head(NamedTuple):
    """A last layer: class scores are ``x @ weights + bias``, where x is an embedding scaled to norm 1.

    Attributes:
        weights: float32, (d, c), finite.
        bias: float32, (c,), finite.
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def predict_proba(self, embeddings: Embeddings) -> Floats:
        """Return every class's share, float64, (m, c), of embeddings, float32, (m, d), at any scale."""
        return softmax(unit(embeddings).astype(np.float64) @ self.weights + self.bias)

    def as_bytes(self) -> bytes:
        """Return the file; the same head is the same file."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as writer:
            for name, array in self._asdict().items():
                entry = io.BytesIO()
                np.lib.format.write_array(entry, np.ascontiguousarray(array, "<f4"), (1, 0), allow_pickle=False)  # type: ignore[no-untyped-call]
                writer.writestr(zipfile.ZipInfo(f"{name}.npy", _EARLIEST), entry.getvalue())
        return file.getvalue()


def read_head(path: Path, d: int, c: int) -> Head:
    """Read a head of d dimensions and c classes.

    Raises:
        ToolchainError: It is none, or one of other shapes.
    """
    if not path.is_file():
        raise ToolchainError(f"{path} is missing, which a model with the head softmax needs.", AGAIN)
    try:
        with path.open("rb") as file:
            reader = ZipReader(file, max_entries=2)
            arrays = [
                _array(path, reader.read(f"{name}.npy", 4 * (d + 1) * c + _HEADER_BYTES), name, shape)
                for name, shape in (("weights", (d, c)), ("bias", (c,)))
            ]
    except ContractError as error:
        raise ToolchainError(f"{path} is damaged: {error}", AGAIN) from error
    return Head(*arrays)


def _array(path: Path, data: bytes, name: str, shape: tuple[int, ...]) -> NDArray[np.float32]:
    start = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(start)  # type: ignore[no-untyped-call]
        if version != (1, 0):
            raise ValueError("a version that is not 1.0")
        came, is_fortran, dtype = np.lib.format.read_array_header_1_0(start)  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise ToolchainError(f"{path} is damaged: {name} is no array of NumPy ({error}).", AGAIN) from error
    rest = data[start.tell() :]
    if came != shape or is_fortran or dtype != np.dtype("<f4") or len(rest) != 4 * int(np.prod(shape)):
        refuse(path, f"{name} is {dtype} {came}; float32 {shape} was expected")
    array = np.frombuffer(rest, "<f4").astype(np.float32).reshape(shape)
    if not np.isfinite(array).all():
        refuse(path, f"{name} has numbers that are not finite")
    return array


def unit(embeddings: Embeddings) -> NDArray[np.float32]:
    """Return embeddings scaled to L2 norm 1, float32, (m, d); a row of zeros stays one.

    Example:
        >>> unit(np.array([[3, 4], [0, 0]], np.float32)).tolist()
        [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    norms = np.sqrt(np.einsum("ij,ij->i", embeddings, embeddings, dtype=np.float64))
    scaled: NDArray[np.float32] = (embeddings / np.where(norms > 0, norms, 1)[:, None]).astype(np.float32)
    return scaled


def softmax(scores: Floats) -> Floats:
    """Return shares of scores, float64, (m, c); each row adds up to 1.

    Example:
        >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]])).tolist()
        [[0.5, 0.5], [1.0, 0.0]]
    """
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
