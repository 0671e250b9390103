"""Predicts every photo of a folder, and keeps of each answer that counts the photo, the heat map and the thing in it.

One photo is in memory at a time. Pictures are named by the photo's content and the model, so a run that was stopped
goes on, and a second one only answers what is new or changed (``toolchain.predicting.known``).
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PIL import Image

from photos.folder import PassedOver, PhotoFile, list_photos
from photos.problem import PhotoProblem
from photos.reader import as_seen, read_photo
from server.exchange.whole_file import whole
from toolchain.embedding.cache import EmbeddingCache
from toolchain.embedding.embed import Elsewhere, as_passed_over, embed_each
from toolchain.embedding.model import EmbeddingModel
from toolchain.errors import ToolchainError
from toolchain.explaining.heat_map import explain
from toolchain.explaining.overlay import Box, draw_box, paint_heat, paint_segment, segment
from toolchain.measuring.parts import SAME
from toolchain.models.trained import TrainedModel
from toolchain.output import percent
from toolchain.predicting.kinds import ANSWERED, ELSE, KINDS, LOW, UNKNOWN
from toolchain.predicting.known import PART, STATE, Known
from toolchain.predicting.place import check_place
from toolchain.predicting.windows import STRIP, Found, find_things, is_strip
from toolchain.progress import Progress
from toolchain.tables import write_table

PICTURES: Final = "pictures"
ANSWERS: Final = "predictions.csv"
BOXES: Final = "boxes.csv"
PAGE: Final = "report.html"
#: The longer side of the pictures that are kept.
_PICTURE_PX: Final = 640
_QUALITY: Final = 88
_NEIGHBOURS: Final = 3
_IS_STRIP: Final = f"no boxes: {STRIP} times as long as it is wide, or more"
_NOTHING: Final = "the network sees nothing in it"
_OURS: Final = re.compile(rf"[A-Za-z0-9_-]+-[0-9a-f]{{12}}-({'|'.join(KINDS)})\.jpg")


@dataclass
class Prediction:
    """What was answered about one photo.

    Attributes:
        photo: The photo.
        label: The winner.
        score: Its share, 0 to 1.
        shares: Every class's share, in class order.
        fate: "answered", "below the threshold", "unknown", or "anything else": the class of that.
        novelty: The cosine distance to the nearest example.
        box: Of the thing, in pixels of the upright photo; None where there is none.
        pictures: Names of the kept pictures by kind: photo, heat, thing; empty where the answer does not count, and
            nothing is found in a part.
        neighbours: Rows of the model's nearest examples.
        found: What is where, with ``--windows``.
        note: What was not done, and why; mostly empty.
    """

    photo: PhotoFile
    label: str
    score: float
    shares: list[float]
    fate: str
    novelty: float
    box: Box | None = None
    pictures: dict[str, str] = field(default_factory=dict)
    neighbours: list[int] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    note: str = ""

    @property
    def is_taught(self) -> bool:
        """Whether the photo is one of the examples, wherever its file is: the answer says little about others."""
        return self.novelty <= SAME


@dataclass(frozen=True)
class Predicted:
    """What came of a folder.

    Attributes:
        predictions: One for each photo.
        passed_over: The files that could not be used.
        new: How many photos were answered now; all others were known from an earlier run.
    """

    predictions: Sequence[Prediction]
    passed_over: Sequence[PassedOver]
    new: int

    @property
    def taught(self) -> int:
        """How many of the photos are examples of the model."""
        return sum(each.is_taught for each in self.predictions)


def find_asked(folder: Path) -> tuple[list[PhotoFile], list[PassedOver]]:
    """Return the photos of a folder, at any depth and by name, and the files that are none.

    Raises:
        ToolchainError: There are no photos.
        OSError: The folder can't be read.
    """
    listing = list_photos(folder)
    loose = [PhotoFile(folder / each.name, each.name) for each in listing.passed_over if each.code == "loose"]
    photos = sorted([*listing.photos, *loose], key=lambda photo: photo.name)
    if not photos:
        raise ToolchainError(f"There are no photos in {folder}.", "Give a folder with photos, at any depth.")
    return photos, [each for each in listing.passed_over if each.code != "loose"]


def predict_folder(
    folder: Path,
    trained: TrainedModel,
    network: EmbeddingModel,
    out: Path,
    *,
    threshold: float,
    windows: bool = False,
    cache: EmbeddingCache | None = None,
    processes: int | None = None,
    elsewhere: Elsewhere | None = None,
    quiet: bool = True,
) -> Predicted:
    """Predict all photos of a folder, at any depth, and write what is kept of them.

    Of a folder whose class folders the model was trained on, the photos beside those, if there are any.

    Args:
        folder: Stays as it is.
        trained: Who answers.
        network: The one that it was trained on.
        out: The folder for pictures and tables; made where it is missing.
        threshold: Answers below it don't count.
        windows: Whether to look for several things in each photo.
        cache: Of embeddings.
        processes: How many read photos.
        elsewhere: Where photos are embedded; None for processes here.
        quiet: Show no progress.

    Raises:
        ToolchainError: As ``find_asked``, ``embed_each`` and ``check_place``.
        OSError: What is kept can't be written.
    """
    photos, passed_over = find_asked(folder)
    # The examples are in the folder itself: what is beside them is asked about.
    if trained.photos.get("folder") == str(folder.resolve()):
        photos = [photo for photo in photos if photo.label not in trained.classes_] or photos
    check_place(out, (ANSWERS, BOXES, PAGE, STATE, PART), PICTURES)
    (out / PICTURES).mkdir(parents=True, exist_ok=True)
    known = Known(out, trained, network, {"threshold": threshold, "windows": windows})
    keep = _Keeper(out, trained, network, known.key, threshold if windows else None)
    predictions: list[Prediction] = []
    new = 0
    with Progress(len(photos), "photos predicted", quiet) as progress, known.saved_when_stopped():
        for photo, result in embed_each(
            photos, network, cache, processes=processes, say_progress=progress, elsewhere=elsewhere
        ):
            if result.embedding is None:
                passed_over.append(as_passed_over(photo, result))
                continue
            if not result.embedding.any():
                passed_over.append(PassedOver(photo.name, "unreadable", _NOTHING))
                continue
            parts = known.get(result.digest)
            if parts is not None:
                predictions.append(Prediction(photo, **parts))
                continue
            prediction = answer(trained, photo, result.embedding, threshold)
            if windows or prediction.fate == ANSWERED:
                try:
                    keep(prediction, result.embedding, result.digest)
                except PhotoProblem as problem:
                    passed_over.append(PassedOver(photo.name, problem.code, problem.reason))
                    continue
            known.put(result.digest, {name: part for name, part in vars(prediction).items() if name != "photo"})
            predictions.append(prediction)
            new += 1
    known.save()
    _write_tables(out, trained, predictions, windows)
    _remove_others(out, predictions)
    return Predicted(predictions, passed_over, new)


def _remove_others(out: Path, predictions: Sequence[Prediction]) -> None:
    """Remove pictures of earlier runs that no prediction has any more; files of other names stay."""
    used = {name for each in predictions for name in each.pictures.values()}
    for path in (out / PICTURES).iterdir():
        if _OURS.fullmatch(path.name) and f"{PICTURES}/{path.name}" not in used and path.is_file():
            path.unlink()


def answer(trained: TrainedModel, photo: PhotoFile, embedding: Any, threshold: float) -> Prediction:
    """Answer about one photo; its embedding is float32, (d,)."""
    answers = trained.answer(embedding[None])
    label, shares = answers.labels[0], answers.probabilities[0]
    score = float(shares[trained.classes_.index(label)])
    if answers.is_unknown[0]:
        fate = UNKNOWN
    elif score < threshold:
        fate = LOW
    else:
        fate = ELSE if label == trained.neither else ANSWERED
    rows, _ = trained.neighbours(embedding[None], _NEIGHBOURS)
    novelty = float(answers.novelty[0])
    return Prediction(photo, label, score, shares.tolist(), fate, novelty, neighbours=rows[0].tolist())


class _Keeper:
    """Writes the pictures of one prediction, if its answer counts or something is found in a part of the photo.

    Args:
        out: The folder of the prediction.
        trained: Who answers.
        network: The one that it was trained on.
        run: All that an answer depends on beside the photo: pictures of another run have other names.
        found_from: The share from which things are looked for in windows; None: they are not.
    """

    def __init__(
        self, out: Path, trained: TrainedModel, network: EmbeddingModel, run: str, found_from: float | None
    ) -> None:
        self._out, self._trained, self._network = out, trained, network
        self._run, self._found_from = run, found_from

    def __call__(self, prediction: Prediction, embedding: Any, digest: str) -> None:
        photo = read_photo(prediction.photo.path)
        if self._found_from is not None:
            prediction.note = _IS_STRIP if is_strip(photo.size) else ""
            prediction.found = find_things(self._trained, self._network, photo, self._found_from, self._trained.neither)
        if prediction.fate != ANSWERED and not prediction.found:
            return
        seen = as_seen(photo, self._network.size)
        _, features = self._network.features(seen[None])
        heat = explain(self._trained, features[0], embedding, prediction.label)
        scale = min(1.0, _PICTURE_PX / max(photo.size))
        size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
        small = photo if scale == 1 else photo.resize(size, Image.Resampling.BILINEAR)
        # In the small picture: the map has a few cells only, and a large photo would take gigabytes.
        thing = segment(heat.values, small.size)
        prediction.box = thing.box and _enlarged(thing.box, small.size, photo.size)
        key = hashlib.sha256(f"{digest}-{self._run}".encode()).hexdigest()
        stem = f"{safe_stem(prediction.photo.path)}-{key[:12]}"
        makers: dict[str, Callable[[], Image.Image]] = {
            "photo": lambda: self._with_boxes(small, prediction.found, scale),
            "heat": lambda: paint_heat(small, heat.values),
            "thing": lambda: paint_segment(small, thing),
        }
        for kind, make in makers.items():
            name = f"{PICTURES}/{stem}-{kind}.jpg"
            prediction.pictures[kind] = name
            with whole(self._out / name) as path:
                make().save(path, "JPEG", quality=_QUALITY)

    @staticmethod
    def _with_boxes(picture: Image.Image, found: Sequence[Found], scale: float) -> Image.Image:
        drawn = picture.copy()
        for each in reversed(found):
            draw_box(drawn, Box(*(round(side * scale) for side in each.box)), f"{each.label} {percent(each.score, 0)}")
        return drawn


def _enlarged(box: Box, size: tuple[int, int], wanted: tuple[int, int]) -> Box:
    """Return a box in a picture of a size as one in the same picture of another size; all of it is in that.

    Example:
        >>> _enlarged(Box(1, 2, 3, 4), (10, 5), (25, 12))
        Box(left=2, top=4, right=8, bottom=10)
    """
    (width, height), (wide, high) = size, wanted
    return Box(
        box.left * wide // width,
        box.top * high // height,
        -(-box.right * wide // width),
        -(-box.bottom * high // height),
    )


def safe_stem(path: Path) -> str:
    """Return a file's name without its ending, as every system takes it.

    Example:
        >>> safe_stem(Path("../a b$(x).jpg"))
        'a_b_x'
    """
    return re.sub(r"[^A-Za-z0-9_-]+", "_", path.stem).strip("_")[:40] or "photo"


def _write_tables(out: Path, trained: TrainedModel, predictions: Sequence[Prediction], windows: bool) -> None:
    scores = [f"score of {label}" for label in trained.classes_]
    columns = ["name", "label", "score", "answer", "distance", "left", "top", "right", "bottom", *scores, "nearest"]
    write_table(out / ANSWERS, [*columns, *KINDS, "note"], (_row(trained, each) for each in predictions))
    if windows:
        rows = [
            {
                "name": each.photo.name,
                "label": found.label,
                "score": round(found.score, 4),
                "distance": round(found.novelty, 4),
                **found.box._asdict(),
            }
            for each in predictions
            for found in each.found
        ]
        write_table(out / BOXES, ["name", "label", "score", "distance", "left", "top", "right", "bottom"], rows)


def _row(trained: TrainedModel, prediction: Prediction) -> dict[str, object]:
    shares = zip(trained.classes_, prediction.shares, strict=True)
    nearest = [trained.example_names[row] for row in prediction.neighbours]
    return {
        "name": prediction.photo.name,
        "label": prediction.label,
        "score": round(prediction.score, 4),
        "answer": prediction.fate,
        "distance": round(prediction.novelty, 4),
        **(prediction.box._asdict() if prediction.box else {}),
        **{f"score of {label}": round(share, 4) for label, share in shares},
        "nearest": "; ".join(nearest),
        **prediction.pictures,
        "note": prediction.note,
    }
