"""``make accuracy PHOTOS=folder``: how often it is right on photos, and how well it knows what it was not taught."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.novelty import Novelty, evaluated, holds, photos
from bench.photo_sets import PhotoSet, embedder, read_set
from convert.errors import ConvertError
from convert.photos import shipped_photos
from server.knn import KNN
from server.knn.options import Question

K = 5
WEIGHTS = "distance"
#: Examples a class.
SIZES = (5, 10)
DRAWS = 20
DEFAULT_MODEL = Path("web/public/model")
#: What the adapted metric must be better than the cosine by, and what is to be kept and rejected at least.
LEAST_GAIN = 0.02
LEAST_KNOWN = 0.9


class Accuracy(NamedTuple):
    """Shares of right answers, means over the draws.

    Attributes:
        name: The set's.
        size: Examples a class.
        cosine: By cosine.
        adapted: By the adapted metric.
        auto: By whichever of both the product's test takes.
        logistic: Of scikit-learn's logistic regression.
        adapted_taken: The share of draws in which "auto" was the adapted metric.
    """

    name: str
    size: int
    cosine: float
    adapted: float
    auto: float
    logistic: float
    adapted_taken: float


class Wanted(NamedTuple):
    """A requirement, what it came to, and whether it is met."""

    what: str
    came: str
    is_met: bool


def measure(photo_set: PhotoSet, size: int) -> Accuracy:
    """Teach so many examples a class, ask about all others, and do so again with other examples."""
    outcomes = []
    for seed in range(DRAWS):
        taught, asked = photo_set.draw(size, seed)
        truth = photo_set.classes[asked]
        knn = KNN()
        for row in taught.tolist():
            knn.add_example(photo_set.embeddings[row], photo_set.labels[photo_set.classes[row]])
        right = {}
        for metric in ("cosine", "adapted"):
            said = [result["label"] for result in knn.classify_batch(photo_set.embeddings[asked], K, metric, WEIGHTS)]
            right[metric] = float(np.mean([photo_set.labels[index] for index in truth] == np.array(said)))
        figures = evaluated(knn).evaluate(Question(K, "auto", WEIGHTS))
        if figures is None:
            raise ValueError("There are fewer than two examples.")
        auto = figures["auto"]["metric"]
        units = photo_set.embeddings / np.linalg.norm(photo_set.embeddings, axis=1, keepdims=True)
        head = LogisticRegression(C=100, max_iter=1000).fit(units[taught], photo_set.classes[taught])
        logistic = float(np.mean(head.predict(units[asked]) == truth))
        outcomes.append((right["cosine"], right["adapted"], right[auto], logistic, auto == "adapted"))
    return Accuracy(photo_set.name, size, *np.mean(outcomes, axis=0).tolist())


def averaged(rows: Sequence[Accuracy], size: int) -> Accuracy:
    """Return the mean of all sets' rows of a size."""
    figures = [row[2:] for row in rows if row.size == size]
    return Accuracy("all", size, *np.mean(figures, axis=0).tolist())


def wanted(means: Sequence[Accuracy], novelties: Sequence[Novelty]) -> list[Wanted]:
    """Return what is required of both tables."""
    made = []
    for mean in means:
        gain, lead = mean.adapted - mean.cosine, mean.adapted - mean.logistic
        at = f"with {mean.size} examples a class"
        made += [
            Wanted(f"adapted beats cosine by {LEAST_GAIN:.0%} or more {at}", f"{gain:+.1%}", gain >= LEAST_GAIN),
            Wanted(f"adapted is no worse than a logistic regression {at}", f"{lead:+.1%}", lead >= 0),
        ]
    for novelty in novelties:
        least = min(novelty.kept, novelty.rejected)
        what = f"{novelty.what}: {LEAST_KNOWN:.0%} or more kept, and rejected"
        made.append(Wanted(what, f"{least:.1%}", least >= LEAST_KNOWN))
    return made


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
    """Return how well it knows what it was not taught as text, in columns."""
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
@click.option("--check", is_flag=True, help="End with code 1 where something that is wanted is missed.")
def main(folders: tuple[Path, ...], model: Path, check: bool) -> None:
    """Measures how often the classifier is right on photos, with the model that the page runs.

    Each of FOLDERS holds a folder of photos (.jpg, .jpeg, .png, .webp) for each of two classes or more, with at least 6
    photos a class; 11 for the figures with ten examples a class.

    The first table: 20 times, 5 and 10 examples a class are drawn and taught, and all other photos asked about, by 5
    neighbours that vote by distance. `auto` is the metric that the product's own test of the taught examples takes.
    `logistic` is scikit-learn's LogisticRegression(C=100) on the same embeddings.

    The second: up to 20 photos a class are taught, and the limit of "I don't know" is the one that the product's test
    finds. Kept: photos of the taught classes that are not unknown. Rejected: photos of another kind that are: those of
    the other FOLDERS, and those that scikit-learn and scikit-image ship (a cat, a cup of coffee, a rocket ...). The
    same with forty frames of one hold a class, against the next hold, and against other things.
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
    """Print both tables and what is wanted of them; return whether all of that is met.

    Raises:
        ConvertError: See ``read_set``; or there is no model.
    """
    embed = embedder(model)
    sets = []
    for folder in folders:
        click.echo(f"Embedding {folder} ...", err=True)
        sets.append(read_set(folder, min(SIZES) + 1, embed))
    sizes = [size for size in SIZES if all(photo_set.smallest > size for photo_set in sets)]
    rows = [measure(photo_set, size) for photo_set in sets for size in sizes]
    means = [averaged(rows, size) for size in sizes]
    click.echo(table([*rows, *means]) + "\n")
    if sizes != list(SIZES):
        click.echo(f"Every class needs {max(SIZES) + 1} photos for the figures with {max(SIZES)} examples a class.\n")
    click.echo("Embedding what was not taught, and frames of holds ...", err=True)
    shipped = embed(picture for _, picture in shipped_photos())
    novelties = [*photos(sets, shipped, DRAWS), *holds(embed)]
    click.echo(novelty_table(novelties) + "\n")
    requirements = wanted(means, novelties)
    for what, came, is_met in requirements:
        click.echo(f"{'met   ' if is_met else 'MISSED'}  {what}: {came}")
    return all(requirement.is_met for requirement in requirements)


if __name__ == "__main__":
    main(prog_name="python -m bench.accuracy")
