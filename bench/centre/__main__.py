"""``python -m bench.centre FOLDER --model DIR`` finds a model's centre, and prints it as JSON."""

import json
from pathlib import Path
from typing import Final

import click
import numpy as np

from bench.accuracy.tables import columns
from bench.centre.fit import fit
from bench.centre.held import of_each_wall
from bench.centre.scenes import FITTED, KEPT_BACK, cutouts_in, scenes, walls
from bench.photo_sets import DEFAULT_MODEL, embedder
from convert import manifest as manifests
from convert.errors import ConvertError
from server.knn.arrays import Floats

#: Scenes of each thing, and walls with nothing before them.
SCENES: Final = 12
WALLS: Final = 400
#: From fewer things nothing can be learnt about others.
MIN_CUTOUTS: Final = 50
#: To measure: so many walls, and before each so many rounds of three things that are taught.
MEASURED_WALLS: Final = 6
ROUNDS: Final = 30


@click.command(context_settings={"show_default": True, "max_content_width": 100})
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
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
@click.option("--measure", is_flag=True, help="Print how well the model tells apart things that are held once.")
def main(folder: Path, model: Path, cache: Path | None, measure: bool) -> None:
    """Finds the centre of a converted model, from made-up walls and cut-out photos of things before them.

    FOLDER holds PNGs with transparency. The product's own comes from those of Debian's package
    tuxpaint-stamps-default; no picture can be made of it again. ``convert/centres`` has the result.

    With --measure, nothing is found: three things are taught at a time, by one recording before a wall, and how often
    they are named and the others are unknown is printed. These things are FOLDER's smaller cut-outs (100 to 149
    pixels), which no centre is made of.
    """
    sides = KEPT_BACK if measure else FITTED
    cutouts = list(cutouts_in(folder, sides))
    if len(cutouts) < MIN_CUTOUTS:
        raise click.ClickException(
            f"{folder} has {len(cutouts)} cut-out photos of the right size; {MIN_CUTOUTS} or more are needed."
        )
    try:
        embed = embedder(model, cache)
        if measure:
            limit = manifests.first_limit(manifests.read(model))
            click.echo(table(of_each_wall(cutouts, MEASURED_WALLS, embed, limit, ROUNDS)))
        else:
            click.echo(json.dumps(fit(embed(walls(WALLS)), embed(scenes(cutouts, SCENES))), indent="\t"))
    except ConvertError as error:
        raise click.ClickException(str(error)) from error


def table(shares: Floats) -> str:
    """Return what ``of_each_wall`` found as text: a row for each wall, their mean, and its standard error."""
    named = [(f"wall {number}", *row) for number, row in enumerate(shares, start=1)]
    error = shares.std(axis=0, ddof=1) / np.sqrt(len(shares))
    rows = [
        (title, *(f"{value:.1%}" for value in values))
        for title, *values in [*named, ("mean", *shares.mean(axis=0)), ("±", *error)]
    ]
    head = ("", "named, turned", "named, moved", "named elsewhere", "others unknown", "of a kind, unknown")
    return columns(head, rows)


if __name__ == "__main__":
    main(prog_name="python -m bench.centre")
