"""``python -m bench.centre FOLDER --model DIR`` finds a model's centre, and prints it as JSON."""

import json
from pathlib import Path
from typing import Final

import click

from bench.centre.fit import fit
from bench.centre.scenes import cutouts_in, scenes, walls
from bench.photo_sets import DEFAULT_MODEL, embedder
from convert.errors import ConvertError

#: Scenes of each thing, and walls with nothing before them.
SCENES: Final = 12
WALLS: Final = 400
#: From fewer things nothing can be learnt about others.
MIN_CUTOUTS: Final = 50


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
def main(folder: Path, model: Path, cache: Path | None) -> None:
    """Finds the centre of a converted model, from made-up walls and cut-out photos of things before them.

    FOLDER holds PNGs with transparency. The product's own comes from those of Debian's package
    tuxpaint-stamps-default; no picture can be made of it again. ``convert/centres`` has the result.
    """
    cutouts = list(cutouts_in(folder))
    if len(cutouts) < MIN_CUTOUTS:
        raise click.ClickException(f"{folder} has {len(cutouts)} cut-out photos; {MIN_CUTOUTS} or more are needed.")
    try:
        embed = embedder(model, cache)
        found = fit(embed(walls(WALLS)), embed(scenes(cutouts, SCENES)))
    except ConvertError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(found, indent="\t"))


if __name__ == "__main__":
    main(prog_name="python -m bench.centre")
