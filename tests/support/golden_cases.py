"""The golden cases: steps on a new classifier. ``write_golden.py`` writes down what each returns."""

import numpy as np

from tests.support.golden_steps import (
    CENTRE,
    COUNTS,
    HOSTILE,
    METRICS,
    RECORDED,
    REFUSED_CENTRES,
    REFUSED_LIMITS,
    SCALES,
    THREE,
    WEIGHTS,
    add,
    ask,
    call,
    limit,
    packed,
    ties_at,
    two_classes_at,
)

CASES = {
    "nothing yet": [*COUNTS, ask(1, 0), call("removeExample", id="a"), call("clearLabel", label="cat")],
    "each metric and weight": [
        *THREE,
        *(
            ask(0.6, 0.4, 0.1, k=k, metric=metric, weights=weights)
            for metric in METRICS
            for weights in WEIGHTS
            for k in (1, 2, 3, 5)
        ),
    ],
    "k beyond n is clamped": [*THREE, ask(1, 1, 1, k=1000), ask(1, 1, 1, k=5.0)],
    "defaults are k 3, cosine, uniform": [*THREE, ask(0.5, 0.5, 0)],
    "single class": [add("only", 3, 4, id="a"), ask(-1, 2, k=7), ask(3, 4, k=1, weights="distance")],
    "duplicates go by class order, then arrival": [
        add("first", 1, 1, id="a"),
        add("second", 1, 1, id="b"),
        add("first", 1, 1, id="c"),
        add("second", 1, 1, id="d"),
        *(ask(1, 2, k=k, metric=metric) for metric in METRICS for k in (1, 2, 3, 4)),
        call("orderLabels", labels=["second"]),
        call("getLabels"),
        ask(1, 2, k=2),
    ],
    "parallel vectors are duplicates for cosine": [
        add("small", 1, 2, 3, id="a"),
        add("large", 100, 200, 300, id="b"),
        ask(0.5, 1, 1.5, k=2, weights="distance"),
        ask(0.5, 1, 1.5, k=2, metric="euclidean", weights="distance"),
    ],
    "a neighbour at distance 0 votes alone": [
        *THREE,
        *(ask(0, 1, 0, k=5, metric=metric, weights="distance") for metric in METRICS),
    ],
    "equal shares go to the class whose member is nearest": [
        add("far", 0, 4, id="a"),
        add("near", 3, 0, id="b"),
        ask(0, 0.5, k=2, metric="euclidean"),
        ask(0, 0.4, k=2, metric="manhattan"),
        ask(1, 0.5, k=2),
    ],
    "equal weights by distance": [
        add("left", -1, 1, id="a"),
        add("right", 1, 1, id="b"),
        ask(0, 1, k=2, metric="euclidean", weights="distance"),
        ask(0, 1, k=2, metric="cosine", weights="distance"),
    ],
    **{f"distances within 1e-9 of the larger are equal, at {scale:g}": ties_at(scale) for scale in SCALES},
    **{f"the nearer of two is nearer, at {scale:g}": two_classes_at(scale) for scale in SCALES},
    "small differences far from 0 count": [
        *(add(label, 1e7 + i, 1e7, id=f"i{i}") for i, label in enumerate("dcba")),
        call("orderLabels", labels=["a", "b", "c", "d"]),
        *(
            ask(1e7 + x, 1e7, k=k, metric=metric, weights="distance")
            for x in (0, 1, 3)
            for k in (1, 3)
            for metric in ("cosine", "euclidean", "manhattan")
        ),
    ],
    "only identical embeddings are at distance 0, but by cosine and adapted": [
        add("b", 1, 1e-6, id="a"),
        add("a", 1, 1e-12, id="b"),
        *(ask(1, 0, k=2, metric=metric, weights="distance") for metric in METRICS),
        add("b", 1, 0, id="c"),
        *(ask(1, 0, k=3, metric=metric, weights="distance") for metric in METRICS),
    ],
    "small cosine distances are told apart, but for 1e-12": [
        # Half the square of the second number: 2e-12, 2.6e-12, 4.5e-12; and 1e-8 and 1.1e-8.
        add("e", 1, 2e-6, id="a"),
        add("d", 1, 2.3e-6, id="b"),
        add("c", 1, 3e-6, id="c"),
        add("b", 1, 1.4142e-4, id="d"),
        add("a", 1, 1.4832e-4, id="e"),
        call("orderLabels", labels=["a", "b", "c", "d", "e"]),
        *(ask(1, 0, k=k, weights=weights) for k in (1, 2, 4, 5) for weights in WEIGHTS),
        # No class has two examples: the adapted metric is the cosine, and has its zero.
        *(ask(1, 0, k=k, metric="adapted", weights="distance") for k in (1, 4, 5)),
    ],
    "I don't know beyond a cosine distance, whatever the metric": [
        *THREE,
        ask(1, 1, 0, unknownDistance=0.1),
        ask(1, 1, 0, unknownDistance=0.5),
        ask(10, 0, 0, unknownDistance=0),
        ask(10, 0, 0, unknownDistance=0, metric="euclidean"),
        ask(-1, -1, -1, unknownDistance=2, metric="manhattan"),
        ask(-1, -1, -1, unknownDistance=0.9, metric="manhattan"),
    ],
    "sure, not sure, and I don't know": [
        *THREE,
        *(ask(*q, k=3, unknownDistance=0.3) for q in ((10, 0, 0), (2, 1, 0), (1, 1, 0), (1, 1, 1), (-1, 0, -1))),
        ask(2, 1, 0, k=3),
        ask(1, 1, 0, k=2, weights="distance"),
    ],
    "a limit that the evaluation finds": [
        *THREE,
        *(ask(2, 1, 0, unknownDistance=limit(0.3), metric=metric) for metric in METRICS),
        *(
            ask(*q, k=2, unknownDistance=limit(0.4, 0.5, 0.2, 0.5), metric=metric)
            for metric in METRICS
            for q in ((2, 1, 0), (1, 1, 1), (10, 0, 0), (-3, -1, 2))
        ),
        *(add(label, *q, id=f"g{i}", group=group) for i, (label, group, q) in enumerate(RECORDED)),
        *(ask(*q, k=2, unknownDistance=limit(0.4, 0.5)) for q in ((5, 1, 5), (4, 4, 1), (-3, -1, 2))),
        ask(-3, -1, 2, unknownDistance=limit(0.4, 1, 2, 2), metric="adapted"),
        add("all alone", 5, 1, 5, id="z"),
        call("clearLabel", label="cat"),
        call("clearLabel", label="dog"),
        ask(1, 1, 0, unknownDistance=limit(0.4, 0.5, 0.2, 0.5), metric="adapted"),
    ],
    "a limit with a centre": [
        *THREE,
        *(
            ask(*q, k=3, unknownDistance=limit(0.4, exponent, *adapted, centre=CENTRE), metric=metric)
            for exponent, adapted in ((0, ()), (0.1, (0.3, 0.5)), (1, (0.3, 0.5)))
            for metric in ("cosine", "adapted")
            for q in ((10, 0, 0), (2, 1, 0), (1, 1, 1), (-3, -1, 2))
        ),
        # Nothing is left of what is asked about, or of the nearest example.
        *(
            ask(*q, unknownDistance=limit(0.4, centre={"ratio": 1.2, **packed(1, 1, 0, 0)}))
            for q in ((10, 0, 0), (2, 1, 0))
        ),
        # Several are nearest: the first in class order counts.
        add("fox", 0, 1, 1, id="f"),
        add("elk", 1, 0, 1, id="g"),
        ask(0.001, 0.001, 1, k=1, unknownDistance=limit(0.4, centre=CENTRE)),
        *(
            step
            for labels in (["fox", "elk"], ["elk", "fox"])
            for metric in METRICS
            for step in (
                call("orderLabels", labels=labels),
                ask(1, 1, 5, k=1, metric=metric, unknownDistance=limit(0.4, centre=CENTRE)),
            )
        ),
        ask(1, 0, 0, unknownDistance=limit(0.4, centre={"ratio": 1.2, **packed(0.01, 1, 2)})),
        *(ask(1, 0, 0, unknownDistance=limit(0.4, centre=each)) for each in REFUSED_CENTRES),
    ],
    "the same id again changes nothing": [
        add("cat", 1, 0, id="a"),
        add("dog", 0, 1, id="a"),
        *COUNTS,
        call("removeExample", id="a"),
        call("removeExample", id="a"),
        add("dog", 0, 1, id="a"),
        *COUNTS,
    ],
    "removing keeps the class; clearing closes the gap": [
        *THREE,
        call("removeExample", id="b"),
        call("removeExample", id="e"),
        *COUNTS,
        ask(0, 0, 1),
        call("clearLabel", label="dog"),
        *COUNTS,
        ask(0, 0, 1),
        call("clearLabel", label="cat"),
        *COUNTS,
        ask(0, 1, 0),
        call("clearAllLabels"),
        *COUNTS,
        add("new", 1, 2, 3, 4, id="z"),
        ask(1, 2, 3, 4),
    ],
    "renaming keeps the place; onto another it merges": [
        *THREE,
        call("renameLabel", old="cat", new="tiger"),
        *COUNTS,
        ask(1, 0, 0),
        call("renameLabel", old="tiger", new="tiger"),
        call("renameLabel", old="tiger", new="owl"),
        *COUNTS,
        ask(1, 0, 0),
        call("renameLabel", old="tiger", new="x"),
        call("renameLabel", old="owl", new=""),
        *COUNTS,
    ],
    "an empty class counts as a class": [
        call("addLabel", label="empty"),
        *THREE,
        call("addLabel", label="cat"),
        *COUNTS,
        ask(1, 0, 0, k=5),
    ],
    "any text is a safe label": [
        *(add(label, i + 1, 1, i * i, id=f"i{i}") for i, label in enumerate(HOSTILE)),
        *COUNTS,
        *(ask(i + 1, 1, i * i, k=2) for i in range(len(HOSTILE))),
        call("renameLabel", old="__proto__", new="hasOwnProperty"),
        call("clearLabel", label="constructor"),
        *COUNTS,
    ],
    "labels that are refused": [
        *(add(label, 1, 2, id="a") for label in ("", "   ", "\t\n", "\u200b\ufeff", "\x00", "x" * 41, None, True, {})),
        add("🦊" * 40, 1, 2, id="b"),
        add("🦊" * 41, 1, 2, id="c"),
        call("addLabel", label=""),
        *COUNTS,
    ],
    "ids and groups that are refused": [
        add("cat", 1, 2, id=""),
        add("cat", 1, 2, id="x" * 65),
        add("cat", 1, 2, id=7),
        add("cat", 1, 2, id="a", group=""),
        add("cat", 1, 2, id="a", group=3),
        add("cat", 1, 2, id="x" * 64, group="y" * 64),
        *COUNTS,
    ],
    "embeddings that are refused": [
        add("cat", id="a"),
        add("cat", 0, 0, id="a"),
        add("cat", 1, "NaN", id="a"),
        add("cat", "Infinity", 1, id="a"),
        add("cat", 1e39, 1, id="a"),
        add("cat", 1e-46, 0, id="a"),
        *COUNTS,
        add("cat", 1, 2, id="a"),
        add("cat", 1, 2, 3, id="b"),
        ask(1),
        ask(1, 2, 3),
        ask(0, 0),
        ask("NaN", 1),
        *COUNTS,
    ],
    "questions that are refused": [
        *THREE,
        *(ask(1, 0, 0, k=k) for k in (0, -1, 1.5, "3", None, True)),
        *(ask(1, 0, 0, metric=metric) for metric in ("", "Cosine", "l2", 3, None)),
        *(ask(1, 0, 0, weights=weights) for weights in ("", "equal", 1)),
        *(ask(1, 0, 0, unknownDistance=distance) for distance in (-0.1, 2.1, "0.3", True)),
        *(ask(1, 0, 0, unknownDistance=limit(*numbers)) for numbers in REFUSED_LIMITS),
        ask(1, 0, 0),
    ],
    "huge and tiny numbers": [
        add("huge", 3e38, 3e38, 1e38, id="a"),
        add("tiny", 1e-45, 0, 1e-40, id="b"),
        add("mixed", 1e38, 1e-38, 1, id="c"),
        add("plain", 1, 2, 3, id="d"),
        *(ask(*q, k=4, metric=metric) for metric in METRICS for q in ((1, 1, 1), (2e38, 1e38, 0), (1e-44, 1e-40, 0))),
        *(ask(3e38, 3e38, 1e38, k=1, metric=metric) for metric in METRICS),
    ],
}


