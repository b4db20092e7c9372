"""What deep networks do to a signal before training."""

from functools import cache

import numpy as np
import pytest
import torch
from noise import step_noise

from sklearn_deepmlp._layers.activation import ActivationLayer
from sklearn_deepmlp._layers.architecture import Architecture, Initializers
from sklearn_deepmlp._layers.base import Context, pull_back, train_through
from sklearn_deepmlp._layers.build import build_layers
from sklearn_deepmlp._layers.dropout import Dropout
from sklearn_deepmlp._layers.linear import Linear
from sklearn_deepmlp._layers.noise import DRAWS_PER_LAYER
from sklearn_deepmlp._layers.per_network import Like
from sklearn_deepmlp.activations import ACTIVATIONS
from sklearn_deepmlp.initializers import INITIALIZERS

N_LAYERS, UNITS, ROWS = 30, 256, 128
CPU = torch.device("cpu")
LIKE = Like(torch.float64, CPU)


@cache
def new_weights(init):
    """Return the weights of the hidden layers of a new network."""
    linear, initializer = Linear(UNITS, UNITS, index=1), INITIALIZERS[init]()
    initializers = Initializers(initializer, initializer, initializer)
    generator = np.random.default_rng(0)
    weights = [np.zeros((UNITS, UNITS)) for _ in range(N_LAYERS)]
    for weight in weights:
        linear.start(0, initializers, generator, [weight, np.zeros((1, UNITS))])
    return [torch.from_numpy(weight) for weight in weights]


def deep_network(activation, init, **changes):
    """Return the hidden layers of a new network, and where the gradients of their weights go."""
    sizes = (UNITS,) * (N_LAYERS + 1) + (1,)
    architecture = Architecture(sizes, ACTIVATIONS[activation](), **changes)
    *hidden, _ = build_layers([architecture], LIKE)
    bias, gradients = torch.zeros(1, UNITS, dtype=torch.float64), []
    linear_layers = [layer for layer in hidden if isinstance(layer, Linear)]
    for layer, weight in zip(linear_layers, new_weights(init), strict=True):
        gradients.append(torch.empty_like(weight))
        layer.bind([weight, bias], [gradients[-1], torch.empty_like(bias)], [])
    return hidden, gradients


def standard_normal(*shape):
    return torch.from_numpy(np.random.default_rng(0).standard_normal(shape))


def signals(activation, init, noise=None, **changes):
    """Return the outputs of all hidden layers, the input first, of shape (ROWS, UNITS) each."""
    last = ActivationLayer if noise is None else Dropout
    hidden, _ = deep_network(activation, init, **changes)
    h = standard_normal(ROWS, UNITS)
    outputs = [h]
    for layer in hidden:
        h, _ = layer.train(h, Context(torch.ones(ROWS), noise))
        if isinstance(layer, last):
            outputs.append(h)
    return outputs


@cache
def last_std(activation, init):
    return signals(activation, init)[-1].std().item()


# Standard deviation of the last layer, and the factor by which a random draw may miss it.
EXPECTED = {
    ("sigmoid", "standard_normal"): (0.47, 1.05),
    ("sigmoid", "glorot_normal"): (0.12, 1.2),
    ("sigmoid", "he_normal"): (0.16, 1.2),
    ("sigmoid", "lecun_normal"): (0.13, 1.2),
    ("tanh", "standard_normal"): (0.97, 1.02),
    ("tanh", "glorot_normal"): (0.13, 1.2),
    ("tanh", "he_normal"): (0.56, 1.1),
    ("tanh", "lecun_normal"): (0.12, 1.2),
    ("relu", "standard_normal"): (3e31, 3),
    ("relu", "glorot_normal"): (2e-5, 3),
    ("relu", "he_normal"): (0.90, 2),
    ("relu", "lecun_normal"): (2e-5, 3),
    ("leaky_relu", "standard_normal"): (5e31, 3),
    ("leaky_relu", "glorot_normal"): (6e-5, 3),
    ("leaky_relu", "he_normal"): (1.0, 2),
    ("leaky_relu", "lecun_normal"): (8e-5, 3),
    ("elu", "standard_normal"): (3e31, 3),
    ("elu", "glorot_normal"): (0.088, 1.2),
    ("elu", "he_normal"): (3.3, 2),
    ("elu", "lecun_normal"): (0.087, 1.2),
    ("selu", "standard_normal"): (2e32, 3),
    ("selu", "glorot_normal"): (1.0, 1.1),
    ("selu", "he_normal"): (15, 2),
    ("selu", "lecun_normal"): (1.0, 1.1),
    ("gelu", "standard_normal"): (1e31, 5),
    ("gelu", "glorot_normal"): (2e-9, 3),
    ("swish", "standard_normal"): (4e31, 3),
    ("swish", "glorot_normal"): (1e-9, 3),
    ("swish", "he_normal"): (8e-5, 3),
    ("mish", "standard_normal"): (3e31, 3),
    ("mish", "glorot_normal"): (3e-7, 3),
    ("mish", "he_normal"): (0.085, 5),
}


