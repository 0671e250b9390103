"""The steps of ``train`` in their order: gather, compare or search, train, tune, save."""

import hashlib
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from photos.folder import PassedOver
from server.knn.options import ClassifierSettings
from toolchain.cleaning.split import COLUMNS, FILE
from toolchain.embedding.cache import EmbeddingCache
from toolchain.embedding.model import BATCH_SIZE, EmbeddingModel
from toolchain.models.folder import NETWORK, check_beside, check_out
from toolchain.models.trained import TrainedModel
from toolchain.tables import table_bytes
from toolchain.training import history
from toolchain.training.boxes import BoxRow, read_boxes
from toolchain.training.fine_tune import Tuning, check_can_tune, tune
from toolchain.training.gather import Data, Extras, Photos, Reading, find_merged, find_photos, load
from toolchain.training.heads import SoftmaxOptions, Trained, fit_softmax, network_of, train_head
from toolchain.training.optimisers import LEARNING_RATES
from toolchain.training.search import Trial, rank, try_neighbours, try_one_softmax, try_softmax
from toolchain.training.ties import DEFAULT, Choice, choose

MODELS: Final = Path("models")
_MOST_NAME: Final = 80

Say = Callable[[str], None]


class Options(NamedTuple):
    """What to train.

    Attributes:
        folder: Of class folders.
        out: The model's folder; None for one in MODELS, named by the classes.
        networks: Folders of converted networks; the first one is used, unless they are compared.
        head: "knn" or "softmax".
        settings: How the neighbours answer.
        softmax: How a last layer is trained.
        kinds: What copies differ by.
        copies: How many of each training photo.
        boxes: A table of boxes.
        neither: A folder of anything else.
        neither_name: The class of that.
        is_compared: Whether all networks are compared, with all heads, and the best is trained.
        is_searched: Whether the head's options are searched for.
        tuning: How the network is tuned; None for not at all.
        cache: The file that keeps embeddings.
        processes: How many processes read photos.
        seed: Of the split, the copies and the batches.
        quiet: Show no progress.
        only: The classes that count, where the folder holds other photos, too; none for all.
    """

    folder: Path
    out: Path | None
    networks: Sequence[Path]
    head: str = "knn"
    settings: ClassifierSettings = ClassifierSettings()
    softmax: SoftmaxOptions = SoftmaxOptions()
    kinds: Sequence[str] = ()
    copies: int = 0
    boxes: Path | None = None
    neither: Path | None = None
    neither_name: str = "neither"
    is_compared: bool = False
    is_searched: bool = False
    tuning: Tuning | None = None
    cache: Path | None = None
    processes: int | None = None
    seed: int = 0
    quiet: bool = True
    only: Sequence[str] = ()


class Compared(NamedTuple):
    """One row of a comparison: a network, its pace, and a head on it."""

    network: EmbeddingModel
    milliseconds: float
    trial: Trial

    def as_dict(self) -> dict[str, Any]:
        """Return it as a row of a table."""
        metric = {"metric": self.trial.options.get("metric", "")}
        figures = {key: value for key, value in self.trial.as_dict().items() if key not in self.trial.options}
        return {
            "model": self.network.id,
            **figures,
            **metric,
            "millisecondsPerPhoto": round(self.milliseconds, 1),
        }


class Outcome(NamedTuple):
    """What came of it.

    Attributes:
        model: Saved.
        embedded: For how many photos the network ran.
        passed_over: Files that were not used.
        compared: The rows of the comparison, best first; none without one.
        trials: The search, in the order of the grid; none without one.
        choice: Which row of the comparison or of the search was taken, and why; None without one.
        tuning: What tuning did, for people and programs; None without it.
        merged: Folders such as train and test whose class folders were put together, and the parts drawn anew.
        unused_boxes: Boxes of photos that do not train.
    """

    model: TrainedModel
    embedded: int
    passed_over: list[PassedOver]
    compared: list[Compared]
    trials: list[Trial]
    choice: Choice | None
    tuning: dict[str, Any] | None
    merged: list[str]
    unused_boxes: list[BoxRow]


def train(options: Options, say: Say) -> Outcome:
    """Train a model on a folder of photos, and save it.

    Args:
        options: What to train.
        say: Called with a line of progress now and then.

    Raises:
        ToolchainError: Something that the person can put right; nothing is saved then.
    """
    out = options.out or MODELS
    for photos in (options.folder, options.neither):
        if photos is not None:
            check_beside(photos, out)
    if options.out:
        check_out(options.out)
    with ExitStack() as stack:
        return _Training(options, say, stack).run()


