"""Time a search whose networks are trained together, sequentially, and with MLPClassifier."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.contenders import of_sklearn, ours
from benchmarks.effort import Effort
from benchmarks.interleave import Spread, interleaved, ratios
from benchmarks.shapes import DTYPES, SHAPES, Array, Shape, training_data
from benchmarks.tables import Section, Table
from sklearn_deepmlp import fit_together

ACTIVATIONS = (
    "logistic", "tanh", "relu", "leaky_relu", "rrelu", "prelu", "elu", "gelu", "swish", "mish",
)  # fmt: skip
N_FOLDS = 5
TOGETHER, ON_LOKY = "fit_together", 'fit_together("loky")'
SEQUENTIAL, SKLEARN = "sequentially", "MLPClassifier"
CONTENDERS = (TOGETHER, ON_LOKY, SEQUENTIAL, SKLEARN)
RATIOS = {
    "MLPClassifier / together": (SKLEARN, TOGETHER),
    "sequentially / together": (SEQUENTIAL, TOGETHER),
    "together / together on loky": (TOGETHER, ON_LOKY),
}
NOTE = (
    f"A search over {len(ACTIVATIONS)} activations in {N_FOLDS} folds, each network behind a "
    "StandardScaler; MLPClassifier makes as many fits, all with ReLU. One thread per process; loky "
    "has two of them. Ratios above 1: training together is faster, and on loky the fastest."
)


@dataclass(frozen=True)
class Search:
    """Data, and the network to search with."""

    shape: Shape
    load: Callable[[], tuple[Array, Array]]


BREAST_CANCER = Shape("breast_cancer", 569, (30, 50, 50, 2), 32, epochs=20)
# The epochs that a shape is trained for in a search.
EPOCHS = {"iris": 200, "small": 20, "medium": 2, "deep": 20, "deep_wide": 2, "wide": 1}


def searches() -> list[tuple[str, Search]]:
    """Return dtypes and searches."""
    found = []
    for dtype in DTYPES:
        found.append((dtype, Search(BREAST_CANCER, partial(_breast_cancer, dtype))))
        for shape in SHAPES:
            if shape.name in EPOCHS:
                shorter = replace(shape, epochs=EPOCHS[shape.name])
                found.append((dtype, Search(shorter, partial(training_data, shorter, dtype))))
    return found


def _breast_cancer(dtype: str) -> tuple[Array, Array]:
    X, y = load_breast_cancer(return_X_y=True)
    return X.astype(dtype), y


def measure(effort: Effort) -> Section:
    """Time searches over activations."""
    _warm_up()
    records = [_record(dtype, found, effort) for dtype, found in searches()]
    tables = [_table(dtype, [r for r in records if r["dtype"] == dtype]) for dtype in DTYPES]
    return Section(tables, records)


def _warm_up() -> None:
    """Start loky's processes, whose imports take longer than a search."""
    shape = BREAST_CANCER.shortened(BREAST_CANCER.epochs)
    search(shape, "float32", *_breast_cancer("float32"), partial(fit_together, "loky", n_jobs=2))


def _record(dtype: str, found: Search, effort: Effort) -> dict[str, Any]:
    X, y = found.load()
    shape = found.shape
    calls: dict[str, Callable[[], Any]] = {
        TOGETHER: partial(search, shape, dtype, X, y, fit_together),
        ON_LOKY: partial(search, shape, dtype, X, y, partial(fit_together, "loky", n_jobs=2)),
        SEQUENTIAL: partial(search, shape, dtype, X, y, nullcontext),
        SKLEARN: partial(_search_sklearn, shape, dtype, X, y),
    }
    times = interleaved(calls, effort.few_rounds // 3, warm_up=False)
    return {
        "shape": shape.name,
        "description": f"{shape.description}, {shape.epochs} epochs",
        "dtype": dtype,
        "seconds": {name: values.tolist() for name, values in times.items()},
        "ratios": {name: asdict(value) for name, value in ratios(times, RATIOS).items()},
    }


def search(
    shape: Shape, dtype: str, X: Array, y: Array, context: Callable[[], Any]
) -> GridSearchCV:
    """Search over the activations within a context."""
    with context():
        return _grid(ours(shape, dtype), {"activation": ACTIVATIONS}).fit(X, y)


def _search_sklearn(shape: Shape, dtype: str, X: Array, y: Array) -> GridSearchCV:
    seeds = range(len(ACTIVATIONS))
    return _grid(of_sklearn(shape, dtype), {"random_state": seeds}).fit(X, y)


def _grid(net: Any, grid: dict[str, Any]) -> GridSearchCV:
    name = type(net).__name__.lower()
    named = {f"{name}__{key}": list(values) for key, values in grid.items()}
    return GridSearchCV(make_pipeline(StandardScaler(), net), named, cv=N_FOLDS, refit=False)


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
    return Table(f"A search, {dtype}", columns, rows, NOTE)
