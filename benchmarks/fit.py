"""Time a training step of each contender."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from time import process_time
from typing import Any

import numpy as np

from benchmarks import bare_loop, products
from benchmarks.contenders import BARE, ESTIMATORS, OURS, PRODUCTS, SKLEARN, SKORCH, ours
from benchmarks.effort import Effort
from benchmarks.interleave import Spread, geometric_mean, interleaved, ratios
from benchmarks.shapes import DTYPES, SHAPES, Array, Shape, training_data
from benchmarks.tables import Section, Table

RATIOS = {
    "MLPClassifier / ours": (SKLEARN, OURS),
    "skorch / ours": (SKORCH, OURS),
    "ours / bare loop": (OURS, BARE),
    "ours / products": (OURS, PRODUCTS),
}
CONTENDERS = (OURS, SKLEARN, SKORCH, BARE, PRODUCTS)
NOTE = (
    "The time of a step is that of a whole fit, divided by its steps. A ratio is the median over "
    "rounds, with the 10th and the 90th percentile; above 1 in the first two, ours is faster. No "
    "contender can do without the matrix products of the steps. Signals are not recorded."
)


def measure(effort: Effort) -> Section:
    """Time fits of all shapes in both dtypes."""
    raw, tables = [], []
    for dtype in DTYPES:
        records = [_record(shape.shortened(effort.divisor), dtype, effort) for shape in SHAPES]
        tables.append(_table(dtype, records))
        raw += records
    return Section(tables, raw)


def _record(shape: Shape, dtype: str, effort: Effort) -> dict[str, Any]:
    times = interleaved(_fits(shape, dtype), effort.rounds, clock=process_time)
    return {
        "shape": shape.name,
        "description": shape.description,
        "dtype": dtype,
        "n_steps": shape.n_steps,
        "seconds": {name: values.tolist() for name, values in times.items()},
        "us_per_step": {
            name: float(np.median(values)) / shape.n_steps * 1e6 for name, values in times.items()
        },
        "ratios": {name: asdict(value) for name, value in ratios(times, RATIOS).items()},
    }


def _fits(shape: Shape, dtype: str) -> dict[str, Callable[[], Any]]:
    X, y = training_data(shape, dtype)
    fits: dict[str, Callable[[], Any]] = {
        name: partial(_fit, make, shape, dtype, X, y)
        for name, make in (ESTIMATORS | {OURS: _without_signals}).items()
    }
    fits[BARE] = partial(bare_loop.train, X, y, shape)
    fits[PRODUCTS] = partial(products.multiply, X, shape)
    return fits


def _without_signals(shape: Shape, dtype: str) -> Any:
    """Return ours without the records, whose cost per step depends on the number of epochs."""
    return ours(shape, dtype).set_params(record_signals=False)


def _fit(make: Callable[[Shape, str], Any], shape: Shape, dtype: str, X: Array, y: Array) -> None:
    make(shape, dtype).fit(X, y)


def _table(dtype: str, records: list[dict[str, Any]]) -> Table:
    rows = [
        [
            record["shape"],
            record["description"],
            *(f"{record['us_per_step'][name]:.0f}" for name in CONTENDERS),
            *(str(Spread(**record["ratios"][name])) for name in RATIOS),
        ]
        for record in records
    ]
    means = [
        geometric_mean([record["ratios"][name]["median"] for record in records]) for name in RATIOS
    ]
    rows.append(
        ["geometric mean", *[""] * (len(CONTENDERS) + 1), *(f"{mean:.2f}" for mean in means)]
    )
    columns = ["Shape", "Data and network", *(f"{name}, µs" for name in CONTENDERS), *RATIOS]
    return Table(f"A training step, {dtype}", columns, rows, NOTE)
