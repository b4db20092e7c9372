"""scikit-learn's MLP, made to start from the weights of a network of this package."""

from inspect import signature

import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

X, Y = load_iris(return_X_y=True)
X = scale(X)
Y_REG = X @ [1.0, -2.0, 0.5, 0.0] + 0.3 * np.sin(3 * X[:, 0])
# scikit-learn's MLP takes weights from version 1.7 on.
WEIGHTED = [False, True] if "sample_weight" in signature(MLPClassifier.fit).parameters else [False]
PAIRS = {
    "multiclass": (DeepMLPClassifier, MLPClassifier, Y, {}),
    "binary": (DeepMLPClassifier, MLPClassifier, Y == 1, {}),
    "regression": (DeepMLPRegressor, MLPRegressor, Y_REG, {}),
}
if "loss" in MLPRegressor().get_params():  # from scikit-learn 1.7 on
    PAIRS["poisson"] = (DeepMLPRegressor, MLPRegressor, np.exp(Y_REG / 3), {"loss": "poisson"})


def initial_weights(net, X, y):
    start = clone(net).set_params(max_iter=1, learning_rate_init=1e-300).fit(X, y)
    return [w.copy() for w in start.coefs_], [np.zeros_like(b) for b in start.intercepts_]


def scikit_learn_with_weights(kind, weights, **params):
    class Started(kind):
        def _init_coef(self, fan_in, fan_out, dtype):
            return next(pairs)

    pairs = iter([(w.copy(), b.copy()) for w, b in zip(*weights, strict=True)])
    return Started(**params)
