"""Property tests: both classifiers and the reference give the same on any steps."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from tests.support.agree import agree
from tests.support.golden_cases import evaluate
from tests.support.golden_steps import add, ask, call, packed
from tests.support.reference import Reference, play
from tests.support.twin import JavaScriptTwin, PythonTwin

LABELS = st.sampled_from(["cat", "dog", "7", "__proto__", "constructor", "日本", "🦊", "<img onerror=alert(1)>"])
ANY_LABEL = st.one_of(LABELS, st.text(max_size=45))
IDS = st.integers(0, 30).map(lambda i: f"i{i}")
# Small whole numbers make duplicates and ties; the factors make parallel, huge and tiny embeddings.
EMBEDDINGS = st.tuples(
    st.lists(st.integers(-2, 2), min_size=3, max_size=3), st.sampled_from([1, 1, 1, 1, 3, 1e-30, 1e30])
).map(lambda pair: [number * pair[1] for number in pair[0]])
WILD = st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=2, max_size=4)


def step(call, **args):
    return st.fixed_dictionaries({"call": st.just(call), "args": st.fixed_dictionaries(args)})


CENTRES = st.none() | st.builds(
    lambda ratio, numbers: {"ratio": ratio, **packed(0.005, *numbers)},
    st.floats(0.25, 4),
    st.lists(st.integers(-128, 127), min_size=3, max_size=3),
)
LIMITS = st.fixed_dictionaries(
    {
        "distance": st.floats(0, 2),
        "exponent": st.floats(0, 1),
        "adapted": st.none() | st.fixed_dictionaries({"distance": st.floats(0, 2), "typical": st.floats(0, 2)}),
    },
    optional={"centre": CENTRES},
)
OPTIONS = {
    "k": st.integers(0, 40),
    "metric": st.sampled_from(["cosine", "euclidean", "manhattan", "adapted"]),
    "weights": st.sampled_from(["uniform", "distance"]),
    "unknownDistance": st.one_of(st.none(), st.floats(0, 2), LIMITS),
}
STEPS = st.lists(
    st.one_of(
        step("addExample", embedding=EMBEDDINGS, label=LABELS, id=IDS),
        step("addExample", embedding=EMBEDDINGS, label=LABELS, id=IDS),
        step("addExample", embedding=WILD, label=ANY_LABEL, id=IDS),
        step("addLabel", label=ANY_LABEL),
        step("removeExample", id=IDS),
        step("clearLabel", label=LABELS),
        step("renameLabel", old=LABELS, new=ANY_LABEL),
        step("orderLabels", labels=st.lists(LABELS)),
        step("classify", embedding=EMBEDDINGS, **OPTIONS),
        step("getCountByLabel"),
        step("getLabels"),
    ),
    max_size=40,
)


@pytest.fixture(scope="module")
def javascript():
    twin = JavaScriptTwin()
    yield twin
    twin.close()


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_both_languages_and_the_reference_give_the_same(javascript, steps):
    expected = play(Reference(), steps)
    for name, played in (
        ("Python", play(PythonTwin(), steps, PythonTwin.refused)),
        ("JavaScript", javascript.play(steps)),
    ):
        for i, (outcome, expected_outcome) in enumerate(zip(played, expected, strict=True)):
            agree(outcome, expected_outcome, f"{name}, step {i}: {steps[i]}")


# Beyond 64 examples JavaScript multiplies with SIMD, and beyond k both search by approximate distances first.
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.integers(65, 200),
    d=st.sampled_from([1, 3, 16, 17, 70]),
    spread=st.sampled_from([1.0, 1e-3, 1e-6, 0.0]),
    extremes=st.booleans(),
    removed=st.integers(0, 3),
    question=st.fixed_dictionaries({**OPTIONS, "k": st.integers(1, 70)}),
)
# Near-copies, far from the embedding asked about: their Manhattan distances differ by less than float32 resolves.
@example(
    seed=3671,
    n=168,
    d=3,
    spread=1e-6,
    extremes=False,
    removed=0,
    question={"k": 34, "metric": "manhattan", "weights": "uniform", "unknownDistance": None},
)
def test_both_agree_on_many_examples(javascript, seed, n, d, spread, extremes, removed, question):
    # Such examples differ in the last digits of float32. Less their mean, they are exact to about 1e-9, which is `tie`.
    assume(question["metric"] != "adapted" or spread != 1e-6)
    random = np.random.default_rng(seed)
    embeddings = (random.normal(size=d) + spread * random.normal(size=(n, d))).astype(np.float32)
    if extremes:
        embeddings[n // 2] *= np.float32(1e-36)
        embeddings[n // 3] *= np.float32(1e36)
    steps = [
        {"call": "addExample", "args": {"embedding": embedding.tolist(), "label": f"class {i % 5}", "id": f"i{i}"}}
        for i, embedding in enumerate(embeddings)
    ]
    steps += [{"call": "removeExample", "args": {"id": f"i{7 * i}"}} for i in range(removed)]
    for embedding in (embeddings[0], embeddings[n // 3], random.normal(size=d).astype(np.float32)):
        steps.append({"call": "classify", "args": {"embedding": embedding.tolist(), **question}})
    expected = play(Reference(), steps)
    for name, played in (
        ("Python", play(PythonTwin(), steps, PythonTwin.refused)),
        ("JavaScript", javascript.play(steps)),
    ):
        for outcome, expected_outcome in zip(played[-3:], expected[-3:], strict=True):
            agree(outcome, expected_outcome, name)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(65, 200), d=st.sampled_from([2, 3, 16, 70]))
# Here one language's adapted distance is 1.2e-9 larger than the other's.
@example(seed=0, n=65, d=3)
def test_adapted_distances_of_near_copies_agree_to_1e_6(javascript, seed, n, d):
    random = np.random.default_rng(seed)
    embeddings = (random.normal(size=d) + 1e-6 * random.normal(size=(n, d))).astype(np.float32)
    steps = [
        add(f"class {i % 5}", *embedding.astype(float).tolist(), id=f"i{i}") for i, embedding in enumerate(embeddings)
    ]
    steps.append(ask(*random.normal(size=d).tolist(), k=n, metric="adapted"))
    expected, *played = (
        {neighbour["id"]: neighbour["distance"] for neighbour in outcomes[-1]["result"]["neighbours"]}
        for outcomes in (play(Reference(), steps), play(PythonTwin(), steps), javascript.play(steps))
    )
    for name, distances in zip(("Python", "JavaScript"), played, strict=True):
        assert distances == pytest.approx(expected, rel=0, abs=1e-6), name


HOSTILE = ["__proto__", "7", "constructor", "日本"]
#: The reference takes too long for more examples.
MAX_BY_REFERENCE = 16


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32 - 1),
    n=st.one_of(st.integers(0, MAX_BY_REFERENCE), st.integers(MAX_BY_REFERENCE + 1, 40)),
    d=st.integers(2, 12),
    classes=st.integers(1, 4),
    recordings=st.integers(0, 5),
    shared=st.booleans(),
    whole_numbers=st.booleans(),
    relabelled=st.integers(0, 3),
    scale=st.sampled_from([1.0, 1e-10, 1e7, 1e12]),
    question=st.fixed_dictionaries(
        {
            "k": st.integers(1, 35),
            "metric": st.sampled_from(["auto", "cosine", "euclidean", "manhattan", "adapted"]),
            "weights": st.sampled_from(["uniform", "distance"]),
        }
    ),
)
def test_all_give_the_same_evaluation(
    javascript, seed, n, d, classes, recordings, shared, whole_numbers, relabelled, scale, question
):
    """``shared``: a recording has examples of several classes."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(classes, d))
    steps = [call("addLabel", label=label) for label in random.permutation(HOSTILE)[: classes + 1].tolist()]
    labels = [step["args"]["label"] for step in steps[:classes]]  # the last class stays empty

    def add_example(i):
        index = int(random.integers(classes))
        embedding = centres[index] + 0.7 * random.normal(size=d)
        if whole_numbers:  # so that many distances are equal
            embedding = np.round(embedding)
            embedding[i % d] += not embedding.any()
        group = f"{'all' if shared else index} {random.integers(recordings)}" if recordings > i % 7 else None
        return add(labels[index], *np.float32(embedding * scale).astype(float).tolist(), id=f"i{i}", group=group)

    steps += [add_example(i) for i in range(n)]
    for i in random.permutation(n)[:relabelled].tolist():
        before = next(step["args"] for step in steps if step["args"].get("id") == f"i{i}")
        steps += [
            call("removeExample", id=before["id"]),
            call("addExample", **{**before, "label": labels[int(random.integers(classes))]}),
        ]
    steps.append(evaluate(**question))
    python = play(PythonTwin(), steps, PythonTwin.refused)
    agree(javascript.play(steps), python, "JavaScript")
    if n <= MAX_BY_REFERENCE:
        agree(python, play(Reference(), steps), "Python")
