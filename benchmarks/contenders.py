"""The estimators that are timed, unfitted.

All use ReLU, Adam with rate 0.001, shuffled batches and no penalty, and none stops early.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import torch
from sklearn.neural_network import MLPClassifier
from skorch import NeuralNetClassifier
from torch import nn

from benchmarks.shapes import Shape
from sklearn_deepmlp import DeepMLPClassifier

OURS = "DeepMLPClassifier"
SKLEARN = "MLPClassifier"
SKORCH = "skorch"
BARE = "bare loop"
PRODUCTS = "matrix products"


def ours(shape: Shape, dtype: str) -> DeepMLPClassifier:
    """Return the estimator of this package; its dtype is that of the data."""
    return DeepMLPClassifier(shape.hidden, "relu", device="cpu", **_training(shape))


def of_sklearn(shape: Shape, dtype: str) -> MLPClassifier:
    """Return the estimator of scikit-learn; its dtype is that of the data as well."""
    return MLPClassifier(shape.hidden, "relu", **_training(shape))


def _training(shape: Shape) -> dict[str, Any]:
    return {
        "solver": "adam",
        "alpha": 0.0,
        "batch_size": shape.batch_size,
        "max_iter": shape.epochs,
        "tol": 0.0,
        "n_iter_no_change": shape.epochs,
        "random_state": 0,
    }


def of_skorch(shape: Shape, dtype: str) -> NeuralNetClassifier:
    """Return skorch's classifier with its defaults, but silent, shuffling, trained on all rows."""
    return NeuralNetClassifier(
        partial(plain_network, shape.layer_sizes, dtype),
        criterion=nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=0.001,
        batch_size=shape.batch_size,
        max_epochs=shape.epochs,
        iterator_train__shuffle=True,
        train_split=None,
        callbacks__print_log=None,
        verbose=0,
    )


def plain_network(layer_sizes: tuple[int, ...], dtype: str) -> nn.Sequential:
    """Return a network written as in torch's tutorials.

    Parameters
    ----------
    layer_sizes : tuple of int
        Features, units of each hidden layer, classes.
    dtype : str
        The dtype of its parameters.
    """
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(layer_sizes):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1]).to(getattr(torch, dtype))


ESTIMATORS: dict[str, Callable[[Shape, str], Any]] = {
    OURS: ours,
    SKLEARN: of_sklearn,
    SKORCH: of_skorch,
}
