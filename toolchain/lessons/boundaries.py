"""Boundaries between classes in two dimensions: which class every point of a plane is nearest to, for several k."""

import base64
import io
from collections.abc import Sequence
from typing import Final

import numpy as np

from server.knn.arrays import ClassIndices, Embeddings, Floats
from toolchain.report.blocks import Picture
from toolchain.report.charts import COLOURS

KS: Final = (1, 3, 9)
METRICS: Final = ("euclidean", "manhattan")
#: Points of the plane along each side that are asked about.
_GRID: Final = 160
_MARGIN: Final = 0.08


def project(embeddings: Embeddings) -> Floats:
    """Return embeddings at unit length in the two directions in which they vary most (PCA), float64, (n, 2).

    Args:
        embeddings: float32, (n, d), no zero row.
    """
    units = embeddings.astype(np.float64)
    units /= np.sqrt(np.square(units).sum(axis=1, keepdims=True))
    centred = units - units.mean(axis=0)
    _, _, directions = np.linalg.svd(centred, full_matrices=False)
    points: Floats = centred @ directions[:2].T
    if points.shape[1] < 2:
        points = np.hstack([points, np.zeros((len(points), 2 - points.shape[1]))])
    # A direction has no sign of its own; with the largest value positive, the same photos give the same picture.
    signs = np.sign(points[np.abs(points).argmax(axis=0), [0, 1]])
    turned: Floats = points * np.where(signs == 0, 1, signs)
    return turned


def regions(points: Floats, classes: ClassIndices, k: int, metric: str) -> tuple[ClassIndices, tuple[float, ...]]:
    """Return the class of each point of a grid over the plane, int64, (GRID, GRID), and the plane's edges.

    Args:
        points: float64, (n, 2).
        classes: int64, (n,).
        k: How many neighbours vote.
        metric: "euclidean" or "manhattan".

    Returns:
        The classes, from the lower left row by row; left, right, bottom, top.
    """
    from sklearn.neighbors import KNeighborsClassifier

    low, high = points.min(axis=0), points.max(axis=0)
    reach = np.maximum(high - low, 1e-6) * _MARGIN
    edges = (low[0] - reach[0], high[0] + reach[0], low[1] - reach[1], high[1] + reach[1])
    x, y = np.meshgrid(np.linspace(*edges[:2], _GRID), np.linspace(*edges[2:], _GRID))
    model = KNeighborsClassifier(min(k, len(points)), metric=metric).fit(points, classes)
    found: ClassIndices = model.predict(np.column_stack([x.ravel(), y.ravel()])).reshape(_GRID, _GRID)
    return found, edges


def draw(points: Floats, classes: ClassIndices, labels: Sequence[str]) -> Picture:
    """Draw the regions for each k and metric, with the photos as points."""
    from matplotlib.colors import to_rgba_array
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4 * len(KS), 4 * len(METRICS)), layout="constrained")
    colours = [COLOURS[index % len(COLOURS)] for index in range(len(labels))]
    grid = figure.subplots(len(METRICS), len(KS), squeeze=False)
    for row, metric in enumerate(METRICS):
        for column, k in enumerate(KS):
            axes = grid[row][column]
            found, edges = regions(points, classes, k, metric)
            axes.imshow(to_rgba_array(colours)[found], origin="lower", extent=edges, aspect="auto", alpha=0.35)
            for index, label in enumerate(labels):
                mine = points[classes == index]
                axes.scatter(mine[:, 0], mine[:, 1], s=14, color=colours[index], edgecolors="white", label=label[:20])
            axes.set(title=f"k = {k}, {'L2' if metric == 'euclidean' else 'L1'}", xticks=[], yticks=[])
    handles, names = grid[0][0].get_legend_handles_labels()
    figure.legend(
        handles, [name.replace("$", r"\$") for name in names], loc="outside lower center", ncols=6, frameon=False
    )
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=90)
    source = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    words = (
        f"The plane of {len(points)} photos of {', '.join(labels)}, coloured by the class of the nearest, k = 1, 3, 9"
    )
    return Picture(
        source, words, "With k = 1 every odd photo has an island of its own; with more neighbours they vanish."
    )
