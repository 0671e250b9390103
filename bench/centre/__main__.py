"""``python -m bench.centre FOLDER --model DIR`` finds a model's centre, and prints it as JSON.

With ``--measure``, it prints what the centre of the model is worth.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
import numpy as np

from bench.accuracy.tables import columns
from bench.centre.fit import fit
from bench.centre.held import draw, frames_of, mean_of, rounds
from bench.centre.scenes import FITTED, KEPT_BACK, Cutout, cutouts_in, scenes, walls
from bench.photo_sets import DEFAULT_MODEL, Embed, embedder
from convert import manifest as manifests
from convert.errors import ConvertError
from server.knn.arrays import Floats
from server.knn.certainty import UnknownLimit

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
    they are named and the others are unknown is printed, without the model's centre and with it. These things are
    FOLDER's smaller cut-outs (100 to 149 pixels), which no centre is made of. Things of one folder are of a kind.
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
            limits = {"by the cosine alone": limit._replace(centre=None), "with the model's centre": limit}
            found = shares_by_wall(cutouts, list(limits.values()), embed)
            click.echo("\n\n".join(table(*each) for each in zip(limits, found, strict=True)))
        else:
            click.echo(json.dumps(fit(embed(walls(WALLS)), embed(scenes(cutouts, SCENES))), indent="\t"))
    except ConvertError as error:
        raise click.ClickException(str(error)) from error


def shares_by_wall(cutouts: Sequence[Cutout], limits: Sequence[UnknownLimit], embed: Embed) -> Floats:
    """Measure each limit in ROUNDS before each of MEASURED_WALLS, float64, (limits, walls, 5): see ``Shares``."""
    kinds = [cut.kind for cut in cutouts]
    means = []
    for number in range(MEASURED_WALLS):
        frames, drawn = frames_of(cutouts, number, embed), draw(len(cutouts), number, ROUNDS)
        means.append([mean_of([*rounds(kinds, frames, limit, drawn)]) for limit in limits])
    return np.array(means).swapaxes(0, 1)


def table(title: str, shares: Floats) -> str:
    """Return the shares before each wall, (walls, 5), as text, with their mean and its standard error."""
    error = shares.std(axis=0, ddof=1) / np.sqrt(len(shares))
    named = [(f"wall {number}", row) for number, row in enumerate(shares, start=1)]
    rows = [
        (name, *("–" if np.isnan(value) else f"{value:.1%}" for value in values))
        for name, values in [*named, ("mean", shares.mean(axis=0)), ("±", error)]
    ]
    headings = (title, "named, turned", "named, moved", "named elsewhere", "others unknown", "of a kind, unknown")
    return columns(headings, rows)


if __name__ == "__main__":
    main(prog_name="python -m bench.centre")
