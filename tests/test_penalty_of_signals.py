"""Signals tell the gradient of the loss without its penalty, and the penalty separately."""

import numpy as np
import pytest
from sklearn.datasets import load_wine
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier

X, Y = load_wine(return_X_y=True)
X = scale(X)
ALL_ROWS = len(X)


def fitted(**params):
    net = DeepMLPClassifier((6, 5), max_iter=1, random_state=0, batch_size=ALL_ROWS)
    return net.set_params(**params).fit(X, Y)


def squares(net):
    return sum((w**2).sum() for w in net.coefs_)


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_gradient_norms_are_those_of_the_loss_without_penalty(solver):
    plain = fitted(solver=solver, alpha=0.0).signals_
    penalized = fitted(solver=solver, alpha=1e4).signals_
    np.testing.assert_allclose(penalized.gradient_norm[0], plain.gradient_norm[0], rtol=1e-12)


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs"])
def test_the_loss_of_an_epoch_is_the_sum_of_both(solver):
    net, plain = fitted(solver=solver, alpha=1e2), fitted(solver=solver, alpha=0.0)
    if solver != "lbfgs":  # whose loss is that after the step
        expected = plain.loss_curve_[0] + net.signals_.penalty
        np.testing.assert_allclose(net.loss_curve_[0], expected, rtol=1e-12)
    assert net.signals_.penalty > 0
    assert plain.signals_.penalty == 0


def test_the_penalty_is_that_before_the_last_step():
    net = fitted(alpha=ALL_ROWS * 0.2, learning_rate_init=1e-12)
    np.testing.assert_allclose(net.signals_.penalty, 0.1 * squares(net), rtol=1e-9)


def test_weight_decay_is_no_penalty_in_the_loss():
    assert fitted(solver="adamw", alpha=0.1).signals_.penalty == 0
