"""Which model's embeddings a classifier holds, and how an embedding is laid out in bytes.

Rooms and the parsing of requests import this module.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from server.contract.errors import ContractError

#: An embedding as bytes: little-endian float32 numbers, one after the other.
FLOAT32: Final = np.dtype("<f4")
MAX_MODEL_ID: Final = 200
MAX_DIMENSION: Final = 65536


class Model(NamedTuple):
    """The model whose embeddings a room holds, and the number of numbers in each of them."""

    id: str
    dimension: int

    def as_dict(self) -> dict[str, Any]:
        """Return the model as it travels.

        Example:
            >>> Model("mobilenet", 1280).as_dict()
            {'id': 'mobilenet', 'dimension': 1280}
        """
        return {"id": self.id, "dimension": self.dimension}

    @classmethod
    def from_dict(cls, value: object) -> "Model":
        """Return the model that a request or a file names.

        Args:
            value: What ``as_dict`` returns, or anything else.

        Raises:
            ContractError: badRequest.

        Example:
            >>> Model.from_dict({"id": "mobilenet", "dimension": 1280})
            Model(id='mobilenet', dimension=1280)
        """
        name, dimension = (value.get("id"), value.get("dimension")) if isinstance(value, dict) else (None, None)
        is_valid_name = isinstance(name, str) and 0 < len(name) <= MAX_MODEL_ID
        is_valid_dimension = type(dimension) is int and 1 <= dimension <= MAX_DIMENSION
        if not is_valid_name or not is_valid_dimension:
            raise ContractError(
                "badRequest",
                came=f"for the model {value}",
                expected=f"a model with an id, and a dimension from 1 to {MAX_DIMENSION}",
            )
        return cls(str(name), int(dimension))  # type: ignore[arg-type]
