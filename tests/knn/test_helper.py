"""The helper thread: where it works, where it does not, and that no fork loses it."""

import os
import subprocess
import sys
import textwrap
import threading
import warnings

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from server.knn import helper
from server.knn.search import FEW, multiply
from tests.support.node import ROOT

ONE_THREAD = dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], "1")
SECONDS = 60

START = """
    import os, threading, warnings
    import numpy as np
    from server.knn import KNN, helper
    helper.core_count = lambda: 2  # also where the tests have one core
    random = np.random.default_rng(0)
    matrix = random.normal(size=(3_200, 1_280)).astype(np.float32)
    knn = KNN().fit(matrix, np.arange(len(matrix)) % 3)
    query = random.normal(size=1_280).astype(np.float32)
    METRICS = ("cosine", "euclidean", "manhattan", "adapted")

    def answers():
        return [knn.classify(query, 5, metric) for metric in METRICS]

    def has_helper():
        return any(thread.name.startswith("product") for thread in threading.enumerate())
"""


def run(program, **environment):
    """Run a program; a hang fails the test."""
    code = textwrap.dedent(START) + textwrap.dedent(program)
    ran = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code],
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=SECONDS,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.strip()


FORK = """
    import signal
    before = answers()
    assert has_helper() == WITH_HELPER

    def fork(depth):
        child = os.fork()
        if not child:
            signal.alarm(20)  # ends a child that hangs
            same = answers() == before and has_helper() == WITH_HELPER
            os._exit(0 if same and (depth == 0 or fork(depth - 1) == 0) else 1)
        return os.waitpid(child, 0)[1]

    print(fork(1), answers() == before)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize(("environment", "with_helper"), [(ONE_THREAD, True), ({}, False)], ids=["one thread", "many"])
def test_a_forked_child_answers_and_so_does_its_own_child(environment, with_helper):
    if not with_helper:
        environment = dict.fromkeys(ONE_THREAD, "2")
    assert run(FORK.replace("WITH_HELPER", str(with_helper)), **environment) == "0 True"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_while_the_helper_works_leaves_the_child_able_to_answer():
    program = """
        import signal
        started, go_on, main = threading.Event(), threading.Event(), threading.get_ident()

        def task(number):
            if threading.get_ident() != main:
                started.set()
                go_on.wait()
            else:
                started.wait()

        helper.share(task, 2)
        child = os.fork()
        if not child:
            signal.alarm(20)
            knn.classify(query)
            os._exit(0 if has_helper() else 1)
        print(os.waitpid(child, 0)[1])
        go_on.set()
    """
    assert run(program, **ONE_THREAD) == "0"


def test_there_is_no_helper_where_blas_has_threads_of_its_own():
    program = """
        from threadpoolctl import threadpool_limits
        with threadpool_limits(2):
            many = answers()
            print(has_helper())
        with threadpool_limits(1):
            print(answers()[0]["label"] == many[0]["label"], has_helper())
    """
    assert run(program).split() == ["False", "True", "True"]


def test_there_is_none_on_one_core():
    program = """
        helper.core_count = lambda: 1
        answers()
        print(has_helper())
    """
    assert run(program, **ONE_THREAD) == "False"


def test_it_answers_while_python_ends_and_where_no_thread_can_be_started():
    program = """
        import atexit
        before = answers()
        atexit.register(lambda: print(answers() == before))
        start = threading.Thread.start

        def refuse(thread):
            raise RuntimeError("can't start new thread")

        threading.Thread.start, helper._helper = refuse, helper.Helper()
        print(answers() == before, has_helper())
        threading.Thread.start = start
    """
    assert run(program, **ONE_THREAD).split() == ["True", "False", "True"]


def test_huge_examples_raise_no_warning_in_the_helper():
    program = """
        warnings.simplefilter("always")  # a warning is written to stderr, by whichever thread
        huge = KNN()
        for i, row in enumerate(matrix * np.float32(1e37)):
            huge.add_example(row, str(i % 3))
        print(huge.classify(query * np.float32(1e30))["count"], has_helper())
    """
    assert run(program, **ONE_THREAD) == "3200 True"


class Parts:
    """Notes who ran which number; the helper, if told to, gets no further than its first."""

    def __init__(self, helper_stops=False):
        self.caller = threading.get_ident()
        self.by_caller, self.by_helper = [], []
        self.helper_stops, self.begun, self.go_on = helper_stops, threading.Event(), threading.Event()

    def __call__(self, number):
        if threading.get_ident() == self.caller:
            self.begun.wait(5)
            self.by_caller.append(number)
        else:
            self.by_helper.append(number)
            self.begun.set()
            if self.helper_stops:
                self.go_on.wait()


def test_both_threads_take_parts_and_every_part_is_done():
    parts = Parts()
    helper.Helper().share(parts, 50)
    assert parts.by_helper
    assert sorted({*parts.by_caller, *parts.by_helper}) == list(range(50))


def test_the_caller_never_waits_for_the_helper():
    one, parts = helper.Helper(), Parts(helper_stops=True)
    one.share(parts, 50)
    assert sorted(parts.by_caller) == list(range(50))
    assert len(parts.by_helper) == 1
    again = Parts()
    again.begun.set()
    one.share(again, 3)  # the helper is still busy with the first
    assert (again.by_caller, again.by_helper) == ([0, 1, 2], [])
    parts.go_on.set()


@pytest.mark.parametrize("where", ["by_caller", "by_helper"])
def test_an_error_in_a_part_is_raised_and_the_helper_goes_on(where):
    one, parts = helper.Helper(), Parts()

    def task(number):
        parts(number)
        if where == "by_caller" or number in parts.by_helper:
            raise ValueError("part")

    with pytest.raises(ValueError, match="part"):
        one.share(task, 4)
    again = Parts()
    one.share(again, 4)
    assert again.by_helper


@pytest.mark.parametrize("m", [1, FEW, FEW + 1, 30])
@pytest.mark.parametrize("n", [1, 2, 101])
def test_a_product_shared_by_two_threads_is_the_same(monkeypatch, n, m):
    random = np.random.default_rng(n)
    matrix, embeddings = random.normal(size=(n, 40)).astype(np.float32), random.normal(size=(m, 40)).astype(np.float32)
    expected = embeddings @ matrix.T
    np.testing.assert_allclose(multiply(matrix, embeddings), expected, rtol=1e-5, atol=1e-5)
    monkeypatch.setattr("server.knn.search.LARGE_PRODUCT" if m <= FEW else "server.knn.search.LARGE_BATCH", 1)
    monkeypatch.setattr(helper, "core_count", lambda: 2)
    shared = []
    monkeypatch.setattr(helper, "share", lambda *task: (shared.append(task), helper.Helper().share(*task)))
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(multiply(matrix, embeddings), expected, rtol=1e-5, atol=1e-5)
    assert len(shared) == 1


@pytest.mark.parametrize("m", [1, FEW + 1])
def test_a_part_that_is_done_again_shows_no_partial_sums(monkeypatch, m):
    random = np.random.default_rng(0)
    matrix = random.normal(size=(16_000, 1280)).astype(np.float32)
    embeddings = random.normal(size=(m, 1280)).astype(np.float32)
    late = []

    def share(task, count):
        def work():
            for number in [*range(count)] * 20:
                task(number)

        for number in range(count):
            task(number)
        late.append(threading.Thread(target=work))
        late[0].start()

    monkeypatch.setattr(helper, "pays", lambda: True)
    monkeypatch.setattr(helper, "share", share)
    with threadpool_limits(1):
        products = multiply(matrix, embeddings)
        expected = products.copy()
        while late[0].is_alive():
            np.testing.assert_array_equal(products, expected)
    late[0].join()
    np.testing.assert_array_equal(products, expected)
