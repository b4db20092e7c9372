"""Time predictions of few and of many rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from time import process_time
from typing import Any

import numpy as np

from benchmarks.contenders import ESTIMATORS, OURS, SKLEARN, SKORCH
from benchmarks.effort import Effort
from benchmarks.interleave import Spread, interleaved, ratios
from benchmarks.shapes import DTYPES, Shape, random_data, training_data
from benchmarks.tables import Section, Table

SHAPE = Shape("predict", 2_000, (32, 100, 100, 100, 10), 200, epochs=1)
# Numbers of rows, and of the calls that one time is the mean of.
CALLS = {1: 50, 100: 50, 1_000: 20, 100_000: 1}
RATIOS = {"MLPClassifier / ours": (SKLEARN, OURS), "skorch / ours": (SKORCH, OURS)}
NOTE = "Network 32-3×100-10. Ratios above 1: ours is faster."


def measure(effort: Effort) -> Section:
    """Time ``predict_proba`` in both dtypes."""
    raw, tables = [], []
    for dtype in DTYPES:
        fitted = fitted_estimators(dtype)
        records = [_record(fitted, n_rows, dtype, effort) for n_rows in CALLS]
        tables.append(_table(dtype, records))
        raw += records
    return Section(tables, raw)


def fitted_estimators(dtype: str) -> dict[str, Any]:
    """Return the estimators, each trained for one epoch."""
    X, y = training_data(SHAPE, dtype)
    return {name: make(SHAPE, dtype).fit(X, y) for name, make in ESTIMATORS.items()}


def _record(fitted: dict[str, Any], n_rows: int, dtype: str, effort: Effort) -> dict[str, Any]:
    X, _ = random_data(n_rows, SHAPE, dtype)
    calls: dict[str, Callable[[], Any]] = {
        name: partial(estimator.predict_proba, X) for name, estimator in fitted.items()
    }
    times = interleaved(calls, effort.rounds, CALLS[n_rows], clock=process_time)
    return {
        "n_rows": n_rows,
        "dtype": dtype,
        "seconds": {name: values.tolist() for name, values in times.items()},
        "us_per_call": {name: float(np.median(values)) * 1e6 for name, values in times.items()},
        "ratios": {name: asdict(value) for name, value in ratios(times, RATIOS).items()},
    }


def _table(dtype: str, records: list[dict[str, Any]]) -> Table:
    rows = [
        [
            f"{record['n_rows']:,}",
            *(f"{record['us_per_call'][name]:,.0f}" for name in ESTIMATORS),
            *(str(Spread(**record["ratios"][name])) for name in RATIOS),
        ]
        for record in records
    ]
    columns = ["Rows", *(f"{name}, µs" for name in ESTIMATORS), *RATIOS]
    return Table(f"A call of predict_proba, {dtype}", columns, rows, NOTE)
