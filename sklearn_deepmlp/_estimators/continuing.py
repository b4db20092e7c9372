"""Going on with a network that has been trained: warm start and partial_fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from sklearn_deepmlp._layers.architecture import Initializers
from sklearn_deepmlp._layers.base import ACTIVATION_PARAMS, NORMALIZATION_PARAMS
from sklearn_deepmlp._stack.job import NetworkState, SolverState, Start
from sklearn_deepmlp._stack.layout import Layout


def fitted_weights(net: Any) -> NetworkState:
    """Return the weights of a fitted estimator."""
    return NetworkState(
        net.coefs_, net.intercepts_, net.activation_params_, net.normalization_params_
    )


def start_of(net: Any, initializers: Initializers) -> Start:
    """Return where a fitted estimator stands, for a training that resumes from there."""
    return Start(
        initializers,
        state=fitted_weights(net),
        epochs=len(net.loss_curve_),
        rows_seen=net.t_,
        best=_best(net),
    )


def _best(net: Any) -> float | None:
    """Return the best score so far, or loss, negated; None without one that is comparable."""
    if net.early_stopping:
        best = net.best_validation_score_ if is_scored_alike(net) else None
    else:
        best = None if net.best_loss_ is None else -net.best_loss_
    return best if best is not None and np.isfinite(best) else None


def is_scored_alike(net: Any) -> bool:
    """Tell whether a fitted estimator has validation scores of the kind that it now asks for."""
    return net.validation_scores_ is not None and net._scoring == net.scoring


def solver_state(net: Any) -> SolverState | None:
    """Return where the solver of the last `partial_fit` stopped; None if it is to begin anew."""
    kept = getattr(net, "_solver_state", None)
    if kept is None or kept["solver"] != net.solver:
        return None
    moments = {name: NetworkState(**moment) for name, moment in kept["moments"].items()}
    return SolverState(moments=moments, **kept["counts"])


def as_plain_state(solver: str, state: SolverState | None) -> dict[str, Any]:
    """Return what `solver_state` reads, of arrays and plain values alone."""
    if state is None:
        raise TypeError("The job has not asked for the state of its solver.")
    return {
        "solver": solver,
        "moments": {name: vars(moment) for name, moment in state.moments.items()},
        "counts": {
            "steps": state.steps,
            "rate_factor": state.rate_factor,
            "epochs_without_improvement": state.epochs_without_improvement,
        },
    }


def check_same_network(net: Any, layout: Layout, owner: str) -> None:
    """Refuse to go on with a network of other layers than the parameters and data ask for.

    Parameters
    ----------
    net : DeepMLPClassifier or DeepMLPRegressor
        Fitted.
    layout : Layout
        Of the network that is asked for.
    owner : str
        Name of the estimator, for messages.
    """
    remedy = f"Keep the parameters of the fitted {owner}, or fit a new one (warm_start=False)."
    shapes = [coef.shape for coef in net.coefs_]
    if shapes != layout.coef_shapes:
        raise ValueError(
            "warm_start and partial_fit go on with the fitted network, whose layers have "
            f"coefficients of the shapes {shapes}. hidden_layer_sizes, skip_connections and y "
            f"now ask for {layout.coef_shapes}. {remedy}"
        )
    for name, fitted, asked in [
        ("activation", net.activation_params_, layout.names(ACTIVATION_PARAMS)),
        ("normalization", net.normalization_params_, layout.names(NORMALIZATION_PARAMS)),
    ]:
        learned = list(fitted[0]) if fitted else list(asked)
        if learned != list(asked):
            raise ValueError(
                f"warm_start and partial_fit go on with the fitted network, whose {name} has "
                f"learned {learned or 'nothing'}. {name}={getattr(net, name)!r} now asks for "
                f"{list(asked) or 'nothing'}. {remedy}"
            )
