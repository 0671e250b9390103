"""A trained model: what it answers about embeddings, and the folder that it is saved in and opened from.

``train`` makes one; ``evaluate``, ``predict`` and ``review`` open it. The page opens its ``project.showandtell``, and
answers by the same examples with the same settings.
"""

import contextlib
import datetime
import hashlib
import io
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.contract.errors import ContractError
from server.exchange.content import ContentExample, ProjectContent
from server.exchange.showandtell import read_showandtell, write_showandtell
from server.exchange.whole_file import whole
from server.knn.arrays import Embeddings, Floats, Rows
from server.knn.options import ClassifierSettings, settings_change
from toolchain.errors import ToolchainError
from toolchain.models import facts, head_file
from toolchain.models.facts import AGAIN, Facts, Network, Resolved, read_facts, refuse
from toolchain.models.folder import NETWORK, OURS, PROJECT, check_out, is_whole, state_of
from toolchain.models.head_file import Head, read_head
from toolchain.models.left_out import LeftOut, leave_out
from toolchain.models.more_examples import EMBEDDINGS as MORE
from toolchain.models.more_examples import NAMES as MORE_NAMES
from toolchain.models.more_examples import MoreExample, MoreExamples, read_more, write_more
from toolchain.models.swap import restore, swapped
from toolchain.scale.large_knn import LargeKNN

#: Embeddings are asked about in batches: the products of a batch with all examples take memory.
_BATCH: Final = 256
#: Always the same, so that the same examples are the same file.
_WRITTEN: Final = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


class Answers(NamedTuple):
    """What a model answers about m embeddings.

    Attributes:
        labels: The winners, m.
        probabilities: Every class's share, float64, (m, c); each row adds up to 1.
        is_unknown: Whether it is none of the classes: "I don't know", bool, (m,).
        novelty: The cosine distance to the nearest example, float64, (m,).
    """

    labels: list[str]
    probabilities: Floats
    is_unknown: NDArray[np.bool_]
    novelty: Floats


