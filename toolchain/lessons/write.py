"""Writes the data and pictures of the lessons: tables, and a page that shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from photos.folder import PassedOver, PhotoFile, list_photos
from photos.problem import PhotoProblem
from photos.reader import as_seen, read_photo
from toolchain.embedding.cache import EmbeddingCache
from toolchain.embedding.embed import embed_photos
from toolchain.embedding.model import EmbeddingModel
from toolchain.errors import ToolchainError
from toolchain.lessons import boundaries
from toolchain.lessons.fingerprint import find_head, logits, top_names
from toolchain.lessons.pixels import PIXELS_PX, Result, compare, ways
from toolchain.output import counted, percent, printable
from toolchain.progress import Progress
from toolchain.report.blocks import Bar, Card, Link, Picture, Section, Table
from toolchain.report.not_used import not_used
from toolchain.report.page import thumbnail, write_page
from toolchain.tables import write_table

PAGE: Final = "lessons.html"
#: Pixels of more photos are not kept in memory; they are spread over all.
_MOST_PHOTOS: Final = 2000
_SHOWN: Final = 6
_K: Final = 3


@dataclass(frozen=True)
class Lessons:
    """What was found: the page, accuracies by way, and the five best names of each photo."""

    page: Path
    accuracies: dict[str, float]
    names: dict[str, list[tuple[str, float]]]
    passed_over: Sequence[PassedOver]


def write_lessons(
    folder: Path,
    out: Path,
    network: EmbeddingModel,
    cache: EmbeddingCache | None = None,
    *,
    processes: int | None = None,
    quiet: bool = True,
) -> Lessons:
    """Write the data and pictures of the lessons.

    Args:
        folder: Of class folders.
        out: Made where it is missing.
        network: Whose embeddings.
        cache: Of embeddings.
        processes: How many read photos.
        quiet: Show no progress.

    Raises:
        ToolchainError: There are fewer than two classes.
    """
    listing = list_photos(folder)
    photos = [photo for photo in listing.photos if photo.label is not None]
    chosen = np.unique(np.linspace(0, len(photos) - 1, min(len(photos), _MOST_PHOTOS)).astype(int)) if photos else []
    photos = [photos[place] for place in chosen]
    with Progress(len(photos), "photos", quiet) as progress:
        found = embed_photos(photos, network, cache, processes=processes, say_progress=progress)
    pixels, kept = _pixels(found.photos)
    labels = sorted({str(found.photos[row].label) for row in kept})
    if len(labels) < 2:
        raise ToolchainError(
            f"{folder} has fewer than two class folders with photos.",
            "Give a folder that holds a folder of photos for each class.",
        )
    files = [found.photos[row] for row in kept]
    embeddings = found.embeddings[kept]
    classes = np.searchsorted(labels, [str(photo.label) for photo in files]).astype(np.int64)
    out.mkdir(parents=True, exist_ok=True)
    results = {
        key: (way.title, compare(way, classes, [photo.group for photo in files], _K))
        for key, way in ways(pixels, embeddings).items()
    }
    points = boundaries.project(embeddings)
    _write_tables(out, files, points, results)
    names = _names(network, files, embeddings)
    passed_over = [*listing.passed_over, *found.passed_over]
    sections = [
        _pixel_section(files, results),
        _fingerprint_section(network, files, names),
        Section(
            "Where is the border?",
            ["Each photo is a point: its embedding, in the two directions in which all of them vary most."],
            charts=[boundaries.draw(points, classes, labels)],
        ),
        Section(
            "Files",
            (),
            links=[
                Link("neighbours.csv", "neighbours.csv", "the five nearest of each photo, each way"),
                Link("points.csv", "points.csv", "the points of the plane"),
                *([Link("names.csv", "names.csv", "the five best names of each photo")] if names else []),
            ],
        ),
        *not_used(passed_over),
    ]
    if names:
        rows = [
            {"name": name, "rank": rank, "says": word, "share": round(share, 4)}
            for name, best in names.items()
            for rank, (word, share) in enumerate(best, 1)
        ]
        write_table(out / "names.csv", ["name", "rank", "says", "share"], rows)
    lead = f"{counted(len(files), 'photo')} of {', '.join(labels)}, looked at in three ways."
    write_page(out / PAGE, "For the lessons", lead, sections)
    return Lessons(out / PAGE, {key: result.accuracy for key, (_, result) in results.items()}, names, passed_over)


def _pixels(photos: Sequence[PhotoFile]) -> tuple[Any, list[int]]:
    pixels, kept = [], []
    for row, photo in enumerate(photos):
        try:
            pixels.append(as_seen(read_photo(photo.path, at_least=PIXELS_PX), PIXELS_PX))
        except PhotoProblem:
            continue
        kept.append(row)
    return np.array(pixels, np.uint8).reshape(-1, PIXELS_PX, PIXELS_PX, 3), kept


def _write_tables(out: Path, files: Sequence[PhotoFile], points: Any, results: dict[str, tuple[str, Result]]) -> None:
    rows = [
        {
            "name": photo.name,
            "label": photo.label,
            "way": title,
            **{f"nearest {place}": files[other].name for place, other in enumerate(result.nearest[row], 1)},
        }
        for title, result in results.values()
        for row, photo in enumerate(files)
    ]
    write_table(out / "neighbours.csv", ["name", "label", "way", *(f"nearest {place}" for place in range(1, 6))], rows)
    plane = [
        {"name": photo.name, "label": photo.label, "x": round(float(x), 5), "y": round(float(y), 5)}
        for photo, (x, y) in zip(files, points, strict=True)
    ]
    write_table(out / "points.csv", ["name", "label", "x", "y"], plane)


def _names(network: EmbeddingModel, files: Sequence[PhotoFile], embeddings: Any) -> dict[str, list[tuple[str, float]]]:
    head = find_head(network)
    if head is None:
        return {}
    scores = logits(head, embeddings)
    return {photo.name: top_names(head, scores[row]) for row, photo in enumerate(files)}


def _shown(files: Sequence[PhotoFile]) -> list[int]:
    rows: list[int] = np.unique(np.linspace(0, len(files) - 1, min(_SHOWN, len(files))).astype(int)).tolist()
    return rows


def _pictures(files: Sequence[PhotoFile], rows: Sequence[int], side: int) -> list[Picture]:
    pictures = []
    for row in rows:
        try:
            shown = thumbnail(read_photo(files[row].path, at_least=side), side)
        except PhotoProblem:
            continue
        pictures.append(Picture(shown, f"A photo of {files[row].label}", str(files[row].label)))
    return pictures


def _pixel_section(files: Sequence[PhotoFile], results: dict[str, tuple[str, Result]]) -> Section:
    rows = [[title, percent(result.accuracy)] for title, result in results.values()]
    cards = []
    for row in _shown(files):
        for title, result in results.values():
            nearest = _pictures(files, result.nearest[row].tolist(), 96)
            right = sum(files[other].label == files[row].label for other in result.nearest[row])
            line = f"{right} of the five nearest are of the same class"
            cards.append(Card(_pictures(files, [row], 160), title, [line], neighbours=nearest))
    text = [
        f"Each photo is left out in turn, with its burst, and its {_K} nearest neighbours vote. By pixels "
        f"({PIXELS_PX} x {PIXELS_PX} points) those are near that have the same colours at the same places; by the "
        "network's embedding those that show the same thing.",
    ]
    return Section("Pixels against a network", text, [Table(["compared by", "right"], rows)], cards=cards)


def _fingerprint_section(
    network: EmbeddingModel, files: Sequence[PhotoFile], names: dict[str, list[tuple[str, float]]]
) -> Section:
    if not names:
        text = (
            f"{network.title} has no list of names here: only EfficientNet-Lite0's weights bring the layer that says "
            "them. Convert it with python -m convert --backbone efficientnet_lite0, and give its folder with --model."
        )
        return Section("A fingerprint of a photo", [text])
    cards = [
        Card(
            _pictures(files, [row], 200),
            printable(files[row].name),
            ["It would say:"],
            [Bar(word, share, place == 0) for place, (word, share) in enumerate(names[files[row].name])],
        )
        for row in _shown(files)
    ]
    text = (
        "The network was trained to say one of 1,000 names. What it would say of a photo is often wrong for your "
        "classes, and always the same for photos that look alike: a fingerprint. The embedding is what these names "
        "are made of."
    )
    return Section("A fingerprint of a photo", [text], cards=cards)
