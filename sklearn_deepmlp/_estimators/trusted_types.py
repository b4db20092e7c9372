"""The types that loading a fitted estimator creates."""

from __future__ import annotations

from sklearn_deepmlp._estimators.classifier import DeepMLPClassifier
from sklearn_deepmlp._estimators.regressor import DeepMLPRegressor
from sklearn_deepmlp._estimators.value_types import PARAMETER_TYPES, RECORDS


def trusted_types() -> list[str]:
    """Return the names of all types of this package that a fitted estimator can hold."""
    kinds = (DeepMLPClassifier, DeepMLPRegressor, *RECORDS, *PARAMETER_TYPES)
    return sorted(f"{kind.__module__}.{kind.__qualname__}" for kind in kinds)