def evaluate(k, metric, weights):
    return {"call": "evaluate", "args": {"k": k, "metric": metric, "weights": weights}}


def add_many(seed, n, d, labels, recordings, whole_numbers=False, spread=0.8):
    """Steps that add n examples of overlapping classes; ``recordings`` a class, 0 for examples without groups."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(len(labels), d))
    steps = []
    for i in range(n):
        index = int(random.integers(len(labels)))
        embedding = centres[index] + spread * random.normal(size=d)
        if whole_numbers:  # so that many distances are equal
            embedding = np.round(embedding)
            embedding[i % d] += not embedding.any()
        group = f"{labels[index]} {random.integers(recordings)}" if recordings else None
        steps.append(add(labels[index], *np.float32(embedding).astype(float).tolist(), id=f"i{i}", group=group))
    return steps


def scaled(steps, scale):
    """The same examples at another scale."""
    return [
        {**step, "args": {**step["args"], "embedding": [number * scale for number in step["args"]["embedding"]]}}
        for step in steps
    ]


EVALUATIONS = {
    "too few to test": [evaluate(3, "auto", "uniform"), add("cat", 1, 2, id="a"), evaluate(3, "auto", "uniform")],
    "two examples": [
        add("cat", 1, 2, id="a"),
        add("dog", 2, 1, id="b"),
        *(evaluate(1, metric, "uniform") for metric in ("auto", "adapted")),
    ],
    "three classes of recordings": [
        *add_many(1, 30, 6, ["cat", "dog", "owl"], 4),
        call("addLabel", label="empty"),
        evaluate(3, "auto", "uniform"),
        evaluate(5, "adapted", "distance"),
    ],
    # Farther apart than the evidence's floor, so that their own distances make the limit.
    "recordings that differ": [
        *add_many(6, 24, 16, ["cat", "dog"], 6, spread=2),
        evaluate(3, "auto", "uniform"),
    ],
    "one recording a class flatters": [
        *add_many(2, 18, 4, ["cat", "dog"], 1),
        evaluate(40, "euclidean", "distance"),
    ],
    "photos without groups, fewer numbers than examples, ties": [
        *add_many(3, 26, 3, ["7", "__proto__", "日本"], 0, whole_numbers=True),
        evaluate(4, "manhattan", "uniform"),
        call("orderLabels", labels=["日本"]),
        evaluate(4, "cosine", "distance"),
    ],
    **{
        f"at {scale:g}, with ties": [
            *scaled(add_many(5, 10, 3, ["cat", "dog"], 0, whole_numbers=True), scale),
            evaluate(3, "euclidean", "distance"),
        ]
        for scale in SCALES
    },
    "one near-copy a class: adapted is the cosine": [
        *(add(label, 1, 3e-6 * place, id=label) for label, place in zip("edcba", (0, 1, 3, 4, 9), strict=True)),
        call("orderLabels", labels=["a", "b", "c", "d", "e"]),
        evaluate(1, "adapted", "uniform"),
    ],
    "an example in another class than the rest of its recording": [
        *add_many(4, 20, 12, ["cat", "dog"], 3),
        call("removeExample", id="i3"),
        add("dog", *range(1, 13), id="i3", group="cat 0"),
        evaluate(3, "auto", "uniform"),
    ],
}