class _Training:
    """One run of ``train``.

    Args:
        options: What to train; a comparison and a search change them.
        say: See ``train``.
        stack: Closes the caches at the end.
    """

    def __init__(self, options: Options, say: Say, stack: ExitStack) -> None:
        self._options = options
        self._say = say
        self._stack = stack
        network = EmbeddingModel.open(options.networks[0])
        if options.tuning:
            check_can_tune(network)
            for folder in options.networks[1:]:
                check_can_tune(EmbeddingModel.open(folder))
        boxes = read_boxes(options.boxes) if options.boxes else ()
        self._extras = Extras(options.kinds, options.copies, boxes, options.seed)
        self._reading = self._reader(network)
        self._first = network
        # What "auto" stands for on the first network, once it was asked for.
        self._auto: str | None = None
        self._found = find_photos(
            options.folder,
            self._reading,
            neither=options.neither,
            neither_name=options.neither_name,
            seed=options.seed,
            only=options.only,
        )
        self._beside = {FILE: _split_table(self._found)}

    def run(self) -> Outcome:
        """Run the steps."""
        options, found = self._options, self._found
        out = options.out or MODELS / name_of([label for label in found.classes if label != found.neither])
        check_out(out)
        data = load(found, self._reading, self._extras)
        embedded, passed_over = data.embedded, [*found.passed_over, *data.passed_over]
        compared: list[Compared] = []
        trials: list[Trial] = []
        choice: Choice | None = None
        if options.is_compared:
            compared, choice, data = self._compare(data)
        if options.is_searched:
            trials, choice = self._search(data)
        trained = self._train(data, self._reading.network)
        stated: dict[str, Any] | None = None
        with tempfile.TemporaryDirectory(prefix=".training-", dir=_made(out.absolute().parent)) as work:
            own: Path | None = None
            if options.tuning:
                trained, own, stated = self._tune(trained, data, options.tuning, Path(work))
            if trained.history:
                self._beside["history.csv"] = history.history_table(trained.history)
                self._beside["history.png"] = history.draw_history(trained.history, trained.best_step)
            trained.model.photos = _photos(options, found, data)
            trained.model.save(out, self._beside, own)
        trains = {view.photo.name for view in data.views}
        unused = [row for row in self._extras.boxes if row.name not in trains]
        passed_over = _distinct(passed_over)
        merged = find_merged(found, options.folder)
        return Outcome(trained.model, embedded, passed_over, compared, trials, choice, stated, merged, unused)

    def _reader(self, network: EmbeddingModel) -> Reading:
        options = self._options
        cache = self._stack.enter_context(EmbeddingCache.open(options.cache, network.fingerprint))
        return Reading(network, cache, options.processes, options.quiet)

    def _train(
        self, data: Data, network: EmbeddingModel, folder: str | None = None, with_thumbnails: bool = True
    ) -> Trained:
        return train_head(
            data,
            network_of(network, folder),
            head=self._options.head,
            settings=self._options.settings,
            softmax=self._options.softmax,
            name=", ".join(self._found.classes),
            neither=self._found.neither,
            with_thumbnails=with_thumbnails,
        )

    def _compare(self, data: Data) -> tuple[list[Compared], Choice, Data]:
        """Judge every head on every network, and go on with the best.

        Returns:
            The rows, best first; the choice, which is the first of them; and the best one's data.
        """
        options = self._options
        rows: list[tuple[Compared, Data, Reading]] = []
        for place, folder in enumerate(options.networks):
            reading = self._reader(EmbeddingModel.open(folder)) if place else self._reading
            data = load(self._found, reading, self._extras) if place else data
            self._say(f"Comparing the heads on {reading.network.title} ...")
            pace = _milliseconds(reading.network)
            neighbours = try_neighbours(data, [options.settings.k], weights=[options.settings.weights])
            trials = [*neighbours, try_one_softmax(data, options.softmax)]
            rows += [(Compared(reading.network, pace, trial), data, reading) for trial in trials]
        first = rows[0]

        def is_default(row: int) -> bool:
            return rows[row][2] is first[2] and self._is_default(rows[row][0].trial, first[1])

        def left_out(row: int) -> float | None:
            compared, own, reading = rows[row]
            return self._left_out(compared.trial, own, reading.network)

        choice = choose([row[0].trial for row in rows], is_default, left_out)
        chosen = rows[choice.row]
        best, data, self._reading = chosen
        if choice.chosen_by != DEFAULT:
            self._options = _with(options, best.trial)
        # What was taken is named before those that tie with it.
        rows.sort(key=lambda row: (row is not chosen, rank(row[0].trial)))
        compared = [row[0] for row in rows]
        self._beside["comparison.csv"] = history.table(row.as_dict() for row in compared)
        return compared, choice._replace(row=0), data

    def _search(self, data: Data) -> tuple[list[Trial], Choice]:
        """Try a grid, and go on with the best of it."""
        trials: list[Trial] = []
        is_knn = self._options.head == "knn"
        for trial in try_neighbours(data) if is_knn else try_softmax(data, seed=self._options.seed):
            what = "metric" if is_knn else "optimiser"
            if not trials or trial.options[what] != trials[-1].options[what]:
                self._say(f"Searching: {trial.options[what]} ...")
            trials.append(trial)
        network = self._reading.network
        is_default = [self._is_default(trial, data) for trial in trials]
        choice = choose(trials, is_default.__getitem__, lambda row: self._left_out(trials[row], data, network))
        if choice.chosen_by != DEFAULT:
            self._options = _with(self._options, trials[choice.row])
        self._beside["search.csv"] = history.table(_without_seconds(trial) for trial in trials)
        self._beside["search.png"] = history.draw_trials(trials)
        return trials, choice

    def _is_default(self, trial: Trial, data: Data) -> bool:
        """Return whether a trial on the first network is what training without a search would do."""
        head, settings, softmax = self._options.head, self._options.settings, self._options.softmax
        if trial.head != head:
            return False
        if head == "softmax":
            rate = LEARNING_RATES[softmax.optimiser] if softmax.learning_rate is None else softmax.learning_rate
            stated = (trial.options["optimiser"], trial.options["learningRate"], trial.options["steps"])
            return stated == (softmax.optimiser, rate, softmax.steps)
        if (trial.options["k"], trial.options["weights"]) != (settings.k, settings.weights):
            return False
        metric = settings.metric
        if metric == "auto":
            if self._auto is None:
                resolved = self._train(data, self._first, with_thumbnails=False).model.resolved
                self._auto = resolved.metric if resolved else ""
            metric = self._auto
        return bool(trial.options["metric"] == metric)

    def _left_out(self, trial: Trial, data: Data, network: EmbeddingModel) -> float | None:
        """Return the accuracy of neighbours on the training photos, each left out; None for a last layer."""
        if trial.head != "knn":
            return None
        settings = _with(self._options, trial).settings
        model = train_head(data, network_of(network), settings=settings, with_thumbnails=False).model
        accuracy: float | None = model.figures["training"]["accuracy"]
        return accuracy

    def _tune(
        self, frozen: Trained, data: Data, tuning: Tuning, work: Path
    ) -> tuple[Trained, Path | None, dict[str, Any]]:
        """Tune the network; keep it if the same head judges the validation photos better on the converted one.

        Returns:
            The model that is kept, the folder of its own network or None, and what is said of it.
        """
        head = frozen.model.softmax or fit_softmax(data, self._options.softmax).head_
        tuned = tune(data, self._reading.network, head, tuning, work, self._say)
        self._beside["tuning.csv"] = history.history_table(tuned.history)
        self._beside["tuning.png"] = history.draw_history(tuned.history, tuned.best_epoch, "epochs")
        before = frozen.model.figures["validation"]["crossEntropy"]
        stated = {"kept": False, "frozenCrossEntropy": before, "tunedCrossEntropy": None, "bestEpoch": tuned.best_epoch}
        if tuned.folder is None:
            return frozen, None, stated
        self._say("Embedding the photos with the tuned network ...")
        again = self._reader(EmbeddingModel.open(tuned.folder))
        candidate = self._train(load(self._found, again, self._extras), again.network, NETWORK)
        after = candidate.model.figures["validation"]["crossEntropy"]
        stated |= {"kept": after < before, "tunedCrossEntropy": after}
        return (candidate, tuned.folder, stated) if stated["kept"] else (frozen, None, stated)