@dataclass(eq=False)
class TrainedModel:
    """A trained model. Methods are named and shaped as scikit-learn's.

    Attributes:
        content: The examples, as the page opens them; its settings are those of the answers.
        example_names: Of each example, the photo that it was made of: given for those of ``content``, then of all.
        network: Whose embeddings.
        softmax: The last layer; None where the neighbours answer.
        threshold: The share from which an answer counts as confident, 0 to 1.
        neither: The class of anything else; None where there is none.
        figures: How good it is.
        photos: What it was trained on.
        resolved: What "auto" in the settings stands for; worked out where it is needed first.
        folder: Where it was opened from or saved; None before.
        more: Examples that the project has no room for; they answer here, and not in the page.
        digest: Of ``trained.json``, which names all other files' digests; "" for one that is in no folder.
    """

    content: ProjectContent
    example_names: list[str]
    network: Network
    softmax: Head | None = None
    threshold: float = 0.0
    neither: str | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    photos: dict[str, Any] = field(default_factory=dict)
    resolved: Resolved | None = None
    folder: Path | None = None
    more: MoreExamples | None = None
    digest: str = ""

    def __post_init__(self) -> None:
        examples, embeddings = self.content.examples, self.content.embeddings
        if embeddings is None or not len(examples):
            raise ToolchainError("A trained model needs examples with embeddings; there are none.", AGAIN)
        self.classes_ = [each.label for each in self.content.classes]
        more: Sequence[MoreExample] = self.more.examples if self.more else []
        self.examples: Embeddings = np.concatenate([embeddings, self.more.embeddings]) if self.more else embeddings
        self.example_labels = [*(each.label for each in examples), *(each.label for each in more)]
        self.example_names = [*self.example_names, *(example.name for example in more)]
        self.settings = ClassifierSettings().changed(settings_change(self.content.settings or {}))
        self.knn = self._knn_of([*examples, *more], self.examples)

    def _knn_of(self, examples: Sequence[ContentExample | MoreExample], embeddings: Embeddings) -> LargeKNN:
        return LargeKNN.from_dataset(
            {
                "dimension": self.network.dimension,
                "labels": self.classes_,
                "examples": [{"id": each.id, "label": each.label, "group": each.group} for each in examples],
                "embeddings": embeddings,
            },
            may_have_zeros=False,
        )

    @property
    def head(self) -> str:
        """Who answers: "knn" or "softmax"."""
        return "knn" if self.softmax is None else "softmax"

    # ---- answers

    def answer(self, embeddings: Embeddings) -> Answers:
        """Answer about embeddings: winner, shares, and whether it is anything known.

        Args:
            embeddings: float32, (m, d), finite, no row of zeros.

        Raises:
            ContractError: dimension, notFinite, zeroVector.
        """
        metric, limit = self._resolved()
        labels: list[str] = []
        m = len(embeddings)
        shares, unknown, novelty = np.empty((m, len(self.classes_))), np.zeros(m, bool), np.empty(m)
        for start in range(0, m, _BATCH):
            batch = embeddings[start : start + _BATCH]
            results = self.knn.classify_batch(batch, self.settings.k, metric, self.settings.weights, limit)
            for row, result in enumerate(results, start):
                labels.append(result["label"])
                shares[row] = list(result["confidences"].values())
                unknown[row], novelty[row] = result["isUnknown"], result["novelty"]
        if self.softmax is not None and m:
            shares = self.softmax.predict_proba(embeddings)
            labels = [self.classes_[winner] for winner in shares.argmax(axis=1)]
        return Answers(labels, shares, unknown, novelty)

    def predict_proba(self, embeddings: Embeddings) -> Floats:
        """Return every class's share of m embeddings, float32, (m, d): float64, (m, c), in the order of classes_."""
        if self.softmax is not None and len(embeddings):
            return self.softmax.predict_proba(embeddings)
        return self.answer(embeddings).probabilities

    def predict(self, embeddings: Embeddings) -> list[str]:
        """Return the winners of m embeddings, float32, (m, d). Of equal shares the nearest example's class wins."""
        if self.softmax is not None and len(embeddings):
            return [self.classes_[winner] for winner in self.predict_proba(embeddings).argmax(axis=1)]
        return self.answer(embeddings).labels

    def is_unknown(self, embeddings: Embeddings) -> NDArray[np.bool_]:
        """Return whether each of m embeddings, float32, (m, d), is none of the classes, bool, (m,).

        By the rule of the page, and so by the examples, whichever head answers.
        """
        return self.answer(embeddings).is_unknown

    def neighbours(self, embeddings: Embeddings, k: int | None = None) -> tuple[Rows, Floats]:
        """Return the nearest examples of m embeddings, in the metric of the answers.

        Args:
            embeddings: float32, (m, d).
            k: How many; those that vote, if left out. No more than there are examples.

        Returns:
            Rows of ``examples``, intp, (m, k), nearest first, and their distances, float64, (m, k).
        """
        k = self.settings.k if k is None else k
        k = min(k, self.knn.count)
        if not len(embeddings):
            return np.empty((0, k), np.intp), np.empty((0, k))
        self.knn.set_params(metric=self._resolved().metric)
        distances, rows = self.knn.kneighbors(embeddings, k)
        return rows.astype(np.intp, copy=False), distances

    def score(self, embeddings: Embeddings, labels: Sequence[str]) -> float:
        """Return the share of right answers about embeddings, float32, (m, d), of m labels."""
        return float(np.mean([ours == theirs for ours, theirs in zip(self.predict(embeddings), labels, strict=True)]))

    def leave_out(self) -> LeftOut:
        """Classify each example of the project by the project's others, as the page does."""
        kept = self.content.examples
        knn = self._knn_of(kept, self.examples[: len(kept)]) if self.more else self.knn
        return leave_out(knn, self.settings, self.network.prior)

    def thumbnail(self, row: int) -> bytes | None:
        """Return the small picture of an example, a JPEG; None: it has none."""
        return self.content.examples[row].thumbnail if row < len(self.content.examples) else None

    def _resolved(self) -> Resolved:
        if self.resolved is None:
            self.resolved = self.leave_out().resolved
        return self.resolved

    # ---- the network

    def network_folder(self, default: Path) -> Path:
        """Return the folder of the network to embed with: the model's own, or where it was, or a default."""
        if self.network.folder == NETWORK and self.folder is not None:
            return self.folder / NETWORK
        there = Path(self.network.folder)
        return there if self.network.folder and (there / "manifest.json").is_file() else default

    def check_network(self, id: str, fingerprint: str | None = None) -> None:
        """Refuse another network than the one that this model was trained on.

        Args:
            id: The network's.
            fingerprint: Of its files; None where only the id counts, as in the page.

        Raises:
            ToolchainError: It is another one.
        """
        if id != self.network.id:
            raise ToolchainError(
                f"The model was trained on the network {self.network.id}; {id} was given, whose embeddings "
                "can't be compared.",
                f"Give the folder of {self.network.id} with --model, or train again.",
            )
        if fingerprint is not None and fingerprint != self.network.fingerprint:
            raise ToolchainError(
                f"The network {id} has other files than the one that the model was trained on.",
                "Give the same folder with --model, or train again.",
            )

    # ---- the folder

    def save(self, folder: Path, beside: Mapping[str, bytes] | None = None, network: Path | None = None) -> None:
        """Write the model into a folder; what is not the model's stays.

        Args:
            folder: Made where it is missing.
            beside: Further files by name, each one of BESIDE.
            network: A folder to move there: a network of the model's own.

        Raises:
            ToolchainError: The folder holds other things and no model.
            ContractError: There is too much, as for ``write_showandtell``.
            OSError: It can't be written. What was there before is still there, or the whole new model.
        """
        resolved = self._resolved()
        check_out(folder)
        beside = dict(beside or {})
        project = io.BytesIO()
        write_showandtell(self.content, project, title=self.network.title, written=_WRITTEN)
        files = {PROJECT: project.getvalue()}
        if self.softmax is not None:
            files[head_file.NAME] = self.softmax.as_bytes()
        stated = Facts(
            self.head,
            self.classes_,
            self.neither,
            self.network,
            self.settings.as_dict(),
            resolved,
            self.threshold,
            self.figures,
            self.photos,
            self.example_names[: len(self.content.examples)],
            {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        )
        own = (self.folder or folder) / NETWORK
        with swapped(folder, is_whole, OURS) as new:
            for name, data in {**beside, **files}.items():
                (new / name).write_bytes(data)
            if self.more:
                write_more(new, self.more)
                stated.files.update({name: facts.sha256(new / name) for name in MORE_NAMES})
            if network is not None:
                shutil.move(network, new / NETWORK)
            elif self.network.folder == NETWORK and own.is_dir():
                shutil.copytree(own, new / NETWORK)
            # The last one: where it is, the model is whole.
            with whole(new / facts.NAME) as path:
                path.write_bytes(stated.as_bytes())
        self.folder, self.digest = folder, stated.digest()

    @classmethod
    def open(cls, folder: Path) -> "TrainedModel":
        """Open a folder that ``save`` wrote. Its files are untrusted: all are checked.

        Raises:
            ToolchainError: It is none; says which file is wrong and how.
        """
        with contextlib.suppress(OSError):
            restore(folder, is_whole, OURS)
        before = state_of(folder)
        try:
            return cls._read(folder)
        except ToolchainError:
            if state_of(folder) == before:
                raise
            # Another training replaced it meanwhile.
            return cls._read(folder)

    @classmethod
    def _read(cls, folder: Path) -> "TrainedModel":
        stated = read_facts(folder)
        path = folder / PROJECT
        has_more = MORE in stated.files
        needed = [PROJECT, *([head_file.NAME] if stated.head == "softmax" else []), *(MORE_NAMES if has_more else ())]
        for name in needed:
            if not (folder / name).is_file():
                raise ToolchainError(f"{folder / name} is missing, which the model needs.", AGAIN)
            if facts.sha256(folder / name) != stated.files.get(name):
                refuse(folder / name, f"it is not the file that {facts.NAME} was written with")
        try:
            content = read_showandtell(path)
        except ContractError as error:
            raise ToolchainError(f"{path} is damaged: {error}", AGAIN) from error
        _check_together(path, stated, content)
        head = (
            read_head(folder / head_file.NAME, stated.network.dimension, len(stated.classes))
            if stated.head == "softmax"
            else None
        )
        return cls(
            content,
            stated.names,
            stated.network,
            head,
            stated.threshold,
            stated.neither,
            stated.figures,
            stated.photos,
            stated.resolved,
            folder,
            read_more(folder, stated.network.dimension, stated.classes) if has_more else None,
            stated.digest(),
        )


def _check_together(path: Path, stated: Facts, content: ProjectContent) -> None:
    model = content.model
    if model is None or (model.id, model.dimension) != (stated.network.id, stated.network.dimension):
        refuse(path, f"it is of another network than {facts.NAME} names, {stated.network.id}")
    if [each.label for each in content.classes] != stated.classes:
        refuse(path, f"it has other classes than {facts.NAME}")
    if content.embeddings is None or len(content.examples) != len(stated.names):
        refuse(path, f"it has {len(content.examples)} examples; {facts.NAME} names {len(stated.names)}")
    if dict(content.settings or {}) != stated.settings:
        refuse(path, f"it has other settings than {facts.NAME}")
