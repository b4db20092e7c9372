"""Timings of the estimators against scikit-learn, skorch and a bare torch loop.

``python -m benchmarks`` runs all of them, on one thread. numpy and torch read the number of
threads when they are imported, so it is set here, before their import.
"""

import os

for _name in (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
):
    os.environ[_name] = "1"
