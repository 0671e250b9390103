"""Does the page's coach leave rightly labelled photos alone, and does it find swapped labels?

Projects are drawn from sets of photos, and ``bench/coach.mjs`` runs the page's own evaluation and coach on them. A
false alarm is advice that labels look swapped, or that classes overlap, in a project whose labels are right.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from bench.photo_sets import PhotoSet
from server.knn.arrays import Embeddings

ROOT: Final = Path(__file__).resolve().parents[1]
SCRIPT: Final = ROOT / "bench" / "coach.mjs"
#: Projects of each set and kind: enough for a standard error of 1 % where 2 % are wrong; and for a first look.
DRAW_COUNT: Final = 200
QUICK_DRAW_COUNT: Final = 30
#: A project has from 2 to this many classes, if the set has as many.
MAX_CLASSES: Final = 5
#: The share of labels that are swapped: at least one.
SWAPPED_SHARE: Final = 0.1
FALSE_ALARMS: Final = ("swapped", "overlap")


class Kind(NamedTuple):
    """A kind of project.

    Attributes:
        what: For the table.
        photo_count: Photos of each class.
        is_hold: Whether each photo is a recording of near-copies; otherwise it is one example.
        swaps_recordings: Whether whole recordings are swapped; otherwise single pictures are.
    """

    what: str
    photo_count: int
    is_hold: bool = False
    swaps_recordings: bool = False


KINDS: Final = (
    *(Kind(f"{count} photos a class", count) for count in (5, 10, 20)),
    Kind("one hold a class", 1, is_hold=True),
    Kind("two holds a class", 2, is_hold=True),
    Kind("four holds a class", 4, is_hold=True),
    Kind("four holds a class, one swapped", 4, is_hold=True, swaps_recordings=True),
)


class CoachRow(NamedTuple):
    """What the coach said about the projects of one kind.

    Attributes:
        name: The name of the photo set; "all" for the mean over sets.
        kind: The name of the kind.
        projects: How many there were with right labels, and as many again with swapped ones.
        false_alarms: The share of the projects with right labels in which it gave a false alarm.
        false_alarms_error: The standard error of that.
        found: Of the swapped labels, the share that it showed as swapped.
        found_error: The standard error of that.
        right: Of what it showed as swapped in these projects, the share that was; None if it showed nothing.
    """

    name: str
    kind: str
    projects: int
    false_alarms: float
    false_alarms_error: float
    found: float
    found_error: float
    right: float | None


class Project(NamedTuple):
    """Examples as they are taught.

    Attributes:
        rows: Of each example's embedding, (n,).
        classes: Each example's class, (n,).
        groups: Each example's recording; None: it is none.
        swapped: The examples whose labels are wrong.
    """

    rows: list[int]
    classes: list[int]
    groups: list[int | None]
    swapped: frozenset[int]


#: What the coach shows: of each piece of advice its key, its labels and its examples.
Advice = list[tuple[str, list[str], list[int]]]


def alarms(sets: Sequence[PhotoSet], draw_count: int = DRAW_COUNT) -> list[CoachRow]:
    """Draw projects from sets of photos and let the coach look at them.

    Args:
        sets: Photos of two classes or more each; those that have views may be holds.
        draw_count: Projects of each set and kind.

    Returns:
        A row for each set and kind that it has enough photos for, then a mean over the sets for each kind.

    Raises:
        RuntimeError: Node is missing.
        subprocess.CalledProcessError: The script failed.

    Example:
        >>> rows = alarms([photo_set], QUICK_DRAW_COUNT)  # doctest: +SKIP
        >>> rows[0].kind, rows[0].false_alarms  # doctest: +SKIP
        ('5 photos a class', 0.0)
    """
    rows: list[CoachRow] = []
    for photo_set in sets:
        rows += _measure(photo_set, draw_count)
    return [*rows, *_means(rows)]


def table(rows: Sequence[CoachRow]) -> str:
    """Return rows as text, in columns."""
    width, kind_width = max(len(row.name) for row in rows), max(len(row.kind) for row in rows)
    lines = [f"{'':{width}}  {'':{kind_width}}  false alarms       swapped: shown     of those shown"]
    for row in rows:
        false_alarms = f"{row.false_alarms:6.1%} +- {row.false_alarms_error:4.1%}"
        found = f"{row.found:6.1%} +- {row.found_error:4.1%}"
        right = "" if row.right is None else f"{row.right:.0%}"
        lines.append(f"{row.name:{width}}  {row.kind:{kind_width}}  {false_alarms}     {found}     {right:>14}")
    return "\n".join(line.rstrip() for line in lines)


def draw(photo_set: PhotoSet, kind: Kind, seed: int) -> tuple[Project, Project] | None:
    """Draw a project with right labels, and the same with some swapped.

    Args:
        photo_set: Photos. The rows of the views follow those of the photos, photo by photo, as if each had views.
        kind: What to draw.
        seed: Of the generator.

    Returns:
        None if fewer than two classes have enough photos.
    """
    random = np.random.default_rng([seed, kind.photo_count, kind.is_hold])
    view_count = count_views(photo_set)
    has_views = np.isin(np.arange(len(photo_set.classes)), list(photo_set.views))
    usable = has_views if kind.is_hold else np.ones_like(has_views)
    sizes = np.bincount(photo_set.classes[usable], minlength=len(photo_set.labels))
    able = np.flatnonzero(sizes >= kind.photo_count)
    if len(able) < 2:  # the word says it
        return None
    chosen = random.permutation(able)[: random.integers(2, min(MAX_CLASSES, len(able)), endpoint=True)]
    rows: list[int] = []
    classes: list[int] = []
    groups: list[int | None] = []
    for index in chosen.tolist():
        for photo in random.permutation(np.flatnonzero((photo_set.classes == index) & usable))[
            : kind.photo_count
        ].tolist():
            first = len(photo_set.classes) + photo * view_count
            rows += range(first, first + view_count) if kind.is_hold else [photo]
            groups += [photo] * view_count if kind.is_hold else [None]
            classes += [index] * (view_count if kind.is_hold else 1)
    size = view_count if kind.swaps_recordings else 1
    count = len(rows) // size
    wrong = list(classes)
    swapped = random.choice(count, max(1, round(SWAPPED_SHARE * count)), replace=False).tolist()
    for unit in swapped:
        label = int(random.choice([index for index in chosen if index != classes[unit * size]]))
        wrong[unit * size : (unit + 1) * size] = [label] * size
    ids = frozenset(unit * size + i for unit in swapped for i in range(size))
    return Project(rows, classes, groups, frozenset()), Project(rows, wrong, groups, ids)


def advice_on(projects: Iterable[Project], labels: Sequence[str], embeddings: Embeddings) -> Iterator[Advice]:
    """Run the page's evaluation and coach on projects.

    Args:
        projects: What is taught.
        labels: Of all classes.
        embeddings: float32, (n, d), of all rows.
    """
    described = [_describe(project, labels) for project in projects]
    workers = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(workers) as pool:
        file = Path(folder) / "embeddings"
        file.write_bytes(np.ascontiguousarray(embeddings, np.float32).tobytes())
        share = -(-len(described) // workers) or 1
        parts = [described[start : start + share] for start in range(0, len(described), share)]
        for advice in pool.map(lambda part: _run(file, embeddings.shape[1], part), parts):
            yield from advice


def count_views(photo_set: PhotoSet) -> int:
    """Return how many views a photo has, where it has any."""
    return max(map(len, photo_set.views.values()), default=0)


def _measure(photo_set: PhotoSet, draw_count: int) -> Iterator[CoachRow]:
    count, dimension = photo_set.embeddings.shape
    views = np.zeros((count, count_views(photo_set), dimension), np.float32)
    for row, copies in photo_set.views.items():
        views[row] = copies
    embeddings = np.concatenate([photo_set.embeddings, views.reshape(-1, dimension)])
    for kind in KINDS:
        drawn = [draw(photo_set, kind, seed) for seed in range(draw_count)]
        pairs = [pair for pair in drawn if pair]
        if not pairs:
            continue
        projects = [project for pair in pairs for project in pair]
        advice = list(advice_on(projects, photo_set.labels, embeddings))
        alarmed = [any(key in FALSE_ALARMS for key, *_ in shown) for shown in advice[::2]]
        found, right, total = [], 0, 0
        for project, shown in zip(projects[1::2], advice[1::2], strict=True):
            named = {example for key, _, ids in shown if key == "swapped" for example in ids}
            found.append(len(named & project.swapped) / len(project.swapped))
            right, total = right + len(named & project.swapped), total + len(named)
        yield CoachRow(
            photo_set.name, kind.what, len(pairs), *_mean(alarmed), *_mean(found), right / total if total else None
        )


def _means(rows: Sequence[CoachRow]) -> Iterator[CoachRow]:
    for kind in KINDS:
        of_kind = [row for row in rows if row.kind == kind.what]
        if not of_kind:
            continue
        shown = [row.right for row in of_kind if row.right is not None]
        yield CoachRow(
            "all",
            kind.what,
            sum(row.projects for row in of_kind),
            *_mean_of_means([(row.false_alarms, row.false_alarms_error) for row in of_kind]),
            *_mean_of_means([(row.found, row.found_error) for row in of_kind]),
            float(np.mean(shown)) if shown else None,
        )


def _mean_of_means(means: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the mean of some means and its standard error, from theirs."""
    values, errors = np.array(means).T
    return float(values.mean()), float(np.sqrt(np.square(errors).sum()) / len(errors))


def _mean(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean and its standard error."""
    return float(np.mean(values)), float(np.std(values) / np.sqrt(len(values)))


def _describe(project: Project, labels: Sequence[str]) -> dict[str, Any]:
    names = [labels[index] for index in sorted(set(project.classes))]
    groups = [None if group is None else str(group) for group in project.groups]
    taught = [labels[index] for index in project.classes]
    return {"labels": names, "examples": list(zip(project.rows, taught, groups, strict=True))}


def _run(file: Path, dimension: int, projects: list[dict[str, Any]]) -> list[Advice]:
    beside = ROOT / ".venv" / "bin" / "node"
    node = shutil.which("node") or (str(beside) if beside.exists() else None)
    if not node:
        raise RuntimeError("Node is missing: run `make setup`, which installs it from PyPI if need be.")
    asked = json.dumps({"file": str(file), "dimension": dimension, "projects": projects})
    done = subprocess.run(
        [node, "--no-warnings", SCRIPT], input=asked, stdout=subprocess.PIPE, check=True, text=True, encoding="utf-8"
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
