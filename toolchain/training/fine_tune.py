"""Tunes the last layers of a network on the training photos, by Keras, and converts what comes of it.

The result is a model folder as ``python -m convert`` writes it, with an id of its own: the page and Python run the very
same network. ``toolchain/training/train.py`` decides whether it is kept.
"""

import hashlib
import importlib.util
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from convert import manifest as manifests
from convert.embedder import Choice
from convert.errors import ConvertError
from toolchain.embedding.model import EmbeddingModel, fingerprint
from toolchain.errors import ToolchainError
from toolchain.models.head_file import Head
from toolchain.training.augment import KINDS, draw_change
from toolchain.training.estimator import Look, cross_entropy
from toolchain.training.gather import Data
from toolchain.training.search import check_judges
from toolchain.training.views import View, open_views

_NEEDED: Final = ("tensorflow", "keras", "tensorflowjs")
_INSTALL: Final = "Install what it needs: pip install -r requirements/convert.txt"
#: What a layer is called that has weights to tune.
_CONVOLUTIONS: Final = ("Conv2D", "DepthwiseConv2D", "SeparableConv2D")
_BATCH: Final = 16
_ID_DIGITS: Final = 12

Say = Callable[[str], None]


class Tuning(NamedTuple):
    """How a network is tuned.

    Attributes:
        epochs: How often each training photo is shown.
        learning_rate: Adam's; small, so that little is forgotten.
        layers: How many convolutions from the end are tuned.
        kinds: How each photo is changed each time, of ``augment.KINDS``.
        seed: Of order and changes.
    """

    epochs: int = 5
    learning_rate: float = 1e-5
    layers: int = 6
    kinds: Sequence[str] = KINDS
    seed: int = 0


class Tuned(NamedTuple):
    """What tuning did.

    Attributes:
        folder: The converted network; None where no epoch was better than the network as it was.
        history: A look an epoch, beginning before the first.
        best_epoch: That of the least cross-entropy on the validation photos.
    """

    folder: Path | None
    history: list[Look]
    best_epoch: int


def check_can_tune(network: EmbeddingModel) -> None:
    """Refuse to begin what can't be done, before anything takes time.

    Raises:
        ToolchainError: A package is missing, or the network was tuned already.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ToolchainError(f"--fine-tune needs {', '.join(missing)}, which is not installed.", _INSTALL)
    if "tunedFrom" in network.manifest:
        raise ToolchainError(
            f"{network.folder} was tuned already, from {network.manifest['tunedFrom']}.",
            "Give the network that it was tuned from with --model.",
        )
    try:
        manifests.choice_of(network.manifest).find_weights(lambda _line: None)
    except ConvertError as error:
        raise ToolchainError(error.message, error.hint) from error


def tune(data: Data, network: EmbeddingModel, head: Head, tuning: Tuning, work: Path, say: Say) -> Tuned:
    """Tune a network with its head, and convert the epoch that judged the validation photos best.

    Args:
        data: Its photos and those parts of photos that are examples train; its validation photos judge.
        network: To begin with.
        head: A last layer that was trained on the network's embeddings.
        tuning: How.
        work: An empty folder; the network becomes ``<work>/model``.
        say: Called with a line of progress now and then.

    Raises:
        ToolchainError: There is no validation photo.
    """
    from convert.embedder import build
    from convert.quiet import quiet

    check_judges(data)
    choice = manifests.choice_of(network.manifest)
    weights = choice.find_weights(say)
    say(f"Building {choice.title} in Keras (TensorFlow takes a while to start) ...")
    with quiet():
        model = build(choice, weights, fold=True)
        layers = unfreeze(model, tuning.layers)
        classifier = _with_head(model, head, tuning.learning_rate)
    history, best_epoch, best = _descend(classifier, layers, data, network.size, tuning, say)
    if best_epoch == 0:
        return Tuned(None, history, 0)
    for layer, values in zip(layers, best, strict=True):
        layer.set_weights(values)
    say("Converting the tuned network ...")
    _convert(model, choice, network.manifest, work)
    return Tuned(work / "model", history, best_epoch)


def unfreeze(model: Any, count: int) -> list[Any]:
    """Freeze all layers of a network but its last convolutions; return these. Batch normalisations stay as they are.

    Args:
        model: A keras.Model of ``convert.embedder.build``.
        count: How many convolutions.
    """
    networks = [layer for layer in model.layers if hasattr(layer, "layers")]
    inner = networks[0].layers if networks else model.layers
    for layer in inner:
        layer.trainable = False
    last = [layer for layer in inner if type(layer).__name__ in _CONVOLUTIONS][-count:]
    for layer in last:
        layer.trainable = True
    return last


def _with_head(model: Any, head: Head, learning_rate: float) -> Any:
    import keras

    embedding = keras.layers.UnitNormalization(name="unit")(model.output["embedding"])
    layer = keras.layers.Dense(len(head.bias), activation="softmax", name="head")
    classifier = keras.Model(model.input, layer(embedding))
    layer.set_weights([head.weights, head.bias])
    classifier.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy")
    return classifier


def _descend(
    classifier: Any, layers: Sequence[Any], data: Data, size: int, tuning: Tuning, say: Say
) -> tuple[list[Look], int, list[Any]]:
    """Return a look an epoch, the best epoch, and the layers' weights after it."""
    from convert.quiet import quiet

    # Copies are left out: here each photo is changed anew each time.
    rows = np.array([row for row, view in enumerate(data.views) if view.change is None])
    judges = [View(photo, "") for photo in data.validation_photos]
    random = np.random.default_rng(tuning.seed)
    history: list[Look] = []
    best_epoch, best = 0, [layer.get_weights() for layer in layers]
    for epoch in range(tuning.epochs + 1):
        if epoch:
            with quiet():
                for chosen, pixels in _changed(data, random.permutation(rows), size, epoch, tuning):
                    classifier.train_on_batch(pixels, data.truths[chosen])
        with quiet():
            training = _judge(classifier, [data.views[row] for row in rows], data.truths[rows], size)
            validation = _judge(classifier, judges, data.validation_truths, size)
        history.append(Look(epoch, *training, *validation))
        say(f"Epoch {epoch} of {tuning.epochs}: cross-entropy of the validation photos {validation[1]:.4f}")
        if epoch and validation[1] < min(float(look.validation_cross_entropy or 0) for look in history[:-1]):
            best_epoch, best = epoch, [layer.get_weights() for layer in layers]
    return history, best_epoch, best


