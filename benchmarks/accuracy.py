"""Errors on held-out rows of data sets in a folder, beside scikit-learn's MLP.

``python -m benchmarks.accuracy FOLDER`` reads ``FOLDER/cls/*.npz`` and ``FOLDER/reg/*.npz``. Each
file holds ``X``, ``y`` and, where it has splits of its own, ``test_mask`` of shape (n_splits,
n_rows); other sets are divided at random, a quarter of the rows to test on. Features, and targets
of regression, are standardized by the training rows, of which at most 5000 are used.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

from benchmarks.tables import Table
from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

Array = NDArray[Any]
Fitting = dict[str, Callable[[], Any]]

TRAINING = {"max_iter": 500, "random_state": 0}
MOST_TRAINING_ROWS, TEST_PART = 5000, 0.25
STRENGTHS = {
    "cls": (0.0, 5e-4, 1e-3, 2e-3),
    "reg": (0.0, 1e-4, 2.5e-4, 5e-4, 1e-3),
}


def main() -> None:
    """Fit all contenders to all sets; print a table for each kind of task."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("folder", type=Path, help="where cls/*.npz and reg/*.npz are")
    parser.add_argument("--kind", choices=["cls", "reg"], nargs="*", default=["cls", "reg"])
    parser.add_argument("--splits", type=int, default=2, help="splits of each set (2)")
    parser.add_argument("--most-features", type=int, default=500, help="leave out wider sets (500)")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # some stop at their last epoch
    for kind in arguments.kind:
        files = sorted((arguments.folder / kind).glob("*.npz"))
        errors = _measure(kind, files, arguments.splits, arguments.most_features)
        sys.stdout.write(f"{_table(kind, errors).markdown()}\n")


def _contenders(kind: str) -> Fitting:
    pairs: dict[str, tuple[Any, Any]] = {
        "cls": (DeepMLPClassifier, MLPClassifier),
        "reg": (DeepMLPRegressor, MLPRegressor),
    }
    ours, theirs = pairs[kind]

    def with_strength(strength: float) -> Any:
        net = ours(**TRAINING)
        net._auto_alpha = strength
        return net

    contenders: Fitting = {theirs.__name__: lambda: theirs(**TRAINING)}
    contenders |= {
        f"{ours.__name__}, λ = {strength:g}": partial(with_strength, strength)
        for strength in STRENGTHS[kind]
    }
    contenders[f"{ours.__name__}, init='he_normal'"] = lambda: ours(init="he_normal", **TRAINING)
    return contenders


def _measure(
    kind: str, files: list[Path], n_splits: int, most_features: int
) -> dict[str, list[float]]:
    """Return each contender's accuracies or root mean squared errors, one for each split."""
    found: dict[str, list[float]] = {}
    for path in files:
        data = np.load(path)
        if data["X"].shape[1] > most_features:
            continue
        for train, test in _splits(data, n_splits):
            X_train, X_test = _scaled(data["X"][train], data["X"][test])
            y_train, y_test = data["y"][train], data["y"][test]
            if kind == "reg":
                y_train, y_test = _scaled(y_train[:, None], y_test[:, None])
            for name, make in _contenders(kind).items():
                net = make().fit(X_train, y_train.ravel())
                found.setdefault(name, []).append(_figure(kind, net, X_test, y_test.ravel()))
    return found


def _splits(data: Any, n_splits: int) -> Iterator[tuple[Array, Array]]:
    n_rows = len(data["X"])
    for number in range(n_splits):
        if "test_mask" in data:
            is_test = data["test_mask"][number]
        else:
            is_test = np.zeros(n_rows, dtype=bool)
            order = np.random.default_rng(number).permutation(n_rows)
            is_test[order[: int(n_rows * TEST_PART)]] = True
        train = np.flatnonzero(~is_test)
        if len(train) > MOST_TRAINING_ROWS:
            train = np.random.default_rng(0).permutation(train)[:MOST_TRAINING_ROWS]
        yield train, np.flatnonzero(is_test)


def _scaled(train: Array, test: Array) -> tuple[Array, Array]:
    scaler = StandardScaler().fit(train.astype(np.float64))
    return scaler.transform(train), scaler.transform(test)


def _figure(kind: str, net: Any, X: Array, y: Array) -> float:
    if kind == "cls":
        return float(net.score(X, y))
    return float(np.sqrt(np.mean(np.square(net.predict(X) - y))))


def _table(kind: str, found: dict[str, list[float]]) -> Table:
    if kind == "cls":
        rows = [[name, f"{np.mean(values):.4f}"] for name, values in found.items()]
        title, column = "Classification", "mean accuracy"
    else:
        rows = [[name, f"{np.exp(np.mean(np.log(values))):.4f}"] for name, values in found.items()]
        title, column = "Regression", "geometric mean of RMSE"
    n_fits = len(next(iter(found.values())))
    return Table(f"{title}, {n_fits} splits", ["Estimator", column], rows)


if __name__ == "__main__":
    main()
