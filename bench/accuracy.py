"""``make accuracy PHOTOS=folder``: how often answers on photos are right, and how well "I don't know" works."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.novelty import Novelty, evaluated, photos, recordings
from bench.photo_sets import PhotoSet, embedder, read_set
from convert.errors import ConvertError
from convert.photos import shipped_photos
from server.knn import KNN
from server.knn.options import Question

K = 5
WEIGHTS = "distance"
#: Numbers of examples of each class that are tried.
EXAMPLES_PER_CLASS = (5, 10)
DRAW_COUNT = 20
DEFAULT_MODEL = Path("web/public/model")
#: Requirements: by how much the adapted metric is better than the cosine, and the shares that are kept and rejected.
MIN_GAIN = 0.02
MIN_NOVELTY_SHARE = 0.9


class Accuracy(NamedTuple):
    """Shares of right answers, each a mean over the draws.

    Attributes:
        name: The name of the photo set.
        size: The number of examples of each class.
        cosine: By cosine.
        adapted: By the adapted metric.
        auto: By the one of both that the product's evaluation chooses.
        logistic: By scikit-learn's logistic regression.
        adapted_taken: The share of draws in which "auto" was the adapted metric.
    """

    name: str
    size: int
    cosine: float
    adapted: float
    auto: float
    logistic: float
    adapted_taken: float


class Requirement(NamedTuple):
    """A requirement, the measured value, and whether that meets it."""

    what: str
    measured: str
    is_met: bool


def measure(photo_set: PhotoSet, size: int) -> Accuracy:
    """Learn ``size`` examples of each class and classify all other photos; again for every draw."""
    outcomes = []
    for seed in range(DRAW_COUNT):
        training_rows, test_rows = photo_set.draw(size, seed)
        truths = photo_set.classes[test_rows]
        knn = KNN()
        for row in training_rows.tolist():
            knn.add_example(photo_set.embeddings[row], photo_set.labels[photo_set.classes[row]])
        right = {}
        for metric in ("cosine", "adapted"):
            results = knn.classify_batch(photo_set.embeddings[test_rows], K, metric, WEIGHTS)
            answers = [photo_set.labels.index(result["label"]) for result in results]
            right[metric] = float(np.mean(truths == answers))
        figures = evaluated(knn).evaluate(Question(K, "auto", WEIGHTS))
        if figures is None:
            raise ValueError("There are fewer than two examples.")
        auto = figures["auto"]["metric"]
        units = photo_set.embeddings / np.linalg.norm(photo_set.embeddings, axis=1, keepdims=True)
        head = LogisticRegression(C=100, max_iter=1000).fit(units[training_rows], photo_set.classes[training_rows])
        logistic = float(np.mean(head.predict(units[test_rows]) == truths))
        outcomes.append((right["cosine"], right["adapted"], right[auto], logistic, auto == "adapted"))
    return Accuracy(photo_set.name, size, *np.mean(outcomes, axis=0).tolist())


def averaged(rows: Sequence[Accuracy], size: int) -> Accuracy:
    """Return the mean of all rows with this number of examples."""
    figures = [row[2:] for row in rows if row.size == size]
    return Accuracy("all", size, *np.mean(figures, axis=0).tolist())


def check_requirements(means: Sequence[Accuracy], novelties: Sequence[Novelty]) -> list[Requirement]:
    """Return what is required of both tables, and whether it is met."""
    requirements = []
    for mean in means:
        gain, lead = mean.adapted - mean.cosine, mean.adapted - mean.logistic
        at = f"with {mean.size} examples a class"
        requirements += [
            Requirement(f"adapted beats cosine by {MIN_GAIN:.0%} or more {at}", f"{gain:+.1%}", gain >= MIN_GAIN),
            Requirement(f"adapted is no worse than a logistic regression {at}", f"{lead:+.1%}", lead >= 0),
        ]
    for novelty in novelties:
        smaller = min(novelty.kept, novelty.rejected)
        what = f"{novelty.what}: {MIN_NOVELTY_SHARE:.0%} or more kept, and rejected"
        requirements.append(Requirement(what, f"{smaller:.1%}", smaller >= MIN_NOVELTY_SHARE))
    return requirements


def table(rows: Sequence[Accuracy]) -> str:
    """Return accuracies as text, in columns."""
    width = max(len(row.name) for row in rows)
    lines = [f"{'':{width}}  examples a class  cosine  adapted    auto  logistic  auto takes adapted"]
    lines += [
        f"{row.name:{width}}  {row.size:16}  {row.cosine:6.1%}  {row.adapted:7.1%}  {row.auto:6.1%}  "
        f"{row.logistic:8.1%}  {row.adapted_taken:18.0%}"
        for row in rows
    ]
    return "\n".join(lines)


def novelty_table(rows: Sequence[Novelty]) -> str:
    """Return how well "I don't know" works as text, in columns."""
    width = max(len(row.what) for row in rows)
    lines = [f"{'':{width}}  taught: kept  another kind: rejected  from distance"]
    lines += [f"{row.what:{width}}  {row.kept:12.1%}  {row.rejected:22.1%}  {row.limit:13.3f}" for row in rows]
    return "\n".join(lines)


@click.command(context_settings={"show_default": True, "max_content_width": 100})
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--model",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_MODEL,
    help="The folder of the converted model.",
)
@click.option("--check", is_flag=True, help="End with code 1 if a requirement is missed.")
def main(folders: tuple[Path, ...], model: Path, check: bool) -> None:
    """Measures how often the classifier is right on photos, with the model that the page runs.

    Each of FOLDERS holds a folder of photos (.jpg, .jpeg, .png, .webp) for each of two classes or more, with at least 6
    photos a class; 11 for the figures with ten examples a class.

    The first table: 20 times, 5 and 10 photos of each class are drawn as examples, and all other photos are classified,
    by 5 neighbours that vote by distance. `auto` is the metric that the product's own evaluation of the examples
    chooses. `logistic` is scikit-learn's LogisticRegression(C=100) on the same embeddings.

    The second: up to 20 photos of each class are examples, and the limit of "I don't know" is the one that the
    product's evaluation finds. Kept: photos of the same classes that are not unknown. Rejected: photos of something
    else that are unknown: those of the other FOLDERS, and those that scikit-learn and scikit-image ship (a cat, a cup
    of coffee, a rocket ...). The same with forty frames of one recording of each class, against the next recording, and
    against other things.
    """
    if not folders:
        raise click.UsageError("Which photos? Give a folder of class folders, or several: make accuracy PHOTOS=folder")
    try:
        is_met = report(folders, model)
    except ConvertError as error:
        raise click.ClickException(str(error)) from error
    if check and not is_met:
        sys.exit(1)


def report(folders: Sequence[Path], model: Path) -> bool:
    """Print both tables and their requirements; return whether all are met.

    Raises:
        ConvertError: See ``read_set``; or there is no model.
    """
    embed = embedder(model)
    sets = []
    for folder in folders:
        click.echo(f"Embedding {folder} ...", err=True)
        sets.append(read_set(folder, min(EXAMPLES_PER_CLASS) + 1, embed))
    sizes = [size for size in EXAMPLES_PER_CLASS if all(photo_set.smallest > size for photo_set in sets)]
    rows = [measure(photo_set, size) for photo_set in sets for size in sizes]
    means = [averaged(rows, size) for size in sizes]
    click.echo(table([*rows, *means]) + "\n")
    if sizes != list(EXAMPLES_PER_CLASS):
        largest = max(EXAMPLES_PER_CLASS)
        click.echo(f"Every class needs {largest + 1} photos for the figures with {largest} examples a class.\n")
    click.echo("Embedding other photos, and frames of recordings ...", err=True)
    shipped = embed(picture for _, picture in shipped_photos())
    novelties = [*photos(sets, shipped, DRAW_COUNT), *recordings(embed)]
    click.echo(novelty_table(novelties) + "\n")
    requirements = check_requirements(means, novelties)
    for what, measured, is_met in requirements:
        click.echo(f"{'met   ' if is_met else 'MISSED'}  {what}: {measured}")
    return all(requirement.is_met for requirement in requirements)


if __name__ == "__main__":
    main(prog_name="python -m bench.accuracy")
