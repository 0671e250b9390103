"""Evaluates a trained model on the parts of a folder: what ``evaluate`` reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from photos.folder import PassedOver, PhotoFile, list_photos
from photos.problem import PhotoProblem
from photos.reader import as_seen, read_photo
from server.knn.arrays import ClassIndices, Embeddings, Floats
from toolchain.embedding.cache import EmbeddingCache
from toolchain.embedding.embed import Embedded, embed_photos
from toolchain.embedding.model import EmbeddingModel
from toolchain.explaining.heat_map import explain
from toolchain.measuring.disturb import BACKGROUND, DISTURBANCES, disturb, replace_background
from toolchain.measuring.measures import Flags, by_class, calibration, confusion, coverage, hardest
from toolchain.measuring.parts import TEST, VALIDATION, choose
from toolchain.models.trained import Answers, TrainedModel
from toolchain.progress import Progress
from toolchain.training.figures import measure

#: Thresholds of the table and of the chart.
THRESHOLDS: Final = np.round(np.linspace(0, 1, 101), 2)
#: Photos that are made worse, at most: every one is embedded once for each kind.
MOST_DISTURBED: Final = 300
HARDEST: Final = 12


@dataclass(frozen=True)
class Part:
    """A part's photos, and what the model answered about them.

    Attributes:
        photos: n of them.
        truths: Their classes, int64, (n,).
        embeddings: float32, (n, d).
        answers: About them.
    """

    photos: Sequence[PhotoFile]
    truths: ClassIndices
    embeddings: Embeddings
    answers: Answers


@dataclass(frozen=True)
class Evaluated:
    """How good a model is.

    Attributes:
        trained: The model.
        network: Whose embeddings.
        figures: Of each part, as ``toolchain.training.figures.measure``; of training left out one by one where
            neighbours answer.
        tested: Which part the details are of: test, or validation where there is no test.
        part: That part.
        right: Whether each of its answers is right, bool, (n,).
        confidences: The winners' shares, float64, (n,).
        details: As JSON: by class, confusion matrix, calibration, thresholds.
        hardest: Rows of the part.
        robustness: Rows, as JSON; empty where it was not asked for.
        taught: How many photos were left out because the model was taught them.
        near: How many photos of ``tested`` look the same as taught ones.
        unsplit: How many photos the folder's ``split.csv`` does not name.
        others: Photos of classes that the model does not know, by class.
        passed_over: Files that could not be used.
    """

    trained: TrainedModel
    network: EmbeddingModel
    figures: Mapping[str, Mapping[str, Any]]
    tested: str
    part: Part
    right: Flags
    confidences: Floats
    details: Mapping[str, Any]
    hardest: Sequence[int]
    robustness: Sequence[Mapping[str, Any]] = ()
    taught: int = 0
    near: int = 0
    unsplit: int = 0
    others: Mapping[str, int] = field(default_factory=dict)
    passed_over: Sequence[PassedOver] = ()


def evaluate_folder(
    folder: Path,
    trained: TrainedModel,
    network: EmbeddingModel,
    cache: EmbeddingCache | None = None,
    *,
    robustness: bool = False,
    processes: int | None = None,
    quiet: bool = True,
) -> Evaluated:
    """Evaluate a model on a folder of class folders.

    Args:
        folder: With a ``split.csv``, or without; see ``toolchain.measuring.parts``.
        trained: The model.
        network: The one that it was trained on.
        cache: Of embeddings.
        robustness: Whether photos that are made worse are asked about, too.
        processes: How many read photos.
        quiet: Show no progress.

    Raises:
        ToolchainError: There is nothing to test with.
    """
    listing = list_photos(folder)

    def embed(photos: Sequence[PhotoFile]) -> Embedded:
        with Progress(len(photos), "photos", quiet) as progress:
            return embed_photos(photos, network, cache, processes=processes, say_progress=progress)

    chosen = choose(folder, listing.photos, trained, embed)
    places = {label: index for index, label in enumerate(trained.classes_)}
    figures: dict[str, Mapping[str, Any]] = {"training": _training_figures(trained)}
    asked: dict[str, Part] = {}
    for name in (VALIDATION, TEST):
        rows = chosen.rows(name)
        if rows.size:
            embeddings = chosen.embeddings[rows]
            part = Part(
                [chosen.photos[row] for row in rows], chosen.truths[rows], embeddings, trained.answer(embeddings)
            )
            asked[name] = part
            answered = _indices(part.answers.labels, places)
            figures[name] = {
                **measure(answered, part.answers.probabilities, part.truths),
                "unknown": float(part.answers.is_unknown.mean()),
            }
    tested = TEST if TEST in asked else VALIDATION
    part = asked[tested]
    answered = _indices(part.answers.labels, places)
    right = answered == part.truths
    confidences = part.answers.probabilities[np.arange(len(right)), answered]
    result = Evaluated(
        trained,
        network,
        figures,
        tested,
        part,
        right,
        confidences,
        _details(trained, part, answered, right, confidences),
        hardest(part.answers.probabilities, part.truths, HARDEST).tolist(),
        taught=chosen.taught,
        near=int(chosen.near[chosen.rows(tested)].sum()),
        unsplit=chosen.unsplit,
        others=chosen.others,
        passed_over=[*listing.passed_over, *chosen.passed_over],
    )
    return replace(result, robustness=measure_robustness(result, quiet)) if robustness else result


def _indices(labels: Sequence[str], places: Mapping[str, int]) -> ClassIndices:
    return np.array([places[label] for label in labels], np.int64)


def _training_figures(trained: TrainedModel) -> Mapping[str, Any]:
    if trained.softmax is None:
        figures = trained.leave_out().figures
        if figures is None:
            return {"count": len(trained.content.examples)}
        names = ("accuracy", "balancedAccuracy", "crossEntropy")
        return {"count": len(trained.content.examples), "leftOut": True, **{name: figures[name] for name in names}}
    places = {label: index for index, label in enumerate(trained.classes_)}
    shares = trained.predict_proba(trained.examples)
    return measure(shares.argmax(axis=1), shares, _indices(trained.example_labels, places))


def _details(
    trained: TrainedModel, part: Part, answered: ClassIndices, right: Flags, confidences: Floats
) -> dict[str, Any]:
    labels = trained.classes_
    matrix = confusion(part.truths, answered, len(labels))
    bins, error = calibration(confidences, right)
    accuracies, shares = coverage(confidences, right, part.answers.is_unknown, THRESHOLDS)
    chosen, chosen_shares = coverage(confidences, right, part.answers.is_unknown, np.array([0, trained.threshold]))
    return {
        "classes": [row._asdict() for row in by_class(matrix, labels)],
        "confusion": matrix.tolist(),
        "calibration": {"bins": [each._asdict() for each in bins], "expectedError": error},
        "thresholds": [
            {"threshold": float(t), "accuracy": None if np.isnan(a) else float(a), "coverage": float(s)}
            for t, a, s in zip(THRESHOLDS, accuracies, shares, strict=True)
        ],
        "all": {"accuracy": float(right.mean()), "coverage": 1.0},
        "known": {"accuracy": _number(chosen[0]), "coverage": float(chosen_shares[0])},
        "confident": {
            "threshold": trained.threshold,
            "accuracy": _number(chosen[1]),
            "coverage": float(chosen_shares[1]),
        },
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def measure_robustness(evaluated: Evaluated, quiet: bool = True) -> list[dict[str, Any]]:
    """Ask the model about photos that are made worse, of at most MOST_DISTURBED of the tested ones.

    Returns:
        A row for each kind: kind, title, accuracy, unknown and count; the first is of the photos as they are.
    """
    trained, network, part = evaluated.trained, evaluated.network, evaluated.part
    random = np.random.default_rng(0)
    chosen = np.unique(np.linspace(0, len(part.photos) - 1, min(MOST_DISTURBED, len(part.photos))).astype(int))
    kinds = ["plain", *DISTURBANCES, "background"]
    rights = dict.fromkeys(kinds, 0)
    unknowns = dict(rights)
    count = 0
    behind: dict[int, Any] = {}
    with Progress(len(chosen), "photos made worse", quiet) as progress:
        for row in chosen.tolist():
            progress.advance()
            try:
                pixels = as_seen(read_photo(part.photos[row].path, at_least=network.size), network.size)
            except PhotoProblem:
                continue
            truth = int(part.truths[row])
            _, features = network.features(pixels[None])
            heat = explain(trained, features[0], part.embeddings[row], part.answers.labels[row]).values
            other = next((each for index, each in behind.items() if index != truth), np.full_like(pixels, 128))
            behind = {**behind, truth: pixels}
            pictures = [pixels, *(disturb(kind, pixels, random) for kind in DISTURBANCES)]
            pictures.append(replace_background(pixels, heat, other))
            answers = trained.answer(network.embed(np.stack(pictures)))
            for kind, label, is_unknown in zip(kinds, answers.labels, answers.is_unknown, strict=True):
                rights[kind] += label == trained.classes_[truth]
                unknowns[kind] += bool(is_unknown)
            count += 1
    titles = {"plain": "as they are", "background": BACKGROUND, **{k: each.title for k, each in DISTURBANCES.items()}}
    return [
        {
            "kind": kind,
            "title": titles[kind],
            "accuracy": rights[kind] / max(1, count),
            "unknown": unknowns[kind] / max(1, count),
            "count": count,
        }
        for kind in kinds
    ]
