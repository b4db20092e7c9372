"""Predictions, against plain numpy."""

import numpy as np
import pytest
import scipy.special
from sklearn.datasets import load_diabetes, load_wine, make_multilabel_classification
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp.activations import ACTIVATIONS, Swish

X_WINE, Y_WINE = load_wine(return_X_y=True)
X_WINE = scale(X_WINE)
SELU_SCALE, SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717
PLAIN = {
    "identity": lambda z: z,
    "logistic": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.maximum(z, 0.2 * z),
    "rrelu": lambda z: np.maximum(z, 11 / 48 * z),
    "prelu": lambda z, negative_slope: np.where(z > 0, z, negative_slope * z),
    "elu": lambda z: np.where(z > 0, z, np.exp(np.minimum(z, 0)) - 1),
    "selu": lambda z: SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * (np.exp(np.minimum(z, 0)) - 1)),
    "gelu": lambda z: z * scipy.special.ndtr(z),
    "gelu_sigmoid": lambda z: z / (1 + np.exp(-1.702 * z)),
    "swish": lambda z, beta=1.0: z / (1 + np.exp(-beta * z)),
    "mish": lambda z: z * np.tanh(np.log1p(np.exp(z))),
}
PLAIN |= {"sigmoid": PLAIN["logistic"], "silu": PLAIN["swish"]}


def plain_normalization(net, layer, z):
    params = net.normalization_params_[layer]
    if "mean" in params:
        z = (z - params["mean"]) / np.sqrt(params["var"] + 1e-5)
    elif params:
        z = (z - z.mean(1, keepdims=True)) / np.sqrt(z.var(1, keepdims=True) + 1e-5)
    return z * params.get("scale", 1.0) + params.get("offset", 0.0)


