"""Of settings that are judged alike, which are taken."""

from toolchain.training.search import Trial
from toolchain.training.ties import Choice, choose


def trial(accuracy, loss):
    return Trial("knn", {}, accuracy, accuracy, loss, 0.0, [])


TRIALS = [trial(0.9, 0.0), trial(1.0, 0.1), trial(1.0, 1e-12), trial(1.0, 0.0), trial(1.0, 0.0)]


def unasked(_row):
    raise AssertionError("nobody asks")


def test_choose__one_that_is_best_needs_nothing_else():
    assert choose(TRIALS[:2], unasked, unasked) == Choice(1, 1)


def test_choose__of_ties_the_default_one():
    assert choose(TRIALS, lambda row: row == 4, unasked) == Choice(4, 3, "default")


def test_choose__of_ties_without_it_what_does_best_left_out():
    accuracies = {2: 0.96, 3: None, 4: 0.98}
    assert choose(TRIALS, lambda row: row == 0, accuracies.get) == Choice(4, 3, "leftOut", 0.98)


def test_choose__the_first_where_nothing_tells_them_apart():
    assert choose(TRIALS, lambda row: False, lambda row: None) == Choice(2, 3, "first")
