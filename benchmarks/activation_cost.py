"""What each activation function costs, relative to ReLU.

``python -m benchmarks.activation_cost`` takes the CPU time, on one thread, of a function with its
derivative for one batch, of a fit of a small deep network, and of that network's predictions.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import process_time
from typing import Any

import torch
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from benchmarks import machine
from benchmarks.effort import FULL, QUICK
from benchmarks.interleave import interleaved
from benchmarks.tables import Table
from sklearn_deepmlp import DeepMLPClassifier
from sklearn_deepmlp._layers.base import Context
from sklearn_deepmlp._layers.curves import layer_of
from sklearn_deepmlp._layers.noise import DRAWS_PER_LAYER, StepNoise, epoch_keys
from sklearn_deepmlp.activations import ACTIVATIONS, Activation, Swish

N_ROWS, UNITS, N_LAYERS, EPOCHS = 200, 100, 5, 2
# Many short calls; the others take milliseconds.
N_CALLS = 50
REFERENCE = "relu"
NAMES = {kind: name for name, kind in reversed(ACTIVATIONS.items())}
CANDIDATES: dict[str, Activation] = {
    **{NAMES[kind]: kind() for kind in dict.fromkeys(ACTIVATIONS.values())},
    "swish, trainable": Swish(trainable=True),
}
NOTE = (
    "The shortest CPU time of all rounds, relative to that of relu. Function and derivative: "
    f"{N_ROWS} rows of {UNITS} units. Fit: {N_LAYERS} layers of {UNITS} units on digits, {EPOCHS} "
    "epochs. Predict: all rows by that network. All in float32."
)


def main() -> None:
    """Time all functions and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.activation_cost")
    parser.add_argument("--quick", action="store_true", help="few rounds; noisy")
    effort = QUICK if parser.parse_args().quick else FULL
    torch.set_num_threads(1)
    warnings.simplefilter("ignore", ConvergenceWarning)
    X, y = load_digits(return_X_y=True)
    X = scale(X).astype("float32")
    nets = {name: _net(activation) for name, activation in CANDIDATES.items()}
    columns = {
        "Function and derivative": _shortest(_steps(), effort.rounds, N_CALLS),
        "Fit": _shortest(_calls(nets, "fit", X, y), effort.rounds),
        "Predict": _shortest(_calls(nets, "predict", X), effort.rounds),
    }
    facts = ", ".join(f"{name} {value}" for name, value in machine.describe().items())
    sys.stdout.write(f"{_table(columns).markdown()}\n{facts}\n")


def _net(activation: Activation) -> DeepMLPClassifier:
    return DeepMLPClassifier(
        (UNITS,) * N_LAYERS, activation, max_iter=EPOCHS, record_signals=False, random_state=0
    )


def _calls(
    nets: Mapping[str, DeepMLPClassifier], method: str, *data: Any
) -> dict[str, Callable[[], Any]]:
    return {name: partial(getattr(net, method), *data) for name, net in nets.items()}


def _steps() -> dict[str, Callable[[], Any]]:
    z = torch.randn(N_ROWS, UNITS, generator=torch.Generator().manual_seed(0))
    noise = StepNoise(epoch_keys([0], [1], 1, DRAWS_PER_LAYER, z.device)[0])
    context = Context(torch.full((N_ROWS,), 1 / N_ROWS), noise)
    return {
        name: partial(_step, layer_of(a, UNITS, z), z, context) for name, a in CANDIDATES.items()
    }


def _step(layer: Any, z: torch.Tensor, context: Context) -> None:
    with torch.no_grad():
        out, pullback = layer.train(z, context)
        pullback(out)


def _shortest(
    calls: Mapping[str, Callable[[], Any]], n_rounds: int, n_calls: int = 1
) -> dict[str, float]:
    """Return the shortest CPU time of each call over rounds in which they alternate."""
    times = interleaved(calls, n_rounds, n_calls, clock=process_time)
    return {name: float(seconds.min()) for name, seconds in times.items()}


def _table(columns: Mapping[str, Mapping[str, float]]) -> Table:
    rows: list[Sequence[str]] = [
        [f"`{name}`", *(f"{times[name] / times[REFERENCE]:.1f}" for times in columns.values())]
        for name in CANDIDATES
    ]
    return Table("The cost of activation functions", ("Activation", *columns), rows, NOTE)


if __name__ == "__main__":
    main()
