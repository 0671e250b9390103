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
from server.knn.search import multiply
from tests.support.twin import ROOT

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
        started, go_on = threading.Event(), threading.Event()
        task = lambda: (started.set(), go_on.wait())
        busy = threading.Thread(target=helper.share, args=(task, lambda: None))
        busy.start()
        started.wait()
        child = os.fork()
        if not child:
            signal.alarm(20)
            knn.classify(query)
            os._exit(0 if has_helper() else 1)
        print(os.waitpid(child, 0)[1])
        go_on.set()
        busy.join()
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
        warnings.simplefilter("error")
        huge = KNN()
        for i, row in enumerate(matrix * np.float32(1e37)):
            huge.add_example(row, str(i % 3))
        print(huge.classify(query * np.float32(1e30))["count"], has_helper())
    """
    assert run(program, **ONE_THREAD) == "3200 True"


def test_a_busy_helper_is_not_waited_for():
    one, started, go_on, done = helper.Helper(), threading.Event(), threading.Event(), []
    busy = threading.Thread(target=one.share, args=(lambda: (started.set(), go_on.wait()), lambda: None))
    busy.start()
    started.wait()
    one.share(lambda: done.append(1), lambda: done.append(2))
    assert done == [1, 2]
    go_on.set()
    busy.join()


@pytest.mark.parametrize("fails", ["first", "second"])
def test_an_error_in_either_task_is_raised_and_the_helper_is_free_again(fails):
    one, done = helper.Helper(), []

    def task(name):
        if name == fails:
            raise ValueError(name)
        done.append(name)

    with pytest.raises(ValueError, match=fails):
        one.share(lambda: task("first"), lambda: task("second"))
    one.share(lambda: done.append("again"), lambda: None)
    assert "again" in done
    assert not one._is_busy.locked()


@pytest.mark.parametrize("n", [1, 2, 101])
def test_a_product_shared_by_two_threads_is_the_same(monkeypatch, n):
    random = np.random.default_rng(n)
    matrix, embedding = random.normal(size=(n, 40)).astype(np.float32), random.normal(size=40).astype(np.float32)
    monkeypatch.setattr("server.knn.search.LARGE_PRODUCT", 1)
    monkeypatch.setattr(helper, "core_count", lambda: 2)
    shared = []
    monkeypatch.setattr(helper, "share", lambda *tasks: (shared.append(tasks), helper.Helper().share(*tasks)))
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(multiply(matrix, embedding), matrix @ embedding, rtol=1e-5, atol=1e-5)
    assert len(shared) == 1
