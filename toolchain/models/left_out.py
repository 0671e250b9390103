"""What the examples say of themselves: each is left out in turn, as in the page.

``toolchain/models/trained.py`` asks what "auto" stands for; training asks how good the neighbours are.
"""

from typing import Any, NamedTuple

from server.contract.constants import MAX_NEIGHBOURS
from server.evaluation.evaluation import Evaluation, Snapshot
from server.knn import KNN
from server.knn.certainty import UnknownLimit
from server.knn.options import ClassifierSettings
from toolchain.models.facts import Resolved


class LeftOut(NamedTuple):
    """What leaving out shows.

    Attributes:
        resolved: What "auto" in the settings stands for.
        figures: The evaluation as ``contract/README.md`` defines it; None with fewer than two examples.
    """

    resolved: Resolved
    figures: dict[str, Any] | None


def leave_out(knn: KNN, settings: ClassifierSettings, prior: UnknownLimit) -> LeftOut:
    """Classify each example by the others, those of its own recording left out.

    Args:
        knn: The examples.
        settings: k, metric, weights, limit of "I don't know".
        prior: The network's own limit.
    """
    evaluation = Evaluation(prior.distance)
    outline = knn.outline()
    row_of = {info.id: row for row, info in enumerate(outline)}
    embeddings = knn.to_dataset()["embeddings"]
    snapshot = Snapshot(knn.labels(), outline, lambda ids: embeddings[[row_of[each] for each in ids]])
    steps = [evaluation.update(snapshot)]
    if len(outline) > 1:
        # The limit of "I don't know" takes the adapted metric's distances, too.
        steps.append(evaluation.measure("adapted"))
        if settings.metric == "manhattan":
            steps.append(evaluation.measure("manhattan"))
    for step in steps:
        for _ in step:
            pass
    k = min(settings.k, MAX_NEIGHBOURS)
    figures = evaluation.evaluate(settings._replace(k=k).as_question())
    metric, limit = settings.metric, settings.unknown_distance
    if metric == "auto":
        metric = "adapted" if figures is None else str(figures["auto"]["metric"])
    if isinstance(limit, str):
        limit = prior if figures is None else evaluation.unknown_limit._replace(centre=prior.centre)
    return LeftOut(Resolved(metric, limit), figures)
