"""Which photos train, which judge, and which wait for ``evaluate``: from folders to arrays."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from photos.folder import PassedOver, PhotoFile, list_photos
from server.contract.errors import ContractError
from server.contract.limits import LIMITS
from server.exchange.formats.tree import SPLITS
from server.knn.arrays import ClassIndices, Embeddings
from server.knn.checks import as_label
from toolchain.cleaning.clean import REPORT, SUMMARY
from toolchain.cleaning.duplicates import near_duplicates
from toolchain.cleaning.inspect import look_at_all
from toolchain.cleaning.split import FILE, PARTS, SplitRow, read_split, split_photos
from toolchain.embedding.cache import EmbeddingCache
from toolchain.embedding.embed import Embedded, embed_photos
from toolchain.embedding.model import EmbeddingModel, core_count
from toolchain.errors import ToolchainError
from toolchain.output import counted
from toolchain.progress import Progress
from toolchain.training.augment import draw_change
from toolchain.training.boxes import BoxRow
from toolchain.training.views import View, embed_views

TRAINING, VALIDATION, TEST = PARTS


class Photos(NamedTuple):
    """The photos of all folders, in their parts.

    Attributes:
        classes: In class order; that of anything else is the last.
        neither: The class of anything else; None where there is none.
        photos: Each with its class; the names of two are never the same.
        parts: By name: train, validation or test.
        unsplit: How many photos a folder's split does not name; they are left out.
        passed_over: Files that are no photos.
    """

    classes: list[str]
    neither: str | None
    photos: list[PhotoFile]
    parts: dict[str, str]
    unsplit: int
    passed_over: list[PassedOver]

    def counts(self) -> dict[str, int]:
        """Return how many photos each part has."""
        counted = Counter(self.parts[photo.name] for photo in self.photos)
        return {"training": counted[TRAINING], "validation": counted[VALIDATION], "test": counted[TEST]}

    def split_rows(self) -> list[SplitRow]:
        """Return the rows of a ``split.csv`` that says the same."""
        return [
            SplitRow(photo.name, photo.label or "", self.parts[photo.name], photo.group or "") for photo in self.photos
        ]


class Extras(NamedTuple):
    """What is made of the training photos beside themselves.

    Attributes:
        kinds: What copies differ by, of ``augment.KINDS``.
        copies: How many of each photo.
        boxes: Parts of photos.
        seed: Of the copies.
    """

    kinds: Sequence[str] = ()
    copies: int = 0
    boxes: Sequence[BoxRow] = ()
    seed: int = 0


class Data(NamedTuple):
    """What a head learns from and is judged by, of one network.

    Attributes:
        classes: In class order.
        views: What the n training examples show: photos first, then their parts and copies.
        embeddings: Theirs, float32, (n, d).
        truths: Their classes, int64, (n,).
        validation: Embeddings of the validation photos, float32, (m, d); m may be 0.
        validation_truths: Their classes, int64, (m,).
        validation_photos: Those photos, m.
        embedded: For how many photos the network ran.
        passed_over: Photos that can't be read.
    """

    classes: list[str]
    views: list[View]
    embeddings: Embeddings
    truths: ClassIndices
    validation: Embeddings
    validation_truths: ClassIndices
    validation_photos: list[PhotoFile]
    embedded: int
    passed_over: list[PassedOver]


class Reading(NamedTuple):
    """How photos are read and embedded."""

    network: EmbeddingModel
    cache: EmbeddingCache | None
    processes: int | None = None
    quiet: bool = True

    def embed(self, photos: Sequence[PhotoFile]) -> Embedded:
        """Embed photos; see ``embed_photos``."""
        with Progress(len(photos), "photos", quiet=self.quiet) as progress:
            return embed_photos(photos, self.network, self.cache, processes=self.processes, say_progress=progress)


def find_photos(
    folder: Path,
    reading: Reading,
    *,
    neither: Path | None = None,
    neither_name: str = "neither",
    seed: int = 0,
    only: Sequence[str] = (),
) -> Photos:
    """List photos with their classes and parts.

    A folder's own split counts; without one it is split here, as ``python -m toolchain split`` does.

    Args:
        folder: Of class folders.
        reading: How photos are read.
        neither: A folder of anything else.
        neither_name: The class of that.
        seed: Of the split.
        only: The classes that count, where the folder holds other photos, too; none for all.

    Raises:
        ToolchainError: There are no classes, or none that a project could hold.
    """
    listing = list_photos(folder)
    # What cleaning and splitting left there is no photo, and no surprise.
    passed_over = [each for each in listing.passed_over if each.name not in (FILE, REPORT, SUMMARY)]
    listed = [photo for photo in listing.photos if not only or photo.label in only]
    photos = [photo for photo in listed if photo.label is not None]
    if len(photos) < len(listed):
        raise ToolchainError(
            f"{folder} has photos in no class folder.", "Put the photos of each class into a folder of its name."
        )
    photos, parts = _split(folder, photos, reading, seed, passed_over)
    classes = list(dict.fromkeys(photo.label for photo in photos if photo.label is not None))
    if neither is not None:
        if neither_name in classes:
            raise ToolchainError(
                f'{folder} has a class "{neither_name}" already.', "Choose another name with --neither-name."
            )
        others = list_photos(neither)
        passed_over += [each._replace(name=f"{neither_name}/{each.name}") for each in others.passed_over]
        plain = [photo._replace(label=neither_name) for photo in others.photos]
        plain, inner = _split(neither, plain, reading, seed, passed_over)
        renamed = {photo.name: _moved_into(photo, neither_name) for photo in plain}
        photos += renamed.values()
        parts |= {renamed[name].name: part for name, part in inner.items()}
        classes.append(neither_name)
    used = [photo for photo in photos if photo.name in parts]
    passed = {each.name for each in passed_over}
    unsplit = sum(photo.name not in parts and photo.name not in passed for photo in photos)
    found = Photos(classes, neither and neither_name, used, parts, unsplit, passed_over)  # type: ignore[arg-type]
    _check(folder, found)
    return found


def find_merged(found: Photos, folder: Path) -> list[str]:
    """Return the folders such as train and test whose class folders were put together, sorted.

    None where the folder's own ``split.csv`` says the parts.
    """
    if (folder / FILE).exists():
        return []
    tops = {photo.name.partition("/")[0] for photo in found.photos if photo.label != found.neither}
    return sorted(top for top in tops if top.lower() in SPLITS and top not in found.classes)


def _split(
    folder: Path, photos: list[PhotoFile], reading: Reading, seed: int, passed_over: list[PassedOver]
) -> tuple[list[PhotoFile], dict[str, str]]:
    """Return the photos, with the groups that the split knows, and the part of each by name.

    Photos that the folder's own split does not name have none; those that can't be read have none either, where that
    was tried, and are added to ``passed_over``.
    """
    rows = read_split(folder)
    if rows is not None:
        known = [
            photo._replace(group=rows[photo.name].group or photo.group) if photo.name in rows else photo
            for photo in photos
        ]
        return known, {photo.name: rows[photo.name].part for photo in photos if photo.name in rows}
    # The same parts as ``python -m toolchain split`` draws.
    with Progress(len(photos), "photos looked at", quiet=reading.quiet) as progress:
        looks = list(look_at_all([photo.path for photo in photos], reading.processes or core_count(), progress))
    passed_over += [
        PassedOver(photo.name, look.code, look.reason) for photo, look in zip(photos, looks, strict=True) if look.code
    ]
    usable = [photo for photo, look in zip(photos, looks, strict=True) if not look.code]
    near = near_duplicates([look for look in looks if not look.code])
    parts = split_photos([str(photo.label) for photo in usable], [photo.group for photo in usable], near, seed=seed)
    return photos, {photo.name: part for photo, part in zip(usable, parts, strict=True)}


def _moved_into(photo: PhotoFile, label: str) -> PhotoFile:
    folders = photo.group or photo.name.rpartition("/")[0]
    return PhotoFile(photo.path, f"{label}/{photo.name}", label, f"{label}/{folders}" if folders else None)


def _check(folder: Path, found: Photos) -> None:
    if len(found.classes) < 2:
        raise ToolchainError(
            f"{folder} has {counted(len(found.classes), 'class folder')} with photos; two or more were expected.",
            "Put the photos of each class into a folder of its name, or give photos of anything else with --neither.",
        )
    if len(found.classes) > LIMITS["classesPerRoom"]:
        raise ToolchainError(
            f"{folder} has {len(found.classes)} classes; a project holds {LIMITS['classesPerRoom']} at most.",
            "Train on a folder with fewer class folders.",
        )
    for label in found.classes:
        try:
            as_label(label)
        except ContractError as error:
            raise ToolchainError(f"The class folder {label!r} can't name a class: {error}", "Rename it.") from error
    with_training = {photo.label for photo in found.photos if found.parts[photo.name] == TRAINING}
    for label in found.classes:
        if label not in with_training:
            raise ToolchainError(
                f'The class "{label}" has no photo in the training part.',
                f"Add photos to it and split again: python -m toolchain split {folder}",
            )


def load(found: Photos, reading: Reading, extras: Extras) -> Data:
    """Embed the photos of training and validation, and what is made of those of training.

    The test part is not opened.

    Raises:
        ToolchainError: A class loses its last training photo, since none can be read; or a box makes no sense.
    """
    index_of = {label: index for index, label in enumerate(found.classes)}
    chosen = [photo for photo in found.photos if found.parts[photo.name] != TEST]
    embedded = reading.embed(chosen)
    is_training = np.array([found.parts[photo.name] == TRAINING for photo in embedded.photos], bool)
    views = [
        View(photo, digest)
        for photo, digest, mine in zip(embedded.photos, embedded.digests, is_training, strict=True)
        if mine
    ]
    more = _extra_views(views, found, extras)
    with Progress(len(more), "copies and parts", quiet=reading.quiet) as progress:
        made = embed_views(more, reading.network, reading.cache, progress)
    judges = [photo for photo, mine in zip(embedded.photos, is_training, strict=True) if not mine]
    views += more
    truths = _classes_of([view.photo for view in views], index_of)
    empty = [label for label, index in index_of.items() if not (truths == index).any()]
    if empty:
        raise ToolchainError(
            f'No training photo of the class "{empty[0]}" can be read.', "Clean the folder: python -m toolchain clean"
        )
    return Data(
        found.classes,
        views,
        np.concatenate([embedded.embeddings[is_training], made]),
        truths,
        embedded.embeddings[~is_training],
        _classes_of(judges, index_of),
        judges,
        embedded.embedded,
        embedded.passed_over,
    )


def _classes_of(photos: Sequence[PhotoFile], index_of: dict[str, int]) -> ClassIndices:
    return np.array([index_of[str(photo.label)] for photo in photos], np.int64)


def _extra_views(views: list[View], found: Photos, extras: Extras) -> list[View]:
    """Return parts and copies of the training photos, all of one photo beside each other."""
    rows_of: dict[str, list[BoxRow]] = {}
    for row in extras.boxes:
        if row.label not in found.classes:
            raise ToolchainError(
                f'A box in {row.name} has the label "{row.label}", which is no class.',
                f"The classes are {', '.join(found.classes)}.",
            )
        rows_of.setdefault(row.name, []).append(row)
    more: list[View] = []
    for view in views:
        photo, digest, *_ = view
        more += [
            View(photo._replace(label=row.label), digest, box=row.box, number=-place)
            for place, row in enumerate(rows_of.get(photo.name, ()), 1)
        ]
        more += [
            View(photo, digest, draw_change(extras.kinds, digest, number, extras.seed), number=number)
            for number in range(1, extras.copies + 1)
        ]
    return more


def group_of(view: View, has_siblings: bool) -> str | None:
    """Return the recording of an example: all views of one photo are of one.

    Args:
        view: What it shows.
        has_siblings: Whether there are several views of its photo.

    Returns:
        The photo's recording, or one of the photo's own; as short as a project takes it.
    """
    group = view.photo.group
    if group is None:
        return f"photo {View(view.photo, view.digest).id}" if has_siblings else None
    if len(group) <= LIMITS["idCharacters"]:
        return group
    return f"recording {hashlib.sha256(group.encode(errors='replace')).hexdigest()[:32]}"
