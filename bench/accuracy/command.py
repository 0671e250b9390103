"""The command line of ``make accuracy``."""

import json
import sys
from pathlib import Path

import click

from bench.accuracy.report import FULL, QUICK, Effort, Report, read_sets, report, report_shipped
from bench.accuracy.requirements import MISSED
from bench.photo_sets import DEFAULT_MODEL, embedder, shipped_set
from convert import manifest as manifests
from convert.errors import ConvertError


@click.command(context_settings={"show_default": True, "max_content_width": 100})
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--model",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_MODEL,
    help="The folder of the converted model.",
)
@click.option("--quick", is_flag=True, help="A part of the photos and fewer draws: two minutes instead of many.")
@click.option("--check", is_flag=True, help="End with code 1 if a requirement is MISSED.")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write all figures into this file too."
)
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the embeddings in this folder, for the next run.",
)
@click.option("--shipped", is_flag=True, help="Measure without FOLDERS, on the photos that packages ship.")
def main(
    folders: tuple[Path, ...],
    model: Path,
    quick: bool,
    check: bool,
    json_file: Path | None,
    cache: Path | None,
    shipped: bool,
) -> None:
    """Measures how often the classifier is right on photos, with the model that the page runs.

    Each of FOLDERS holds a folder of photos (.jpg, .jpeg, .png, .webp) for each of two classes or more, with at least 6
    photos a class; 11 and 21 for the figures with 10 and 20 photos a class.

    The first table: 5, 10 and 20 photos of each class are drawn as examples, and all other photos are classified, by 5
    neighbours that vote by distance. `auto` is the metric that the product's own evaluation of the examples chooses.
    `logistic` is scikit-learn's LogisticRegression(C=100) on the same embeddings.

    The other tables: the product's own settings, all automatic. What is taught of each class are 1, 2 or 4 recordings
    (a recording is one photo in five near-copies) or 5, 10 or 20 different photos. Other photos of the same classes
    should be kept. Things of another kind should be rejected: the photos of the other FOLDERS, and those that
    scikit-learn and scikit-image ship (a cat, a cup of coffee, a rocket ...); each photo weighs the same. So should the
    photos of a class that was left out: how many are, where 95 % of the others are kept, ranked by what decides
    between "I don't know" and a name, and by cosine distance alone.

    The coach looks at projects of rightly labelled photos, and at the same with a tenth of the labels swapped. A false
    alarm is advice that labels look swapped or classes overlap where the labels are right.

    All figures are means over draws, and over FOLDERS at the end, with the standard error: that over the draws or, if
    it is larger, that over the photos (for a share the binomial one). A requirement is `met`; `unclear` if it is missed
    by no more than two standard errors; otherwise `MISSED`. `no data`: it takes more photos.
    """
    if bool(folders) == shipped:
        raise click.UsageError(
            "Which photos? Give a folder of class folders, or several: make accuracy PHOTOS=folder\n"
            "Or give none, and --shipped for the photos that packages ship."
        )
    try:
        done = _measure(folders, model, QUICK if quick else FULL, cache)
    except ConvertError as error:
        raise click.ClickException(str(error)) from error
    if json_file:
        json_file.write_text(json.dumps(done.as_dict(), indent=1) + "\n", "utf-8")
    if check and any(requirement.verdict == MISSED for requirement in done.requirements):
        sys.exit(1)


def _measure(folders: tuple[Path, ...], model: Path, effort: Effort, cache: Path | None) -> Report:
    embed = embedder(model, cache)
    prior = manifests.first_limit(manifests.read(model))
    sets = read_sets(folders, embed, effort)
    click.echo("Embedding the photos that packages ship ...", err=True)
    shipped = shipped_set(embed)
    return report(sets, shipped, prior, effort) if sets else report_shipped(shipped, prior, effort)
