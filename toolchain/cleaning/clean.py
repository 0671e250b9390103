"""Makes a clean copy of a folder of photos: what is in it, what is not, and why. The originals are never touched.

A state file in the copy says what was known and written, so that a second run does only what changed, and a run that
was killed goes on. Only files that are in it are ever overwritten or removed.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from PIL import Image

from photos.folder import PassedOver, PhotoFile, list_photos
from photos.problem import PhotoProblem
from photos.reader import middle_square, read_photo
from server.exchange.whole_file import whole
from toolchain.cleaning.duplicates import (
    NEAR_BITS,
    NEAR_DISTANCE,
    FindNear,
    near_by_embedding,
    near_by_look,
    near_nothing,
)
from toolchain.cleaning.inspect import Look, look_at_all
from toolchain.cleaning.plan import Conflicts, Decision, decide
from toolchain.cleaning.state import ENDING, CleanState
from toolchain.embedding.cache import PICTURE_VERSION, FileState
from toolchain.errors import ToolchainError
from toolchain.progress import Progress
from toolchain.scale.cluster import Cluster
from toolchain.tables import write_table

REPORT: Final = "report.csv"
SUMMARY: Final = "report.json"
_QUALITY: Final = 95
#: The longest side that a JPEG can have in the library that writes them.
_JPEG_PX: Final = 65500
#: The longest name that a file can have on the file systems that are in use.
_NAME_BYTES: Final = 255
#: The state is saved again after so many photos.
_SAVE_EVERY: Final = 500
COLUMNS: Final = ("name", "label", "fate", "kept_as", "reason", "like")


@dataclass(frozen=True)
class CleanOptions:
    """How a folder is cleaned.

    Attributes:
        min_side: In pixels; photos whose shorter side has fewer are dropped.
        side: The shorter side of what is written; larger photos are made smaller, none is enlarged.
        crop: Whether only the middle square is kept.
        near: How near-duplicates are found: "hash", "embedding" or "none".
        conflicts: Of one picture in two classes: "drop" both, or keep the "first".
        balance: Whether every class is drawn down to the smallest.
        seed: Of that draw.
    """

    min_side: int = 224
    side: int = 256
    crop: bool = True
    near: str = "hash"
    conflicts: Conflicts = "drop"
    balance: bool = False
    seed: int = 0


@dataclass(frozen=True)
class Cleaned:
    """What came of it.

    Attributes:
        rows: One for each file, as in the report.
        counts: Files by their fate, hidden ones and those that are no photos included.
        by_label: Photos that were kept, by class.
        written: How many files were written now; all others were there already.
        removed: How many files of an earlier run were removed.
        small_sides: The shorter sides in pixels of the photos that are too small.
    """

    rows: list[dict[str, str]]
    counts: dict[str, int]
    by_label: dict[str, int]
    written: int
    removed: int
    small_sides: list[int]


def clean_folder(
    folder: Path,
    out: Path,
    options: CleanOptions | None = None,
    *,
    processes: int = 1,
    cluster: Cluster | None = None,
    embed: Any = None,
    quiet: bool = True,
) -> Cleaned:
    """Make a clean copy of a folder.

    Args:
        folder: Holds a folder for each class; stays as it is.
        out: The copy; a new or an empty folder, or one that this function wrote.
        options: See there.
        processes: How many read photos.
        cluster: Whose workers look at photos instead; None for processes here.
        embed: Returns the embeddings of some photos, float32, (n, d), no zero row; needed for near "embedding".
        quiet: Show no progress.

    Raises:
        ToolchainError: There are no photos, or the copy would be in the originals, or among other files.
        OSError: The copy can't be written.
    """
    options = options or CleanOptions()
    _check_places(folder, out)
    listing = list_photos(folder)
    if not listing.photos:
        raise ToolchainError(
            f"There are no photos in {folder}.", "Give a folder that holds a folder of photos for each class."
        )
    state = CleanState.open(out)
    for name in (REPORT, SUMMARY):
        state.refuse_outside(name)
    with Progress(len(listing.photos), "photos looked at", quiet) as progress:
        looks = _look(listing.photos, state, processes, cluster, progress)
    # Of equal files one stands for all.
    files = sorted({look.digest: row for row, look in enumerate(looks) if not look.code}.values())
    find_near, limit = _near(listing.photos, looks, files, options, embed)
    decisions = decide(
        listing.photos,
        looks,
        files,
        find_near,
        min_side=options.min_side,
        near_limit=limit,
        conflicts=options.conflicts,
        balance=options.balance,
        seed=options.seed,
    )
    names = _output_names(listing.photos, decisions)
    wanted = {names[row]: row for row, decision in enumerate(decisions) if decision.fate == "kept"}
    removed = state.remove_others(wanted)
    with Progress(len(wanted), "photos written", quiet) as progress:
        written = _write(listing.photos, looks, decisions, wanted, state, out, options, progress)
    for name in [name for name, row in wanted.items() if decisions[row].fate != "kept"]:
        del wanted[name]
    rows = _rows(listing.photos, decisions, {row: name for name, row in wanted.items()}, listing.passed_over)
    small = [look for look, decision in zip(looks, decisions, strict=True) if decision.fate == "small"]
    result = _count(rows, written, removed, [min(look.width, look.height) for look in small])
    state.save()
    write_table(out / REPORT, COLUMNS, rows)
    with whole(out / SUMMARY) as path:
        summary = {"counts": result.counts, "classes": result.by_label, "options": vars(options)}
        path.write_text(json.dumps(summary, indent=2, ensure_ascii=True) + "\n", "utf-8")
    return result


def _check_places(folder: Path, out: Path) -> None:
    inner, outer = out.resolve(), folder.resolve()
    if inner == outer or outer in inner.parents or inner in outer.parents:
        raise ToolchainError(
            f"The copy {out} and the originals {folder} are in one another; originals are never changed.",
            "Give a folder beside it with --out.",
        )


def _look(
    photos: Sequence[PhotoFile], state: CleanState, processes: int, cluster: Cluster | None, progress: Progress
) -> list[Look]:
    known: dict[int, Look] = {}
    keys: list[str] = []
    for row, photo in enumerate(photos):
        found = FileState.of(photo.path)
        keys.append(f"{photo.name}|{found.state}" if found else "")
        if keys[-1] in state.looks:
            known[row] = state.looks[keys[-1]]
            progress.advance()
    unknown = [row for row in range(len(photos)) if row not in known]
    for number, (row, look) in enumerate(
        zip(unknown, look_at_all([photos[row].path for row in unknown], processes, progress, cluster), strict=True), 1
    ):
        known[row] = look
        if keys[row]:
            state.looks[keys[row]] = look
        if number % _SAVE_EVERY == 0:
            state.save()
    # What is gone from the originals is forgotten.
    state.looks = {key: state.looks[key] for key in keys if key in state.looks}
    return [known[row] for row in range(len(photos))]


def _near(
    photos: Sequence[PhotoFile], looks: Sequence[Look], files: Sequence[int], options: CleanOptions, embed: Any
) -> tuple[FindNear, float]:
    if options.near == "none":
        return near_nothing, 0.0
    if options.near == "hash":
        return near_by_look([looks[row] for row in files]), NEAR_BITS
    embeddings = embed([photos[row] for row in files])
    if len(embeddings) != len(files):
        raise ToolchainError("The photos changed while they were read.", "Run the command again.")
    return near_by_embedding(embeddings), NEAR_DISTANCE


def _output_names(photos: Sequence[PhotoFile], decisions: Sequence[Decision]) -> list[str]:
    """Return where each photo goes: its class and group, and a name that no other one has."""
    taken: set[str] = set()
    names = []
    for photo, decision in zip(photos, decisions, strict=True):
        folder = photo.group or photo.label or ""
        stem, _, ending = photo.name.rpartition("/")[2].rpartition(".")
        place = f"{folder}/" if folder else ""
        endings = chain(("", f"-{ending.lower()}"), (f"-{number}" for number in count(2)))
        paths = (f"{place}{_cut(stem, ending + ENDING)}{ending}{ENDING}" for ending in endings)
        if decision.fate != "kept":
            names.append(next(paths))
            continue
        path = next(path for path in paths if path.casefold() not in taken)
        taken.add(path.casefold())
        names.append(path)
    return names


def _cut(stem: str, ending: str) -> str:
    """Return as much of the beginning of a file's name as there is room for before its ending."""
    while len(os.fsencode(stem + ending)) > _NAME_BYTES:
        stem = stem[:-1]
    return stem


