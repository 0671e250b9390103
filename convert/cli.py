"""The command line: `python -m convert`, with `verify` and `backbones`."""

import json
import signal
import sys
from pathlib import Path
from typing import Any

import click

from convert.backbones import BACKBONES
from convert.conversion import AUTO, convert
from convert.embedder import QUANTIZATIONS
from convert.errors import ConvertError

DEFAULT_OUT = Path("web/public/model")


class _Commands(click.Group):
    """A group whose explained errors end the program with one message and code 1, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        # so that a stopped conversion tidies up after itself, as it does after Ctrl-C
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        try:
            return super().invoke(ctx)
        except ConvertError as error:
            raise click.ClickException(str(error)) from error


@click.group(
    cls=_Commands, invoke_without_command=True, context_settings={"show_default": True, "max_content_width": 100}
)
@click.option(
    "--backbone",
    type=click.Choice([AUTO, *BACKBONES]),
    default=AUTO,
    help="The network that looks at the pictures. `auto` takes MobileNet; where its weights can't be downloaded it "
    "says so and takes EfficientNet-Lite0, whose weights were installed with the packages.",
)
@click.option(
    "--alpha",
    type=float,
    default=None,
    show_default="1",
    help="MobileNet's and MobileNetV2's width: smaller is faster, and sees less. `backbones` lists the choices.",
)
@click.option(
    "--size",
    type=int,
    default=None,
    show_default="the backbone's own, 224 or 299",
    help="Side of the picture in pixels: smaller is faster. 160 does half the work of 224.",
)
@click.option(
    "--quantize",
    type=click.Choice(QUANTIZATIONS),
    default="float16",
    help="How the browser's weights are stored. float16 halves the download and changes nothing you would notice; "
    "uint8 nearly halves it again, for a large network; a narrow MobileNet can't bear it. Run `verify` after it.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_OUT,
    help="The folder for the model; what it holds now is replaced once the new model is whole.",
)
@click.option("--force", is_flag=True, help="Convert even if the folder is up to date.")
@click.option(
    "--untrained",
    is_flag=True,
    help="Random weights: tries a conversion out without a download. Such a model recognises nothing.",
)
@click.pass_context
def main(
    ctx: click.Context,
    backbone: str,
    alpha: float | None,
    size: int | None,
    quantize: str,
    out: Path,
    force: bool,
    untrained: bool,
) -> None:
    """Turns trained weights into the model that the page runs in the browser.

    The model turns a picture into an embedding, a list of numbers by which pictures that look alike are close to each
    other. Everything that the page is taught builds on it, so choose it before you start to teach: examples recorded
    with one model mean nothing to another.

    Run it again at any time: if the folder holds what you ask for, it says so and stops.
    """
    if ctx.invoked_subcommand is None:
        convert(backbone, alpha, size, quantize, out, trained=not untrained, force=force, say=click.echo)


@main.command()
def backbones() -> None:
    """Lists the networks to choose from."""
    for row in BACKBONES.values():
        alphas = f"; alpha {', '.join(f'{alpha:g}' for alpha in row.alphas)}" if row.alphas else ""
        sizes = ", ".join(f"{size}*" if size == row.size else str(size) for size in row.sizes)
        licence = row.weights(row.alphas[-1] if row.alphas else None, row.size).licence
        click.echo(f"{row.name:<20} {row.title}: {row.about}.")
        click.echo(f"{'':<20} size {sizes}{alphas}; weights {licence}")
    click.echo("* the default. The largest sizes need the most time; every size uses the same weights file or its own.")


@main.command()
@click.option(
    "--model",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_OUT,
    help="The folder of the converted model.",
)
@click.option(
    "--photos",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=None,
    show_default="photos that scikit-learn and scikit-image ship",
    help="A folder of photos (.jpg, .jpeg, .png, .webp), in folders of any depth.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(model: Path, photos: Path | None, as_json: bool) -> None:
    """Checks that a converted model sees what the original sees.

    Embeds real photos twice, with Keras and with the converted files run by TF.js in Node, and compares. Ends with
    code 1 if they differ by more than the quantisation explains, or if the files are not those that were converted.
    """
    from convert.verify import report, verify_model

    result = verify_model(model, photos, say=(lambda line: click.echo(line, err=True)))
    click.echo(json.dumps(result, indent=2) if as_json else report(result))
    if not result["ok"]:
        sys.exit(1)