@pytest.mark.parametrize(("activation", "init"), EXPECTED)
def test_spread_of_the_last_of_30_layers(activation, init):
    expected, factor = EXPECTED[activation, init]
    assert expected / factor < last_std(activation, init) < expected * factor


def test_selu_with_its_own_init_keeps_mean_0_and_variance_1_in_every_layer():
    assert ACTIVATIONS["selu"].default_init == "lecun_normal"
    for h in signals("selu", "lecun_normal"):
        assert 0.9 <= h.std().item() <= 1.1
        assert h.mean().item() == pytest.approx(0, abs=0.05)


def test_sigmoid_with_standard_normal_weights_saturates():
    last = signals("sigmoid", "standard_normal")[-1]
    assert ((last < 0.05) | (last > 0.95)).double().mean().item() > 0.6


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu", "selu", "swish", "mish"])
def test_unbounded_functions_explode_with_standard_normal_weights(activation):
    assert last_std(activation, "standard_normal") > 1e25


@pytest.mark.parametrize("activation", ["gelu", "swish", "mish"])
def test_signals_of_smooth_functions_die_with_weights_scaled_for_linear_ones(activation):
    assert last_std(activation, "lecun_normal") < 1e-5


def gradient_ratio(activation, init):
    """Return the size of the first layer's gradient, relative to the last hidden layer's."""
    hidden, gradients = deep_network(activation, init)
    out, tape = train_through(hidden, standard_normal(ROWS, UNITS), Context(torch.ones(ROWS)))
    pull_back(tape, torch.ones_like(out))
    return (gradients[0].norm() / gradients[-1].norm()).item()


def test_gradients_of_sigmoid_vanish():
    assert gradient_ratio("sigmoid", "glorot_normal") < 1e-12


def test_gradients_of_tanh_explode_with_standard_normal_weights():
    assert gradient_ratio("tanh", "standard_normal") > 1e10


@pytest.mark.parametrize(
    ("activation", "init"),
    [("tanh", "glorot_normal"), ("relu", "he_normal"), ("selu", "lecun_normal")],
)
def test_gradients_survive_with_the_right_init(activation, init):
    assert ACTIVATIONS[activation].default_init == init
    assert 0.1 < gradient_ratio(activation, init) < 10


@pytest.mark.parametrize("rate", [0.05, 0.1])
def test_selu_with_alpha_dropout_keeps_its_moments_through_30_layers(rate):
    noise = step_noise(n_draws=N_LAYERS * DRAWS_PER_LAYER)
    for h in signals("selu", "lecun_normal", noise, dropout=rate, alpha_dropout=True):
        assert h.std().item() == pytest.approx(1, abs=0.1)
        assert h.mean().item() == pytest.approx(0, abs=0.1)


def test_layers_drop_different_units():
    noise = step_noise(n_draws=N_LAYERS * DRAWS_PER_LAYER)
    first, second = signals("sigmoid", "he_normal", noise, dropout=0.5)[1:3]
    both = ((first == 0) & (second == 0)).double().mean().item()
    assert both == pytest.approx(0.25, abs=5 * np.sqrt(0.25 * 0.75 / first.numel()))
