"""``python -m toolchain clean``: a copy of a folder of photos that is fit to train on."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolchain.errors import ToolchainError
from toolchain.output import (
    cache_option,
    counted,
    echo_passed_over,
    echo_result,
    json_option,
    model_option,
    processes_option,
)
from toolchain.scale.option import cluster_of, scheduler_option

if TYPE_CHECKING:
    from photos.folder import PhotoFile
    from server.knn.arrays import Embeddings
    from toolchain.cleaning.clean import Cleaned
    from toolchain.scale.cluster import Cluster

#: Of photos that are too small, the side that is proposed leaves out one of so many: the smallest may be icons.
_FEW = 10
_WORDS = {
    "kept": "kept",
    "broken": "can't be read",
    "small": "too small for --min-side",
    "duplicate": "the same file as another",
    "near-duplicate": "look the same as another",
    "in two classes": "the same picture in two classes",
    "balance": "left out to balance the classes",
    "loose": "in no class folder",
    "hidden": "hidden files",
    "notPicture": "no pictures",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder for the clean copy."
)
@click.option(
    "--min-side",
    type=click.IntRange(min=1),
    default=None,
    show_default="what the network takes",
    help="Photos whose shorter side has fewer pixels are left out.",
)
@click.option(
    "--side",
    type=click.IntRange(min=1),
    default=256,
    help="The shorter side of the copies in pixels. Smaller photos are not enlarged.",
)
@click.option("--crop/--no-crop", default=True, help="Keep the middle square, which is what the network sees; or all.")
@click.option(
    "--near",
    type=click.Choice(["hash", "embedding", "none"]),
    default="hash",
    help="How photos that look the same are found: by a hash of how they look, or by the network, which also finds "
    "the same thing a moment later.",
)
@click.option(
    "--conflicts",
    type=click.Choice(["drop", "first"]),
    default="drop",
    help="Of one picture in two classes keep none, since nobody knows which is right; or the one with the most pixels.",
)
@click.option("--balance", is_flag=True, help="Keep as many photos of each class as the smallest class has.")
@click.option("--seed", type=int, default=0, help="Of the draw for --balance.")
@model_option
@cache_option
@processes_option
@scheduler_option
@json_option
def command(
    folder: Path,
    out: Path,
    min_side: int | None,
    side: int,
    crop: bool,
    near: str,
    conflicts: str,
    balance: bool,
    seed: int,
    model: Path,
    cache: Path | None,
    processes: int | None,
    scheduler: str | None,
    as_json: bool,
) -> None:
    r"""Makes a clean copy of FOLDER, which holds a folder of photos for each class.

    Photos that are broken, too small, or there twice are left out. All others become upright RGB JPEG files without
    metadata (so without places), cropped and made smaller. What became of each file, and why, is in report.csv in the
    copy. The originals are never changed. Run it again at any time: only what changed is done.

    \b
    Examples:
      python -m toolchain clean photos --out clean
      python -m toolchain clean photos --out balanced --balance --no-crop
    """
    from convert import manifest as manifests
    from toolchain.cleaning.clean import CleanOptions, clean_folder
    from toolchain.embedding.model import core_count

    if min_side is None:
        min_side = int(manifests.read(model)["input"]["size"])

    def embed(photos: Sequence["PhotoFile"], cluster: "Cluster | None") -> "Embeddings":
        from toolchain.embedding.cache import EmbeddingCache
        from toolchain.embedding.embed import embed_photos
        from toolchain.embedding.model import EmbeddingModel
        from toolchain.scale.embedding import embed_on

        network = EmbeddingModel.open(model)
        with EmbeddingCache.open(cache, network.fingerprint) as store:
            elsewhere = embed_on(cluster, network)
            embedded = embed_photos(photos, network, store, processes=processes, elsewhere=elsewhere)
        return embedded.embeddings

    options = CleanOptions(min_side, side, crop, near, "first" if conflicts == "first" else "drop", balance, seed)
    with cluster_of(scheduler) as cluster:
        result = clean_folder(
            folder,
            out,
            options,
            processes=processes or core_count(),
            cluster=cluster,
            embed=partial(embed, cluster=cluster),
            quiet=as_json,
        )
    _echo(result, out, as_json)
    _refuse_nothing(result, out)


def _echo(result: "Cleaned", out: Path, as_json: bool) -> None:
    from photos.folder import PassedOver

    broken = [row for row in result.rows if row["fate"] not in ("kept", "balance", "duplicate", "near-duplicate")]
    if not as_json:
        echo_passed_over([PassedOver(row["name"], row["fate"], row["reason"]) for row in broken])
    lines = [
        f"{count:>7,}  {_WORDS.get(fate, fate)}" for fate, count in sorted(result.counts.items(), key=lambda x: -x[1])
    ]
    classes = ", ".join(f"{label or '(no class)'} {count:,}" for label, count in result.by_label.items())
    text = "\n".join(
        [
            *lines,
            f"Kept by class: {classes or 'nothing'}.",
            f"{counted(result.written, 'file')} written, {result.removed:,} removed; the rest was there.",
            f"What became of each file: {out / 'report.csv'}",
        ]
    )
    echo_result(
        {
            "out": str(out),
            "counts": result.counts,
            "classes": result.by_label,
            "written": result.written,
            "removed": result.removed,
            "files": result.rows,
        },
        text,
        as_json,
    )


def _refuse_nothing(result: "Cleaned", out: Path) -> None:
    """End with the exit code 1 where nothing is kept; the report is written and told by then.

    An error and no warning: what comes next, mostly ``train``, could only fail, and a script has to stop here.

    Raises:
        ToolchainError: Nothing is kept; says why, and what to change.
    """
    if result.by_label:
        return
    why = {fate: count for fate, count in result.counts.items() if fate not in ("hidden", "notPicture")}
    hint = f"Why, is in {out / 'report.csv'}."
    most = max(why, key=lambda fate: why[fate], default="")
    if most == "small":
        sides = sorted(result.small_sides)
        side = max(1, sides[len(sides) // _FEW])
        enough = sum(each >= side for each in sides)
        hint = f"Give --min-side {side}, which {enough:,} of the {counted(len(sides), 'small photo')} have."
    elif most == "in two classes":
        hint = "Leave each picture in one class, or give --conflicts first."
    told = ", ".join(f"{count:,} {_WORDS.get(fate, fate)}" for fate, count in why.items())
    raise ToolchainError(f"No photo is kept: {told}.", hint)
