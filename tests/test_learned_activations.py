"""What activations learn in fitted networks."""

import numpy as np
import pytest
import torch
from activation_cases import X, fit, leaky
from jobs import make_job

from sklearn_deepmlp._stack.stack import Stack
from sklearn_deepmlp.activations import (
    ACTIVATIONS,
    PReLU,
    Swish,
)

LEARNING = [PReLU(), PReLU(0.6), Swish(trainable=True), Swish(0.5, trainable=True)]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_networks_that_learn_no_activation_have_empty_dicts(name):
    learned = ACTIVATIONS[name]().learned()
    for layer in fit(name).activation_params_:
        assert set(layer) == set(learned)


@pytest.mark.parametrize("activation", LEARNING, ids=repr)
def test_each_hidden_layer_has_a_learned_value_for_each_unit(activation):
    net = fit(activation)
    shapes = [{k: v.shape for k, v in layer.items()} for layer in net.activation_params_]
    (name,) = activation.learned()
    assert shapes == [{name: (8,)}, {name: (6,)}]


@pytest.mark.parametrize("activation", LEARNING, ids=repr)
def test_learned_values_leave_their_start_separately(activation):
    net = fit(activation, max_iter=20)
    (name,) = activation.learned()
    for layer in net.activation_params_:
        moved = layer[name] - activation.hyperparameters()[name]
        assert np.abs(moved).max() > 1e-3
        assert len(np.unique(moved)) == len(moved)


@pytest.mark.parametrize("activation", LEARNING, ids=repr)
def test_learned_values_start_where_told(activation):
    net = fit(activation, max_iter=1, learning_rate_init=1e-12)
    (name,) = activation.learned()
    for layer in net.activation_params_:
        np.testing.assert_allclose(layer[name], activation.hyperparameters()[name], atol=1e-10)


def test_prediction_uses_the_learned_slopes():
    net = fit(PReLU(), max_iter=30, learning_rate_init=0.01)
    h = X
    for layer, learned in enumerate(net.activation_params_):
        h = leaky(h @ net.coefs_[layer] + net.intercepts_[layer], learned["negative_slope"])
    expected = h @ net.coefs_[-1] + net.intercepts_[-1]
    np.testing.assert_allclose(net.decision_function(X), expected, atol=1e-12)


@pytest.mark.parametrize("activation", LEARNING, ids=repr)
def test_alpha_does_not_shrink_learned_values(activation):
    params = {"solver": "sgd", "batch_size": len(X), "max_iter": 1}
    free, penalized = fit(activation, **params), fit(activation, alpha=100.0, **params)
    assert np.abs(free.coefs_[0] - penalized.coefs_[0]).max() > 1e-5
    for a, b in zip(free.activation_params_, penalized.activation_params_, strict=True):
        np.testing.assert_array_equal(a[activation.learned()[0]], b[activation.learned()[0]])


def test_a_huge_alpha_shrinks_weights_but_no_slopes():
    sgd = {"solver": "sgd", "momentum": 0, "learning_rate_init": 0.1, "batch_size": len(X)}
    net = fit(PReLU(), alpha=len(X), max_iter=200, **sgd)
    assert max(np.abs(coef).max() for coef in net.coefs_) < 0.01
    for layer in net.activation_params_:
        assert layer["negative_slope"].mean() > 0.1


def test_the_penalty_reaches_coefficients_only():
    jobs = [make_job(alpha=0.5), make_job(alpha=2.0, l1_ratio=0.5)]
    stack = Stack([job.changed(activation=PReLU(), normalization="layer") for job in jobs])
    network, n_coefs = stack.network, stack.network.layout.n_coefs
    network.theta.fill_(1.0)
    stack.add_penalty(torch.full((2, 1), 4.0))
    assert (network.gradient[:, :n_coefs] > 0).all()
    assert (network.gradient[:, n_coefs:] == 0).all()
