"""A regressor says when the scale of y is in its way, and only then."""

import warnings

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler, scale

from sklearn_deepmlp import DeepMLPRegressor

X, Y = load_diabetes(return_X_y=True)
X = scale(X)
NET = DeepMLPRegressor((8,), max_iter=2, random_state=0)


def warnings_of(y, *, n_fits=1, **params):
    net = DeepMLPRegressor((8,), **{"max_iter": 2, "random_state": 0, **params})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(n_fits):
            net.fit(X[: len(y)], y)
    return [str(w.message) for w in caught if "The scale of" in str(w.message)]


@pytest.mark.parametrize("solver", ["adam", "adamw", "nadam", "rmsprop", "sgd"])
@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber", "quantile"])
def test_raw_targets(solver, loss):
    (message,) = warnings_of(Y / 4 if solver == "sgd" else Y, solver=solver, loss=loss)
    assert message.startswith("The scale of y is far from 1: its mean is about")
    assert "TransformedTargetRegressor" in message


@pytest.mark.parametrize("y", [Y * 1e5, Y * 1e-5, scale(Y) * 0.05, scale(Y) + 30])
def test_other_scales(y):
    with pytest.warns(UserWarning, match="The scale of y is far from 1"):
        NET.fit(X, y)


def test_the_output_is_named():
    y = np.c_[scale(Y), Y]
    (message,) = warnings_of(y)
    assert message.startswith("The scale of output 1 of y is far from 1")


@pytest.mark.no_cover
@pytest.mark.parametrize("n_splits", [2, 5, 40])
def test_standardized_targets_and_their_folds_are_fine(n_splits):
    y = scale(Y)
    for rows, others in KFold(n_splits, shuffle=True, random_state=0).split(X):
        assert warnings_of(y[rows]) == []
        assert warnings_of(y[others]) == []


@pytest.mark.no_cover
def test_standard_normal_targets_of_any_number_are_fine():
    rng = np.random.default_rng(0)
    for n in [1, 2, 3, 5, 9, 10, 11, 15, 20, 50]:
        for _ in range(20):
            assert warnings_of(rng.standard_normal(n)) == []


@pytest.mark.parametrize("y", [np.zeros(50), np.ones(50), np.arange(50) % 2])
def test_constants_and_two_values_are_fine(y):
    assert warnings_of(y.astype(float)) == []


def test_counts_are_fine_with_poisson():
    counts = np.random.default_rng(0).poisson(100, len(X)).astype(float)
    assert warnings_of(counts, loss="poisson", learning_rate_init=1e-6) == []
    assert len(warnings_of(counts)) == 1


def test_lbfgs_takes_any_large_scale():
    assert warnings_of(Y, solver="lbfgs") == []
    assert len(warnings_of(scale(Y) * 0.01, solver="lbfgs")) == 1


def test_the_remedy_works():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=UserWarning, message="Stochastic Optimizer")
        model = TransformedTargetRegressor(
            DeepMLPRegressor(max_iter=20), transformer=StandardScaler()
        )
        model.fit(X, Y)


def test_similar_targets_give_one_text():
    texts = {warnings_of(scale(Y)[rows] * 70 + 500)[0] for rows, _ in KFold(5).split(X)}
    assert len(texts) == 1
