"""Findings about activations that learn hyperparameters."""

from __future__ import annotations

import numpy as np

from sklearn_deepmlp._diagnosis.check import Check
from sklearn_deepmlp._diagnosis.conditions import (
    has_signals,
    knows_constant_loss,
    learns_activation,
    takes_steps,
    validates,
)
from sklearn_deepmlp._diagnosis.finding import Evidence, Remedy, change
from sklearn_deepmlp._diagnosis.learning_rate import raised_rate
from sklearn_deepmlp._diagnosis.recorded import signals_of
from sklearn_deepmlp._estimators.fit_record import FitRecord
from sklearn_deepmlp.activations import ACTIVATIONS

# Measured with (50, 50) units, learning rates of 1e-3 to 3e-2 and 300 epochs.
GREATEST_FALL, GREATEST_DRIFT = 0.1, 0.2
LEAST_DRIFT = 1e-3


def _drifts(record: FitRecord) -> dict[str, np.ndarray]:
    """Return how far each hyperparameter has moved at most in each hidden layer.

    That is the root mean square over the units of the distance from the initial value.
    """
    signals, starts = signals_of(record), record.activation.hyperparameters()
    return {
        name: np.hypot(means - starts[name], signals.activation_params_std[name])[:, :-1].max(0)
        for name, means in signals.activation_params.items()
    }


def _find_overfitting(record: FitRecord) -> Evidence | None:
    scores = np.array(record.validation_scores)
    if np.isnan(scores).all():
        return None
    fall = np.nanmax(scores) - scores[-1]
    if not fall > GREATEST_FALL:
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
    return change("Use a function that learns nothing", {"activation": name})


_FIXED = {ACTIVATIONS["prelu"]: "leaky_relu", ACTIVATIONS["swish"]: "swish"}

CHECKS = (
    Check(
        code="DM06",
        title="learned activation overfits",
        explanation=(
            "A hyperparameter that every unit learns adds capacity. On few rows it may fit "
            "noise, and move far away from any sensible value, while the score on other rows "
            "falls (Xu et al. 2015 found this for PReLU on small data)."
        ),
        threshold=(
            "the last validation score is lower than the best by more than "
            f"{GREATEST_FALL:g}, and in a layer the hyperparameter has moved by more than "
            f"{GREATEST_DRIFT:g} (root mean square over the units)"
        ),
        reason=(
            "on 100 rows of noise, the score falls by 0.1 or more and PReLU and Swish drift by 0.2 "
            "to 0.6; on wine and breast_cancer accuracy falls by at most 0.02"
        ),
        needs=(has_signals, learns_activation, validates),
        find=_find_overfitting,
        remedy=_fixed,
        only_if_stalled=False,
    ),
    Check(
        code="DM07",
        title="learned activation is stuck",
        explanation=(
            "The hyperparameters of the activation get hardly any gradient, so what was "
            "meant to be learned keeps its initial value."
        ),
        threshold=(
            f"no hyperparameter of any layer has moved by {LEAST_DRIFT:g} (root mean square "
            "over the units)"
        ),
        reason="in networks that learn, they move by 0.01 and more",
        needs=(knows_constant_loss, learns_activation, takes_steps),
        find=_find_stuck,
        remedy=raised_rate,
        caused_by=("DM10",),
    ),
)
