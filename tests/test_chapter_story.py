"""The story of deep networks: what happens to them, and what is found."""

import pytest
from sklearn.datasets import load_digits
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, diagnose

pytestmark = pytest.mark.no_cover

X, Y = load_digits(return_X_y=True)
X, Y = scale(X[:500]), Y[:500]
DEEP = 30


def titles(activation, init, *, units, rate=1e-3, epochs=10, depth=DEEP):
    network = DeepMLPClassifier(
        (units,) * depth,
        activation,
        init=init,
        learning_rate_init=rate,
        max_iter=epochs,
        self_normalization="ignore",
        random_state=0,
    )
    return {finding.title for finding in diagnose(network.fit(X, Y)).findings}


def test_few_sigmoid_units_with_standard_normal_weights_vanish():
    assert "vanishing gradients" in titles("sigmoid", "standard_normal", units=20)


def test_many_sigmoid_units_with_standard_normal_weights_saturate():
    found = titles("sigmoid", "standard_normal", units=200, epochs=3)
    assert "saturation" in found
    assert "vanishing gradients" not in found


def test_relu_with_standard_normal_weights_explodes():
    assert "exploding gradients" in titles("relu", "standard_normal", units=50, epochs=3)


@pytest.mark.parametrize(("activation", "init"), [("relu", "he_normal"), ("selu", "lecun_normal")])
def test_an_initialization_that_suits_the_activation_lets_thirty_layers_learn(activation, init):
    assert titles(activation, init, units=50, epochs=40) == set()


def test_a_large_learning_rate_kills_units():
    assert "dying units" in titles("relu", "he_normal", units=50, rate=0.1, depth=10)


def test_leaky_units_do_not_die():
    assert "dying units" not in titles("leaky_relu", "he_normal", units=50, rate=0.1, depth=10)


def test_selu_with_other_weights_does_not_normalize_itself():
    assert titles("selu", "he_normal", units=50, epochs=20) == {"broken self-normalization"}
