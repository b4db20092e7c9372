"""The verdicts of `diagnose`, compared with the truth on a grid of networks.

A network has stalled if its final loss on the training rows has made less than half of the progress
from the loss of the best constant prediction to the lowest loss of its column, which is all
networks of one data set and depth. `diagnose` knows only the one fit. A verdict is right if there
is a finding that explains a stall exactly where there is one.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any, cast

import numpy as np
import torch
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.preprocessing import StandardScaler

from benchmarks.effort import QUICK, Effort
from benchmarks.tables import Section, Table
from sklearn_deepmlp import DeepMLPClassifier, DivergenceError, diagnose, fit_together
from sklearn_deepmlp._diagnosis.checks import CHECKS
from sklearn_deepmlp._diagnosis.diagnosis import Diagnosis
from sklearn_deepmlp._losses import CLASSIFICATION_LOSSES

SETS = {"digits": load_digits, "wine": load_wine, "breast_cancer": load_breast_cancer}
DEPTHS = (2, 5, 10, 20, 30)
ACTIVATIONS = (
    "logistic",
    "tanh",
    "relu",
    "leaky_relu",
    "prelu",
    "elu",
    "selu",
    "gelu",
    "swish",
    "mish",
)
INITS = ("standard_normal", "glorot_normal", "he_normal", "lecun_normal")
RATES = (1e-5, 1e-3, 1e-1)
UNITS, EPOCHS, BATCH_SIZE, SEED = 40, 40, 64, 1
MOST_ROWS = 600  # of a set
LEAST_PROGRESS = 0.5
# Findings that are no verdict on training: networks may learn well despite them.
EXPLAINS_STALLS = {check.code for check in CHECKS if check.only_if_stalled}


@dataclass(frozen=True)
class Column:
    """Networks that are compared with each other: one data set, depth, width and seed."""

    data: str
    depth: int
    units: int = UNITS
    seed: int = SEED


@dataclass(frozen=True)
class Trained:
    """A trained network.

    Attributes
    ----------
    column : Column
        Whom it is compared with.
    activation, init : str
        Those of its hidden layers.
    rate : float
        Its learning rate.
    diagnosed : Any
        The fitted estimator, or the error with which the fit failed.
    loss : float
        Its loss on the training rows; infinite if the fit failed.
    constant_loss : float
        That of the best constant prediction.
    """

    column: Column
    activation: str
    init: str
    rate: float
    diagnosed: Any
    loss: float
    constant_loss: float


@dataclass(frozen=True)
class Verdict:
    """A verdict and the truth.

    Attributes
    ----------
    name : str
        The network.
    depth : int
        Its number of hidden layers.
    has_stalled : bool
        The truth.
    codes : tuple of str
        The findings that explain a stall.
    """

    name: str
    depth: int
    has_stalled: bool
    codes: tuple[str, ...]


def measure(effort: Effort) -> Section:
    """Train the grid and count wrong verdicts."""
    depths = DEPTHS[:2] if effort == QUICK else DEPTHS
    columns = [Column(data, depth) for data, depth in product(SETS, depths)]
    verdicts = [verdict for column in columns for verdict in judge(train(column))]
    raw = [asdict(verdict) for verdict in verdicts]
    return Section([_error_table(verdicts), _code_table(verdicts)], raw)


def train(column: Column) -> list[Trained]:
    """Train all networks of a column together."""
    X, y = (array[:MOST_ROWS] for array in SETS[column.data](return_X_y=True))
    X = StandardScaler().fit_transform(X).astype(np.float32)
    share = np.bincount(y) / len(y)
    constant_loss = float(-(share * np.log(share)).sum())
    cells = list(product(ACTIVATIONS, INITS, RATES))
    with warnings.catch_warnings(), fit_together():
        warnings.simplefilter("ignore")
        fits = Parallel(n_jobs=2)(delayed(_fit)(_network(column, *cell), X, y) for cell in cells)
    return [
        Trained(column, *cell, diagnosed, loss, constant_loss)
        for cell, (diagnosed, loss) in zip(cells, fits, strict=True)
    ]


def _network(column: Column, activation: str, init: str, rate: float) -> DeepMLPClassifier:
    return DeepMLPClassifier(
        (column.units,) * column.depth,
        activation,
        init=init,
        learning_rate_init=rate,
        batch_size=BATCH_SIZE,
        max_iter=EPOCHS,
        n_iter_no_change=EPOCHS,  # all of them, so that the losses can be compared
        self_normalization="ignore",
        random_state=column.seed,
    )


def _fit(network: DeepMLPClassifier, X: NDArray[Any], y: NDArray[Any]) -> tuple[Any, float]:
    """Return what to diagnose, and the loss on the training rows."""
    try:
        network.fit(X, y)
    except DivergenceError as error:
        return error, np.inf
    return network, _mean_loss(network.decision_function(X), y)


def _mean_loss(raw: NDArray[np.floating], y: NDArray[np.integer]) -> float:
    """Return the mean log loss from logits; from probabilities it would be bounded."""
    is_binary = raw.ndim == 1
    outputs = torch.from_numpy(raw.astype(np.float64).reshape(1, len(y), -1))
    targets = torch.from_numpy(y)[None]
    loss = CLASSIFICATION_LOSSES["binary_log_loss" if is_binary else "log_loss"]
    losses, _ = loss.evaluate(outputs, targets[..., None].double() if is_binary else targets, 0.0)
    return float(losses.mean())


def judge(column: Sequence[Trained]) -> Iterator[Verdict]:
    """Yield the verdict and the truth for each network of a column."""
    best = min(one.loss for one in column)
    for one in column:
        progress = (one.constant_loss - one.loss) / (one.constant_loss - best)
        diagnosis = cast("Diagnosis", diagnose(one.diagnosed))
        found = {finding.code for finding in diagnosis.findings}
        yield Verdict(
            name=f"{one.column.data}, {one.activation}, {one.init}, {one.rate:g}",
            depth=one.column.depth,
            has_stalled=not progress >= LEAST_PROGRESS,
            codes=tuple(sorted(found & EXPLAINS_STALLS)),
        )


def _error_table(verdicts: Sequence[Verdict]) -> Table:
    by_depth: Mapping[str, list[Verdict]] = {
        **{str(d): [v for v in verdicts if v.depth == d] for d in sorted({*DEPTHS})},
        "all": list(verdicts),
    }
    rows = [_error_row(name, group) for name, group in by_depth.items() if group]
    columns = ["Hidden layers", "networks", "stalled", "stalls missed", "false alarms"]
    return Table("Verdicts of diagnose", columns, rows, _note())


def _error_row(name: str, verdicts: Sequence[Verdict]) -> list[str]:
    stalled = [verdict for verdict in verdicts if verdict.has_stalled]
    others = [verdict for verdict in verdicts if not verdict.has_stalled]
    missed = sum(not verdict.codes for verdict in stalled)
    false = sum(bool(verdict.codes) for verdict in others)
    shares = [_share(missed, len(stalled)), _share(false, len(others))]
    return [name, str(len(verdicts)), str(len(stalled)), *shares]


def _share(n: int, of: int) -> str:
    return f"{n} ({n / max(of, 1):.1%})"


def _note() -> str:
    rates = ", ".join(f"{rate:g}" for rate in RATES)
    return (
        f"{', '.join(SETS)} of up to {MOST_ROWS} rows; {len(ACTIVATIONS)} activations, "
        f"{len(INITS)} initializations, learning rates {rates}; {UNITS} units per layer, {EPOCHS} "
        f"epochs, batch {BATCH_SIZE}, Adam."
    )


def _code_table(verdicts: Sequence[Verdict]) -> Table:
    counts = {check: sum(check.code in v.codes for v in verdicts) for check in CHECKS}
    rows = [[f"{check.code} {check.title}", str(n)] for check, n in counts.items() if n]
    return Table("Findings of diagnose", ["Finding", "networks"], rows)
