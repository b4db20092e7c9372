"""Jobs of one batch, whose gradients are compared with others."""

import numpy as np
from jobs import X, make_job

from sklearn_deepmlp._losses import REGRESSION_LOSSES
from sklearn_deepmlp.activations import ACTIVATIONS, PReLU, RReLU, Swish

WEIGHTS = np.random.default_rng(0).uniform(0, 2, len(X))
VALUES = np.random.default_rng(0).gamma(2.0, size=(len(X), 2))


def one_batch(**changes):
    return make_job(n_rows=40, batch_size=40, **{"layer_sizes": (64, 5, 10), **changes})


OF_ACTIVATIONS = {
    name: one_batch(activation=kind(), alpha=0.7, shuffle=False, layer_sizes=(64, 5, 4, 10))
    for name, kind in ACTIVATIONS.items()
}
OF_LAYERS = {
    "no hidden layer": one_batch(layer_sizes=(64, 10)),
    "trainable swish": one_batch(activation=Swish(trainable=True)),
    "alpha dropout": one_batch(dropout=0.3, alpha_dropout=True),
    "batch normalization": one_batch(
        normalization="batch", sample_weight=WEIGHTS, layer_sizes=(64, 5, 4, 10)
    ),
    "layer normalization, residual": one_batch(
        normalization="layer", skip_connections="residual", layer_sizes=(64, 5, 5, 10)
    ),
    "several residual layers, standard dropout, batch normalization, learned": one_batch(
        normalization="batch",
        skip_connections="residual",
        dropout=0.3,
        activation=PReLU(),
        layer_sizes=(64, 5, 5, 5, 5, 10),
    ),
    "wide, dropout, random": one_batch(
        skip_connections="wide", dropout=0.3, activation=RReLU(), layer_sizes=(64, 5, 5, 10)
    ),
    "wide, L1": one_batch(skip_connections="wide", alpha=0.5, l1_ratio=0.7),
    "sample weights": one_batch(sample_weight=WEIGHTS, activation=PReLU()),
}
OF_LOSSES = {
    loss: one_batch(targets=VALUES, loss=loss, loss_parameter=0.3, layer_sizes=(64, 5, 2))
    for loss in REGRESSION_LOSSES
} | {
    "label smoothing": one_batch(loss_parameter=0.2),
    "label smoothing of labels": one_batch(
        targets=(VALUES > 1) * 1.0,
        loss="binary_log_loss",
        loss_parameter=0.2,
        layer_sizes=(64, 5, 2),
    ),
}
GRADIENT_JOBS = {**OF_ACTIVATIONS, **OF_LAYERS, **OF_LOSSES}
