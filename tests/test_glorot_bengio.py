"""The example reproduces what Glorot and Bengio (2010) observed."""

import numpy as np
import pytest
from pages import EXAMPLES, load
from sklearn.datasets import load_digits
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier

pytest.importorskip("matplotlib", reason="the example draws a picture")


X, Y = load_digits(return_X_y=True)
X = scale(X)


@pytest.fixture(scope="module")
def example():
    return load(EXAMPLES / "chapter" / "glorot_bengio_2010.py")


def stds(arrays):
    return np.array([array.std().item() for array in arrays])


def test_with_the_old_initialization_tanh_layers_shrink_activations_and_gradients(example):
    activations, gradients = map(stds, example.layers_before_training(example.OldUniform(), X, Y))
    assert (activations[1:] < 0.7 * activations[:-1]).all()
    assert (gradients[:-1] < 0.7 * gradients[1:]).all()


def test_with_theirs_both_stay_of_one_size(example):
    activations, gradients = map(stds, example.layers_before_training("glorot_uniform", X, Y))
    assert (activations[1:] > 0.8 * activations[:-1]).all()
    assert (gradients[:-1] > 0.8 * gradients[1:]).all()


def test_with_the_old_initialization_the_last_sigmoid_layer_saturates_near_0(example):
    settings = example.TRAINED | {"max_iter": 25}
    rate = example.LEARNING_RATES["sigmoid"]
    net = DeepMLPClassifier(
        activation="sigmoid", init=example.OldUniform(), learning_rate_init=rate, **settings
    )
    signals = net.fit(X, Y).signals_
    *others, last = signals.activation_mean[-1, :-1]
    assert last < 0.15
    assert min(others) > 0.4
    assert signals.activation_std[-1, -2] < 0.02
