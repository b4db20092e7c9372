"""What values the parameters of both estimators may take."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.metrics import get_scorer_names

from sklearn_deepmlp._compat.sklearn import Interval, Options, StrOptions
from sklearn_deepmlp._layers.build import SKIP_CONNECTIONS
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp._losses import REGRESSION_LOSSES
from sklearn_deepmlp._stack.schedules import SCHEDULES
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp.activations import ACTIVATIONS, Activation
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer

_NON_NEGATIVE = Interval(Real, 0, None, closed="left")
_POSITIVE = Interval(Real, 0, None, closed="neither")
_POSITIVE_INT = Interval(Integral, 1, None, closed="left")
_FRACTION = Interval(Real, 0, 1, closed="left")

_SHARED: dict[str, list[Any]] = {
    "hidden_layer_sizes": ["array-like", _POSITIVE_INT],
    "activation": [StrOptions(ACTIVATIONS.keys()), Activation],
    "init": [StrOptions({"auto"}), StrOptions(INITIALIZERS.keys()), Initializer],
    "solver": [StrOptions(SOLVERS.keys())],
    "alpha": [StrOptions({"auto"}), _NON_NEGATIVE],
    "l1_ratio": [Interval(Real, 0, 1, closed="both")],
    "max_norm": [_POSITIVE, None],
    "dropout": [_FRACTION],
    "dropout_kind": [StrOptions({"auto", "standard", "alpha"})],
    "normalization": [StrOptions(NORMALIZATIONS.keys()), None],
    "skip_connections": [StrOptions(dict.fromkeys(SKIP_CONNECTIONS).keys()), None],
    "batch_size": [StrOptions({"auto"}), _POSITIVE_INT],
    "learning_rate": [StrOptions(SCHEDULES.keys())],
    "learning_rate_init": [_POSITIVE],
    "power_t": [_NON_NEGATIVE],
    "max_iter": [_POSITIVE_INT],
    "shuffle": ["boolean"],
    "random_state": ["random_state"],
    "tol": [_NON_NEGATIVE],
    "verbose": ["verbose"],
    "warm_start": ["boolean"],
    "momentum": [Interval(Real, 0, 1, closed="both")],
    "nesterovs_momentum": ["boolean"],
    "early_stopping": ["boolean"],
    "scoring": [StrOptions({"loss", *get_scorer_names()}), callable, None],
    "validation_fraction": [_FRACTION],
    "max_grad_norm": [_POSITIVE, None],
    "beta_1": [_FRACTION],
    "beta_2": [_FRACTION],
    "epsilon": [_POSITIVE],
    "n_iter_no_change": [_POSITIVE_INT, Options(Real, {np.inf})],
    "max_fun": [_POSITIVE_INT],
    "device": [str],
    "dtype": [StrOptions({"auto", "float32", "float64"})],
    "self_normalization": [StrOptions({"enforce", "warn", "ignore"})],
}

CLASSIFIER_CONSTRAINTS: dict[str, list[Any]] = _SHARED | {
    "class_weight": [StrOptions({"balanced"}), dict, list, None],
    "label_smoothing": [_FRACTION],
}
REGRESSOR_CONSTRAINTS: dict[str, list[Any]] = _SHARED | {
    "loss": [StrOptions(REGRESSION_LOSSES.keys())],
    "quantile": [Interval(Real, 0, 1, closed="neither")],
}
