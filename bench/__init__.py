"""Benchmarks against the floor and against peers. ``make bench`` runs them; only their tests import this package."""

import os

# One BLAS thread, as in the server (docs/decisions/003-server.md). Set here, before any module loads NumPy.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(variable, "1")
