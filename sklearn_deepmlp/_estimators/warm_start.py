"""Resuming the training of a fitted network: warm start and partial_fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from sklearn_deepmlp._estimators.fitted_network import Fitted, fitted_state
from sklearn_deepmlp._estimators.parameters import Parameters
from sklearn_deepmlp._layers.architecture import Architecture, Initializers
from sklearn_deepmlp._layers.base import ACTIVATION_PARAMS, NORMALIZATION_PARAMS
from sklearn_deepmlp._stack.job import NetworkState, OptimizerState, Start
from sklearn_deepmlp._stack.layout import Layout, layout_of


def start_from(fitted: Fitted | None, initializers: Initializers, params: Parameters) -> Start:
    """Return where training starts.

    Parameters
    ----------
    fitted : mapping or None
        The attributes of the estimator, if training resumes.
    initializers : Initializers
        The initializers of a new network.
    params : Parameters
        The parameters of the estimator.
    """
    if fitted is None:
        return Start(initializers)
    return Start(
        initializers,
        state=fitted_state(fitted),
        epochs=len(fitted["loss_curve_"]),
        rows_seen=fitted["t_"],
        best=_best(fitted, params),
        optimizer_state=_optimizer_state(fitted.get("_optimizer_state"), params["solver"]),
    )


def _best(fitted: Fitted, params: Parameters) -> float | None:
    """Return the best score, or negated lowest loss, so far; None if none is comparable."""
    if params["early_stopping"]:
        is_comparable = is_scored_alike(fitted, params["scoring"])
        best = fitted["best_validation_score_"] if is_comparable else None
    else:
        best = None if fitted["best_loss_"] is None else -fitted["best_loss_"]
    return best if best is not None and np.isfinite(best) else None


def is_scored_alike(fitted: Fitted, scoring: Any) -> bool:
    """Return whether a fitted estimator has validation scores of the given kind."""
    return fitted["validation_scores_"] is not None and fitted["_scoring"] == scoring


def _optimizer_state(kept: dict[str, Any] | None, solver: str) -> OptimizerState | None:
    """Return the solver's state after the last `partial_fit`; None if it must start afresh."""
    if kept is None or kept["solver"] != solver:
        return None
    arrays = {name: NetworkState(**values) for name, values in kept["arrays"].items()}
    return OptimizerState(arrays=arrays, **kept["counts"])


def as_plain_state(solver: str, state: OptimizerState) -> dict[str, Any]:
    """Return what a later `partial_fit` resumes from, as arrays and plain values."""
    return {
        "solver": solver,
        "arrays": {name: vars(values) for name, values in state.arrays.items()},
        "counts": {
            "steps": state.steps,
            "rate_factor": state.rate_factor,
            "epochs_without_improvement": state.epochs_without_improvement,
        },
    }


def check_same_network(state: NetworkState, asked: Architecture, params: Parameters) -> None:
    """Refuse to resume with layers other than those of the fitted network.

    Parameters
    ----------
    state : NetworkState
        The state of the fitted network.
    asked : Architecture
        The layers that parameters and data ask for.
    params : Parameters
        For messages.
    """
    layout = layout_of(asked)
    _check_shapes(state, layout, params.owner)
    for name, fitted, field in [
        ("activation", state.activation_params, ACTIVATION_PARAMS),
        ("normalization", state.normalization_params, NORMALIZATION_PARAMS),
    ]:
        _check_learned(name, fitted, layout.names(field), params)


_RESUMES = "warm_start and partial_fit resume training of the fitted network, whose"


def _remedy(owner: str) -> str:
    return f"Keep the parameters of the fitted {owner}, or fit a new one (warm_start=False)."


def _check_shapes(state: NetworkState, layout: Layout, owner: str) -> None:
    shapes = [coef.shape for coef in state.coefs]
    if shapes != layout.coef_shapes:
        raise ValueError(
            f"{_RESUMES} layers have coefficients of the shapes {shapes}. hidden_layer_sizes, "
            f"skip_connections and y now ask for {layout.coef_shapes}. {_remedy(owner)}"
        )


def _check_learned(
    name: str, fitted: list[dict[str, Any]], asked: list[str], params: Parameters
) -> None:
    learned = list(fitted[0]) if fitted else asked
    if learned != asked:
        raise ValueError(
            f"{_RESUMES} {name} has learned {learned or 'nothing'}. "
            f"{name}={params[name]!r} now asks for {asked or 'nothing'}. "
            f"{_remedy(params.owner)}"
        )
