"""Stacks that together use all that a step can contain, and what their trainings compute."""

import numpy as np
import torch
from jobs import ADAM, SGD, X, make_job

from sklearn_deepmlp._by_numpy import only_torch
from sklearn_deepmlp._stack.recording_schedule import RecordingSchedule
from sklearn_deepmlp._training.train import train_stack
from sklearn_deepmlp.activations import Activation, PReLU, RReLU, Swish


class OwnTanh(Activation):
    """Leaves its derivative to autograd."""

    def function(self, z):
        return torch.tanh(z)


def with_weights(job, seed=0, exponent=1):
    weights = np.random.default_rng(seed).exponential(size=len(X)) ** exponent
    return job.changed(sample_weight=weights)


def resumed(job):
    """Return a job that resumes where another training of its network has ended."""
    (result,) = train_stack([job.changed(max_iter=2, returns_optimizer_state=True)])
    return job.changed(
        state=result.state, epochs=2, rows_seen=1000, optimizer_state=result.optimizer_state
    )


def mean_of_first_layer(state):
    return float(state.coefs[0].mean())


RATES = [{**SGD, "learning_rate": rate} for rate in (0.01, 0.1)]
OF_SGD = {"solver": "sgd", "hyperparameters": SGD}
# Solvers that make the same steps with floats and with tensors, bit for bit.
EXACT = {
    "one network": [make_job(0, **OF_SGD, batch_size=125)],
    "a smaller last batch": [make_job(0, **OF_SGD, batch_size=150, alpha=0.1)],
    "learning rates": [make_job(i, solver="sgd", hyperparameters=RATES[i]) for i in range(2)],
    "Adam with several learning rates": [
        make_job(i, hyperparameters={**ADAM, "learning_rate": 1e-3 * (i + 1)}) for i in range(2)
    ],
    "schedules": [
        make_job(i, **OF_SGD, schedule=s, alpha=0.1)
        for i, s in enumerate(["cosine", "one_cycle", "invscaling", "constant"])
    ],
    "plateaus": [
        make_job(
            i,
            solver="sgd",
            hyperparameters={**SGD, "learning_rate": 2.0},
            schedule="adaptive",
            n_iter_no_change=2,
            tol=0.1,
        )
        for i in range(2)
    ],
    "noise": [make_job(i, 500 - 30 * i, **OF_SGD, dropout=0.2, activation=RReLU()) for i in (0, 1)],
    "what is learned": [
        make_job(0, **OF_SGD, activation=PReLU()),
        make_job(1, **OF_SGD, activation=Swish(trainable=True)),
    ],
    "derivatives by autograd": [make_job(i, **OF_SGD, activation=OwnTanh()) for i in range(2)],
    "bounds": [make_job(i, **OF_SGD, max_norm=1.0 + i, max_grad_norm=0.1 + i) for i in range(2)],
    "nadam": [
        make_job(i, solver="nadam", hyperparameters={**ADAM, "beta_1": 0.8 + i / 10})
        for i in range(2)
    ],
    "rmsprop": [make_job(0, solver="rmsprop")],
    "batch normalization": [
        make_job(i, 500 - 40 * i, **OF_SGD, normalization="batch") for i in range(2)
    ],
    "batches of few rows": [
        make_job(i, 40 + i, **OF_SGD, normalization="batch", batch_size=4) for i in range(2)
    ],
    "residual layers": [
        make_job(
            0,
            **OF_SGD,
            layer_sizes=(64, 20, 20, 10),
            normalization="layer",
            skip_connections="residual",
        )
    ],
    "wide": [make_job(0, **OF_SGD, skip_connections="wide")],
    "weights": [with_weights(make_job(i, **OF_SGD, alpha=0.1), i) for i in range(2)],
    "weights and batch statistics": [
        with_weights(make_job(i, 200, **OF_SGD, normalization="batch", batch_size=20), i)
        for i in range(2)
    ],
    "a few heavy rows": [
        with_weights(make_job(i, 120, **OF_SGD, normalization="batch", batch_size=8), i, 2)
        for i in range(2)
    ],
    "smoothing": [make_job(i, **OF_SGD, loss_parameter=0.1 * i) for i in range(2)],
    "members that stop": [
        make_job(0, **OF_SGD, max_iter=3),
        make_job(1, 200, **OF_SGD, max_iter=5),
    ],
    "unequal batches": [make_job(i, 300, **OF_SGD, batch_size=20 + 30 * i) for i in range(3)],
    "scores": [make_job(i, **OF_SGD, score=mean_of_first_layer) for i in range(2)],
    "signals": [make_job(i, **OF_SGD, alpha=0.1, recording=RecordingSchedule(2)) for i in range(2)],
    "a resumed training": [resumed(make_job(0, solver="rmsprop"))],
    "the optimizer's state": [make_job(i, **OF_SGD, returns_optimizer_state=True) for i in (0, 1)],
}
# torch's Adam, which takes the corrections of its moments as floats, rounds otherwise.
ROUNDED = {
    "Adam": [make_job(0, batch_size=125)],
    "Adam with schedules": [
        make_job(i, schedule=s, alpha=0.1) for i, s in enumerate(["cosine", "one_cycle"])
    ],
    "unequal Adam": [make_job(i, 500 - 60 * i, schedule="one_cycle") for i in range(2)],
    "Adam, resumed": [resumed(make_job(0))],
    "decay": [make_job(i, solver="adamw", alpha=0.1 * i) for i in range(2)],
}


def in_float32(job):
    return job.changed(
        X=job.data.X.astype(np.float32), sample_weight=job.data.sample_weight.astype(np.float32)
    )


IN_FLOAT32 = {
    "Adam in float32": [in_float32(make_job(0, schedule="cosine"))],
    "unequal Adam in float32": [in_float32(make_job(i, 500 - 60 * i)) for i in range(2)],
    "decay in float32": [in_float32(make_job(i, solver="adamw", alpha=0.1)) for i in range(2)],
    "Adam in float32, resumed": [resumed(in_float32(make_job(0)))],
}
STACKS = EXACT | ROUNDED | IN_FLOAT32


def trained(jobs, mode=None):
    """Train by torch alone, whose operations can be recorded."""
    shorter = [job.changed(max_iter=min(8, job.stopping.max_iter)) for job in jobs]
    with only_torch():
        return train_stack(shorter, mode=mode)


def arrays_of(result):
    """Yield all that a training has computed."""
    yield np.array(result.loss_curve)
    yield np.array(result.validation_scores)
    yield from arrays_of_state(result.state)
    if result.optimizer_state is not None:
        for state in result.optimizer_state.arrays.values():
            yield from arrays_of_state(state)
    if result.signals is not None:
        yield from result.signals.columns().values()


def arrays_of_state(state):
    yield from [*state.coefs, *state.intercepts]
    for of_layer in [*state.activation_params, *state.normalization_params]:
        yield from of_layer.values()


def assert_same_bits(results, others):
    for a, b in zip(results, others, strict=True):
        for x, y in zip(arrays_of(a), arrays_of(b), strict=True):
            np.testing.assert_array_equal(x, y, strict=True)
