"""Time fits with the threads that they choose, one and all, on idle and on busy cores."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import torch
from joblib import cpu_count
from threadpoolctl import threadpool_limits

from benchmarks.contenders import ours
from benchmarks.effort import Effort
from benchmarks.interleave import Spread, interleaved, spread
from benchmarks.shapes import SHAPES, Array, Shape, training_data
from benchmarks.tables import Section, Table
from sklearn_deepmlp._stack import threads
from sklearn_deepmlp._threads import limited_to

CHOSEN, ONE, ALL = "chosen", "one", "all"
LARGE = (
    Shape("2x512", 2_000, (64, 512, 512, 10), 200, epochs=4),
    Shape("3x1024", 2_000, (64, 1024, 1024, 1024, 10), 256, epochs=2),
)
# What the epochs of the shapes are divided by: on busy cores, fits take several times as long.
DIVISOR = 4
SPIN = "while True: pass"
DTYPE = "float32"


def measure(effort: Effort) -> Section:
    """Time the shapes of the suite and two larger ones, with Adam, and the small ones by L-BFGS."""
    raw, tables = [], []
    for n_spinning in (0, cpu_count()):
        with _all_threads_of_the_machine(), _spinning(n_spinning):
            records = [_record(shape, "adam", effort) for shape in SHAPES + LARGE]
            records += [_record(shape, "lbfgs", effort) for shape in SHAPES[:2]]
        tables.append(_table(n_spinning, records))
        raw += [{"n_spinning": n_spinning, **record} for record in records]
    return Section(tables, raw)


@contextmanager
def _all_threads_of_the_machine() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(cpu_count())
    try:
        with threadpool_limits(cpu_count(), user_api="blas"):
            yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _spinning(n: int) -> Iterator[None]:
    """Keep cores busy with processes that only spin."""
    command = [sys.executable, "-c", SPIN]
    processes = [subprocess.Popen(command) for _ in range(n)]  # noqa: S603
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def _record(shape: Shape, solver: str, effort: Effort) -> dict[str, Any]:
    shape = shape.shortened(DIVISOR * effort.divisor)
    X, y = training_data(shape, DTYPE)
    fits: dict[str, Callable[[], Any]] = {
        name: partial(fit, shape, solver, X, y)
        for name, fit in {CHOSEN: _fit, ONE: _fit_on_one, ALL: _fit_on_all}.items()
    }
    times = interleaved(fits, effort.few_rounds)
    return {
        "shape": shape.name,
        "solver": solver,
        "seconds": {name: values.tolist() for name, values in times.items()},
        "to_better": asdict(spread(times[CHOSEN] / np.minimum(times[ONE], times[ALL]))),
    }


def _fit(shape: Shape, solver: str, X: Array, y: Array) -> None:
    ours(shape, DTYPE).set_params(solver=solver).fit(X, y)


def _fit_on_one(shape: Shape, solver: str, X: Array, y: Array) -> None:
    with limited_to(1):
        _fit(shape, solver, X, y)


def _fit_on_all(shape: Shape, solver: str, X: Array, y: Array) -> None:
    worth, threads.WORTH = threads.WORTH, 0.0
    try:
        _fit(shape, solver, X, y)
    finally:
        threads.WORTH = worth


def _table(n_spinning: int, records: list[dict[str, Any]]) -> Table:
    rows = [
        [
            f"{record['shape']}, {record['solver']}",
            *(f"{np.median(record['seconds'][name]) * 1e3:.0f}" for name in (CHOSEN, ONE, ALL)),
            str(Spread(**record["to_better"])),
        ]
        for record in records
    ]
    columns = ["Shape, solver", "as chosen, ms", "one thread, ms", "all, ms", "chosen / the better"]
    load = f"beside {n_spinning} spinning processes" if n_spinning else "on idle cores"
    note = "The last column is formed in each round; it is above 1 by the noise of three timings."
    return Table(f"A fit with {cpu_count()} threads {load}, {DTYPE}", columns, rows, note)
