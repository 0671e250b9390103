"""Makes a clean copy of a folder of photos: what is in it, what is not, and why. The originals are never touched.

A state file in the copy says what was known and written, so that a second run does only what changed, and a run that
was killed goes on. Only files that are in it are ever overwritten or removed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from PIL import Image

from photos.folder import PassedOver, PhotoFile, list_photos
from photos.problem import PhotoProblem
from photos.reader import middle_square, read_photo
from server.exchange.whole_file import whole
from toolchain.cleaning.duplicates import NEAR_BITS, NEAR_DISTANCE, Pair, pairs_by_embedding, pairs_by_look
from toolchain.cleaning.inspect import Look, look_at_all
from toolchain.cleaning.plan import Conflicts, Decision, decide
from toolchain.embedding.cache import FileState
from toolchain.errors import ToolchainError
from toolchain.progress import Progress
from toolchain.scale.cluster import Cluster
from toolchain.tables import write_table

STATE: Final = ".clean.json"
REPORT: Final = "report.csv"
SUMMARY: Final = "report.json"
_FORMAT: Final = "show-and-tell-clean"
_VERSION: Final = 2
#: Knew no colours of the photos: they are looked at again. What it wrote stays.
_WITHOUT_COLOURS: Final = 1
_QUALITY: Final = 95
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
    """

    rows: list[dict[str, str]]
    counts: dict[str, int]
    by_label: dict[str, int]
    written: int
    removed: int


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
    state = _State.open(out)
    with Progress(len(listing.photos), "photos looked at", quiet) as progress:
        looks = _look(listing.photos, state, processes, cluster, progress)
    pairs, limit = _pairs(listing.photos, looks, options, embed)
    decisions = decide(
        listing.photos,
        looks,
        pairs,
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
        written = _write(listing.photos, looks, decisions, wanted, state, options, progress)
    for name in [name for name, row in wanted.items() if decisions[row].fate != "kept"]:
        del wanted[name]
    rows = _rows(listing.photos, decisions, {row: name for name, row in wanted.items()}, listing.passed_over)
    result = _count(rows, written, removed)
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


class _State:
    """What is known of the originals, and what was written, from one run to the next."""

    def __init__(self, out: Path, looks: dict[str, list[Any]], outputs: dict[str, str]) -> None:
        self._out = out
        #: By the original's path and state.
        self.looks = looks
        #: Of each file that was written: what it was made of; "" while it is being written.
        self.outputs = outputs

    @classmethod
    def open(cls, out: Path) -> "_State":
        path = out / STATE
        if not path.exists():
            if out.exists() and (not out.is_dir() or any(out.iterdir())):
                raise ToolchainError(f"{out} holds other files.", "Choose a new or an empty folder with --out.")
            out.mkdir(parents=True, exist_ok=True)
            return cls(out, {}, {})
        try:
            stored = json.loads(path.read_text("utf-8"))
            if stored["format"] != _FORMAT or stored["version"] not in (_VERSION, _WITHOUT_COLOURS):
                raise ValueError("it is of another version")
            outputs = {str(name): str(key) for name, key in stored["outputs"].items() if _is_inside(out, str(name))}
            looks = dict(stored["looks"]) if stored["version"] == _VERSION else {}
            return cls(out, looks, outputs)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ToolchainError(
                f"{path} can't be read: {error}.", "Delete the folder, or choose another one with --out."
            ) from error

    def save(self) -> None:
        with whole(self._out / STATE) as path:
            stored = {"format": _FORMAT, "version": _VERSION, "looks": self.looks, "outputs": self.outputs}
            path.write_text(json.dumps(stored, ensure_ascii=True), "utf-8")

    def remove_others(self, wanted: Mapping[str, int]) -> int:
        """Remove what an earlier run wrote and this one does not want."""
        gone = [name for name in self.outputs if name not in wanted]
        for name in gone:
            path = self._out / name
            # A folder that became a link leads to files that are not the copy's.
            if _is_inside(self._out, name) and not path.is_dir():
                path.unlink(missing_ok=True)
            del self.outputs[name]
            for parent in path.parents:
                if parent == self._out or not parent.is_dir() or parent.is_symlink() or any(parent.iterdir()):
                    break
                parent.rmdir()
        return len(gone)

    def is_written(self, name: str, key: str) -> bool:
        made_of = self.outputs.get(name)
        return made_of is not None and made_of.partition("|")[0] == key and made_of == _made(self._out / name, key)

    def begin(self, name: str) -> None:
        """Note that a file is about to be written.

        Raises:
            ToolchainError: There is a file of somebody else's, or the place is outside the copy.
        """
        if not _is_inside(self._out, name):
            raise ToolchainError(
                f"{self._out / name} leads out of {self._out}: a link is on the way.",
                "Remove the link, or choose another folder with --out.",
            )
        if name not in self.outputs and (self._out / name).exists():
            raise ToolchainError(
                f"{self._out / name} is there already, and this command did not write it.",
                "Move it elsewhere, or choose another folder with --out.",
            )
        self.outputs[name] = ""

    def done(self, name: str, key: str) -> None:
        self.outputs[name] = _made(self._out / name, key)


def _made(path: Path, key: str) -> str:
    """Return what a written file is known by: what it was made of, and when it was last changed."""
    found = FileState.of(path)
    return f"{key}|{found.state if found else ''}"


def _is_inside(out: Path, name: str) -> bool:
    """Whether a name of the state file, which anyone may have written, is of a file in the copy."""
    return out.resolve() in (out / name).resolve().parents


def _look(
    photos: Sequence[PhotoFile], state: _State, processes: int, cluster: Cluster | None, progress: Progress
) -> list[Look]:
    known: dict[int, Look] = {}
    keys: list[str] = []
    for row, photo in enumerate(photos):
        found = FileState.of(photo.path)
        keys.append(f"{photo.name}|{found.state}" if found else "")
        if keys[-1] in state.looks:
            known[row] = Look(*state.looks[keys[-1]])
            progress.advance()
    unknown = [row for row in range(len(photos)) if row not in known]
    for number, (row, look) in enumerate(
        zip(unknown, look_at_all([photos[row].path for row in unknown], processes, progress, cluster), strict=True), 1
    ):
        known[row] = look
        if keys[row]:
            state.looks[keys[row]] = list(look)
        if number % _SAVE_EVERY == 0:
            state.save()
    # What is gone from the originals is forgotten.
    state.looks = {key: state.looks[key] for key in keys if key in state.looks}
    return [known[row] for row in range(len(photos))]


def _pairs(
    photos: Sequence[PhotoFile], looks: Sequence[Look], options: CleanOptions, embed: Any
) -> tuple[Iterator[Pair], float]:
    if options.near == "none":
        return iter(()), 0.0
    usable = [row for row, look in enumerate(looks) if not look.code]
    if options.near == "embedding":
        embeddings = embed([photos[row] for row in usable])
        if len(embeddings) != len(usable):
            raise ToolchainError("The photos changed while they were read.", "Run the command again.")
        found, limit = pairs_by_embedding(embeddings), NEAR_DISTANCE
    else:
        found, limit = pairs_by_look([looks[row] for row in usable]), NEAR_BITS
    return (Pair(usable[a], usable[b], difference) for a, b, difference in found), limit


def _output_names(photos: Sequence[PhotoFile], decisions: Sequence[Decision]) -> list[str]:
    """Return where each photo goes: its class and group, and a name that no other one has."""
    taken: set[str] = set()
    names = []
    for photo, decision in zip(photos, decisions, strict=True):
        folder = photo.group or photo.label or ""
        stem, _, ending = photo.name.rpartition("/")[2].rpartition(".")
        place = f"{folder}/" if folder else ""
        endings = chain(("", f"-{ending.lower()}"), (f"-{number}" for number in count(2)))
        paths = (f"{place}{stem}{ending}.jpg" for ending in endings)
        if decision.fate != "kept":
            names.append(next(paths))
            continue
        path = next(path for path in paths if path.casefold() not in taken)
        taken.add(path.casefold())
        names.append(path)
    return names


def _write(
    photos: Sequence[PhotoFile],
    looks: Sequence[Look],
    decisions: Sequence[Decision],
    wanted: Mapping[str, int],
    state: _State,
    options: CleanOptions,
    progress: Progress,
) -> int:
    out = state._out
    todo = []
    for name, row in wanted.items():
        key = f"{looks[row].digest}-{options.side}-{int(options.crop)}"
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
    if shorter <= options.side:
        return photo
    scale = options.side / shorter
    size = tuple(max(options.side, round(side * scale)) for side in photo.size)
    return photo.resize((size[0], size[1]), Image.Resampling.BILINEAR)


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


def _count(rows: list[dict[str, str]], written: int, removed: int) -> Cleaned:
    counts: dict[str, int] = {}
    by_label: dict[str, int] = {}
    for row in rows:
        counts[row["fate"]] = counts.get(row["fate"], 0) + 1
        if row["fate"] == "kept":
            by_label[row["label"]] = by_label.get(row["label"], 0) + 1
    return Cleaned(rows, counts, by_label, written, removed)