def _changed(
    data: Data, rows: NDArray[np.intp], size: int, epoch: int, tuning: Tuning
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float32]]]:
    """Yield batches of rows and their changed pictures, float32, (b, size, size, 3)."""
    for start in range(0, len(rows), _BATCH):
        chosen = rows[start : start + _BATCH]
        views = [
            data.views[row]._replace(change=draw_change(tuning.kinds, data.views[row].digest, epoch, tuning.seed))
            for row in chosen
        ]
        yield chosen, _pixels(views, size)


def _judge(classifier: Any, views: Sequence[View], truths: NDArray[np.int64], size: int) -> tuple[float, float]:
    """Return accuracy and cross-entropy."""
    parts = [
        np.asarray(classifier.predict_on_batch(_pixels(views[start : start + _BATCH], size)), np.float64)
        for start in range(0, len(views), _BATCH)
    ]
    shares = np.concatenate(parts)
    return float((shares.argmax(axis=1) == truths).mean()), cross_entropy(shares, truths)


def _pixels(views: Sequence[View], size: int) -> NDArray[np.float32]:
    return np.stack([np.asarray(picture, np.float32) for _, picture in open_views(views, size)])


def _convert(model: Any, choice: Choice, before: manifests.Manifest, work: Path) -> None:
    """Write the network into ``<work>/model``, with an id of its own: by its content."""
    from convert.export import export, output_shapes, versions
    from convert.quiet import quiet

    with quiet():
        export(model, work, choice.quantize)
    folder = work / "model"
    manifest = manifests.describe(
        choice,
        output_shapes(model),
        folder,
        weights_sha256=before["weights"]["sha256"],
        converter=versions(),
        requested=str(before["requested"]),
        stands_in_for=None,
    )
    digest = hashlib.sha256(fingerprint(manifest).encode()).hexdigest()[:_ID_DIGITS]
    manifest |= {
        "id": f"{choice.id}-tuned-{digest}",
        "title": f"{choice.title}, tuned",
        "tunedFrom": choice.id,
        # The distance was measured before it was tuned. What most scenes share is another now.
        "unknown": {**(before.get("unknown") or manifest["unknown"]), "centre": None},
    }
    manifests.write(manifest, folder)
