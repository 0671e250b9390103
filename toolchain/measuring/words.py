"""What an evaluation says in words, on the terminal and in the report."""

from collections.abc import Sequence

import numpy as np

from toolchain.measuring.evaluate import Evaluated
from toolchain.models.trained import TrainedModel
from toolchain.output import counted, percent
from toolchain.training.figures import FEW, wilson


def lead(evaluated: Evaluated) -> str:
    """Return what an evaluation found, in a few sentences: what is right, and how little few photos prove."""
    count, right = len(evaluated.right), int(evaluated.right.sum())
    confident = evaluated.details["confident"]
    verb = "is" if right == 1 else "are"
    text = (
        f"{right:,} of {counted(count, 'photo')} of the {evaluated.tested} part {verb} named rightly "
        f"({percent(right / count)})"
    )
    unknown = np.asarray(evaluated.part.answers.is_unknown, bool)
    if unknown.any():
        # A name that the page does not say is no right answer to a person.
        mine = int((unknown & evaluated.right).sum())
        text += f"; for {mine:,} of these"
        text += f", and {int(unknown.sum()) - mine:,} of the others," if mine < unknown.sum() else ""
        text += " the page says “I don’t know” nevertheless, since nothing that was taught is near"
    text += "."
    if count < FEW:
        low, high = wilson(right, count)
        text += (
            f" {counted(count, 'photo')} {'proves' if count == 1 else 'prove'} little: of many others like these "
            f"between {percent(low, 0)} and {percent(high, 0)} would be named rightly (Wilson interval, 95 %)."
        )
    if confident["accuracy"] is not None:
        text += (
            f" Of the {percent(confident['coverage'])} that are known and answered with {confident['threshold']:.2f} "
            f"or more, {percent(confident['accuracy'])} are right."
        )
    return text


def verdict(evaluated: Sequence[tuple[str, Evaluated]]) -> str:
    """Return which of several models names most photos rightly, or that some tie."""
    accuracies = {name: float(each.details["all"]["accuracy"]) for name, each in evaluated}
    most = max(accuracies.values())
    best = [name for name, accuracy in accuracies.items() if accuracy == most]
    *first, last = best
    if not first:
        return f"{last} is the best of {', '.join(accuracies)}: {percent(most)} named rightly"
    others = "" if len(best) == len(accuracies) else f", the best of {', '.join(accuracies)}"
    return f"{', '.join(first)} and {last} tie{others}: {percent(most)} named rightly"


def near_lines(evaluated: Evaluated) -> list[str]:
    """Warn of tested photos that look like taught ones; nothing where there are none."""
    near, count = evaluated.near, len(evaluated.right)
    if not near:
        return []
    verb, taught = ("looks", "a taught one") if near == 1 else ("look", "taught ones")
    return [
        f"{near:,} of the {counted(count, f'{evaluated.tested} photo')} {verb} the same as {taught}, so the figure "
        "flatters."
    ]


def head_words(trained: TrainedModel) -> str:
    """Return who answers, with the settings that count for it."""
    k, metric, weights, limit = trained.settings
    beyond = {"auto": "set by the examples", None: "none"}.get(limit, f"{limit}")  # type: ignore[arg-type]
    if trained.head == "softmax":
        return f"a softmax head answers (limit of “I don’t know”: {beyond})"
    metric = f"{metric}, that is {trained.resolved.metric}" if metric == "auto" and trained.resolved else metric
    return f"the nearest examples vote (k {k}, metric {metric}, weights {weights}, limit of “I don’t know”: {beyond})"
