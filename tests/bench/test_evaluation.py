import math

import numpy as np
import pytest

from bench import evaluation
from bench.table import Row, table


@pytest.fixture(autouse=True)
def small(monkeypatch):
    for name, value in {"N": 80, "ADDED_COUNT": 3, "ROUNDS": 1, "IDLE_ROUNDS": 20}.items():
        monkeypatch.setattr(evaluation, name, value)


def test_examples__are_recordings_of_classes_that_lie_apart():
    examples = evaluation.SampleExamples(200)
    assert len(examples.outline) == len(examples.matrix) == 200
    assert {example.group for example in examples.outline[20:40]} == {"1"}
    units = examples.matrix / np.linalg.norm(examples.matrix, axis=1, keepdims=True)
    cosines = units @ units.T
    # The same recording, the same class, another class: 0, 1; 0, 100; 0, 20.
    assert cosines[0, 1] > cosines[0, 100] + 0.05 > cosines[0, 20] + 0.1


@pytest.mark.parametrize(
    ("part", "bounds"),
    [
        (evaluation.evaluate, ["<= 1000 ms", "<= 50 ms", "<= 50 ms", "", ""]),
        (evaluation.adapted_metric, ["", ""]),
        (evaluation.answers_while_evaluating, ["", "", "<= 1", ""]),
    ],
)
def test_parts__yield_the_rows_that_they_name(part, bounds):
    rows = list(part())
    assert [row.bound for row in rows] == bounds
    for row in rows:
        assert 0 < row.ours < math.inf
        assert (row.theirs is None) == (row.against == "")


def test_answers_while_evaluating__is_an_error_where_nothing_is_evaluated(monkeypatch):
    monkeypatch.setattr(evaluation, "N", 1)
    with pytest.raises(RuntimeError, match="not evaluated"):
        list(evaluation.answers_while_evaluating())


def test_table__has_bounds_of_ratios_and_of_milliseconds():
    lines = table([Row("with", 2, "peer", 4, "<= 1"), Row("without", 3, bound="<= 50 ms")]).splitlines()
    assert [line.split() for line in lines] == [
        ["ours", "ms", "theirs", "ms", "ratio", "wanted", "against"],
        ["with", "2.000", "4.000", "0.50", "<=", "1", "peer"],
        ["without", "3.000", "<=", "50", "ms"],
    ]
