"""What bounds a search that is trained together, in units of the time of its matrix products."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from benchmarks import products
from benchmarks.contenders import PRODUCTS
from benchmarks.effort import Effort
from benchmarks.interleave import Spread, interleaved
from benchmarks.shapes import DTYPES, Array, Shape
from benchmarks.tables import Section, Table
from benchmarks.together import ACTIVATIONS, N_FOLDS, TOGETHER, Search, record, search, searches
from sklearn_deepmlp import fit_together

BOUNDED = ("breast_cancer", "iris", "deep")
OUTSIDE = "one epoch"
CONTENDERS = (TOGETHER, OUTSIDE, PRODUCTS)
RATIOS = {
    "together / products": (TOGETHER, PRODUCTS),
    "one epoch / together": (OUTSIDE, TOGETHER),
}
NOTE = (
    f"The products are those of all steps of the {len(ACTIVATIONS) * N_FOLDS} networks, "
    f"{len(ACTIVATIONS)} networks per call of numpy. A search of one epoch shows what "
    "scikit-learn, the starts of the networks and the scores take. One thread."
)


def measure(effort: Effort) -> Section:
    """Time searches, the part of them that is not training, and their matrix products."""
    records = [
        _record(dtype, found, effort) for dtype, found in searches() if found.shape.name in BOUNDED
    ]
    tables = [_table(dtype, [r for r in records if r["dtype"] == dtype]) for dtype in DTYPES]
    return Section(tables, records)


def _record(dtype: str, found: Search, effort: Effort) -> dict[str, Any]:
    X, y = found.load()
    shape, together = found.shape, partial(fit_together, n_jobs=1)
    calls: dict[str, Callable[[], Any]] = {
        TOGETHER: partial(search, shape, dtype, X, y, together),
        OUTSIDE: partial(search, replace(shape, epochs=1), dtype, X, y, together),
        PRODUCTS: partial(_multiply, X, shape),
    }
    times = interleaved(calls, effort.few_rounds // 3)
    return record(shape, dtype, times, RATIOS)


def _multiply(X: Array, shape: Shape) -> None:
    """Make the products of all networks, each trained on the rows of all folds but one."""
    n_rows = shape.n_rows - shape.n_rows // N_FOLDS
    n_steps = replace(shape, n_rows=n_rows).n_steps
    for _ in range(N_FOLDS):
        products.multiply_stacked(X, shape, len(ACTIVATIONS), n_steps)


def _table(dtype: str, records: list[dict[str, Any]]) -> Table:
    rows = [
        [
            record["shape"],
            record["description"],
            *(f"{np.median(record['seconds'][name]):.2f}" for name in CONTENDERS),
            *(str(Spread(**record["ratios"][name])) for name in RATIOS),
        ]
        for record in records
    ]
    columns = ["Data", "Rows and network", *(f"{name}, s" for name in CONTENDERS), *RATIOS]
    return Table(f"What bounds a search, {dtype}", columns, rows, NOTE)
