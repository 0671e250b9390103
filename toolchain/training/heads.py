"""From arrays to a trained model with its figures: the neighbours of the page, or a last layer trained anew."""

from collections import Counter
from typing import Any, Final, NamedTuple

import numpy as np

from server.contract.limits import LIMITS
from server.exchange.content import ContentClass, ContentExample, ProjectContent
from server.knn.arrays import ClassIndices, Rows
from server.knn.draws import spread
from server.knn.model import Model
from server.knn.options import ClassifierSettings
from toolchain.embedding.model import EmbeddingModel
from toolchain.models.facts import Network
from toolchain.models.more_examples import MoreExample, MoreExamples
from toolchain.models.trained import TrainedModel
from toolchain.training.estimator import Look, SoftmaxHead
from toolchain.training.figures import find_threshold, measure
from toolchain.training.gather import Data, group_of
from toolchain.training.views import make_thumbnails

_TRAINING: Final = "training"
_VALIDATION: Final = "validation"


class SoftmaxOptions(NamedTuple):
    """How a last layer is trained; see ``SoftmaxHead``."""

    optimiser: str = "adam"
    learning_rate: float | None = None
    steps: int = 2000
    seed: int = 0


class Trained(NamedTuple):
    """A trained model, and how it came about.

    Attributes:
        model: Not saved yet.
        history: A look every few steps; none where the neighbours answer.
        best_step: The step whose weights were kept.
    """

    model: TrainedModel
    history: list[Look]
    best_step: int


def network_of(network: EmbeddingModel, folder: str | None = None) -> Network:
    """Return what a trained model says of its network.

    Args:
        network: The network.
        folder: Where it will be; where it is now, if left out.
    """
    from convert.manifest import first_limit

    place = str(network.folder) if folder is None else folder
    return Network(
        network.id, network.title, network.dimension, network.fingerprint, place, first_limit(network.manifest)
    )


def fit_softmax(data: Data, options: SoftmaxOptions) -> SoftmaxHead:
    """Train a last layer; the validation part decides when to stop and which step to keep."""
    head = SoftmaxHead(options.optimiser, options.learning_rate, options.steps, random_state=options.seed)
    judges = (data.validation, data.validation_truths) if len(data.validation_truths) else (None, None)
    # On the classes' numbers, so that the columns are in class order.
    return head.fit(data.embeddings, data.truths, *judges)


def train_head(
    data: Data,
    network: Network,
    *,
    head: str = "knn",
    settings: ClassifierSettings | None = None,
    softmax: SoftmaxOptions | None = None,
    name: str = "",
    neither: str | None = None,
    with_thumbnails: bool = True,
) -> Trained:
    """Make a model of training data, with its figures and its threshold.

    Args:
        data: What to learn from and be judged by.
        network: Whose embeddings.
        head: "knn" or "softmax".
        settings: How the neighbours answer; in the page, too, whatever the head.
        softmax: How a last layer is trained.
        name: The project's.
        neither: The class of anything else.
        with_thumbnails: Whether examples have pictures in the page.
    """
    settings = settings or ClassifierSettings()
    layer = fit_softmax(data, softmax or SoftmaxOptions()) if head == "softmax" else None
    # The page holds no more: of each class as many as its share, evenly spaced. Here all answer.
    rows = spread(data.truths, LIMITS["examplesPerRoom"])
    model = TrainedModel(
        _content(data, rows, network, settings, name, with_thumbnails),
        [data.views[row].photo.name for row in rows],
        network,
        layer.head_ if layer else None,
        neither=neither,
        more=_more(data, rows),
    )
    model.figures = _judge(model, data, rows)
    return Trained(model, layer.history_, layer.best_step_) if layer else Trained(model, [], 0)


def _content(
    data: Data, rows: Rows, network: Network, settings: ClassifierSettings, name: str, with_thumbnails: bool
) -> ProjectContent:
    views = [data.views[row] for row in rows]
    counts = Counter(view.photo.name for view in data.views)
    thumbnails = make_thumbnails(views) if with_thumbnails else [None] * len(views)
    examples = [
        ContentExample(view.id, data.classes[truth], group_of(view, counts[view.photo.name] > 1), thumbnail)
        for view, truth, thumbnail in zip(views, data.truths[rows].tolist(), thumbnails, strict=True)
    ]
    return ProjectContent(
        name[: LIMITS["nameCharacters"]],
        Model(network.id, network.dimension),
        settings.as_dict(),
        [ContentClass(label) for label in data.classes],
        examples,
        np.ascontiguousarray(data.embeddings[rows]),
    )


def _more(data: Data, rows: Rows) -> MoreExamples | None:
    """Return what the project has no room for."""
    rest = np.setdiff1d(np.arange(len(data.views)), rows)
    if not len(rest):
        return None
    counts = Counter(view.photo.name for view in data.views)
    examples = [
        MoreExample(view.id, data.classes[truth], group_of(view, counts[view.photo.name] > 1), view.photo.name)
        for view, truth in zip([data.views[row] for row in rest], data.truths[rest].tolist(), strict=True)
    ]
    return MoreExamples(examples, np.ascontiguousarray(data.embeddings[rest]))


def _judge(model: TrainedModel, data: Data, rows: Rows) -> dict[str, Any]:
    """Return the figures of both parts, and set the model's threshold."""
    figures: dict[str, Any] = {_TRAINING: _judge_training(model, data), _VALIDATION: None}
    answers = model.answer(data.validation)
    answered = _class_indices(answers.labels, data.classes)
    truths = data.validation_truths
    if len(truths):
        unknown = float(answers.is_unknown.mean())
        figures[_VALIDATION] = {**measure(answered, answers.probabilities, truths), "unknown": unknown}
    confidences, is_right = answers.probabilities.max(axis=1, initial=0), answered == truths
    model.threshold = find_threshold(confidences, is_right)
    if len(truths):
        is_sure = confidences >= model.threshold
        figures[_VALIDATION] |= {"sure": int(is_sure.sum()), "sureRight": int((is_sure & is_right).sum())}
    figures["examples"] = {"learnt": len(data.truths), "kept": len(rows)}
    return figures


def _judge_training(model: TrainedModel, data: Data) -> dict[str, Any]:
    """Return the training part's figures: the neighbours' with each example left out, as in the page."""
    if model.softmax is not None:
        shares = model.softmax.predict_proba(data.embeddings)
        return {**measure(shares.argmax(axis=1), shares, data.truths), "leftOut": False}
    left_out = model.leave_out()
    model.resolved = left_out.resolved
    figures = left_out.figures or {}
    known = {name: figures.get(name) for name in ("accuracy", "balancedAccuracy", "crossEntropy")}
    return {"count": figures.get("tested", 0), **known, "leftOut": True}


def _class_indices(labels: list[str], classes: list[str]) -> ClassIndices:
    index_of = {label: index for index, label in enumerate(classes)}
    return np.array([index_of[label] for label in labels], np.int64)
