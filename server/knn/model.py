"""Which model's embeddings a classifier holds, and how an embedding is laid out in bytes."""

from typing import Any, Final, NamedTuple

import numpy as np

#: An embedding as bytes: little-endian float32 numbers, one after the other.
FLOAT32: Final = np.dtype("<f4")


class Model(NamedTuple):
    """Which model's embeddings a room holds, and their length."""

    id: str
    dimension: int

    def as_dict(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {"id": self.id, "dimension": self.dimension}
