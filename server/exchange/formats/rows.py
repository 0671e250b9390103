"""Examples that come one by one from a file, and the content that they make. Every reader of embeddings uses it.

The twin is ``web/src/exchange/formats/rows.js``.
"""

import uuid
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.exchange.bad_file import bad_file
from server.exchange.content import ContentClass, ContentExample, ProjectContent, check_content
from server.knn.checks import as_label
from server.knn.model import Model

#: The model of numbers that don't say which network made them.
UNKNOWN_MODEL: Final = "unknown"


class Rows:
    """The examples of a file so far."""

    def __init__(self, name: str) -> None:
        """Begin with none; ``name`` is the project's."""
        self.dimension = 0
        self._name = name
        self._examples: list[ContentExample] = []
        self._labels: dict[str, None] = {}
        self._rows: list[NDArray[np.float32]] = []

    def add(
        self,
        label: str,
        row: Sequence[float],
        *,
        id: str | None = None,
        group: str | None = None,
        thumbnail: bytes | None = None,
        place: int | None = None,
    ) -> None:
        """Add an example.

        Args:
            label: Its label.
            row: Its numbers, (d,).
            id: None or "" for a new one.
            group: None or "" for none.
            thumbnail: Its picture.
            place: Its number in the file, for a person; the line where there are lines.

        Raises:
            ContractError: badLabel for a label that is no text, unevenRows (another d than before), badFile (too many).
        """
        if not isinstance(label, str):
            as_label(label)
        count = len(self._examples)
        if count == 0:
            self.dimension = len(row)
        if len(row) != self.dimension or not 1 <= len(row) <= LIMITS["dimension"]:
            raise ContractError("unevenRows", came=place or count + 1, expected=self.dimension or "≥ 1")
        if count == LIMITS["examplesPerRoom"]:
            raise bad_file(f"> {LIMITS['examplesPerRoom']}", f"≤ {LIMITS['examplesPerRoom']}")
        with np.errstate(over="ignore"):  # too large for float32: infinite, and refused at the end
            self._rows.append(np.asarray(row, np.float64).astype(np.float32))
        self._labels[label] = None
        self._examples.append(ContentExample(id or str(uuid.uuid4()), label, group or None, thumbnail))

    def content(self) -> ProjectContent:
        """Return what came, checked.

        Raises:
            ContractError: noExamplesInFile; as ``check_content``.
        """
        if not self._examples:
            raise ContractError("noExamplesInFile", came=self._name)
        return check_content(
            ProjectContent(
                self._name,
                Model(UNKNOWN_MODEL, self.dimension),
                None,
                [_class_of(label) for label in self._labels],
                self._examples,
                np.stack(self._rows),
            )
        )


def _class_of(label: str) -> ContentClass:
    return ContentClass(label, None, None)
