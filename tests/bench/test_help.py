"""Who asks ``python -m bench`` what it does is told, and nothing is measured."""

import subprocess
import sys

import pytest

from tests.support.server import ROOT


@pytest.mark.parametrize(("asked", "status"), [("--help", 0), ("--quick", 2)])
def test_options__are_answered_at_once(asked, status):
    told = subprocess.run([sys.executable, "-m", "bench", asked], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert told.returncode == status
    assert "runs all benchmarks" in told.stderr
    assert "Measuring" not in told.stderr
