"""Time fits and predictions on sparse features like those of text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from time import process_time
from typing import Any

import numpy as np
import scipy.sparse

from benchmarks.contenders import OURS, SKLEARN, of_sklearn, ours
from benchmarks.effort import Effort
from benchmarks.interleave import Seconds, Spread, interleaved, ratios
from benchmarks.shapes import DTYPES, Array, Shape
from benchmarks.tables import Section, Table

SHAPE = Shape("text", 20_000, (50_000, 100, 10), 200, epochs=1)
FILLED = 0.002  # of the entries
FEW_ROWS = 2_000
RATIOS = {"MLPClassifier / ours": (SKLEARN, OURS)}
NOTE = (
    f"Network {SHAPE.description}, {FILLED:.1%} of the features are not 0. The time of a "
    "step is that of a whole fit, divided by its steps. Ratios above 1: ours is faster."
)

Calls = dict[str, Callable[[], Any]]


def measure(effort: Effort) -> Section:
    """Time ``fit`` and ``predict`` in both dtypes."""
    records = [record for dtype in DTYPES for record in _records(dtype, effort)]
    rows = [
        [
            f"{record['work']}, {record['dtype']}",
            *(f"{record['us'][name]:,.0f}" for name in (OURS, SKLEARN)),
            *(str(Spread(**record["ratios"][name])) for name in RATIOS),
        ]
        for record in records
    ]
    columns = ["Work", f"{OURS}, µs", f"{SKLEARN}, µs", *RATIOS]
    return Section([Table("Sparse features", columns, rows, NOTE)], records)


def _records(dtype: str, effort: Effort) -> list[dict[str, Any]]:
    shape = SHAPE.shortened(effort.divisor)
    X, y = sparse_data(shape, dtype)
    nets = {OURS: ours(shape, dtype), SKLEARN: of_sklearn(shape, dtype)}
    fits: Calls = {name: partial(net.fit, X, y) for name, net in nets.items()}
    times = interleaved(fits, effort.few_rounds // 3, warm_up=False, clock=process_time)
    steps = {name: values / shape.n_steps for name, values in times.items()}
    records = [_record("a step of fit", dtype, steps)]
    for n_rows in (FEW_ROWS, shape.n_rows):
        predictions: Calls = {name: partial(net.predict, X[:n_rows]) for name, net in nets.items()}
        times = interleaved(predictions, effort.rounds, clock=process_time)
        records.append(_record(f"predict of {n_rows:,} rows", dtype, times))
    return records


def sparse_data(shape: Shape, dtype: str) -> tuple[Any, Array]:
    """Return features of which few are not 0, in CSR format, and class numbers without meaning.

    Parameters
    ----------
    shape : Shape
        Tells how many rows, features and classes.
    dtype : str
        Of the features.

    Returns
    -------
    X : csr_matrix of shape (n_rows, n_features)
    y : ndarray of int64 of shape (n_rows,)
    """
    size = shape.n_rows, shape.layer_sizes[0]
    rng = np.random.default_rng(0)
    X = scipy.sparse.random(*size, FILLED, format="csr", dtype=np.dtype(dtype), random_state=rng)
    return X, rng.integers(shape.n_classes, size=shape.n_rows)


def _record(work: str, dtype: str, times: dict[str, Seconds]) -> dict[str, Any]:
    return {
        "work": work,
        "dtype": dtype,
        "seconds": {name: values.tolist() for name, values in times.items()},
        "us": {name: float(np.median(values)) * 1e6 for name, values in times.items()},
        "ratios": {name: asdict(value) for name, value in ratios(times, RATIOS).items()},
    }
