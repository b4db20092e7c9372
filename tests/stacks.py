"""Stacks of networks that mix what a stack can mix, and what came of them."""

import numpy as np
from jobs import ADAM, SGD, X, make_job

from sklearn_deepmlp.activations import ELU, SELU, LeakyReLU, PReLU, RReLU, Swish, Tanh

MIXED = [
    make_job(0, 500, "he_normal", activation=PReLU(), batch_size=32),
    make_job(1, 470, "glorot_uniform", activation=Swish(trainable=True), alpha=0.1),
    make_job(2, 200, "lecun_normal", activation=LeakyReLU(0.3), alpha=0.5, max_iter=7),
]
STACKS = {
    "activations, inits, seeds, penalties, folds, one that stops early": MIXED,
    "two, of which one is padded": [
        make_job(0, 120, batch_size=60),
        make_job(1, 50, batch_size=25),
    ],
    "one activation with different numbers": [
        make_job(i, activation=LeakyReLU(slope)) for i, slope in enumerate([0.0, 0.1, 0.4])
    ]
    + [make_job(3, activation=ELU(0.5)), make_job(4, activation=ELU(2.0))],
    "noise": [
        make_job(0, activation=RReLU(), dropout=0.3),
        make_job(1, 300, activation=RReLU(0.0, 0.5), batch_size=40),
        make_job(2, 450, "lecun_normal", activation=SELU(), dropout=0.1, alpha_dropout=True),
    ],
    "numbers of adam": [
        make_job(i, hyperparameters={**ADAM, "learning_rate": rate, "beta_1": beta})
        for i, (rate, beta) in enumerate([(1e-3, 0.9), (1e-2, 0.8), (3e-3, 0.99)])
    ],
    "numbers of sgd": [
        make_job(
            i,
            solver="sgd",
            hyperparameters={"learning_rate": r, "momentum": m, "nesterovs_momentum": n},
        )
        for i, (r, m, n) in enumerate([(0.1, 0.9, 1.0), (0.05, 0.5, 0.0), (0.2, 0.0, 1.0)])
    ],
    "members that rest while others step": [
        make_job(0, 500, batch_size=20),
        make_job(1, 90, batch_size=80),
        make_job(2, 33, batch_size=33, shuffle=False),
    ],
    "batch normalization": [
        make_job(0, 501, normalization="batch", batch_size=50, activation=LeakyReLU()),
        make_job(1, 301, normalization="batch", batch_size=30),
        make_job(2, 40, normalization="batch", batch_size=13, max_iter=5),
    ],
    "layer normalization, residual": [
        make_job(
            i,
            n,
            normalization="layer",
            skip_connections="residual",
            layer_sizes=(64, 20, 20, 10),
            activation=activation,
        )
        for i, (n, activation) in enumerate([(500, PReLU()), (400, Tanh()), (77, PReLU(0.1))])
    ],
    "activations that learn and leave first, normalization": [
        make_job(0, normalization="layer", activation=PReLU(), max_iter=2),
        make_job(1, normalization="layer", activation=Swish(trainable=True), max_iter=4),
        make_job(2, normalization="layer", activation=Tanh(), max_iter=8),
    ],
    "wide": [make_job(i, skip_connections="wide", alpha=0.1 * i) for i in range(3)],
    "bounds": [
        make_job(0, max_norm=0.5, max_grad_norm=0.1),
        make_job(1, max_norm=1.0),
        make_job(2, max_grad_norm=0.01),
    ],
    "L1": [make_job(i, alpha=i / 2, l1_ratio=0.4 * i) for i in range(3)],
    "schedules of sgd": [
        make_job(0, solver="sgd", hyperparameters=SGD, schedule="invscaling", power_t=0.2),
        make_job(
            1,
            300,
            solver="sgd",
            hyperparameters={**SGD, "learning_rate": 0.1},
            schedule="adaptive",
            tol=0.3,
            n_iter_no_change=1,
        ),
        make_job(2, solver="sgd", hyperparameters=SGD),
    ],
    "schedules": [
        make_job(0, schedule="cosine"),
        make_job(1, 300, schedule="one_cycle", batch_size=30),
        make_job(2, schedule="constant"),
    ],
    "label smoothing": [make_job(i, loss_parameter=0.1 * i) for i in range(3)],
    "quantiles": [
        make_job(
            i,
            targets=X[:, :3] + X[:, 10:13],
            layer_sizes=(64, 9, 3),
            loss="quantile",
            loss_parameter=quantile,
            max_iter=10 + i,
        )
        for i, quantile in enumerate([0.1, 0.5, 0.8])
    ],
    "adamw": [make_job(i, solver="adamw", alpha=alpha) for i, alpha in enumerate([0.0, 0.5, 2.0])],
    "nadam": [
        make_job(i, 90 * (i + 1), solver="nadam", hyperparameters={**ADAM, "beta_1": beta})
        for i, beta in enumerate([0.9, 0.8, 0.7])
    ],
    "rmsprop": [make_job(i, 90 * (i + 1), solver="rmsprop") for i in range(3)],
    "weights": [
        make_job(i, sample_weight=np.random.default_rng(i).uniform(0.1, 3, len(X)), alpha=0.1)
        for i in range(3)
    ],
}


def learned(result):
    """Return all arrays that a training has filled, its loss curve included."""
    state = result.state
    of_units = [*state.activation_params, *state.normalization_params]
    units = [array for layer in of_units for array in layer.values()]
    return [*state.coefs, *state.intercepts, *units, np.array(result.loss_curve)]


def assert_same_result(one, other, **tolerance):
    """Compare the arrays of two trainings."""
    for a, b in zip(learned(one), learned(other), strict=True):
        np.testing.assert_allclose(a, b, **{"rtol": 0, "atol": 1e-10, **tolerance})
