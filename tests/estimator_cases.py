"""Estimators with fitted attributes of every kind, each by its name."""

from functools import partial

import numpy as np
from fitted_networks import CLASSES, X_REG, Y_REG, X, Y
from scipy.sparse import csr_matrix
from sklearn.datasets import make_multilabel_classification

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._losses import REGRESSION_LOSSES
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp.activations import ACTIVATIONS
from sklearn_deepmlp.initializers import INITIALIZERS

Y_OBJECTS = np.array(["setosa", "versicolor", "virginica"], dtype=object)[Y]
Y_MULTILABEL = make_multilabel_classification(len(X), n_classes=3, random_state=0)[1]


def fitted(kind=DeepMLPClassifier, X=X, y=Y, **params):
    """Return a fitted estimator and data to predict."""
    defaults = {"hidden_layer_sizes": (4,), "max_iter": 2, "random_state": 0}
    return kind(**{**defaults, **params}).fit(X, y), X


def partially_fitted(solver):
    """Return a classifier after two calls of partial_fit, and data to predict."""
    net = DeepMLPClassifier((4,), "selu", alpha=0, solver=solver, random_state=0)
    return net.partial_fit(X, Y, classes=CLASSES).partial_fit(X, Y), X


regressor = partial(fitted, DeepMLPRegressor, X_REG)

CASES = {
    **{repr(a()): partial(fitted, activation=a()) for a in dict.fromkeys(ACTIVATIONS.values())},
    **{
        name: partial(fitted, init=make(), self_normalization="ignore")
        for name, make in INITIALIZERS.items()
    },
    **{
        f"partial_fit, {name}": partial(partially_fitted, name)
        for name in SOLVERS
        if name != "lbfgs"
    },
    "lbfgs": partial(fitted, solver="lbfgs"),
    **{f"loss={name}": partial(regressor, abs(Y_REG), loss=name) for name in REGRESSION_LOSSES},
    "several targets": partial(regressor, np.stack([Y_REG, Y_REG], 1)),
    "labels are objects": partial(fitted, y=Y_OBJECTS),
    "labels are strings": partial(fitted, y=Y_OBJECTS.astype(str)),
    "two classes": partial(fitted, y=Y == 1),
    "several labels": partial(fitted, y=Y_MULTILABEL),
    "several sparse labels": partial(fitted, y=csr_matrix(Y_MULTILABEL)),
    "sparse features": partial(fitted, X=csr_matrix(X)),
    "float32": partial(fitted, X=X.astype(np.float32)),
    "class weights": partial(fitted, class_weight={0: 1.0, 1: 2.0, 2: np.float64(0.5)}),
    "weights of strings": partial(
        fitted, y=Y_OBJECTS, class_weight={"setosa": 2, "versicolor": 1, "virginica": 1}
    ),
    "random state": partial(fitted, random_state=np.random.RandomState(0)),
    "early stopping": partial(fitted, early_stopping=True, scoring="balanced_accuracy"),
    "no signals": partial(fitted, record_signals=False),
    "signals of all epochs": partial(fitted, record_signals=1, activation="prelu"),
    "batch normalization": partial(fitted, normalization="batch", dropout=0.2),
    "layer normalization": partial(fitted, normalization="layer"),
    "residual": partial(fitted, skip_connections="residual", hidden_layer_sizes=[4, 4]),
    "wide": partial(fitted, skip_connections="wide", hidden_layer_sizes=np.array([4, 3])),
    "numbers of numpy": partial(fitted, alpha=np.float32(1e-3), max_iter=np.int64(2)),
}
