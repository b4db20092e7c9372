"""From the parameters of an estimator and its data to the plain description of a training."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._estimators.devices import step_flops, training_device, training_dtype
from sklearn_deepmlp._estimators.parameters import Parameters
from sklearn_deepmlp._estimators.resolve import Resolved
from sklearn_deepmlp._estimators.training_data import FeatureNames, TrainingData
from sklearn_deepmlp._estimators.warm_start import check_same_network
from sklearn_deepmlp._estimators.warning import warn
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._losses import LOSSES
from sklearn_deepmlp._randomness import Seeds
from sklearn_deepmlp._stack.job import Data, Job, Objective, Optimization, Start, Stopping
from sklearn_deepmlp._stack.schedules import SCHEDULES
from sklearn_deepmlp._stack.solvers import SOLVERS


def make_job(
    params: Parameters,
    resolved: Resolved,
    data: TrainingData,
    rows: NDArray[np.intp],
    start: Start,
    *,
    seeds: Seeds,
    feature_names: FeatureNames,
) -> Job:
    """Describe the training of an estimator.

    Parameters
    ----------
    params : Parameters
        Valid and free of conflicts.
    resolved : Resolved
        What they mean.
    data : TrainingData
        All rows.
    rows : ndarray of int
        The rows to train on.
    start : Start
        What training sets out from.
    seeds : Seeds
        The random streams.
    feature_names : ndarray of shape (n_features,), optional
        For messages.
    """
    architecture = _architecture(params, resolved, data)
    if start.state is not None:
        check_same_network(start.state, architecture, params)
    batch_size = _batch_size(params["solver"], params["batch_size"], len(rows))
    flops = step_flops(architecture, batch_size, data.X)
    device = training_device(params["device"], flops, params.owner)
    data = data.astype(_dtype(params, start, data, device), feature_names)
    return Job(
        data=Data(data.X, data.targets.values, data.sample_weight, rows),
        architecture=architecture,
        objective=_objective(params, resolved.alpha, data.targets.loss),
        optimization=_optimization(params, batch_size),
        stopping=_stopping(params),
        start=start,
        seeds=seeds,
        device=device,
    )


def _architecture(params: Parameters, resolved: Resolved, data: TrainingData) -> Architecture:
    return Architecture(
        layer_sizes=(data.X.shape[1], *resolved.hidden_sizes, data.targets.n_outputs),
        activation=resolved.activation,
        normalization=params["normalization"],
        skip_connections=params["skip_connections"],
        dropout=float(params["dropout"]),
        alpha_dropout=resolved.alpha_dropout,
    )


def _dtype(params: Parameters, start: Start, data: TrainingData, device: str) -> np.dtype:
    present = data.X.dtype if start.state is None else start.state.coefs[0].dtype
    return training_dtype(params["dtype"], device, present, params.owner)


def _objective(params: Parameters, alpha: float, loss: str) -> Objective:
    return Objective(
        loss=loss,
        loss_parameter=loss_parameter(params, loss),
        alpha=alpha,
        l1_ratio=float(params["l1_ratio"]),
        alpha_is_per_weight=params["alpha"] == "auto",
    )


def loss_parameter(params: Parameters, loss: str) -> float:
    """Return the number that a loss takes; 0 where it takes none."""
    name = LOSSES[loss].parameter
    return 0.0 if name is None else float(params[name])


def _optimization(params: Parameters, batch_size: int) -> Optimization:
    return Optimization(
        solver=params["solver"],
        hyperparameters=_solver_hyperparameters(params),
        batch_size=batch_size,
        schedule=_schedule(params),
        power_t=float(params["power_t"]),
        shuffle=params["shuffle"],
        max_norm=params["max_norm"],
        max_grad_norm=params["max_grad_norm"],
    )


def _solver_hyperparameters(params: Parameters) -> dict[str, float]:
    return {
        "learning_rate": float(params["learning_rate_init"]),
        "momentum": float(params["momentum"]),
        "nesterov": float(params["nesterovs_momentum"]),
        "beta_1": float(params["beta_1"]),
        "beta_2": float(params["beta_2"]),
        "epsilon": float(params["epsilon"]),
    }


def _schedule(params: Parameters) -> str:
    """Return the schedule; some mean something to one solver only."""
    only_for = SCHEDULES[params["learning_rate"]].only_for
    return params["learning_rate"] if only_for in {None, params["solver"]} else "constant"


def _stopping(params: Parameters) -> Stopping:
    return Stopping(
        max_iter=params["max_iter"],
        max_fun=params["max_fun"],
        tol=float(params["tol"]),
        n_iter_no_change=params["n_iter_no_change"],
    )


def _batch_size(solver: str, batch_size: int | str, n_rows: int) -> int:
    if not SOLVERS[solver].is_stochastic:
        return n_rows
    wanted = 200 if batch_size == "auto" else int(batch_size)
    if batch_size != "auto" and wanted > n_rows:
        warn(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be "
            f"clipped: batch_size={batch_size} with {n_rows} rows to train on."
        )
    return min(wanted, n_rows)
