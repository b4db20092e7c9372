"""Predictions and gradients, against plain numpy and finite differences."""

import numpy as np
import pytest
import scipy.special
import torch
from jobs import make_job
from sklearn.datasets import load_diabetes, load_wine, make_multilabel_classification
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._losses import REGRESSION_LOSSES
from sklearn_deepmlp._stack.stack import Stack
from sklearn_deepmlp.activations import ACTIVATIONS, PReLU, RReLU, Swish

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
    "all that bounds": {"max_norm": 0.8, "max_grad_norm": 0.1, "alpha": 0.3, "l1_ratio": 0.5},
    "much at once": {
        "normalization": "batch",
        "skip_connections": "residual",
        "activation": "prelu",
        "dropout": 0.2,
        "solver": "nadam",
        "learning_rate": "one_cycle",
    },
    "much else at once": {
        "normalization": "layer",
        "skip_connections": "wide",
        "activation": Swish(trainable=True),
        "solver": "adamw",
        "learning_rate": "cosine",
        "max_norm": 2.0,
    },
}


@pytest.mark.parametrize("params", COMBINATIONS.values(), ids=COMBINATIONS)
def test_means_against_instability_equal_numpy(params):
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


def test_many_rows_are_predicted_as_few():
    net = DeepMLPClassifier((300,), max_iter=5, random_state=0).fit(X_WINE, Y_WINE)
    many = np.tile(X_WINE, (20, 1))
    at_once = net.predict_proba(many)
    by_parts = np.vstack([net.predict_proba(many[i : i + 100]) for i in range(0, len(many), 100)])
    np.testing.assert_allclose(at_once, by_parts, atol=1e-12)


def test_a_row_alone_is_predicted_as_among_others():
    net = DeepMLPClassifier((30,), max_iter=5, random_state=0).fit(X_WINE, Y_WINE)
    among = net.predict_proba(X_WINE)
    for row in [0, 77]:
        alone = net.predict_proba(X_WINE[row : row + 1])
        np.testing.assert_allclose(alone[0], among[row], atol=1e-14)


GRADIENT_JOBS = {
    name: make_job(
        activation=kind(), n_rows=40, batch_size=40, alpha=0.7, shuffle=False, layer_sizes=LAYERS
    )
    for name, kind in ACTIVATIONS.items()
    for LAYERS in [(64, 5, 4, 10)]
} | {
    "trainable swish": make_job(
        activation=Swish(trainable=True), n_rows=40, batch_size=40, layer_sizes=(64, 5, 10)
    ),
    "alpha dropout": make_job(
        dropout=0.3, alpha_dropout=True, n_rows=40, batch_size=40, layer_sizes=(64, 5, 10)
    ),
    "batch normalization": make_job(
        normalization="batch",
        sample_weight=np.random.default_rng(0).uniform(0, 2, 1797),
        n_rows=40,
        batch_size=40,
        layer_sizes=(64, 5, 4, 10),
    ),
    "layer normalization, residual": make_job(
        normalization="layer",
        skip_connections="residual",
        n_rows=40,
        batch_size=40,
        layer_sizes=(64, 5, 5, 10),
    ),
    "several residual layers, standard dropout, batch normalization, learned": make_job(
        normalization="batch",
        skip_connections="residual",
        dropout=0.3,
        activation=PReLU(),
        n_rows=40,
        batch_size=40,
        layer_sizes=(64, 5, 5, 5, 5, 10),
    ),
    "wide, dropout, random": make_job(
        skip_connections="wide",
        dropout=0.3,
        activation=RReLU(),
        n_rows=40,
        batch_size=40,
        layer_sizes=(64, 5, 5, 10),
    ),
    "no hidden layer": make_job(n_rows=40, batch_size=40, layer_sizes=(64, 10)),
    "wide, L1": make_job(
        skip_connections="wide",
        alpha=0.5,
        l1_ratio=0.7,
        n_rows=40,
        batch_size=40,
        layer_sizes=(64, 5, 10),
    ),
    "sample weights": make_job(
        sample_weight=np.random.default_rng(0).uniform(0, 2, 1797),
        activation=PReLU(),
        n_rows=40,
        batch_size=40,
        layer_sizes=(64, 5, 10),
    ),
}


VALUES = np.random.default_rng(0).gamma(2.0, size=(1797, 2))
GRADIENT_JOBS |= {
    loss: make_job(
        targets=VALUES,
        loss=loss,
        loss_parameter=0.3,
        n_rows=40,
        batch_size=40,
        layer_sizes=(64, 5, 2),
    )
    for loss in REGRESSION_LOSSES
}
GRADIENT_JOBS |= {
    "label smoothing": make_job(
        loss_parameter=0.2, n_rows=40, batch_size=40, layer_sizes=(64, 5, 10)
    ),
    "label smoothing of labels": make_job(
        targets=(VALUES > 1) * 1.0,
        loss="binary_log_loss",
        loss_parameter=0.2,
        n_rows=40,
        batch_size=40,
        layer_sizes=(64, 5, 2),
    ),
}


@pytest.mark.parametrize("job", GRADIENT_JOBS.values(), ids=GRADIENT_JOBS)
def test_gradients_equal_finite_differences(job):
    stack = Stack([job])
    network = stack.network
    network.theta += 0.05 * torch.randn(
        network.theta.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    batch, noise = next(iter(stack.batches)), network.epoch_noise(1, 1)[0]

    def loss():
        return stack.evaluate(batch, noise).item()

    loss()
    gradient = network.gradient[0].clone()
    step = 1e-6
    for place in np.random.default_rng(0).choice(network.theta.shape[1], 40, replace=False):
        network.theta[0, place] += step
        above = loss()
        network.theta[0, place] -= 2 * step
        below = loss()
        network.theta[0, place] += step
        difference = (above - below) / (2 * step)
        assert gradient[place].item() == pytest.approx(difference, rel=1e-5, abs=1e-8)
