"""The one description of a fitted network among an estimator's attributes: written and read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._stack.job import NetworkState

# The fitted attributes of an estimator, by name.
Fitted = Mapping[str, Any]

_STATE = {f"{f.name}_": f.name for f in fields(NetworkState)}
# What `activation_`, the intercepts and `n_features_in_` do not say about the layers.
LAYER_FIELDS = tuple(
    f.name for f in fields(Architecture) if f.name not in ("layer_sizes", "activation")
)
# All names of attributes that describe a network.
NETWORK_ATTRIBUTES = (*_STATE, "activation_", "n_layers_", "_layers")


def network_attributes(state: NetworkState, architecture: Architecture) -> dict[str, Any]:
    """Return the attributes that predictions are computed from."""
    return {
        **{attribute: getattr(state, name) for attribute, name in _STATE.items()},
        "activation_": architecture.activation,
        "n_layers_": len(architecture.layer_sizes),
        "_layers": {name: getattr(architecture, name) for name in LAYER_FIELDS},
    }


def fitted_state(fitted: Fitted) -> NetworkState:
    """Return the state of a fitted network."""
    return NetworkState(**{name: fitted[attribute] for attribute, name in _STATE.items()})


def fitted_architecture(fitted: Fitted) -> Architecture:
    """Return the layers that a network was fitted with, whatever its parameters are now."""
    sizes = (fitted["n_features_in_"], *map(len, fitted["intercepts_"]))
    return Architecture(sizes, fitted["activation_"], **fitted["_layers"])
