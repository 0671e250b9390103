"""``python -m bench.prior FOLDERS --model DIR`` finds a model's prior: its first limit of "I don't know".

How far apart a backbone puts two views of one thing, and two different things, is its own. The prior is the cosine
distance beyond which REJECTED of the photos of things of another kind lie from the nearest example, after one, two and
four recordings of each class. ``convert/backbones.py`` has the priors that were found; a manifest names its model's.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import click
import numpy as np

from bench.accuracy.scenarios import RECORDINGS, Scenario
from bench.accuracy.tables import columns
from bench.photo_sets import DEFAULT_MODEL, Embed, PhotoSet, embedder, read_set, shipped_set
from convert import manifest as manifests
from convert.errors import ConvertError
from server.knn.arrays import Embeddings, Floats

#: The share of the photos of things of another kind that lies beyond the prior.
REJECTED: Final = 0.955
DRAW_COUNT: Final = 30


class Novelties(NamedTuple):
    """Cosine distances to the nearest example after one draw.

    Attributes:
        name: The set whose photos were recorded.
        scenario: How many of each class.
        known: Of the other photos of the set, float64, (n,).
        others: Of things of another kind, float64, a (m,) for each kind: another set, or the photos that packages ship.
    """

    name: str
    scenario: Scenario
    known: Floats
    others: list[Floats]


def novelties(sets: Sequence[PhotoSet], shipped: PhotoSet, draw_count: int = DRAW_COUNT) -> Iterator[Novelties]:
    """Yield the distances after every draw of every scenario."""
    for photo_set in sets:
        kinds = [other.other_than(photo_set.labels) for other in (*sets, shipped) if other is not photo_set]
        for scenario in (Scenario(True, count) for count in RECORDINGS if count < photo_set.smallest):
            for seed in range(draw_count):
                taught_rows, shown_rows = scenario.draw(photo_set, seed)
                taught = np.concatenate([photo_set.views[row] for row in taught_rows.tolist()])
                known = nearest(photo_set.embeddings[shown_rows], taught)
                yield Novelties(photo_set.name, scenario, known, [nearest(kind, taught) for kind in kinds if len(kind)])


def nearest(shown: Embeddings, taught: Embeddings) -> Floats:
    """Return the cosine distance of each of m embeddings to the nearest of n, float64, (m,).

    Example:
        >>> nearest(np.eye(2, dtype=np.float32), np.float32([[0, 3]])).tolist()
        [1.0, 0.0]
    """
    left, right = (each.astype(np.float64) for each in (shown, taught))
    left, right = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (left, right))
    distances: Floats = (1 - left @ right.T).min(axis=1)
    return distances


def prior_of(measured: Sequence[Novelties]) -> float:
    """Return the largest limit at which REJECTED of the others are beyond.

    Every set and scenario weighs the same, and within them every kind of other things.
    """
    values, weights = [], []
    for each in measured:
        of_same = sum(other.name == each.name and other.scenario == each.scenario for other in measured)
        for kind in each.others:
            values.append(kind)
            weights.append(np.full(len(kind), 1 / (of_same * len(each.others) * len(kind))))
    order = np.argsort(np.concatenate(values))
    below = np.cumsum(np.concatenate(weights)[order])
    place = int(np.searchsorted(below, (1 - REJECTED) * below[-1]))
    return float(np.concatenate(values)[order][place])


def table(measured: Sequence[Novelties], limit: float) -> str:
    """Return what a limit keeps and rejects in each set and scenario."""
    rows = []
    for name, scenario in dict.fromkeys((each.name, each.scenario) for each in measured):
        drawn = [each for each in measured if (each.name, each.scenario) == (name, scenario)]
        kept = np.mean([np.mean(each.known <= limit) for each in drawn])
        rejected = np.mean([np.mean(kind > limit) for each in drawn for kind in each.others])
        rows.append((name, scenario.title, f"{kept:.1%}", f"{rejected:.1%}"))
    return columns(("", "taught a class", "kept", "rejected"), rows)


def read(folders: Sequence[Path], embed: Embed) -> tuple[list[PhotoSet], PhotoSet]:
    """Embed the photos of folders, and those that packages ship.

    Raises:
        ConvertError: See ``read_set``.
    """
    return [read_set(folder, max(RECORDINGS) + 1, embed) for folder in folders], shipped_set(embed)


@click.command(context_settings={"show_default": True, "max_content_width": 100})
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--model",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_MODEL,
    help="The folder of the converted model.",
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the embeddings in this folder, for the next run.",
)
def main(folders: tuple[Path, ...], model: Path, cache: Path | None) -> None:
    """Finds the prior of a converted model: its limit of "I don't know" before there is evidence.

    Each of FOLDERS holds a folder of photos for each of two classes or more, with at least 5 photos a class. Recordings
    of one, two and four photos of each class are taught; a recording is one photo in five near-copies. The prior is the
    cosine distance beyond which 95.5 % of the photos of things of another kind lie from the nearest example: those of
    the other FOLDERS, and those that scikit-learn and scikit-image ship. Each of FOLDERS, each number of recordings,
    and each kind of other things weighs the same.
    """
    try:
        embed = embedder(model, cache)
        sets, shipped = read(folders, embed)
        named = manifests.first_limit(manifests.read(model)).distance
    except ConvertError as error:
        raise click.ClickException(str(error)) from error
    measured = list(novelties(sets, shipped))
    prior = prior_of(measured)
    click.echo(f"{table(measured, prior)}\n\nThe prior is {prior:.3f}. The model's manifest names {named:.3f}.")


if __name__ == "__main__":
    main(prog_name="python -m bench.prior")
