"""Checks of the recorded signals of a network, and of the scale of its data."""

from __future__ import annotations

from sklearn_deepmlp._estimators.value_kinds import (
    INDICES,
    PER_LAYER,
    PER_LAYER_BY_NAME,
    REAL,
    SIZE,
    VECTOR,
    check_kinds,
    instance_of,
)
from sklearn_deepmlp._stack.signals import SIGNALS, DataScale, Signals

_SIGNAL_KINDS = {
    **dict.fromkeys(SIGNALS, PER_LAYER),
    "epoch": INDICES,
    "activation_params": PER_LAYER_BY_NAME,
    "activation_params_std": PER_LAYER_BY_NAME,
    "constant_loss": REAL,
    "penalty": REAL,
    "data": instance_of(DataScale, "an object of the class DataScale").or_none(),
}
_SCALE_KINDS = {
    "n_features": SIZE,
    "features": INDICES,
    "feature_means": VECTOR,
    "feature_stds": VECTOR,
    "target_mean": REAL.or_none(),
    "target_std": REAL.or_none(),
}


def check_signals(signals: Signals, n_layers: int) -> None:
    """Refuse signals that are not those of a network with this number of layers."""
    check_kinds(vars(signals), _SIGNAL_KINDS, "'signals_'")
    shape = (len(signals.epoch), n_layers)
    columns = signals.columns()
    if wrong := [name for name, array in columns.items() if array.shape != shape]:
        raise ValueError(f"{wrong} of 'signals_' must have the shape {shape}.")
    if signals.activation_params.keys() != signals.activation_params_std.keys():
        raise ValueError("'signals_' must have a mean and a standard deviation of the same names.")
    if signals.data is not None:
        _check_scale(signals.data)


def _check_scale(scale: DataScale) -> None:
    check_kinds(vars(scale), _SCALE_KINDS, "'signals_.data'")
    lengths = {len(scale.features), len(scale.feature_means), len(scale.feature_stds)}
    if len(lengths) > 1 or (scale.features >= scale.n_features).any() or (scale.features < 0).any():
        raise ValueError("The features of 'signals_.data' do not fit each other.")
