"""Strategies of hypothesis over all parameters of both estimators, and over data for them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np
from data_strategies import datasets
from hypothesis import reject
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, clone

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._compat.sklearn import Interval, Options
from sklearn_deepmlp._losses import LOSSES
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp.activations import ACTIVATIONS, Activation
from sklearn_deepmlp.initializers import Initializer, Normal, VarianceScaling

SEEDS = st.integers(0, 2**32 - 1)
SIZES = st.lists(st.integers(1, 6), max_size=3).map(tuple)
# What the constraints of the parameter table do not say, by parameter: values that are quick, and
# those of the kinds "dict", "list", "str" and "callable".
NARROWED = {
    "hidden_layer_sizes": SIZES | st.integers(1, 6),
    "max_iter": st.integers(1, 4),
    "max_fun": st.integers(1, 30),
    "batch_size": st.just("auto") | st.integers(1, 50),
    "device": st.sampled_from(["auto", "cpu"]),
    "class_weight": st.sampled_from(
        [None, "balanced", {0: 2.0, 1: 0.5}, {"a": 3}, {1: 0}, [{0: 1, 1: 2}] * 3]
    ),
    "scoring": st.sampled_from([None, "loss", "accuracy", "f1_macro", "r2", "max_error"]),
}


def _numbers(interval, *, extreme):
    """Draw from an interval: everything in it, or numbers of ordinary size."""
    if interval.type is Integral:
        return st.integers(interval.left, interval.left + 4)
    if not extreme:
        return st.floats(1e-3, 0.5)  # lie in every interval of the tables
    return st.floats(
        interval.left,
        interval.right,
        exclude_min=interval.left is not None and interval.closed in {"right", "neither"},
        exclude_max=interval.right is not None and interval.closed in {"left", "neither"},
        allow_nan=False,
        allow_infinity=False,
    )


def _objects(classes, *, extreme):
    """Draw objects of classes that declare the constraints of their parameters."""
    return st.one_of(
        st.builds(
            kind,
            **{
                name: _values(name, constraint, extreme=extreme)
                for name, constraint in kind._parameter_constraints.items()
            },
        )
        for kind in classes
    )


def activations(*, extreme):
    """Draw activation objects with any parameters that `fit` accepts."""
    classes = list(dict.fromkeys(ACTIVATIONS.values()))
    drawn = _objects(classes, extreme=extreme)
    return drawn.filter(lambda each: getattr(each, "lower", 0) <= getattr(each, "upper", 1))


def initializers(*, extreme):
    """Draw initializer objects."""
    return _objects([VarianceScaling, Normal], extreme=extreme)


def _drawn_from(constraint, *, extreme):
    """Turn one alternative of a constraint into a strategy."""
    if isinstance(constraint, Interval):
        return _numbers(constraint, extreme=extreme)
    if isinstance(constraint, Options):
        return st.sampled_from(sorted(constraint.options, key=repr))
    if constraint is Activation:
        return activations(extreme=extreme)
    if constraint is Initializer:
        return initializers(extreme=extreme)
    return {
        None: st.none(),
        "boolean": st.booleans(),
        "verbose": st.booleans(),
        "random_state": SEEDS,
    }[constraint]


def _values(name, constraint, *, extreme):
    if name in NARROWED:
        return NARROWED[name]
    return st.one_of([_drawn_from(each, extreme=extreme) for each in constraint])


def values(kind, *, extreme):
    """Return a strategy for each parameter of an estimator."""
    constraints = kind._parameter_constraints
    return {name: _values(name, constraints[name], extreme=extreme) for name in constraints}


def _reconcile(params):
    """Change what contradicts another parameter and would only be refused."""
    params = dict(params)
    if "quantile" in params:
        params["loss"] = next(k for k, each in LOSSES.items() if each.parameter == "quantile")
    if not SOLVERS[params.get("solver", "adam")].is_stochastic:
        for name in ("dropout", "l1_ratio", "max_norm", "max_grad_norm", "normalization"):
            params.pop(name, None)
    return params


@st.composite
def estimators(draw, kind, *, extreme=True, fixed=()):
    """Draw an estimator in which a few parameters, but not the fixed ones, differ from defaults."""
    table = values(kind, extreme=extreme)
    free = sorted(table.keys() - dict(fixed).keys())
    names = draw(st.lists(st.sampled_from(free), unique=True, max_size=7))
    params = _reconcile({name: draw(table[name]) for name in names})
    always = {"max_iter": 3, "random_state": 0, "hidden_layer_sizes": (4, 4)}
    return kind(**{**always, **params, **dict(fixed)})


@dataclass
class Case:
    """A network that has not been fitted, and data for it."""

    net: BaseEstimator
    X: Any
    y: Any
    sample_weight: Any

    def fit(self, **changes):
        """Fit a clone of the network."""
        net = clone(self.net).set_params(**changes)
        return net.fit(self.X, self.y, sample_weight=self.sample_weight)

    def fitted(self, **changes):
        """Fit a clone without warnings; where that is refused, hypothesis draws another case."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return self.fit(**changes)
            except ValueError:
                reject()

    def with_data(self, **changes):
        """Return the same network with other data."""
        return replace(self, **changes)


@st.composite
def cases(draw, *, kind=None, extreme=True, fixed=(), **of_data):
    """Draw a network with data that suit its kind."""
    kind = kind or draw(st.sampled_from([DeepMLPClassifier, DeepMLPRegressor]))
    net = draw(estimators(kind, extreme=extreme, fixed=fixed))
    target = "classes" if kind is DeepMLPClassifier else "numbers"
    X, y, weight = draw(datasets(target=target, extreme=extreme, **of_data))
    if getattr(net, "loss", None) == "poisson":
        y = np.abs(y)
    return Case(net, X, y, weight)
