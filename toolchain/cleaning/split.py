"""Splits photos into those to train on, to validate with, and to test with; and keeps that in ``split.csv``.

What belongs together stays together: near-duplicates, and the photos of one burst or one person. Otherwise a test asks
about what was taught.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from photos.folder import PhotoFile
from toolchain.cleaning.duplicates import Clusters
from toolchain.errors import ToolchainError
from toolchain.tables import read_table, write_table

PARTS: Final = ("train", "validation", "test")
SHARES: Final = (0.8, 0.1, 0.1)
FILE: Final = "split.csv"
COLUMNS: Final = ("name", "label", "part", "group")
#: From so many units of a class on, each part that is wanted gets one.
_MIN_UNITS: Final = 3


class SplitRow(NamedTuple):
    """One photo's row of ``split.csv``."""

    name: str
    label: str
    part: str
    group: str


def split_photos(
    labels: Sequence[str],
    groups: Sequence[str | None],
    near: Sequence[int] | Clusters | None = None,
    *,
    shares: Sequence[float] = SHARES,
    seed: int = 0,
) -> list[str]:
    """Split n photos, each class by the same shares as far as what belongs together allows.

    Args:
        labels: n classes.
        groups: Of each photo its burst or person, or None; a group is in one part.
        near: Of each photo the number of its cluster of near-duplicates, which is in one part. None: there are none.
        shares: Of training, validation and test; they add up to 1.
        seed: The same seed gives the same parts.

    Returns:
        n parts: train, validation or test. A class of one unit is in training alone; one of three or more units that no
        other class is in has photos in every part that has a share.

    Example:
        >>> parts = split_photos(["cat"] * 10 + ["dog"] * 10, [None] * 20)
        >>> [parts[:10].count(part) for part in PARTS]
        [8, 1, 1]
    """
    if len(shares) != len(PARTS) or min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
        raise ToolchainError(
            f"The shares of a split are {', '.join(f'{100 * share:g}' for share in shares)}; three that add up to 100 "
            "were expected.",
            "Give for example --shares 80,10,10.",
        )
    n = len(labels)
    if n == 0:
        return []
    names, classes = np.unique(np.array(labels, object), return_inverse=True)
    units = _units(groups, near)
    counts = np.zeros((int(units.max()) + 1, len(names)), np.int64)
    np.add.at(counts, (units, classes), 1)
    wanted = _wanted(counts, shares)
    random = np.random.default_rng(seed).permutation(len(counts))
    # Large units first: what is small fills the gaps. Those of several classes before all, since they fit worst.
    order = np.lexsort((random, -counts.sum(axis=1), -(counts > 0).sum(axis=1)))
    part_of = np.zeros(len(counts), np.int64)
    have = np.zeros_like(wanted)
    has_share = np.array(shares) > 0
    # Of each class: the parts that must get a unit and have none yet, and how many units are still to come.
    is_bare = (wanted > 0) & has_share
    to_come = (counts > 0).sum(axis=0)
    for unit in order:
        mine = counts[unit] > 0
        missing = (wanted - have)[mine].min(axis=0) - ~has_share * n
        is_last_chance = is_bare[mine & (is_bare.sum(axis=1) >= to_come)].any(axis=0)
        if is_last_chance.any():
            missing[~is_last_chance] = -np.inf
        part_of[unit] = int(np.argmax(missing))
        have[:, part_of[unit]] += counts[unit]
        is_bare[mine, part_of[unit]] = False
        to_come[mine] -= 1
    return [PARTS[part_of[unit]] for unit in units]


def group_by_pattern(photos: Sequence[PhotoFile], pattern: str) -> list[str | None]:
    """Return each photo's group: what a regular expression finds in its name, or its folder where it finds nothing.

    Args:
        photos: In any order.
        pattern: Its first group counts, or all of it where it has none.

    Raises:
        ToolchainError: It is no regular expression.

    Example:
        >>> photo = PhotoFile(Path("cat/anna_1.jpg"), "cat/anna_1.jpg", "cat", None)
        >>> group_by_pattern([photo], r"([a-z]+)_[0-9]+")
        ['anna']
    """
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ToolchainError(
            f"{pattern!r} is no regular expression: {error}.", r"For names such as anna_12.jpg: --group-by '/([a-z]+)_'"
        ) from error
    groups: list[str | None] = []
    for photo in photos:
        found = compiled.search(photo.name)
        groups.append(photo.group if found is None else found.group(1 if compiled.groups else 0))
    return groups


def write_split(folder: Path, rows: Sequence[SplitRow]) -> Path:
    """Write ``split.csv`` into a folder of class folders; return where it is."""
    path = folder / FILE
    write_table(path, COLUMNS, [row._asdict() for row in rows])
    return path


def read_split(folder: Path) -> dict[str, SplitRow] | None:
    """Return the rows of a folder's ``split.csv`` by the photos' names; None where there is none.

    Raises:
        ToolchainError: It is damaged, or has other parts.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    again = "Write it again: python -m toolchain split FOLDER"
    try:
        table = read_table(path)
    except (OSError, ValueError) as error:
        raise ToolchainError(f"{path} can't be read: {error}.", again) from error
    rows: dict[str, SplitRow] = {}
    for number, row in enumerate(table, 2):
        if not {"name", "part"} <= row.keys() or row["part"] not in PARTS:
            raise ToolchainError(
                f"Row {number} of {path} has the part {row.get('part')!r}; {', '.join(PARTS)} were expected.", again
            )
        rows[row["name"]] = SplitRow(row["name"], row.get("label", ""), row["part"], row.get("group", ""))
    return rows


def _units(groups: Sequence[str | None], near: Sequence[int] | Clusters | None) -> NDArray[np.int64]:
    """Return of each photo its unit: photos that share a group or a cluster, and those that these share."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    n = len(groups)
    keys: list[object] = [("photo", row) if group is None else ("group", group) for row, group in enumerate(groups)]
    numbers: dict[object, int] = {}
    firsts = [numbers.setdefault(key, row) for row, key in enumerate(keys)]
    edges = [(row, first) for row, first in enumerate(firsts) if row != first]
    if near is not None:
        clusters: dict[int, int] = {}
        edges += [(row, clusters.setdefault(int(cluster), row)) for row, cluster in enumerate(near)]
    ends = np.array(edges, np.int64).reshape(-1, 2)
    graph = coo_matrix((np.ones(len(ends), np.int8), (ends[:, 0], ends[:, 1])), shape=(n, n))
    units: NDArray[np.int64] = connected_components(graph, directed=False)[1].astype(np.int64)
    return units


def _wanted(counts: NDArray[np.int64], shares: Sequence[float]) -> NDArray[np.float64]:
    """Return how many photos of each class each part should have, float64, (c, 3)."""
    totals = counts.sum(axis=0)
    wanted: NDArray[np.float64] = totals[:, None] * np.array(shares)[None, :]
    for index in range(counts.shape[1]):
        sizes = counts[counts[:, index] > 0, index]
        if len(sizes) < 2:
            wanted[index] = (totals[index], 0, 0)
            continue
        # A part of less than a unit would get none, and then nothing could be said of the class.
        for part in (2, 1)[: min(2, len(sizes) - 1 if len(sizes) < _MIN_UNITS else 2)]:
            if shares[part] > 0:
                wanted[index, part] = max(wanted[index, part], float(sizes.min()))
        wanted[index, 0] = max(float(sizes.min()), totals[index] - wanted[index, 1:].sum())
        if len(sizes) < _MIN_UNITS:
            wanted[index, 1] = 0
    return wanted
