"""The table of what each solver can be combined with, found by training tiny networks."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from markdown_tables import code, markdown_table
from scipy.sparse import csr_array
from sklearn.model_selection import cross_validate

from sklearn_deepmlp import DeepMLPRegressor, fit_together
from sklearn_deepmlp._layers.build import SKIP_CONNECTIONS
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp._stack.schedules import SCHEDULES
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp.activations import ACTIVATIONS

X = np.random.default_rng(0).standard_normal((20, 3))
Y = X @ [1.0, -1.0, 0.5]
YES, NO, IGNORED = "✓", "–", "ignored"
Trial = Callable[[str], str]


def support_table() -> str:
    """Return which solver trains with which features of the estimators."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the networks are trained for two epochs
        rows = [(name, *map(trial, SOLVERS)) for name, trial in _trials().items()]
    return markdown_table(("", *map(code, SOLVERS)), rows)


def _trials() -> dict[str, Trial]:
    return {
        "sparse `X`": lambda solver: _trained(solver, csr_array(X), Y),
        "`sample_weight`": lambda solver: _trained(solver, X, Y, np.arange(len(X))),
        "several targets": lambda solver: _trained(solver, X, np.c_[Y, -Y]),
        "`partial_fit`": lambda solver: YES if hasattr(_net(solver), "partial_fit") else NO,
        "`warm_start=True`": _parameter("warm_start", value=True),
        "`early_stopping=True` on rows that `fit` holds out": _holds_rows_out,
        "`early_stopping=True` with `X_val` and `y_val`": _validates,
        "learned activations": _parameter("activation", "prelu"),
        **_named("activation", [name for name, each in ACTIVATIONS.items() if each.noisy]),
        **_named("normalization", NORMALIZATIONS),
        **_named("skip_connections", SKIP_CONNECTIONS),
        **{f"`{name}`": _parameter(name, 0.5) for name in ("dropout", "alpha", "l1_ratio")},
        **{f"`{name}`": _parameter(name, 1.0) for name in ("max_norm", "max_grad_norm")},
        **{f'`learning_rate="{name}"`': _schedule(name) for name in _changing()},
        "recorded signals": _records,
        "one stack within `fit_together`": _is_stacked,
    }


def _net(solver: str, **params: Any) -> DeepMLPRegressor:
    return DeepMLPRegressor((4,), solver=solver, max_iter=2, random_state=0, **params)


def _trained(solver: str, *data: Any, **params: Any) -> str:
    try:
        _net(solver, **params).fit(*data)
    except ValueError:
        return NO
    return YES


def _parameter(name: str, value: Any) -> Trial:
    return lambda solver: _trained(solver, X, Y, **{name: value})


def _named(parameter: str, table: Iterable[str]) -> dict[str, Trial]:
    return {f'`{parameter}="{name}"`': _parameter(parameter, name) for name in table}


def _changing() -> list[str]:
    return [name for name, each in SCHEDULES.items() if each.fractions or each.plateau]


def _schedule(name: str) -> Trial:
    only_for = SCHEDULES[name].only_for

    def trial(solver: str) -> str:
        if only_for not in (None, solver):
            return IGNORED
        return _trained(solver, X, Y, learning_rate=name)

    return trial


def _holds_rows_out(solver: str) -> str:
    net = _net(solver, early_stopping=True).fit(X, Y)
    return NO if net.validation_scores_ is None else YES


def _validates(solver: str) -> str:
    net = _net(solver, early_stopping=True).fit(X, Y, X_val=X, y_val=Y)
    return NO if net.validation_scores_ is None else YES


def _records(solver: str) -> str:
    return NO if _net(solver).fit(X, Y).signals_ is None else YES


def _is_stacked(solver: str) -> str:
    with fit_together(n_jobs=1) as report:
        cross_validate(_net(solver), X, Y, cv=2)
    return YES if report.stacks else NO
