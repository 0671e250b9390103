"""The contract's golden cases on the Python classifier; web/tests/knn/knn.golden.test.js plays them on the other."""

import json

import pytest

from tests.support.agree import agree
from tests.support.reference import play
from tests.support.twin import PythonTwin
from tests.support.write_golden import GOLDEN, GOLDEN_EVALUATION, golden, golden_evaluation

CASES = [case for file in (GOLDEN, GOLDEN_EVALUATION) for case in json.loads(file.read_text("utf-8"))["cases"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_python_gives_what_the_golden_case_says(case):
    for step, gave in zip(case["steps"], play(PythonTwin(), case["steps"], PythonTwin.refused), strict=True):
        agree(gave, {name: step[name] for name in ("result", "error") if name in step}, step)


@pytest.mark.parametrize(("file", "say"), [(GOLDEN, golden), (GOLDEN_EVALUATION, golden_evaluation)])
def test_the_golden_file_is_what_the_reference_says(file, say):
    written = json.loads(json.dumps(say()))
    # Eigenvalues differ in their last bits from one machine to another.
    agree(json.loads(file.read_text("utf-8")), written, "run `python -m tests.support.write_golden`")
