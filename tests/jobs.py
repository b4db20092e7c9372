"""Jobs for tests of what trains them."""

import numpy as np
from sklearn.datasets import load_digits

from sklearn_deepmlp._layers.architecture import Architecture, Initializers
from sklearn_deepmlp._randomness import seeds_from
from sklearn_deepmlp._stack.job import (
    Data,
    Job,
    Objective,
    Optimization,
    Start,
    Stopping,
)
from sklearn_deepmlp._stack.network import like_of
from sklearn_deepmlp._stack.stacked_data import StackedData
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.run import Run
from sklearn_deepmlp.activations import Tanh
from sklearn_deepmlp.initializers import INITIALIZERS

ADAM = {"learning_rate": 1e-3, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}
SGD = {"learning_rate": 0.01, "momentum": 0.9, "nesterovs_momentum": 1.0}
X, Y = load_digits(return_X_y=True)
X = X / 16


def make_job(seed=0, n_rows=500, init="glorot_normal", **changes):
    """Return the job of a small net on some rows of the digits."""
    rows = np.random.default_rng(seed).permutation(len(X))[:n_rows]
    initializer = INITIALIZERS[init]()
    job = Job(
        data=Data(X, Y, np.ones(len(X)), rows),
        architecture=Architecture((64, 20, 15, 10), Tanh()),
        objective=Objective("log_loss"),
        optimization=Optimization("adam", ADAM, batch_size=64),
        stopping=Stopping(max_iter=20, max_fun=15000, tol=1e-4, n_iter_no_change=10),
        start=Start(Initializers(initializer, initializer, INITIALIZERS["glorot_normal"]())),
        seeds=seeds_from(seed),
    )
    return job.changed(**changes)


def run_of(jobs):
    """Return the parts of a training of these jobs, before its first step."""
    return Run([Member(job) for job in jobs])


def epoch_of(run):
    """Return the batch, the noise and the solver's hyperparameters of each step of an epoch."""
    batches = run.batches
    noise = run.stack.network.epoch_noise(batches.epoch + 1, len(batches))
    hyperparameters = run.optimizer.begin_epoch(None, batches.grid)
    return zip(batches, noise, hyperparameters, strict=True)


def stored_data(jobs):
    """Return the rows of these jobs as batches take them."""
    return StackedData(jobs, like_of(jobs[0]))
