"""The types that loading a fitted estimator creates."""

from __future__ import annotations

from sklearn_deepmlp._estimators.classifier import DeepMLPClassifier
from sklearn_deepmlp._estimators.regressor import DeepMLPRegressor
from sklearn_deepmlp._stack.signals import DataScale, Signals
from sklearn_deepmlp.activations import ACTIVATIONS
from sklearn_deepmlp.initializers import INITIALIZERS


def trusted_types() -> list[str]:
    """Return the names of all types of this package that a fitted estimator can hold."""
    kinds = [
        DeepMLPClassifier,
        DeepMLPRegressor,
        Signals,
        DataScale,
        *ACTIVATIONS.values(),
        *(type(make()) for make in INITIALIZERS.values()),
    ]
    return sorted({f"{kind.__module__}.{kind.__qualname__}" for kind in kinds})
