"""Findings about activations that learn hyperparameters."""

from __future__ import annotations

import numpy as np

from sklearn_deepmlp._diagnosis.check import Check
from sklearn_deepmlp._diagnosis.conditions import (
    has_signals,
    knows_constant_loss,
    learns_activation,
    validates,
)
from sklearn_deepmlp._diagnosis.finding import Evidence, Remedy
from sklearn_deepmlp._diagnosis.learning_rate import raised_rate
from sklearn_deepmlp._diagnosis.recorded import signals_of
from sklearn_deepmlp._estimators.fit_record import FitRecord
from sklearn_deepmlp.activations import ACTIVATIONS

GREATEST_DRIFT = 1.0
GREATEST_LOSS_OF_SCORE = 0.02
LEAST_DRIFT = 1e-3


def _drifts(record: FitRecord) -> dict[str, np.ndarray]:
    """Return how far each hyperparameter has moved in each hidden layer.

    That is the root mean square over the units of the distance from the initial value.
    """
    signals, starts = signals_of(record), record.activation.hyperparameters()
    return {
        name: np.hypot(means[-1, :-1] - starts[name], signals.activation_params_std[name][-1, :-1])
        for name, means in signals.activation_params.items()
    }


def _find_overfitting(record: FitRecord) -> Evidence | None:
    scores = np.array(record.validation_scores)
    fall = np.nanmax(scores) - scores[-1]
    if not fall > GREATEST_LOSS_OF_SCORE * max(1.0, abs(np.nanmax(scores))):
        return None
    for name, drift in _drifts(record).items():
        layer = int(np.argmax(drift))
        if drift[layer] > GREATEST_DRIFT:
            return Evidence(
                f"The validation score has fallen by {fall:.2g} since epoch "
                f"{int(np.nanargmax(scores)) + 1}, and {name} of the units in layer {layer + 1} "
                f"has moved by {drift[layer]:.2g}.",
                layer + 1,
            )
    return None


def _find_stuck(record: FitRecord) -> Evidence | None:
    drifts = _drifts(record)
    if not all(drift.max() < LEAST_DRIFT for drift in drifts.values()):
        return None
    return Evidence(f"{' and '.join(drifts)} moved by less than {LEAST_DRIFT:g} in every layer.")


def _fixed(record: FitRecord) -> Remedy:
    name = _FIXED.get(type(record.activation), "leaky_relu")
    return Remedy(f'Use a function that learns nothing: activation="{name}".', {"activation": name})


_FIXED = {ACTIVATIONS["prelu"]: "leaky_relu", ACTIVATIONS["swish"]: "swish"}

CHECKS = (
    Check(
        "DM06",
        "learned activation overfits",
        "A hyperparameter that every unit learns adds capacity. On few rows it may fit noise, and "
        "move far away from any sensible value, while the score on other rows falls (Xu et al. "
        "2015 found this for PReLU on small data).",
        f"the validation score is lower than its best by more than {GREATEST_LOSS_OF_SCORE:g}, and "
        f"in a layer the hyperparameter has moved by more than {GREATEST_DRIFT:g} (root mean "
        "square over the units)",
        "measured: healthy networks stay below it",
        (has_signals, learns_activation, validates),
        _find_overfitting,
        _fixed,
        only_if_stalled=False,
    ),
    Check(
        "DM07",
        "learned activation is stuck",
        "The hyperparameters of the activation get hardly any gradient, so what was meant to be "
        "learned keeps its initial value.",
        f"in no layer a hyperparameter has moved by {LEAST_DRIFT:g} (root mean square over the "
        "units)",
        "measured: in networks that learn, they move farther",
        (knows_constant_loss, learns_activation),
        _find_stuck,
        raised_rate,
    ),
)