def plain_outputs(net, X, function):
    h = X
    for layer in range(len(net.coefs_) - 1):
        z = plain_normalization(net, layer, h @ net.coefs_[layer] + net.intercepts_[layer])
        out = function(z, **net.activation_params_[layer])
        is_residual = net.skip_connections == "residual" and h.shape == out.shape
        h = h + out if is_residual else out
    if net.skip_connections == "wide":
        h = np.hstack([h, X])
    return h @ net.coefs_[-1] + net.intercepts_[-1]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_classifier_equals_numpy(name):
    net = DeepMLPClassifier((15, 10), name, max_iter=20, random_state=0).fit(X_WINE, Y_WINE)
    expected = scipy.special.softmax(plain_outputs(net, X_WINE, PLAIN[name]), axis=1)
    np.testing.assert_allclose(net.predict_proba(X_WINE), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_regressor_equals_numpy(name):
    X, y = load_diabetes(return_X_y=True)
    net = DeepMLPRegressor((15, 10), name, max_iter=20, random_state=0).fit(scale(X), scale(y))
    expected = plain_outputs(net, scale(X), PLAIN[name])[:, 0]
    np.testing.assert_allclose(net.predict(scale(X)), expected, rtol=0, atol=1e-9)


COMBINATIONS = {
    "batch normalization": {"normalization": "batch"},
    "layer normalization": {"normalization": "layer"},
    "residual": {"skip_connections": "residual"},
    "wide": {"skip_connections": "wide"},
    "all bounds": {"max_norm": 0.8, "max_grad_norm": 0.1, "alpha": 0.3, "l1_ratio": 0.5},
    "many at once": {
        "normalization": "batch",
        "skip_connections": "residual",
        "activation": "prelu",
        "dropout": 0.2,
        "solver": "nadam",
        "learning_rate": "one_cycle",
    },
    "others at once": {
        "normalization": "layer",
        "skip_connections": "wide",
        "activation": Swish(trainable=True),
        "solver": "adamw",
        "learning_rate": "cosine",
        "max_norm": 2.0,
    },
}


@pytest.mark.parametrize("params", COMBINATIONS.values(), ids=COMBINATIONS)
def test_normalizations_connections_and_bounds_equal_numpy(params):
    activation = params.get("activation", "relu")
    name = activation if isinstance(activation, str) else "swish"
    net = DeepMLPClassifier((13, 13, 10), max_iter=20, random_state=0).set_params(**params)
    net.fit(X_WINE, Y_WINE)
    expected = scipy.special.softmax(plain_outputs(net, X_WINE, PLAIN[name]), axis=1)
    np.testing.assert_allclose(net.predict_proba(X_WINE), expected, rtol=0, atol=1e-9)
    regressor = DeepMLPRegressor((13, 13, 10), max_iter=20, random_state=0).set_params(**params)
    regressor.fit(X_WINE, Y_WINE)
    expected = plain_outputs(regressor, X_WINE, PLAIN[name])[:, 0]
    np.testing.assert_allclose(regressor.predict(X_WINE), expected, rtol=0, atol=1e-9)


def test_trainable_swish_equals_numpy():
    net = DeepMLPClassifier((15, 10), Swish(trainable=True), max_iter=20).fit(X_WINE, Y_WINE)
    expected = scipy.special.softmax(plain_outputs(net, X_WINE, PLAIN["swish"]), axis=1)
    np.testing.assert_allclose(net.predict_proba(X_WINE), expected, rtol=0, atol=1e-9)


def test_binary_probabilities_and_their_logarithms():
    net = DeepMLPClassifier((10,), max_iter=20).fit(X_WINE, Y_WINE == 1)
    logits = plain_outputs(net, X_WINE, PLAIN["relu"])[:, 0]
    np.testing.assert_allclose(net.decision_function(X_WINE), logits, atol=1e-12)
    expected = np.column_stack([scipy.special.expit(-logits), scipy.special.expit(logits)])
    np.testing.assert_allclose(net.predict_proba(X_WINE), expected, atol=1e-12)
    np.testing.assert_allclose(net.predict_log_proba(X_WINE), np.log(expected), atol=1e-12)
    np.testing.assert_array_equal(net.predict(X_WINE), logits > 0)


def test_multilabel_probabilities():
    X, Y = make_multilabel_classification(n_samples=80, n_labels=3, random_state=0)
    net = DeepMLPClassifier((10,), max_iter=20, random_state=0).fit(X, Y)
    expected = scipy.special.expit(plain_outputs(net, X, PLAIN["relu"]))
    np.testing.assert_allclose(net.predict_proba(X), expected, atol=1e-12)
    np.testing.assert_array_equal(net.predict(X), expected > 0.5)
    np.testing.assert_allclose(net.predict_log_proba(X), np.log(expected), atol=1e-12)


def test_logarithms_of_vanishing_probabilities_are_finite():
    net = DeepMLPClassifier((), "identity", max_iter=300, learning_rate_init=0.5)
    net.fit(X_WINE, Y_WINE)
    far = 1e4 * X_WINE
    assert net.predict_proba(far).min() == 0
    assert np.isfinite(net.predict_log_proba(far)).all()


def test_many_rows_are_predicted_as_in_parts():
    net = DeepMLPClassifier((300,), max_iter=5, random_state=0).fit(X_WINE, Y_WINE)
    many = np.tile(X_WINE, (20, 1))
    at_once = net.predict_proba(many)
    by_parts = np.vstack([net.predict_proba(many[i : i + 100]) for i in range(0, len(many), 100)])
    np.testing.assert_allclose(at_once, by_parts, atol=1e-12)


def test_a_single_row_is_predicted_as_among_others():
    net = DeepMLPClassifier((30,), max_iter=5, random_state=0).fit(X_WINE, Y_WINE)
    among = net.predict_proba(X_WINE)
    for row in [0, 77]:
        single = net.predict_proba(X_WINE[row : row + 1])
        np.testing.assert_allclose(single[0], among[row], atol=1e-14)


@pytest.mark.parametrize("n_rows", [1, 64, 178])
@pytest.mark.parametrize("method", ["predict_proba", "predict_log_proba", "decision_function"])
def test_rows_of_predictions_lie_together_in_memory(method, n_rows):
    net = DeepMLPClassifier((15,), max_iter=2, random_state=0).fit(X_WINE, Y_WINE)
    assert getattr(net, method)(X_WINE[:n_rows]).flags.c_contiguous


@pytest.mark.parametrize("n_rows", [1, 64, 178])
def test_rows_of_several_targets_lie_together_in_memory(n_rows):
    net = DeepMLPRegressor((15,), max_iter=2, random_state=0).fit(X_WINE, X_WINE[:, :3])
    assert net.predict(X_WINE[:n_rows]).flags.c_contiguous
