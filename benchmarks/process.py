"""What a process costs: its time from start to end, its memory, and the size of pickles."""

from __future__ import annotations

import pickle
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from benchmarks import children
from benchmarks.effort import Effort
from benchmarks.interleave import interleaved, ratio
from benchmarks.predict import fitted_estimators
from benchmarks.tables import Section, Table

IMPORTS = "imports of torch and scikit-learn"
PROGRAMS = {
    IMPORTS: "import sklearn.datasets, sklearn.neural_network, sklearn.preprocessing, torch",
    "fit of DeepMLPClassifier": """
from sklearn.datasets import load_iris
from sklearn_deepmlp import DeepMLPClassifier
DeepMLPClassifier(max_iter=20).fit(*load_iris(return_X_y=True))
""",
    "fit of MLPClassifier": """
from sklearn.datasets import load_iris
from sklearn.neural_network import MLPClassifier
MLPClassifier(max_iter=20).fit(*load_iris(return_X_y=True))
""",
}
FIT_MUCH = """
import numpy as np
from {module} import {name}
rng = np.random.default_rng(0)
X = rng.standard_normal((100_000, 32), dtype=np.float32)
{name}((64, 64), max_iter=1, batch_size=1024).fit(X, rng.integers(10, size=len(X)))
"""
MEMORY_PROGRAMS = {
    IMPORTS: PROGRAMS[IMPORTS],
    "import of sklearn_deepmlp": "import sklearn_deepmlp",
    "fit of DeepMLPClassifier": FIT_MUCH.format(module="sklearn_deepmlp", name="DeepMLPClassifier"),
    "fit of MLPClassifier": FIT_MUCH.format(module="sklearn.neural_network", name="MLPClassifier"),
}


def measure(effort: Effort) -> Section:
    """Measure processes and pickles."""
    parts = [_times(effort), _memory(effort), _pickles()]
    raw = {name: part.raw for name, part in zip(("time", "memory", "pickle"), parts, strict=True)}
    return Section([table for part in parts for table in part.tables], raw)


def _times(effort: Effort) -> Section:
    programs = {name: partial(children.run, program) for name, program in PROGRAMS.items()}
    times = interleaved(programs, effort.few_rounds)
    ratios = {name: ratio(values, times[IMPORTS]) for name, values in times.items()}
    rows = [[name, f"{np.median(values):.2f}", str(ratios[name])] for name, values in times.items()]
    raw = {
        "seconds": {name: values.tolist() for name, values in times.items()},
        "ratios_to_imports": {name: asdict(value) for name, value in ratios.items()},
    }
    note = "From start to end; each fit makes 20 epochs on iris, imports included."
    return Section([Table("A process", ["Program", "s", "/ imports"], rows, note)], raw)


def _memory(effort: Effort) -> Section:
    peaks = {
        name: children.peak_bytes(program, effort.memory_runs)
        for name, program in MEMORY_PROGRAMS.items()
    }
    rows = [
        [name, f"{peak / 1e6:.0f}", f"{peak / peaks[IMPORTS]:.2f}"] for name, peak in peaks.items()
    ]
    note = "The fits make one epoch on 100,000 rows of 32 features in float32, which are 13 MB."
    table = Table("Peak memory of a process", ["Program", "MB", "/ imports"], rows, note)
    return Section([table], {"bytes": peaks})


def _pickles() -> Section:
    fitted = fitted_estimators("float32")
    weights = _weight_bytes(fitted["DeepMLPClassifier"])
    sizes = {name: len(pickle.dumps(estimator)) for name, estimator in fitted.items()}
    rows = [[name, f"{size / 1e3:.0f}", f"{size / weights:.2f}"] for name, size in sizes.items()]
    note = f"Network 32-3×100-10 in float32, whose parameters are {weights / 1e3:.0f} kB."
    table = Table("Pickle of a fitted estimator", ["Estimator", "kB", "/ parameters"], rows, note)
    return Section([table], {"bytes": sizes, "parameter_bytes": weights})


def _weight_bytes(estimator: Any) -> int:
    return sum(array.nbytes for array in [*estimator.coefs_, *estimator.intercepts_])
