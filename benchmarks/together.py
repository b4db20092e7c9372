"""Time a search whose networks are trained together, sequentially, and with MLPClassifier.

Together, it is trained by one process, by two of them, and on two workers of loky.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
from sklearn_deepmlp._together.processes.worker import work
from sklearn_deepmlp._together.processes.workers import WORKERS

ACTIVATIONS = (
    "logistic", "tanh", "relu", "leaky_relu", "rrelu", "prelu", "elu", "gelu", "swish", "mish",
)  # fmt: skip
N_FOLDS = 5
TOGETHER, ON_TWO, ON_LOKY = "fit_together", "by two processes", 'fit_together("loky")'
SEQUENTIAL, SKLEARN, STARTED = "sequentially", "MLPClassifier", "by two, one of which is started"
CONTENDERS = (TOGETHER, ON_TWO, ON_LOKY, SEQUENTIAL, SKLEARN)
RATIOS = {
    "MLPClassifier / together": (SKLEARN, TOGETHER),
    "sequentially / together": (SEQUENTIAL, TOGETHER),
    "together / by two processes": (TOGETHER, ON_TWO),
    "on loky / by two processes": (ON_LOKY, ON_TWO),
}
STARTED_RATIOS = {"together / by two, one started": (TOGETHER, STARTED)}
NOTE = (
    f"A search over {len(ACTIVATIONS)} activations in {N_FOLDS} folds, each network behind a "
    "StandardScaler; MLPClassifier makes as many fits, all with ReLU. One thread per process; loky "
    "has two workers, and two processes are this one and a worker that is ready. Ratios above 1: "
    "training together is faster, by two processes faster still, and faster than on loky."
)
STARTED_NOTE = (
    "The same search by one process, and by two, of which the worker has to be started: how much "
    "longer searches gain from it. Shorter ones do not start it."
)


@dataclass(frozen=True)
class Search:
    """Data, and the network to search with."""

    shape: Shape
    load: Callable[[], tuple[Array, Array]]


BREAST_CANCER = Shape("breast_cancer", 569, (30, 50, 50, 2), 32, epochs=20)
# For how many epochs a shape is trained in a search.
EPOCHS = {"iris": 200, "small": 20, "medium": 2, "deep": 20, "deep_wide": 2, "wide": 1}
# The epochs of the search for which a worker is started, with networks of 10×50.
STARTED_EPOCHS = (10, 40, 80)


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
    started = [_started_record(epochs, effort) for epochs in STARTED_EPOCHS]
    return Section([*tables, _started_table(started)], records + started)


def _warm_up() -> None:
    """Start processes: their imports take longer than a search."""
    shape = BREAST_CANCER.shortened(BREAST_CANCER.epochs)
    search(shape, "float32", *_breast_cancer("float32"), partial(fit_together, "loky", n_jobs=2))
    _start_worker()


def _start_worker() -> None:
    WORKERS.run(1, work, "no folder")[0].result()


def _record(dtype: str, found: Search, effort: Effort) -> dict[str, Any]:
    X, y = found.load()
    shape = found.shape
    calls: dict[str, Callable[[], Any]] = {
        TOGETHER: partial(search, shape, dtype, X, y, partial(fit_together, n_jobs=1)),
        ON_TWO: partial(search, shape, dtype, X, y, partial(fit_together, n_jobs=2)),
        ON_LOKY: partial(search, shape, dtype, X, y, partial(fit_together, "loky", n_jobs=2)),
        SEQUENTIAL: partial(search, shape, dtype, X, y, nullcontext),
        SKLEARN: partial(_search_sklearn, shape, dtype, X, y),
    }
    times = interleaved(calls, effort.few_rounds // 3, warm_up=False)
    return record(shape, dtype, times, RATIOS)


def record(
    shape: Shape, dtype: str, times: dict[str, Array], compared: dict[str, tuple[str, str]]
) -> dict[str, Any]:
    """Return the measurements of a search, for tables and files."""
    return {
        "shape": shape.name,
        "description": f"{shape.description}, {shape.epochs} epochs",
        "dtype": dtype,
        "seconds": {name: values.tolist() for name, values in times.items()},
        "ratios": {name: asdict(value) for name, value in ratios(times, compared).items()},
    }


def _started_record(epochs: int, effort: Effort) -> dict[str, Any]:
    shape = replace(next(shape for shape in SHAPES if shape.name == "deep"), epochs=epochs)
    X, y = training_data(shape, "float32")

    def started() -> None:
        WORKERS.kill()
        search(shape, "float32", X, y, partial(fit_together, n_jobs=2))

    calls: dict[str, Callable[[], Any]] = {
        TOGETHER: partial(search, shape, "float32", X, y, partial(fit_together, n_jobs=1)),
        STARTED: started,
    }
    times = interleaved(calls, effort.few_rounds // 3, warm_up=False)
    return record(shape, "float32", times, STARTED_RATIOS) | {"shape": "started"}


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
    rows = [[record["shape"], *_cells(record, CONTENDERS, RATIOS)] for record in records]
    columns = ["Data", "Rows and network", *(f"{name}, s" for name in CONTENDERS), *RATIOS]
    return Table(f"A search, {dtype}", columns, rows, NOTE)


def _started_table(records: list[dict[str, Any]]) -> Table:
    names = TOGETHER, STARTED
    rows = [_cells(record, names, STARTED_RATIOS) for record in records]
    columns = ["Rows and network", *(f"{name}, s" for name in names), *STARTED_RATIOS]
    return Table("A search for which a worker is started, float32", columns, rows, STARTED_NOTE)


def _cells(record: dict[str, Any], names: Iterable[str], of_ratios: Iterable[str]) -> list[str]:
    return [
        record["description"],
        *(f"{np.median(record['seconds'][name]):.2f}" for name in names),
        *(str(Spread(**record["ratios"][name])) for name in of_ratios),
    ]