def _write(
    photos: Sequence[PhotoFile],
    looks: Sequence[Look],
    decisions: Sequence[Decision],
    wanted: Mapping[str, int],
    state: CleanState,
    out: Path,
    options: CleanOptions,
    progress: Progress,
) -> int:
    todo = []
    for name, row in wanted.items():
        key = f"{looks[row].digest}-{options.side}-{int(options.crop)}-{PICTURE_VERSION}"
        if not state.is_written(name, key):
            todo.append((name, row, key))
            state.begin(name)
        else:
            progress.advance()
    state.save()
    written = 0
    for number, (name, row, key) in enumerate(todo, 1):
        try:
            picture = _prepared(read_photo(photos[row].path, at_least=options.side), options)
        except PhotoProblem as problem:
            decisions[row].fate, decisions[row].reason = "broken", problem.reason
            continue
        target = out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole(target) as path:
            picture.save(path, "JPEG", quality=_QUALITY, subsampling=0)
        state.done(name, key)
        written += 1
        progress.advance()
        if number % _SAVE_EVERY == 0:
            state.save()
    return written


def _prepared(photo: Image.Image, options: CleanOptions) -> Image.Image:
    if options.crop:
        photo = photo.crop(middle_square(*photo.size))
    shorter = min(photo.size)
    size = photo.size
    if shorter > options.side:
        width, height = (max(options.side, round(side * options.side / shorter)) for side in size)
        size = (width, height)
    if max(size) > _JPEG_PX:
        raise PhotoProblem.of("hugePicture", f"{size[0]} x {size[1]} points; a JPEG has {_JPEG_PX:,} a side at most")
    return photo if size == photo.size else photo.resize(size, Image.Resampling.BILINEAR)


def _rows(
    photos: Sequence[PhotoFile],
    decisions: Sequence[Decision],
    kept_as: Mapping[int, str],
    passed_over: Sequence[PassedOver],
) -> list[dict[str, str]]:
    rows = [
        {
            "name": photo.name,
            "label": photo.label or "",
            "fate": decision.fate,
            "kept_as": kept_as.get(row, ""),
            "reason": decision.reason,
            "like": decision.like,
        }
        for row, (photo, decision) in enumerate(zip(photos, decisions, strict=True))
    ]
    return rows + [
        {"name": each.name, "label": "", "fate": each.code, "kept_as": "", "reason": each.reason, "like": ""}
        for each in passed_over
    ]


def _count(rows: list[dict[str, str]], written: int, removed: int, small_sides: list[int]) -> Cleaned:
    counts: dict[str, int] = {}
    by_label: dict[str, int] = {}
    for row in rows:
        counts[row["fate"]] = counts.get(row["fate"], 0) + 1
        if row["fate"] == "kept":
            by_label[row["label"]] = by_label.get(row["label"], 0) + 1
    return Cleaned(rows, counts, by_label, written, removed, small_sides)
