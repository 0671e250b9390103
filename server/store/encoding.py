"""Facts and snapshots as the rows of the store's tables, and back, with a checksum on each row.

A database notices a page that is not one, and seldom a bit that is another: an embedding with a wrong number would be
taught again without a word. So each row carries the CRC of its content.
"""

import json
import sys
import zlib
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.store.facts import EMBEDDING, Fact
from server.store.storage_error import DamagedRowError

LITTLE_ENDIAN = np.dtype("<f4")


class FactRow(NamedTuple):
    """A fact as it is written.

    Attributes:
        event: The event's name.
        data: JSON, without embedding and attachments.
        embedding: The embedding's bytes; None where the fact has none.
        attachments: All other bytes, by their keys.
    """

    event: str
    data: str
    embedding: bytes | None
    attachments: dict[str, bytes]

    @property
    def bytes(self) -> int:
        """How much it takes, without what the database adds."""
        return len(self.event) + len(self.data) + len(self.embedding or b"") + sum(map(len, self.attachments.values()))


def encode_fact(fact: Fact) -> FactRow:
    r"""Return a fact as it is written.

    Args:
        fact: ``data`` is JSON, but for ``embedding`` (float32, (d,)) and bytes under any key.

    Raises:
        TypeError: For data that is neither.
        ValueError: For NaN or infinity outside the embedding, and for an embedding of another type or shape.

    Example:
        >>> encode_fact(Fact("exampleAdded", {"id": "a", "embedding": np.array([1], np.float32)}))
        FactRow(event='exampleAdded', data='{"id":"a"}', embedding=b'\x00\x00\x80?', attachments={})
    """
    plain: dict[str, Any] = {}
    attachments: dict[str, bytes] = {}
    embedding: bytes | None = None
    for key, value in fact.data.items():
        if key == EMBEDDING and value is not None:
            array = np.asarray(value)
            if array.dtype != np.float32 or array.ndim != 1:
                raise ValueError(f"The embedding came as {array.dtype}, {array.shape}; float32, (d,) was expected.")
            embedding = array.astype(LITTLE_ENDIAN, copy=False).tobytes()
        elif isinstance(value, bytes):
            attachments[key] = value
        else:
            plain[key] = value
    return FactRow(fact.event, _as_json(plain), embedding, attachments)


def decode_fact(event: str, data: str, embedding: bytes | None, attachments: dict[str, bytes]) -> Fact:
    """Return a fact from what was written; the inverse of ``encode_fact``.

    Example:
        >>> decode_fact("exampleAdded", '{"id":"a"}', bytes(4), {}).data
        {'id': 'a', 'embedding': array([0.], dtype=float32)}
    """
    values: dict[str, Any] = {**json.loads(data), **attachments}
    if embedding is not None:
        values[EMBEDDING] = as_embedding(embedding)
    return Fact(event, values)


def as_embedding(data: bytes) -> NDArray[np.float32]:
    """Return an embedding, float32, (d,), as a view of its bytes, which can't be written to."""
    view = np.frombuffer(data, LITTLE_ENDIAN)
    return view if sys.byteorder == "little" else view.astype(np.float32)


def encode_snapshot(state: dict[str, Any], embedding_keys: list[int]) -> bytes:
    """Return a snapshot's state and the numbers of its embeddings as compressed JSON."""
    return zlib.compress(_as_json({"state": state, "embeddings": embedding_keys}).encode(), 1)


def decode_snapshot(data: bytes) -> tuple[dict[str, Any], list[int]]:
    """Return what ``encode_snapshot`` was given."""
    content = json.loads(zlib.decompress(data))
    return content["state"], content["embeddings"]


def fact_crc(event: str, data: str) -> int:
    """Return the checksum of a fact's row."""
    return zlib.crc32(data.encode(), zlib.crc32(event.encode()))


def data_crc(data: bytes) -> int:
    """Return the checksum of a row of bytes.

    Example:
        >>> data_crc(b"cat")
        2656977832
    """
    return zlib.crc32(data)


def check_crc(found: int, expected: int, table: str, seq: int) -> None:
    """Raise DamagedRowError where a row's content is not what was written."""
    if found != expected:
        raise DamagedRowError(f"row {seq} of the table {table}")


def _as_json(value: object) -> str:
    # ASCII: no database then refuses a NUL or half a surrogate pair in a name.
    return json.dumps(value, allow_nan=False, separators=(",", ":"))
