"""From the parameters of an estimator and its data to the plain description of a training."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._estimators.continuing import check_same_network
from sklearn_deepmlp._estimators.devices import step_flops, training_device, training_dtype
from sklearn_deepmlp._estimators.layer_sizes import hidden_sizes
from sklearn_deepmlp._estimators.pieces import first_initializer
from sklearn_deepmlp._estimators.training_data import TrainingData
from sklearn_deepmlp._estimators.warning import warn
from sklearn_deepmlp._layers.architecture import Architecture, Initializers
from sklearn_deepmlp._randomness import Seeds
from sklearn_deepmlp._stack.job import (
    Data,
    Job,
    Objective,
    Optimization,
    Start,
    Stopping,
)
from sklearn_deepmlp._stack.layout import layout_of
from sklearn_deepmlp._stack.schedules import SCHEDULES
from sklearn_deepmlp.initializers import INITIALIZERS


def make_job(
    net: Any, data: TrainingData, rows: NDArray[np.intp], seeds: Seeds, start: Start
) -> Job:
    """Describe the training of an estimator.

    Parameters
    ----------
    net : DeepMLPClassifier or DeepMLPRegressor
        Gives the parameters, validated, and what they mean: `activation_` and `init_`.
    data : TrainingData
        All rows.
    rows : ndarray of int
        The rows to train on.
    seeds : Seeds
        The random streams.
    start : Start
        What training sets out from.
    """
    owner = type(net).__name__
    hidden = hidden_sizes(net.hidden_layer_sizes, owner)
    layer_sizes = (data.X.shape[1], *hidden, data.targets.n_outputs)
    architecture = Architecture(
        layer_sizes=layer_sizes,
        activation=net.activation_,
        normalization=net.normalization,
        skip_connections=net.skip_connections,
        dropout=float(net.dropout),
        alpha_dropout=uses_alpha_dropout(net),
    )
    if start.state is not None:
        check_same_network(net, layout_of(architecture), owner)
    batch_size = _batch_size(net, len(rows))
    device = training_device(net.device, step_flops(layer_sizes, batch_size, data.X), owner)
    own_dtype = data.X.dtype if start.state is None else start.state.coefs[0].dtype
    dtype = training_dtype(net.dtype, device, own_dtype, owner)
    data = data.astype(dtype, net._feature_names)
    return Job(
        data=Data(data.X, data.targets.values, data.sample_weight, rows),
        architecture=architecture,
        objective=Objective(
            loss=data.targets.loss,
            loss_parameter=net._loss_number(),
            alpha=penalty_strength(net),
            l1_ratio=float(net.l1_ratio),
            alpha_is_per_weight=net.alpha == "auto",
        ),
        optimization=Optimization(
            solver=net.solver,
            hyperparameters=_optimizer_numbers(net),
            batch_size=batch_size,
            schedule=_schedule(net),
            power_t=float(net.power_t),
            shuffle=net.shuffle,
            max_norm=net.max_norm,
            max_grad_norm=net.max_grad_norm,
        ),
        stopping=Stopping(net.max_iter, net.max_fun, float(net.tol), net.n_iter_no_change),
        start=start,
        seeds=seeds,
        device=device,
    )


def initializers(net: Any) -> Initializers:
    """Return how the coefficients of a new network are drawn."""
    return Initializers(
        first=first_initializer(net),
        hidden=net.init_,
        output=INITIALIZERS["glorot_normal"](),
        shares_variance=isinstance(net.init, str) and net.init == "auto",
    )


def uses_alpha_dropout(net: Any) -> bool:
    """Tell whether dropout, if any, is alpha dropout."""
    if net.dropout_kind == "auto":
        return bool(net.activation_.self_normalizing)
    return bool(net.dropout_kind == "alpha")


def penalty_strength(net: Any) -> float:
    """Return what `alpha` means; "auto" leaves out networks that normalize themselves."""
    if net.alpha != "auto":
        return float(net.alpha)
    return 0.0 if net.activation_.self_normalizing else net._auto_alpha


def _optimizer_numbers(net: Any) -> dict[str, float]:
    return {
        "learning_rate": float(net.learning_rate_init),
        "momentum": float(net.momentum),
        "nesterov": float(net.nesterovs_momentum),
        "beta_1": float(net.beta_1),
        "beta_2": float(net.beta_2),
        "epsilon": float(net.epsilon),
    }


def _schedule(net: Any) -> str:
    """Return the schedule; some mean something to one solver only."""
    only_for = SCHEDULES[net.learning_rate].only_for
    return net.learning_rate if only_for in {None, net.solver} else "constant"


def _batch_size(net: Any, n_rows: int) -> int:
    if net.solver == "lbfgs":
        return n_rows
    if net.batch_size == "auto":
        return min(200, n_rows)
    if net.batch_size > n_rows:
        warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be "
            f"clipped: batch_size={net.batch_size} with {n_rows} rows to train on."
        )
    return int(min(net.batch_size, n_rows))