def _milliseconds(network: EmbeddingModel) -> float:
    """Return how long the network takes for a photo, its first batch left out."""
    pixels = np.zeros((BATCH_SIZE, network.size, network.size, 3), np.uint8)
    network.embed(pixels)
    start = time.perf_counter()
    network.embed(pixels)
    return 1000 * (time.perf_counter() - start) / BATCH_SIZE


def _with(options: Options, trial: Trial) -> Options:
    """Return the options that a trial was made with."""
    stated = trial.options
    if trial.head == "knn":
        settings = options.settings._replace(k=stated["k"], metric=stated["metric"], weights=stated["weights"])
        return options._replace(head="knn", settings=settings)
    softmax = SoftmaxOptions(stated["optimiser"], stated["learningRate"], stated["steps"], options.seed)
    return options._replace(head="softmax", softmax=softmax)


def _without_seconds(trial: Trial) -> dict[str, Any]:
    # The same photos are to make the same files.
    return {key: value for key, value in trial.as_dict().items() if key != "seconds"}


def _photos(options: Options, found: Photos, data: Data) -> dict[str, Any]:
    return {
        "folder": str(options.folder),
        "neither": None if options.neither is None else str(options.neither),
        **found.counts(),
        "unsplit": found.unsplit,
        "copies": sum(view.change is not None for view in data.views),
        "boxes": sum(view.box is not None for view in data.views),
        "seed": options.seed,
    }


def _split_table(found: Photos) -> bytes:
    return table_bytes(COLUMNS, [row._asdict() for row in found.split_rows()])


def _distinct(passed_over: list[PassedOver]) -> list[PassedOver]:
    return list({each.name: each for each in passed_over}.values())


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def name_of(classes: Sequence[str]) -> str:
    """Return the name of a model's folder: the classes, as far as they can name one.

    Example:
        >>> name_of(["cat", "dog"]), name_of(["../a b", "c"])
        ('cat-dog', 'a_b-c')
    """
    joined = "-".join(filter(None, (re.sub(r"[^\w.-]+", "_", label).strip("._-") for label in classes)))
    if len(joined) <= _MOST_NAME and joined:
        return joined
    digest = hashlib.sha256("\0".join(classes).encode(errors="replace")).hexdigest()[:8]
    return f"{joined[: _MOST_NAME - 9]}-{digest}".strip("-")
