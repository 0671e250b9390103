"""Benchmarks against the floor and against the peers; ``make bench`` runs them all. Nothing imports this."""

import os

# One BLAS thread, as the server runs (docs/decisions/003-server.md). Set here, before any part loads NumPy.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ.setdefault(variable, "1")
