"""Examples beyond those that a project holds: ``more.npy`` has their embeddings, ``more.csv`` what they are.

The page can't open them; the command line answers by all. ``toolchain/models/trained.py`` uses it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from server.knn.arrays import Embeddings
from toolchain.errors import ToolchainError
from toolchain.models.facts import AGAIN, refuse
from toolchain.tables import read_table, write_table

EMBEDDINGS: Final = "more.npy"
TABLE: Final = "more.csv"
NAMES: Final = (EMBEDDINGS, TABLE)
_COLUMNS: Final = ("id", "label", "group", "name")


class MoreExample(NamedTuple):
    """An example beyond those of the project.

    Attributes:
        id: Of no other example.
        label: Its class.
        group: Its recording; None for one of none.
        name: The photo that it was made of.
    """

    id: str
    label: str
    group: str | None
    name: str


class MoreExamples(NamedTuple):
    """Examples beyond those of the project.

    Attributes:
        examples: m of them.
        embeddings: float32, (m, d), finite, no row of zeros.
    """

    examples: Sequence[MoreExample]
    embeddings: Embeddings


def write_more(folder: Path, more: MoreExamples) -> None:
    """Write both files into a folder; memory does not grow by another copy.

    Raises:
        OSError: They can't be written.
    """
    with (folder / EMBEDDINGS).open("wb") as file:
        np.lib.format.write_array(file, np.ascontiguousarray(more.embeddings, "<f4"), (1, 0), allow_pickle=False)  # type: ignore[no-untyped-call]
    write_table(folder / TABLE, _COLUMNS, ({**each._asdict(), "group": each.group or ""} for each in more.examples))


def read_more(folder: Path, dimension: int, classes: Sequence[str]) -> MoreExamples:
    """Read both files, which anyone may have written.

    Raises:
        ToolchainError: One of them is missing, or none that ``write_more`` wrote for this model.
    """
    path, table = folder / EMBEDDINGS, folder / TABLE
    for each in (path, table):
        if not each.is_file():
            raise ToolchainError(f"{each} is missing, which the model needs.", AGAIN)
    try:
        # Mapped first, so that a shape that only the header promises takes no memory.
        embeddings = np.lib.format.open_memmap(path, mode="r")  # type: ignore[no-untyped-call]
        rows = read_table(table)
    except (ValueError, OSError, EOFError) as error:
        raise ToolchainError(f"{folder} is damaged, its {EMBEDDINGS} or {TABLE}: {error}.", AGAIN) from error
    if embeddings.dtype != np.dtype("<f4"):
        refuse(path, "it is no array of float32 numbers")
    if embeddings.shape != (len(rows), dimension):
        refuse(path, f"it is {embeddings.shape}; ({len(rows)}, {dimension}) was expected")
    known = set(classes)
    examples = [
        MoreExample(row.get("id", ""), row.get("label", ""), row.get("group") or None, row.get("name", ""))
        for row in rows
    ]
    if not all(each.id and each.label in known for each in examples):
        refuse(table, "an example has no id, or a class that the model does not have")
    read: Embeddings = np.array(embeddings, np.float32)
    if not np.isfinite(read).all() or not read.any(axis=1).all():
        refuse(path, "it has numbers that are not finite, or an embedding of zeros")
    return MoreExamples(examples, read)
