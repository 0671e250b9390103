"""``python -m toolchain split``: which photos are trained on, and which are kept for validation and test."""

import re
from pathlib import Path

import click

from toolchain.output import echo_result, json_option, printable, processes_option
from toolchain.scale.option import cluster_of, scheduler_option


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--shares", default="80,10,10", help="Of training, validation and test, in per cent.")
@click.option("--seed", type=int, default=0, help="Another number draws other parts; the same one the same.")
@click.option(
    "--group-by",
    metavar="PATTERN",
    default=None,
    help="A regular expression; photos in whose names it finds the same stay together. Without it the folders inside "
    "a class folder are the groups: one burst, or one person's photos.",
)
@click.option("--near/--no-near", default=True, help="Keep photos that look the same together; or don't look.")
@processes_option
@scheduler_option
@json_option
def command(
    folder: Path,
    shares: str,
    seed: int,
    group_by: str | None,
    near: bool,
    processes: int | None,
    scheduler: str | None,
    as_json: bool,
) -> None:
    r"""Splits the photos of FOLDER into training, validation and test, and writes split.csv there.

    Every class is split by the same shares, as far as what belongs together allows. Training looks at the first part,
    chooses by the second, and never sees the third, which says how good the result is. Commands that need a split and
    find no split.csv draw the same one by themselves.

    \b
    Examples:
      python -m toolchain split clean
      python -m toolchain split clean --shares 70,15,15 --group-by "([a-z]+)_[0-9]+"
    """
    from photos.folder import list_photos
    from toolchain.cleaning.duplicates import near_duplicates
    from toolchain.cleaning.inspect import look_at_all
    from toolchain.cleaning.split import PARTS, SplitRow, group_by_pattern, split_photos, write_split
    from toolchain.embedding.model import core_count
    from toolchain.errors import ToolchainError
    from toolchain.progress import Progress

    parsed = _shares(shares)
    photos = [photo for photo in list_photos(folder).photos if photo.label is not None]
    if not photos:
        raise ToolchainError(
            f"{folder} has no class folders with photos.", "Give a folder that holds a folder of photos for each class."
        )
    groups = group_by_pattern(photos, group_by) if group_by else [photo.group for photo in photos]
    if group_by and not any(re.search(group_by, photo.name) for photo in photos):
        # A warning and no error: folders and photos that look the same still keep together what they can.
        click.echo(
            f"--group-by {group_by!r} finds nothing in the name of any photo, such as {printable(photos[0].name)}: "
            "it keeps no photos together.",
            err=True,
        )
    clusters = None
    if near:
        with cluster_of(scheduler) as cluster, Progress(len(photos), "photos looked at", as_json) as progress:
            looks = list(look_at_all([photo.path for photo in photos], processes or core_count(), progress, cluster))
        usable = [row for row, look in enumerate(looks) if not look.code]
        clusters = near_duplicates([looks[row] for row in usable])
        photos, groups = [photos[row] for row in usable], [groups[row] for row in usable]
    labels = [photo.label or "" for photo in photos]
    parts = split_photos(labels, groups, clusters, shares=parsed, seed=seed)
    rows = [
        SplitRow(photo.name, photo.label or "", part, group or "")
        for photo, part, group in zip(photos, parts, groups, strict=True)
    ]
    path = write_split(folder, rows)
    counts = {
        label: [sum(row.label == label and row.part == part for row in rows) for part in PARTS]
        for label in sorted(set(labels))
    }
    lines = [f"{'':24}{'train':>8}{'validation':>12}{'test':>8}"]
    lines += [f"{label[:22]:24}{a:>8,}{b:>12,}{c:>8,}" for label, (a, b, c) in counts.items()]
    lines += [
        f"{label}: no photo is left to test with; it has too few that don't belong together."
        for label, found in counts.items()
        if found[2] == 0 and parsed[2] > 0
    ]
    echo_result(
        {"split": str(path), "seed": seed, "classes": {k: dict(zip(PARTS, v, strict=True)) for k, v in counts.items()}},
        "\n".join([*lines, f"Written to {path}."]),
        as_json,
    )


def _shares(text: str) -> list[float]:
    try:
        return [float(part) / 100 for part in text.split(",")]
    except ValueError:
        raise click.BadParameter(
            f"{text!r}; three numbers such as 80,10,10 were expected", param_hint="--shares"
        ) from None
