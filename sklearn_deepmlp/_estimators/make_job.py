"""From the parameters of an estimator and its data to the plain description of a training."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._estimators.devices import training_device
from sklearn_deepmlp._estimators.dtypes import products_of, training_dtype
from sklearn_deepmlp._estimators.gpu_gain import seconds_saved
from sklearn_deepmlp._estimators.parameters import Parameters
from sklearn_deepmlp._estimators.recorded_signals import recording_of_fit
from sklearn_deepmlp._estimators.resolve import Resolved
from sklearn_deepmlp._estimators.training_data import FeatureNames, TrainingData
from sklearn_deepmlp._estimators.user_warnings import warn
from sklearn_deepmlp._estimators.warm_start import check_same_network
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._losses import LOSSES
from sklearn_deepmlp._randomness import Seeds
from sklearn_deepmlp._stack.job import Data, Job, Objective, Optimization, Start, Stopping
from sklearn_deepmlp._stack.schedules import SCHEDULES
from sklearn_deepmlp._stack.solvers import SOLVERS

_Part = TypeVar("_Part", Architecture, Objective, Optimization, Stopping)


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
        Where training starts.
    seeds : Seeds
        The seeds of the random streams.
    feature_names : ndarray of shape (n_features,), optional
        For messages.
    """
    architecture = _architecture(params, resolved, data)
    if start.state is not None:
        check_same_network(start.state, architecture, params)
    batch_size = _batch_size(params["solver"], params["batch_size"], len(rows))
    n_steps = params["max_iter"] * -(-len(rows) // batch_size)
    saved = seconds_saved(architecture, data.X, batch_size, n_steps)
    device = training_device(params["device"], saved, architecture.products, params.owner)
    data = data.astype(_dtype(params, start, data, device), feature_names)
    return Job(
        data=Data(data.X, data.targets.values, data.sample_weight, rows),
        architecture=architecture,
        objective=_objective(params, resolved.alpha, data.targets.loss),
        optimization=_optimization(params, batch_size),
        stopping=_part(Stopping, params),
        start=start,
        seeds=seeds,
        device=device,
        recording=recording_of_fit(params),
    )


def _part(kind: type[_Part], params: Parameters, **others: Any) -> _Part:
    """Make a part of a job; fields that are not given are the parameters with their names."""
    same = {
        field.name: _plain(params[field.name])
        for field in fields(kind)
        if field.name not in others and field.name in params
    }
    return kind(**same, **others)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, np.floating) else value


def _architecture(params: Parameters, resolved: Resolved, data: TrainingData) -> Architecture:
    return _part(
        Architecture,
        params,
        layer_sizes=(data.X.shape[1], *resolved.hidden_sizes, data.targets.n_outputs),
        activation=resolved.activation,
        alpha_dropout=resolved.alpha_dropout,
        products=products_of(params["dtype"]),
    )


def _dtype(params: Parameters, start: Start, data: TrainingData, device: str) -> np.dtype:
    present = data.X.dtype if start.state is None else start.state.coefs[0].dtype
    return training_dtype(params["dtype"], device, present, params.owner)


def _objective(params: Parameters, alpha: float, loss: str) -> Objective:
    return _part(
        Objective,
        params,
        loss=loss,
        loss_parameter=loss_parameter(params, loss),
        alpha=alpha,
        alpha_is_per_weight=params["alpha"] == "auto",
    )


def loss_parameter(params: Parameters, loss: str) -> float:
    """Return the parameter of a loss; 0 if it has none."""
    name = LOSSES[loss].parameter
    return 0.0 if name is None else float(params[name])


def _optimization(params: Parameters, batch_size: int) -> Optimization:
    return _part(
        Optimization,
        params,
        hyperparameters=_hyperparameters(params),
        batch_size=batch_size,
        schedule=_schedule(params),
    )


def _hyperparameters(params: Parameters) -> dict[str, float]:
    reads = SOLVERS[params["solver"]].reads
    rate = float(params["learning_rate_init"])
    return {"learning_rate": rate, **{name: float(params[name]) for name in reads}}


def _schedule(params: Parameters) -> str:
    """Return the schedule; some schedules apply to only one solver."""
    only_for = SCHEDULES[params["learning_rate"]].only_for
    return params["learning_rate"] if only_for in {None, params["solver"]} else "constant"


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
