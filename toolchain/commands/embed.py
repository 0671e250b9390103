"""``python -m toolchain embed``: embeds a folder beforehand, so that every other command is quick."""

import time
from pathlib import Path

import click

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


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@model_option
@cache_option
@processes_option
@scheduler_option
@json_option
def command(
    folder: Path, model: Path, cache: Path | None, processes: int | None, scheduler: str | None, as_json: bool
) -> None:
    r"""Embeds the photos of FOLDER, and keeps what it computed.

    Every other command does this by itself; for a large folder it is the part that takes time. Each embedding is kept
    at once, by the photo's content and the network: stop it whenever you like, and go on later. A photo that was
    moved or renamed is not embedded again.

    \b
    Examples:
      python -m toolchain embed photos
      python -m toolchain embed photos --cache embeddings.sqlite --processes 2
    """
    from photos.folder import list_photos
    from toolchain.embedding.cache import EmbeddingCache
    from toolchain.embedding.embed import as_passed_over, embed_each
    from toolchain.embedding.model import EmbeddingModel
    from toolchain.progress import Progress
    from toolchain.scale.embedding import embed_on

    network = EmbeddingModel.open(model)
    listing = list_photos(folder)
    passed_over = list(listing.passed_over)
    start = time.monotonic()
    new = kept = 0
    with (
        cluster_of(scheduler) as cluster,
        EmbeddingCache.open(cache, network.fingerprint) as store,
        Progress(len(listing.photos), "photos", quiet=as_json) as progress,
    ):
        elsewhere = embed_on(cluster, network)
        for photo, result in embed_each(
            listing.photos, network, store, processes=processes, say_progress=progress, elsewhere=elsewhere
        ):
            if result.embedding is None:
                passed_over.append(as_passed_over(photo, result))
            new += result.is_new
            kept += result.embedding is not None and not result.is_new
        place = store.path
    seconds = time.monotonic() - start
    echo_passed_over([] if as_json else passed_over)
    rate = f", {new / seconds:.0f} a second" if new else ""
    echo_result(
        {
            "folder": str(folder),
            "model": network.id,
            "embedded": new,
            "kept": kept,
            "passedOver": [each._asdict() for each in passed_over],
            "seconds": round(seconds, 3),
            "cache": str(place),
        },
        f"{counted(new, 'photo')} embedded{rate}; {kept:,} {'was' if kept == 1 else 'were'} embedded before. "
        f"All are kept in {place}.",
        as_json,
    )
