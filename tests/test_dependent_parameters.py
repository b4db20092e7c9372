"""Parameters that are read only together with others, as the documentation lists them."""

import re

import numpy as np
import pytest
from pages import text_of
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPRegressor
from sklearn_deepmlp._stack.schedules import SCHEDULES
from sklearn_deepmlp._stack.solvers import SOLVERS

X, Y = load_iris(return_X_y=True)
X = scale(X)
PAGE = text_of("guide/training_control.md")
ALL = list(SOLVERS)
STOCHASTIC = [name for name, solver in SOLVERS.items() if solver.is_stochastic]
BY_LINE_SEARCH = [name for name in ALL if name not in STOCHASTIC]
WITH_L1 = [name for name in STOCHASTIC if not SOLVERS[name].decays_weights]
PLATEAU = {"n_iter_no_change": 1, "tol": 1.0, "max_iter": 9}
STOP = {"early_stopping": True, "max_iter": 30, "learning_rate_init": 0.03, "tol": 1.0}


def solvers(names, **others):
    return [{"solver": name, **others} for name in names]


def but(names):
    return [name for name in SOLVERS if name not in names]


def readers(name):
    return [solver for solver in ALL if name in SOLVERS[solver].reads]


OF_SOLVERS = {
    "momentum": 0.5,
    "nesterovs_momentum": False,
    "beta_1": 0.5,
    "beta_2": 0.5,
    "epsilon": 0.1,
}


def test_each_hyperparameter_of_a_solver_is_tried():
    assert {name for solver in SOLVERS.values() for name in solver.reads} == set(OF_SOLVERS)


# A parameter; another value of it; with which it is read, and with which it is ignored.
READ = [
    *(
        (name, value, solvers(readers(name)), solvers(but(readers(name))))
        for name, value in OF_SOLVERS.items()
    ),
    ("nesterovs_momentum", False, [], solvers(readers("nesterovs_momentum"), momentum=0.0)),
    *(
        ("learning_rate", name, solvers([each.only_for], **PLATEAU), solvers(but([each.only_for])))
        for name, each in SCHEDULES.items()
        if each.only_for is not None
    ),
    (
        "power_t",
        0.9,
        solvers(["sgd"], learning_rate="invscaling"),
        [*solvers(SOLVERS), *solvers(["sgd"], learning_rate="adaptive")],
    ),
    ("batch_size", 20, solvers(STOCHASTIC), solvers(BY_LINE_SEARCH)),
    ("shuffle", False, solvers(STOCHASTIC, batch_size=20), solvers(BY_LINE_SEARCH)),
    ("learning_rate_init", 0.1, solvers(STOCHASTIC), solvers(BY_LINE_SEARCH)),
    ("max_fun", 2, solvers(BY_LINE_SEARCH), solvers(STOCHASTIC)),
    ("l1_ratio", 0.5, solvers(WITH_L1, alpha=1.0), solvers(WITH_L1, alpha=0.0)),
    ("dropout_kind", "alpha", [{"dropout": 0.3}], [{"dropout": 0.0}]),
    ("scoring", "neg_max_error", [STOP], [{}]),
    ("validation_fraction", 0.4, [STOP], [{}, {"solver": "lbfgs", "early_stopping": True}]),
    ("n_iter_no_change", 1, solvers(STOCHASTIC, tol=100.0), solvers(BY_LINE_SEARCH, tol=1e-5)),
]


def weights(params, **others):
    net = DeepMLPRegressor((6,), "tanh", max_iter=4, random_state=0)
    return net.set_params(**{**params, **others}).fit(X, Y).coefs_


def is_same(params, name, value):
    pairs = zip(weights(params), weights(params, **{name: value}), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


CASES = [(name, value, params, True) for name, value, read, _ in READ for params in read]
CASES += [(name, value, params, False) for name, value, _, ignored in READ for params in ignored]


@pytest.mark.parametrize(("name", "value", "params", "is_read"), CASES, ids=str)
def test_parameters_are_read_with_others_only(name, value, params, is_read):
    assert is_same(params, name, value) != is_read


def test_validation_data_take_the_place_of_a_fraction():
    data = {"X_val": X[::2], "y_val": Y[::2]}
    net = DeepMLPRegressor((6,), early_stopping=True, max_iter=4, random_state=0)
    other = clone(net).set_params(validation_fraction=0.5).fit(X, Y, **data)
    np.testing.assert_array_equal(net.fit(X, Y, **data).coefs_[0], other.coefs_[0])


def test_partial_fit_is_one_epoch():
    nets = [DeepMLPRegressor((6,), max_iter=n, random_state=0).partial_fit(X, Y) for n in (1, 9)]
    np.testing.assert_array_equal(nets[0].coefs_[0], nets[1].coefs_[0])


def test_the_page_lists_them():
    text = PAGE.split("## Parameters that depend on others")[1]
    first = "\n".join(line.split("|")[1] for line in text.splitlines() if line.startswith("|"))
    listed = set(re.findall(r"`(\w+)`", first))
    assert listed == {name for name, *_ in READ} | {"quantile", "max_iter"}
