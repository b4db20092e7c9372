"""Time what the recording of signals adds to a fit, and to the joint training of several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.preprocessing import scale

from benchmarks.effort import Effort
from benchmarks.interleave import Spread, interleaved, ratios
from benchmarks.tables import Section, Table
from sklearn_deepmlp import DeepMLPClassifier, fit_together

EPOCHS = 40
SETS = {"iris": load_iris, "breast_cancer": load_breast_cancer, "digits": load_digits}
RECORDED, SILENT = "recorded", "silent"
RATIOS = {"with / without": (RECORDED, SILENT)}
NOTE = (
    f'Fits of {EPOCHS} epochs with record_signals="auto" and with False. Together: as many fits '
    "within fit_together."
)


@dataclass(frozen=True)
class Work:
    """A network on a data set, fitted separately or several of them together."""

    data: str
    hidden_layer_sizes: tuple[int, ...]
    activation: str
    normalization: str | None = None
    n_together: int = 1

    def __str__(self) -> str:
        sizes = "-".join(map(str, self.hidden_layer_sizes[:3]))
        if len(self.hidden_layer_sizes) > 3:
            sizes = f"{len(self.hidden_layer_sizes)}×{self.hidden_layer_sizes[0]}"
        rest = f", {self.normalization} normalization" if self.normalization else ""
        together = f", {self.n_together} together" if self.n_together > 1 else ""
        return f"{self.data}, {sizes} {self.activation}{rest}{together}"


WORKS = (
    Work("iris", (100,), "relu"),
    Work("breast_cancer", (32, 32, 32), "relu"),
    Work("digits", (64, 64, 64), "relu"),
    Work("digits", (64, 64, 64), "prelu", "batch"),
    Work("digits", (50,) * 10, "mish"),
    Work("digits", (30,) * 30, "relu"),
    Work("digits", (512, 512), "relu"),
    Work("iris", (100,), "relu", n_together=16),
    Work("breast_cancer", (32, 32, 32), "relu", n_together=16),
    Work("iris", (50,) * 10, "tanh", n_together=16),
)


def measure(effort: Effort) -> Section:
    """Time fits with and without recording."""
    records = [_record(work, effort) for work in WORKS]
    rows = [
        [
            record["work"],
            *(f"{record['ms'][name]:,.1f}" for name in (RECORDED, SILENT)),
            *(str(Spread(**record["ratios"][name])) for name in RATIOS),
        ]
        for record in records
    ]
    columns = ["Work", "recorded, ms", "silent, ms", *RATIOS]
    return Section([Table("Recording signals", columns, rows, NOTE)], records)


def _record(work: Work, effort: Effort) -> dict[str, Any]:
    calls: dict[str, Callable[[], Any]] = {
        RECORDED: partial(_fit, work, "auto"),
        SILENT: partial(_fit, work, False),
    }
    times = interleaved(calls, effort.few_rounds)
    return {
        "work": str(work),
        "seconds": {name: values.tolist() for name, values in times.items()},
        "ms": {name: float(np.median(values)) * 1e3 for name, values in times.items()},
        "ratios": {name: asdict(value) for name, value in ratios(times, RATIOS).items()},
    }


def _fit(work: Work, record_signals: str | bool) -> None:
    X, y = SETS[work.data](return_X_y=True)
    X = scale(X)
    net = DeepMLPClassifier(
        work.hidden_layer_sizes,
        work.activation,
        normalization=work.normalization,
        max_iter=EPOCHS,
        n_iter_no_change=EPOCHS,
        record_signals=record_signals,
    )
    if work.n_together == 1:
        net.set_params(random_state=0).fit(X, y)
        return
    nets = [clone(net).set_params(random_state=seed) for seed in range(work.n_together)]
    with fit_together():
        Parallel()(delayed(each.fit)(X, y) for each in nets)
