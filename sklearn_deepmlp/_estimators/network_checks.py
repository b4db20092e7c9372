"""Checks that the arrays of a network are those of its layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from sklearn_deepmlp._estimators.fitted_network import (
    LAYER_FIELDS,
    Fitted,
    fitted_architecture,
    fitted_state,
)
from sklearn_deepmlp._estimators.named_objects import activation_from
from sklearn_deepmlp._estimators.value_kinds import (
    BOOL,
    COUNT,
    MATRIX,
    REAL,
    VECTOR,
    VECTORS_BY_NAME,
    Kind,
    check_kinds,
    is_number,
    one_of,
)
from sklearn_deepmlp._layers.base import ACTIVATION_PARAMS, COEFS, INTERCEPTS, NORMALIZATION_PARAMS
from sklearn_deepmlp._layers.build import SKIP_CONNECTIONS
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp._layers.products import BFLOAT16, EXACT, TF32
from sklearn_deepmlp._stack.job import NetworkState
from sklearn_deepmlp._stack.layout import layout_of
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp._types import Array

_LAYER_KINDS = {
    "normalization": one_of(NORMALIZATIONS).or_none(),
    "skip_connections": one_of(SKIP_CONNECTIONS).or_none(),
    "dropout": Kind("in [0, 1)", lambda value: is_number(value, float) and 0 <= value < 1),
    "alpha_dropout": BOOL,
    "products": one_of((EXACT, TF32, BFLOAT16)),
}
_STATE_KINDS = {
    "coefs": MATRIX.listed(),
    "intercepts": VECTOR.listed(),
    "activation_params": VECTORS_BY_NAME.listed(),
    "normalization_params": VECTORS_BY_NAME.listed(),
}
_COUNT_KINDS = {"steps": COUNT, "rate_factor": REAL, "epochs_without_improvement": COUNT}
_DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


def check_network(fitted: Fitted) -> None:
    """Refuse arrays that are not those of the layers that the attributes describe.

    Parameters
    ----------
    fitted : mapping
        The fitted attributes, each of its kind.
    """
    _check_keys(fitted["_layers"], set(LAYER_FIELDS), "_layers")
    check_kinds(fitted["_layers"], _LAYER_KINDS, "'_layers'")
    activation_from(fitted["activation_"])
    _check_ends(fitted)
    state = fitted_state(fitted)
    _check_state(state, _expected(fitted, with_running=True), state.coefs[0].dtype, "")
    if not state.is_finite():
        raise ValueError("All numbers of a fitted network are finite, but some of these are not.")
    is_exact = fitted["_layers"]["products"] == EXACT
    if state.coefs[0].dtype not in _DTYPES[: None if is_exact else 1]:
        raise ValueError(f"'coefs_' cannot have the dtype {state.coefs[0].dtype}.")


def check_optimizer_state(fitted: Fitted) -> None:
    """Refuse a state of a solver that `partial_fit` could not resume from."""
    kept = fitted["_optimizer_state"]
    _check_keys(kept, {"solver", "arrays", "counts"}, "_optimizer_state")
    stochastic = one_of(name for name, solver in SOLVERS.items() if solver.is_stochastic)
    check_kinds({"solver": kept["solver"]}, {"solver": stochastic}, "'_optimizer_state'")
    _check_keys(kept["counts"], _COUNT_KINDS.keys(), "_optimizer_state")
    check_kinds(kept["counts"], _COUNT_KINDS, "'_optimizer_state'")
    _check_keys(kept["arrays"], set(SOLVERS[kept["solver"]].state), "_optimizer_state")
    expected, dtype = _expected(fitted, with_running=False), fitted["coefs_"][0].dtype
    for arrays in kept["arrays"].values():
        _check_keys(arrays, _STATE_KINDS.keys(), "_optimizer_state")
        check_kinds(arrays, _STATE_KINDS, "'_optimizer_state'")
        _check_state(NetworkState(**arrays), expected, dtype, " of '_optimizer_state'")


def _check_keys(values: Any, expected: Any, name: str) -> None:
    if not isinstance(values, dict) or values.keys() != expected:
        raise ValueError(f"{name!r} must be a dict with the keys {sorted(expected)}.")


def _expected(fitted: Fitted, *, with_running: bool) -> NetworkState:
    """Return a state with arrays of the shapes that the layers have, which take no memory."""
    layout, zero = layout_of(fitted_architecture(fitted)), np.float64(0)
    row, running = (np.broadcast_to(zero, n) for n in (layout.n_parameters, layout.n_running))
    return layout.state(0, row, running if with_running else None, copies=False)


def _check_ends(fitted: Fitted) -> None:
    """Refuse numbers of features and outputs that contradict the arrays."""
    intercepts, coefs = fitted["intercepts_"], fitted["coefs_"]
    if not intercepts or not coefs or not all(map(len, intercepts)):
        raise ValueError("'coefs_' and 'intercepts_' must have layers with units.")
    ends = (len(coefs[0]), len(intercepts[-1]))
    if ends != (fitted["n_features_in_"], fitted["n_outputs_"]):
        raise ValueError(
            f"The network has {ends[0]} features and {ends[1]} outputs, but 'n_features_in_' and "
            f"'n_outputs_' are {fitted['n_features_in_']} and {fitted['n_outputs_']}."
        )


def _check_state(state: NetworkState, expected: NetworkState, dtype: np.dtype, where: str) -> None:
    """Refuse a state whose arrays have other names, shapes or dtypes than expected."""
    for (name, found), asked in zip(
        _arrays(state).items(), _arrays(expected).values(), strict=True
    ):
        shapes = {place: array.shape for place, array in found.items()}
        if shapes != {place: array.shape for place, array in asked.items()}:
            raise ValueError(f"'{name}_'{where} does not have the arrays of the network's layers.")
        if any(array.dtype != dtype for array in found.values()):
            raise ValueError(f"'{name}_'{where} must have the dtype {dtype} throughout.")


def _arrays(state: NetworkState) -> dict[str, dict[Any, Array]]:
    """Return all arrays of a state by field, and by layer and name."""
    return {
        **{name: dict(enumerate(getattr(state, name))) for name in (COEFS, INTERCEPTS)},
        **{
            name: {
                (index, key): array
                for index, layer in enumerate(getattr(state, name))
                for key, array in layer.items()
            }
            for name in (ACTIVATION_PARAMS, NORMALIZATION_PARAMS)
        },
    }
