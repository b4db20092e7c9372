"""Whatever was fitted, a diagnosis is made and can be shown."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.datasets import load_diabetes, load_wine
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, DivergenceError, diagnose
from sklearn_deepmlp._losses import REGRESSION_LOSSES
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp.activations import ACTIVATIONS, Activation

X, Y = load_wine(return_X_y=True)
X = scale(X)
DIABETES_X, DIABETES_Y = load_diabetes(return_X_y=True)


class Cube(Activation):
    """A custom activation, whose signals overflow soon."""

    def function(self, z):
        return z**3


OPTIONS = [
    *({"activation": name} for name in ACTIVATIONS),
    *({"solver": solver} for solver in SOLVERS),
    {"activation": Cube()},
    {"activation": "prelu", "solver": "lbfgs"},
    {"hidden_layer_sizes": ()},
    {"hidden_layer_sizes": (7,)},
    {"normalization": "batch"},
    {"normalization": "layer"},
    {"skip_connections": "residual"},
    {"skip_connections": "wide"},
    {"dropout": 0.5},
    {"early_stopping": True},
    {"record_signals": 1},
    {"record_signals": False},
    {"dtype": "float32"},
]


def is_shown(fit):
    diagnosis = diagnose(fit)
    assert str(diagnosis)
    assert diagnosis._repr_html_()
    found = {check.code for check in diagnosis.checks if check.status == "found"}
    return found == {finding.code for finding in diagnosis.findings}


@pytest.mark.parametrize("options", OPTIONS)
def test_options(options):
    params = {"hidden_layer_sizes": (6, 6, 6), "max_iter": 12, "self_normalization": "ignore"}
    assert is_shown(DeepMLPClassifier(**{**params, **options}).fit(X, Y))


@pytest.mark.parametrize("loss", REGRESSION_LOSSES)
@pytest.mark.parametrize("n_outputs", [1, 2])
def test_losses_of_the_regressor(loss, n_outputs):
    y = DIABETES_Y if n_outputs == 1 else np.tile(DIABETES_Y[:, None], n_outputs)
    assert is_shown(DeepMLPRegressor((6, 6), loss=loss, max_iter=3).fit(DIABETES_X, y))


def test_a_constant_target():
    assert is_shown(DeepMLPRegressor((6, 6), max_iter=3).fit(X, np.zeros(len(X))))


@pytest.mark.parametrize("data", [(X, np.eye(3)[Y]), (csr_matrix(X), Y), (X, Y == 0)])
def test_kinds_of_data(data):
    assert is_shown(DeepMLPClassifier((6, 6), max_iter=12).fit(*data))


def test_partial_fits_and_resumed_fits():
    net = DeepMLPClassifier((6, 6), warm_start=True, max_iter=12)
    for rows in np.array_split(np.random.default_rng(0).permutation(len(X)), 4):
        assert is_shown(net.partial_fit(X[rows], Y[rows], classes=[0, 1, 2]))
    assert is_shown(net.fit(X, Y).fit(X, Y))


def fitted_or_error(net, features):
    try:
        return net.fit(features, Y)
    except DivergenceError as error:
        return error


@pytest.mark.parametrize("scale_of_x", [1e3, 1e15, 1e30])
@pytest.mark.parametrize("activation", ["relu", "selu", "gelu"])
def test_signals_that_overflow(activation, scale_of_x):
    net = DeepMLPClassifier(
        (20,) * 30,
        activation,
        init="standard_normal",
        solver="sgd",
        dtype="float32",
        self_normalization="ignore",
        max_iter=12,
    )
    assert is_shown(fitted_or_error(net, X * scale_of_x))
