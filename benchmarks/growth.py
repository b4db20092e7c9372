"""How time and memory of a fit grow with rows and layers."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from benchmarks import fit_memory
from benchmarks.contenders import ours
from benchmarks.effort import Effort
from benchmarks.interleave import Seconds, interleaved, spread
from benchmarks.shapes import Array, Shape, random_data, training_data
from benchmarks.tables import Section, Table

ROW_COUNTS = (1_000, 10_000, 100_000, 1_000_000)
# Minimum of rows times epochs of the shorter fit.
LEAST_ROWS = 200_000
LAYER_COUNTS = (2, 4, 8, 16, 32, 64)


def measure(effort: Effort) -> Section:
    """Measure all growth."""
    parts = {"rows": _rows(effort), "layers": _layers(effort), "memory": fit_memory.measure(effort)}
    return Section(
        [table for part in parts.values() for table in part.tables],
        {name: part.raw for name, part in parts.items()},
    )


def _rows(effort: Effort) -> Section:
    """Fit each number of rows for some epochs and for twice as many; compare the differences."""
    pairs = [(_shape_of_rows(n, 1), _shape_of_rows(n, 2)) for n in ROW_COUNTS]
    X, y = random_data(max(ROW_COUNTS), pairs[0][0])
    fits = {
        shape.name: partial(_fit, shape, X[: shape.n_rows], y[: shape.n_rows])
        for pair in pairs
        for shape in pair
    }
    fits[pairs[0][0].name]()  # torch's first step costs more
    times = interleaved(fits, effort.few_rounds, warm_up=False)
    costs = [_epoch_cost(once, times[once.name], times[twice.name]) for once, twice in pairs]
    columns = ["Rows", "ns per row and epoch", f"/ that of {ROW_COUNTS[0]:,} rows"]
    by_count = dict(zip(ROW_COUNTS, costs, strict=True))
    rows = _costs_and_ratios(by_count, digits=0)
    table = Table("Time by rows", columns, rows, "Network 32-2×64-10, batch 1024, float32.")
    return Section([table], _raw(times, "ns_per_row_and_epoch", by_count))


def _shape_of_rows(n_rows: int, times: int) -> Shape:
    epochs = times * max(1, LEAST_ROWS // n_rows)
    name = f"{n_rows:,} rows, {epochs} epochs"
    return Shape(name, n_rows, (32, 64, 64, 10), min(1024, n_rows), epochs)


def _epoch_cost(once: Shape, short: Seconds, long: Seconds) -> Seconds:
    """Return nanoseconds per row and epoch."""
    return (long - short) / (once.epochs * once.n_rows) * 1e9


def _layers(effort: Effort) -> Section:
    shapes = [_shape_of_layers(n).shortened(effort.divisor) for n in LAYER_COUNTS]
    fits = {shape.name: partial(_fit, shape, *training_data(shape, "float32")) for shape in shapes}
    times = interleaved(fits, effort.few_rounds)
    costs = [times[shape.name] / (shape.n_steps * len(shape.hidden)) * 1e6 for shape in shapes]
    columns = ["Hidden layers", "µs per step and layer", f"/ that of {LAYER_COUNTS[0]} layers"]
    note = "Layers of 64 units, 1,000 rows of 32 features, 10 classes, batch 128, float32."
    by_count = dict(zip(LAYER_COUNTS, costs, strict=True))
    table = Table("Time by layers", columns, _costs_and_ratios(by_count, digits=1), note)
    return Section([table], _raw(times, "us_per_step_and_layer", by_count))


def _costs_and_ratios(costs: dict[int, Seconds], digits: int) -> list[list[str]]:
    """Return rows of a count, its median cost and the ratio to the cost of the first."""
    first = next(iter(costs.values()))
    return [
        [f"{count:,}", f"{np.median(cost):.{digits}f}", str(spread(cost / first))]
        for count, cost in costs.items()
    ]


def _raw(times: dict[str, Seconds], name: str, costs: dict[int, Seconds]) -> dict[str, Any]:
    return {
        "seconds": {shape: values.tolist() for shape, values in times.items()},
        name: {count: asdict(spread(cost)) for count, cost in costs.items()},
    }


def _shape_of_layers(n_layers: int) -> Shape:
    name = f"{n_layers} layers"
    return Shape(name, 1_000, (32, *[64] * n_layers, 10), 128, epochs=256 // n_layers)


def _fit(shape: Shape, X: Array, y: Array) -> None:
    ours(shape, "float32").fit(X, y)
