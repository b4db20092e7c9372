"""Features without targets, for a network that is inspected before any training."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from sklearn_deepmlp._estimators.targets import Targets
from sklearn_deepmlp._estimators.training_data import TrainingData
from sklearn_deepmlp._estimators.validation import new_features


def unlabeled(estimator: BaseEstimator, X: Any) -> TrainingData:
    """Return valid features, each row with the weight 1 and one target that is 0.

    Parameters
    ----------
    estimator : DeepMLPClassifier or DeepMLPRegressor
        Gets n_features_in_ and feature_names_in_.
    X : array-like or sparse matrix of shape (n_samples, n_features)
        What the user has given.
    """
    features = new_features(estimator, X)
    n_rows = features.shape[0]
    targets = Targets(np.zeros((n_rows, 1)), "squared_error", 1)
    return TrainingData(features, targets, np.ones(n_rows))
