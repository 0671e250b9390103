"""The steps of the golden cases: the calls of a classifier, and what the cases teach it."""

import base64

from tests.support.reference import CONSTANTS


def add(label, *embedding, id, group=None):
    return {"call": "addExample", "args": {"embedding": list(embedding), "label": label, "id": id, "group": group}}


def ask(*embedding, **question):
    return {"call": "classify", "args": {"embedding": list(embedding), **question}}


def call(name, **args):
    return {"call": name, "args": args}


COUNTS = [call("getCount"), call("getNumLabels"), call("getLabels"), call("getCountByLabel")]
THREE = [
    add("cat", 1, 0, 0, id="a", group="g1"),
    add("dog", 0, 1, 0, id="b", group="g2"),
    add("cat", 0.9, 0.1, 0, id="c", group="g1"),
    add("owl", 0, 0, 1, id="d"),
    add("dog", 0.2, 0.8, 0.1, id="e", group="g2"),
]
METRICS = CONSTANTS["metrics"]
WEIGHTS = CONSTANTS["weights"]
#: The smallest and the largest that embeddings are tested at, and where float32 resolves whole numbers only.
SCALES = (1e-10, 1e7, 1e12)


def ties_at(scale):
    """Distances of 2, times the scale and 1 + 0, .4, .8 and 1.6 times 1e-9: the first three are equal."""
    return [
        *(
            add(label, scale, offset * scale, id=f"i{i}")
            for i, (label, offset) in enumerate([("d", 0), ("c", 0.8e-9), ("b", 1.6e-9), ("a", 3.2e-9)])
        ),
        call("orderLabels", labels=["a", "b", "c", "d"]),
        *(ask(-scale, 0, k=k, metric="manhattan", weights=weights) for k in (1, 2, 4) for weights in WEIGHTS),
        # By this metric, all four are equal: the squares of the offsets vanish.
        *(ask(-scale, 0, k=k, metric="euclidean") for k in (1, 4)),
        add("e", scale, -2e-4 * scale, id="beyond"),  # 5e-9 times further
        call("orderLabels", labels=["e"]),
        *(ask(-scale, 0, k=k, metric="euclidean", weights=weights) for k in (1, 5) for weights in WEIGHTS),
    ]


def two_classes_at(scale):
    """The nearer of two corners is nearer at every scale."""
    return [
        add("late", scale, 0, id="x"),
        add("early", 0, scale, id="y"),
        call("orderLabels", labels=["early"]),
        *(
            ask(near * scale, far * scale, k=k, metric=metric, weights=weights)
            for near, far in ((0.9, 0.1), (0.1, 0.9), (0.5, 0.5), (1, 0))
            for metric in METRICS
            for k, weights in ((1, "uniform"), (2, "distance"))
        ),
    ]


HOSTILE = [
    "constructor",
    "__proto__",
    "7",
    "日本",
    "🦊",
    "<img src=x onerror=alert(1)>",
    "toString",
    "-0",
    "{came}",
    "a\nb",
]


def limit(distance, exponent=0, *adapted, **more):
    """What an evaluation finds; other keys are ignored."""
    names = ("distance", "typical")
    adapted_limit = dict(zip(names, adapted, strict=True)) if adapted else None
    return {"distance": distance, "exponent": exponent, "adapted": adapted_limit, "more": 1, **more}


def packed(step, *numbers):
    """Numbers of a centre, in whole steps."""
    return {"step": step, "values": base64.b64encode(bytes(number % 256 for number in numbers)).decode()}


#: Of three numbers: most is in the first.
CENTRE = {"ratio": 1.2, **packed(0.01, 70, 10, -5)}
REFUSED_CENTRES = (
    7,
    [],
    {},
    {**CENTRE, "ratio": 0},
    {**CENTRE, "ratio": 4.5},
    {**CENTRE, "ratio": "1.2"},
    {**CENTRE, "step": 0},
    {**CENTRE, "step": 1.5},
    {**CENTRE, "step": None},
    {"ratio": 1.2, "step": 0.01},
    *({**CENTRE, "values": each} for each in ("", "?", None, 7, "AAA", "AA AA", "AAAA\n", "AA=A", "AAAA====", "ÄAAA")),
)


# The first recording goes on in a second class.
RECORDED = (
    ("owl", "one", (5, 1, 5)),
    ("owl", "one", (5, 1, 4.9)),
    ("cat", "one", (5, 1.1, 5)),
    ("owl", "two", (4, 1, 6)),
    ("owl", None, (4, 4, 1)),
)
REFUSED_LIMITS = (
    (-0.1,),
    ("0.3",),
    (0.3, 1.1),
    (0.3, None),
    (0.3, 0.5, 2.1, 0.5),
    (0.3, 0.5, 0.2, 0),
)
