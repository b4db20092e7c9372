"""Searches whose networks are trained together, as stacks of different networks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, KFold, ParameterGrid

from benchmarks.case_data import Array, load, row_weights
from benchmarks.custom_activations import LearnedSoftsign, Softsign
from benchmarks.fitted_arrays import Arrays, fitted_arrays
from benchmarks.single_case import Parameters, estimator
from benchmarks.single_cases import (
    DEEP,
    LARGE,
    LBFGS,
    SGD,
    STOPPING,
)
from sklearn_deepmlp import fit_together
from sklearn_deepmlp.activations import ELU, LeakyReLU, PReLU, RReLU, Swish


@dataclass(frozen=True)
class JointCase:
    """A search, and how its networks are trained.

    Attributes
    ----------
    data : str
        A key of ``DATA``; no number of its rows is divided by ``n_folds``.
    grid : dict of str to list
        The parameters that are searched.
    parameters : dict
        Of the estimator, where they are not ``TRAINING``.
    dtype : str
        Of the features.
    has_weights : bool
        Whether rows are weighted.
    n_folds : int
        Folds of the cross-validation.
    """

    data: str
    grid: dict[str, list[Any]]
    parameters: Parameters = field(default_factory=dict)
    dtype: str = "float64"
    has_weights: bool = False
    n_folds: int = 4

    def arrays(self) -> Arrays:
        """Search, and return the numbers of the search and of each of its networks."""
        X, y = load(self.data)
        X = X.astype(self.dtype)
        return self._of_search(X, y) | self._of_members(X, y)

    def _of_search(self, X: Any, y: Array) -> Arrays:
        net = estimator(self.data, self.parameters)
        search = GridSearchCV(net, self.grid, cv=self._folds(), return_train_score=True)
        weights = {"sample_weight": row_weights(len(y))} if self.has_weights else {}
        with fit_together():
            search.fit(X, y, **weights)
        scores = {
            f"cv_results_.{name}": values
            for name, values in search.cv_results_.items()
            if name.startswith("split")
        }
        best = fitted_arrays(search.best_estimator_, X)
        return scores | {f"best/{name}": array for name, array in best.items()}

    def _of_members(self, X: Any, y: Array) -> Arrays:
        with fit_together():
            members = Parallel()(delayed(_fit)(*task) for task in self._tasks(X, y))
        return {
            f"{number}/{name}": array
            for number, member in enumerate(members)
            for name, array in fitted_arrays(member, X).items()
        }

    def _tasks(self, X: Any, y: Array) -> Iterator[tuple[Any, Any, Array, Array | None]]:
        net = estimator(self.data, self.parameters)
        for values in ParameterGrid(self.grid):
            for rows, _ in self._folds().split(X):
                weights = row_weights(len(y))[rows] if self.has_weights else None
                yield clone(net).set_params(**values), X[rows], y[rows], weights

    def _folds(self) -> KFold:
        return KFold(self.n_folds, shuffle=True, random_state=0)


def _fit(net: Any, X: Any, y: Array, weights: Array | None) -> Any:
    return net.fit(X, y, weights)


ALL_ACTIVATIONS = ["identity", "logistic", "tanh", "relu", "elu", "gelu", "swish", "mish", "prelu"]
LEAKS = [LeakyReLU(0.05), LeakyReLU(0.3), RReLU(), RReLU(0.2, 0.3)]
CURVES = [ELU(0.5), ELU(1.2), Swish(1.5), Swish(2.0), "gelu_sigmoid"]
LEARNED = ["relu", "prelu", PReLU(0.1), Swish(trainable=True), Swish(2.0, trainable=True)]
CUSTOM = [Softsign(), Softsign(3.0), LearnedSoftsign(2.0), "relu"]

# In both dtypes.
_CASES: dict[str, JointCase] = {
    "activation alpha dropout batch_size": JointCase(
        "cancer",
        {
            "activation": ["relu", "tanh"],
            "alpha": ["auto", 0.1],
            "dropout": [0.0, 0.2],
            "batch_size": [24, 32],
        },
        STOPPING,
        n_folds=3,
    ),
    "activations": JointCase("digits", {"activation": ALL_ACTIVATIONS}),
    "slopes": JointCase("digits", {"activation": LEAKS, "dropout": [0.0, 0.3]}),
    "hyperparameters": JointCase("digits", {"activation": CURVES}, {"skip_connections": "wide"}),
    "learned beside fixed": JointCase("digits", {"activation": LEARNED}, STOPPING),
    "custom activations": JointCase("iris", {"activation": CUSTOM}),
    "selu": JointCase("digits", {"dropout": [0.0, 0.1]}, {"activation": "selu"}),
    "penalties": JointCase(
        "digits",
        {"alpha": [0.0, 0.5], "l1_ratio": [0.0, 0.3], "max_norm": [None, 1.0]},
        {"max_grad_norm": 0.4},
    ),
    "gradient norms": JointCase("iris", {"max_grad_norm": [None, 0.1, 0.5]}),
    "numbers of adam": JointCase(
        "digits",
        {"learning_rate_init": [0.003, 0.01], "beta_1": [0.8, 0.9], "epsilon": [1e-8, 0.1]},
    ),
    "schedules": JointCase("digits", {"learning_rate": ["constant", "cosine", "one_cycle"]}),
    "schedules of sgd": JointCase(
        "digits",
        {"learning_rate": ["constant", "invscaling", "adaptive", "cosine", "one_cycle"]},
        SGD | {"max_iter": 8, "n_iter_no_change": 1, "tol": 0.2},
    ),
    "momentum of sgd": JointCase(
        "digits", {"momentum": [0.0, 0.5, 0.9], "nesterovs_momentum": [True, False]}, SGD
    ),
    "adamw": JointCase(
        "digits", {"alpha": ["auto", 0.0, 0.5], "batch_size": [20, 32]}, {"solver": "adamw"}
    ),
    "nadam": JointCase("digits", {"learning_rate_init": [0.003, 0.01]}, {"solver": "nadam"}),
    "rmsprop": JointCase("digits", {"beta_2": [0.9, 0.99]}, {"solver": "rmsprop"}),
    "lbfgs": JointCase("iris", {"alpha": [0.0, 0.1]}, LBFGS),
    "sparse": JointCase("sparse", {"activation": ["relu", "tanh"], "alpha": [0.0, 0.1]}),
    "sparse wide weighted": JointCase(
        "sparse", {"dropout": [0.0, 0.2]}, {"skip_connections": "wide"}, has_weights=True
    ),
    "batch norm": JointCase(
        "digits", {"activation": ["relu", "prelu"]}, {"normalization": "batch"}
    ),
    "batch norm weighted": JointCase(
        "cancer",
        {"batch_size": [20, 33], "dropout": [0.0, 0.1]},
        {"normalization": "batch"},
        has_weights=True,
    ),
    "layer norm residual": JointCase(
        "digits",
        {"activation": ["gelu", "elu"], "init": ["auto", "glorot_uniform"]},
        DEEP | {"normalization": "layer", "skip_connections": "residual"},
    ),
    "large layers": JointCase("digits", {"activation": ["relu", "gelu", "selu"]}, LARGE),
    "linear": JointCase("iris", {"alpha": [0.0, 0.1]}, {"hidden_layer_sizes": ()}),
    "smoothing weighted": JointCase(
        "cancer",
        {"label_smoothing": [0.0, 0.1], "class_weight": [None, "balanced"]},
        has_weights=True,
    ),
    "labels": JointCase("labels", {"activation": ["relu", "tanh"]}, STOPPING),
    "regression": JointCase("diabetes", {"alpha": ["auto", 0.1]}, STOPPING | {"scoring": "loss"}),
    "quantiles": JointCase("diabetes", {"quantile": [0.2, 0.8]}, {"loss": "quantile"}),
    "outputs": JointCase("outputs", {"loss": ["huber"], "batch_size": [16, 170]}),
    "poisson": JointCase("counts", {"activation": ["relu", "mish"]}, {"loss": "poisson"}),
    "lengths": JointCase(
        "digits", {"max_iter": [2, 6], "random_state": [0, 1], "shuffle": [True, False]}
    ),
    "stopping": JointCase("cancer", {"tol": [0.0, 0.01], "n_iter_no_change": [1, 3]}, STOPPING),
    "roc_auc": JointCase(
        "cancer", {"scoring": ["roc_auc", "loss", None]}, STOPPING | {"activation": "tanh"}
    ),
}

JOINT_CASES: dict[str, JointCase] = {
    f"together {name} {dtype}": replace(case, dtype=dtype)
    for name, case in _CASES.items()
    for dtype in ("float32", "float64")
}
