"""The verdicts of `inspect_initialization`, compared with short trainings of the same networks.

``python -m benchmarks.initial_verdicts`` trains every activation with every initialization at each
depth on 400 rows of digits. A network has learned if it then classifies more than 60 % of the other
rows correctly. A verdict is right if it is "fits" exactly for those.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.preprocessing import scale

from benchmarks.tables import Table
from sklearn_deepmlp import DeepMLPClassifier, fit_together, inspect_initialization
from sklearn_deepmlp.activations import ACTIVATIONS
from sklearn_deepmlp.initializers import INITIALIZERS

N_ROWS, UNITS = 400, 50
TRAINING: dict[str, Any] = {
    "batch_size": 50,
    "max_iter": 40,
    "n_iter_no_change": 40,
    "random_state": 0,
    "self_normalization": "ignore",
}
DEPTHS = (2, 5, 10, 20, 30)
LEARNED = 0.6  # accuracy; the best networks of each depth reach at least 0.8
# Each function once, also where it has two names.
NAMES = {kind: name for name, kind in reversed(ACTIVATIONS.items())}.values()

Rows = tuple[NDArray[np.float64], NDArray[np.int64]]


@dataclass(frozen=True)
class Outcome:
    """A network: its verdict before training, and its accuracy on new rows after it."""

    activation: str
    init: str
    verdict: str
    accuracy: float

    @property
    def has_learned(self) -> bool:
        """Whether training improved the network."""
        return self.accuracy > LEARNED

    @property
    def is_right(self) -> bool:
        """Whether the verdict was right."""
        return (self.verdict == "fits") == self.has_learned


def main() -> None:
    """Train all networks; print a table of the depths and the networks of wrong verdicts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.initial_verdicts")
    parser.add_argument("--depths", type=int, nargs="*", default=DEPTHS)
    warnings.simplefilter("ignore")  # most stop at their last epoch
    X, y = load_digits(return_X_y=True)
    X = scale(X)
    train, test = (X[:N_ROWS], y[:N_ROWS]), (X[N_ROWS:], y[N_ROWS:])
    found = {depth: _outcomes(depth, train, test) for depth in parser.parse_args().depths}
    header = ("Layers", "Networks", "Learned", "False alarms", "Missed")
    rows = [(str(depth), *_counts(outcomes)) for depth, outcomes in found.items()]
    table = Table("Verdicts on new networks, against their training", header, rows)
    sys.stdout.write(f"{table.markdown()}\n")
    for depth, outcomes in found.items():
        for outcome in outcomes:
            if not outcome.is_right:
                sys.stdout.write(f"{depth} layers: {outcome}\n")


def _outcomes(depth: int, train: Rows, test: Rows) -> list[Outcome]:
    with fit_together():
        pairs = product(NAMES, INITIALIZERS)
        return Parallel(n_jobs=1)(delayed(_outcome)(depth, *pair, train, test) for pair in pairs)


def _outcome(depth: int, activation: str, init: str, train: Rows, test: Rows) -> Outcome:
    net = DeepMLPClassifier((UNITS,) * depth, activation, init=init, **TRAINING)
    verdict = inspect_initialization(net, *train).verdict
    return Outcome(activation, init, verdict, _accuracy(net, train, test))


def _accuracy(net: DeepMLPClassifier, train: Rows, test: Rows) -> float:
    try:
        return net.fit(*train).score(*test)
    except ValueError:  # weights are not finite
        return 0.0


def _counts(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    learned = sum(outcome.has_learned for outcome in outcomes)
    wrong = [outcome for outcome in outcomes if not outcome.is_right]
    false_alarms = sum(outcome.has_learned for outcome in wrong)
    return str(len(outcomes)), str(learned), str(false_alarms), str(len(wrong) - false_alarms)


if __name__ == "__main__":
    main()
