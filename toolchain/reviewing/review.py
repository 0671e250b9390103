"""Reviews a folder: which labels look wrong, and which photos to label next."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from convert.manifest import first_limit
from photos.folder import Listing, PassedOver, PhotoFile, list_photos
from photos.problem import PhotoProblem
from photos.reader import read_photo
from server.knn.arrays import Embeddings
from server.knn.options import ClassifierSettings
from toolchain.embedding.cache import EmbeddingCache
from toolchain.embedding.embed import embed_photos
from toolchain.embedding.model import EmbeddingModel
from toolchain.errors import ToolchainError
from toolchain.models.left_out import leave_out
from toolchain.output import counted, printable
from toolchain.progress import Progress
from toolchain.report.blocks import Card, Link, Picture, Section
from toolchain.report.not_used import not_used
from toolchain.report.page import thumbnail, write_page
from toolchain.reviewing.label_evidence import weigh_labels
from toolchain.reviewing.next_labels import choose_next, uncertainties
from toolchain.scale.large_knn import LargeKNN
from toolchain.tables import write_table

PAGE: Final = "review.html"
TABLE: Final = "review.csv"
WRONG: Final = "label looks wrong"
COLUMNS: Final = ("name", "label", "what", "better", "strength", "why")
_PHOTO_PX: Final = 280
#: Photos that the page shows; the table has all.
_SHOWN: Final = 100
_K: Final = 5
_BATCH: Final = 256


@dataclass(frozen=True)
class ReviewRow:
    """A photo to look at.

    Attributes:
        photo: The photo.
        what: "label looks wrong", "uncertain" or "novel".
        better: The class that it would rather be in; "" where nobody knows.
        strength: Of the evidence: from 1 on a label is clearly wrong; of the others the score.
        why: In words.
        like: Photos that say so, at most three.
    """

    photo: PhotoFile
    what: str
    better: str
    strength: float
    why: str
    like: Sequence[PhotoFile] = ()


@dataclass(frozen=True)
class Reviewed:
    """What came of a review: the rows, wrong labels first, and the files that could not be used."""

    rows: Sequence[ReviewRow]
    labelled: int
    unlabelled: int
    passed_over: Sequence[PassedOver]


def review_folder(
    folder: Path,
    network: EmbeddingModel,
    cache: EmbeddingCache | None = None,
    *,
    unlabelled: Path | None = None,
    count: int = 50,
    processes: int | None = None,
    quiet: bool = True,
) -> Reviewed:
    """Look for labels that look wrong, and for photos that are worth a label.

    Args:
        folder: Of class folders.
        network: Whose embeddings.
        cache: Of embeddings.
        unlabelled: A folder of photos without labels, to choose the next ones from.
        count: How many of those.
        processes: How many read photos.
        quiet: Show no progress.

    Raises:
        ToolchainError: There are fewer than two classes, or no photos without a label where a folder of them is given.
    """
    listing = list_photos(folder)
    photos = [photo for photo in listing.photos if photo.label is not None]
    if len({photo.label for photo in photos}) < 2:
        raise ToolchainError(
            f"{folder} has fewer than two class folders with photos.",
            "Give a folder that holds a folder of photos for each class.",
        )
    more, loose = _find_unlabelled(unlabelled) if unlabelled is not None else (Listing([], []), [])
    with Progress(len(photos), "photos", quiet) as progress:
        known = embed_photos(photos, network, cache, processes=processes, say_progress=progress)
    passed_over = [*listing.passed_over, *known.passed_over]
    labels = [str(photo.label) for photo in known.photos]
    names = sorted(set(labels))
    evidence = weigh_labels(known.embeddings, labels, [photo.group for photo in known.photos])
    rows = []
    for row in evidence.listed().tolist():
        better = names[evidence.rivals[row]]
        why = f"{evidence.suspicions[row]:.1f} times as far from {labels[row]} as from {better}"
        like = _nearest_of(known.embeddings, labels, row, better)
        rows.append(
            ReviewRow(
                known.photos[row],
                WRONG,
                better,
                float(evidence.strengths[row]),
                why,
                [known.photos[each] for each in like],
            )
        )
    others = 0
    if unlabelled is not None:
        with Progress(len(more.photos) + len(loose), "photos without a label", quiet) as progress:
            asked = embed_photos([*more.photos, *loose], network, cache, processes=processes, say_progress=progress)
        others = len(asked.photos)
        passed_over += [each for each in [*more.passed_over, *asked.passed_over] if each.code != "loose"]
        rows += _next_rows(known.photos, known.embeddings, labels, asked.photos, asked.embeddings, network, count)
    return Reviewed(rows, len(known.photos), others, passed_over)


def _find_unlabelled(folder: Path) -> tuple[Listing, list[PhotoFile]]:
    """Return what is in a folder of photos without a label, and its photos that are in no folder of their own."""
    listing = list_photos(folder)
    loose = [PhotoFile(folder / each.name, each.name) for each in listing.passed_over if each.code == "loose"]
    if not listing.photos and not loose:
        raise ToolchainError(f"There are no photos in {folder}.", "Give a folder with photos for --unlabelled.")
    return listing, loose


def _nearest_of(embeddings: Embeddings, labels: Sequence[str], row: int, label: str) -> list[int]:
    rows = np.flatnonzero([each == label for each in labels])
    units = embeddings[rows] / np.linalg.norm(embeddings[rows], axis=1, keepdims=True)
    order = np.argsort(-(units @ embeddings[row]), kind="stable")
    return [int(rows[place]) for place in order if rows[place] != row][:3]


def _next_rows(
    known: Sequence[PhotoFile],
    embeddings: Embeddings,
    labels: Sequence[str],
    photos: Sequence[PhotoFile],
    asked: Embeddings,
    network: EmbeddingModel,
    count: int,
) -> list[ReviewRow]:
    if not photos:
        return []
    names = sorted(set(labels))
    # Names of folders may be longer than the name of a group can be.
    groups = {group: None if group is None else str(place) for place, group in enumerate({p.group for p in known})}
    knn = LargeKNN.from_dataset(
        {
            "dimension": embeddings.shape[1],
            "labels": names,
            "examples": [
                {"id": str(row), "label": label, "group": groups[photo.group]}
                for row, (photo, label) in enumerate(zip(known, labels, strict=True))
            ],
            "embeddings": embeddings,
        }
    )
    # The limit that the examples give is the one of `predict` and of the page: what they call unknown is novel here.
    metric, limit = leave_out(knn, ClassifierSettings(), first_limit(network.manifest)).resolved
    shares, novelty, is_unknown, best, nearest = [], [], [], [], []
    for start in range(0, len(asked), _BATCH):
        for result in knn.classify_batch(asked[start : start + _BATCH], _K, metric, "distance", limit):
            shares.append(list(result["confidences"].values()))
            novelty.append(result["novelty"])
            is_unknown.append(result["isUnknown"])
            best.append(result["label"])
            nearest.append([int(each["id"]) for each in result["neighbours"][:3]])
    chosen = choose_next(asked, uncertainties(np.array(shares)), np.array(novelty), np.array(is_unknown), count)
    rows = []
    for each in chosen:
        if each.reason == "novel":
            why, better = f"at distance {each.score:.2f} from everything that has a label", ""
        else:
            # Of equal shares the winner may be any: the second is the best of the others.
            second = next(name for name in _by_share(shares[each.row], names) if name != best[each.row])
            why, better = f"between {best[each.row]} and {second}", best[each.row]
        like = [known[row] for row in nearest[each.row]]
        rows.append(ReviewRow(photos[each.row], each.reason, better, each.score, why, like))
    return rows


def _by_share(shares: Sequence[float], names: Sequence[str]) -> list[str]:
    return [name for _, name in sorted(zip(shares, names, strict=True), key=lambda pair: -pair[0])]


def labels_line(reviewed: Reviewed) -> str:
    """Say how many photos are worth a label, and where none is, why; "" where none was asked about."""
    if not reviewed.unlabelled:
        return ""
    wanted = sum(row.what != WRONG for row in reviewed.rows)
    if not wanted:
        if reviewed.unlabelled == 1:
            return "A label of the one photo would teach little: it is known, and one class has all votes."
        which = f"any of the {reviewed.unlabelled:,} photos"
        return f"A label of {which} would teach little: all are known, and of each one class has all votes."
    asked, are = counted(reviewed.unlabelled, "photo"), "is" if wanted == 1 else "are"
    return f"{wanted:,} of {asked} without a label {are} worth one most."


def write_review(out: Path, reviewed: Reviewed) -> Path:
    """Write the table and the page of a review; return the page's path."""
    out.mkdir(parents=True, exist_ok=True)
    write_table(out / TABLE, COLUMNS, [as_row(row) for row in reviewed.rows])
    wrong = [row for row in reviewed.rows if row.what == WRONG]
    after = [row for row in reviewed.rows if row.what != WRONG]
    look = "looks" if len(wrong) == 1 else "look"
    lead = f"{len(wrong):,} of {counted(reviewed.labelled, 'label')} {look} wrong. {labels_line(reviewed)}".rstrip()
    text = [
        "A label looks wrong where the photos of another class, those of the same burst left out, are much nearer than "
        "those of its own. Look before you move anything: the photo may be the odd one that teaches most.",
    ]
    sections = [Section("Labels that look wrong", text, cards=[_card(row) for row in wrong[:_SHOWN]])]
    if reviewed.unlabelled:
        text = (
            ["Uncertain ones lie between classes; novel ones are like nothing that has a label. No two are alike."]
            if after
            else [labels_line(reviewed)]
        )
        sections.append(Section("What to label next", text, cards=[_card(row) for row in after[:_SHOWN]]))
    files = Section("Files", (), links=[Link(TABLE, TABLE, "all of them, for a spreadsheet")])
    write_page(out / PAGE, "What to look at", lead, [*sections, files, *not_used(reviewed.passed_over)])
    return out / PAGE


def as_row(row: ReviewRow) -> dict[str, Any]:
    """Return a row as the table and ``--json`` have it."""
    return {
        "name": row.photo.name,
        "label": row.photo.label or "",
        "what": row.what,
        "better": row.better,
        "strength": round(row.strength, 3),
        "why": row.why,
    }


def _card(row: ReviewRow) -> Card:
    name = printable(row.photo.name)
    pictures = _pictures([row.photo], _PHOTO_PX, f"The photo {name}")
    title = f"{name}: {row.better}?" if row.better else name
    return Card(pictures, title, [row.why], neighbours=_pictures(row.like, 96, "A photo that is like it"))


def _pictures(photos: Sequence[PhotoFile], side: int, alt: str) -> list[Picture]:
    pictures = []
    for photo in photos:
        try:
            shown = thumbnail(read_photo(photo.path, at_least=side), side)
        except PhotoProblem:
            continue
        pictures.append(Picture(shown, alt, photo.label or ""))
    return pictures
