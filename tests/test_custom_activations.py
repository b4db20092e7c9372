"""Custom activations in networks."""

import numpy as np
import pytest
import torch
from activation_cases import X, Y, fit
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier
from sklearn_deepmlp.activations import (
    Activation,
)


class Softsign(Activation):
    default_init = "lecun_uniform"

    def __init__(self, steepness=1.0):
        self.steepness = steepness

    def function(self, z, *, steepness):
        return steepness * z / (1 + (steepness * z).abs())


class LearnedSoftsign(Softsign):
    def learned(self):
        return ("steepness",)


class NoisyIdentity(Activation):
    noisy = True

    def __init__(self, offset=0.0):
        self.offset = offset

    def function(self, z, *, offset):
        return z + offset

    def sample_hyperparameters(self, uniform, *, offset):
        return {"offset": offset + uniform - 0.5}


class BrokenSlope(Activation):
    """Its value is z, the derivative by its slope no number."""

    def __init__(self, slope=0.0):
        self.slope = slope

    def function(self, z, *, slope):
        return z + 0 * torch.sqrt(torch.as_tensor(slope, dtype=z.dtype))

    def learned(self):
        return ("slope",)


@pytest.mark.parametrize("custom", [Softsign(2.0), LearnedSoftsign(2.0), NoisyIdentity()], ids=repr)
def test_a_custom_activation_trains(custom):
    net = fit(custom, max_iter=200, learning_rate_init=0.02)
    assert net.score(X, Y) > 0.9


def test_a_custom_function_is_what_prediction_computes():
    net = fit(Softsign(2.0), hidden_layer_sizes=(8,))
    z = X @ net.coefs_[0] + net.intercepts_[0]
    h = 2 * z / (1 + np.abs(2 * z))
    expected = h @ net.coefs_[1] + net.intercepts_[1]
    np.testing.assert_allclose(net.decision_function(X), expected, atol=1e-12)


def test_a_custom_activation_brings_its_init():
    init = fit(Softsign()).init_
    assert (init.scale, init.mode, init.distribution) == (1.0, "fan_in", "uniform")


def test_a_custom_activation_can_learn():
    for layer in fit(LearnedSoftsign(2.0)).activation_params_:
        assert len(np.unique(layer["steepness"])) > 1


def test_a_custom_activation_can_be_random():
    assert np.abs(fit(NoisyIdentity()).coefs_[0] - fit("identity").coefs_[0]).max() > 1e-6


def test_a_custom_activation_is_cloned_with_its_estimator():
    net = DeepMLPClassifier(activation=Softsign(3.0))
    copied = clone(net)
    assert copied.activation is not net.activation
    assert copied.get_params()["activation__steepness"] == 3.0


def test_a_custom_activation_is_searched_by_nested_name_in_a_pipeline():
    pipeline = make_pipeline(
        StandardScaler(), DeepMLPClassifier((8,), Softsign(), max_iter=3, random_state=0)
    )
    name = "deepmlpclassifier__activation__steepness"
    search = GridSearchCV(pipeline, {name: [0.5, 2.0]}, cv=2).fit(X, Y)
    assert search.best_estimator_.get_params()[name] == search.best_params_[name]
    assert pipeline.get_params()[name] == 1.0


def test_a_function_must_be_written():
    with pytest.raises(TypeError, match="abstract"):
        Activation()


def test_learned_values_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="non-finite"):
        fit(BrokenSlope(), max_iter=1)
