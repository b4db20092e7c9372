"""``VarianceScaling(scale="auto")``: the scale that preserves the variance, from the activation."""

import pickle

import numpy as np
import pytest
import torch
from scipy.stats import norm
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, fit_together
from sklearn_deepmlp.activations import ACTIVATIONS, Activation, LeakyReLU, PReLU, RReLU, Swish
from sklearn_deepmlp.initializers import VarianceScaling

X, Y = load_iris(return_X_y=True)
X = scale(X)
AUTO = VarianceScaling(scale="auto")


def start_of(activation, init=AUTO, estimator=DeepMLPClassifier, **params):
    """Fit so little that the fitted network is still the one it began with."""
    params = {"hidden_layer_sizes": (20, 20), "random_state": 0, **params}
    net = estimator(activation=activation, init=init, learning_rate_init=1e-300, max_iter=1)
    return net.set_params(**params).fit(X, Y)


def auto_scale(activation, **params):
    return start_of(activation, **params).init_.scale


# 1/E[f(z)²], z standard normal; closed forms where there are any.
SCALES = {
    "identity": 1.0,
    "tanh": 2.5362,
    "relu": 2.0,
    "leaky_relu": 2 / (1 + 0.2**2),
    "prelu": 2 / (1 + 0.25**2),
    "elu": 1.5505,
    "selu": 1.0,
    "gelu": 2.3517,
    "gelu_sigmoid": 2.3699,
    "swish": 2.8108,
    "mish": 2.2107,
}


@pytest.mark.parametrize("name", SCALES)
def test_the_scale_is_one_over_the_mean_square(name):
    assert auto_scale(name) == pytest.approx(SCALES[name], rel=2e-5)


@pytest.mark.parametrize("name", [name for name, kind in ACTIVATIONS.items() if not kind.noisy])
def test_the_scale_is_that_of_many_draws(name):
    activation = ACTIVATIONS[name]()
    z = torch.from_numpy(np.random.default_rng(0).standard_normal((1, 10**6, 1)))
    square = activation.function(z, **activation.hyperparameters()).square().mean().item()
    assert auto_scale(name) == pytest.approx(1 / square, rel=0.01)


def test_random_slopes_count_as_training_draws_them():
    lower, upper = 0.0, 1.0
    mean_of_squares = (lower**2 + lower * upper + upper**2) / 3
    assert auto_scale(RReLU(lower, upper)) == pytest.approx(2 / (1 + mean_of_squares), rel=1e-4)


def test_learned_hyperparameters_count_with_their_initial_values():
    assert auto_scale(PReLU(0.7)) == pytest.approx(2 / (1 + 0.7**2), rel=1e-9)


def test_hyperparameters_count():
    assert auto_scale(Swish(beta=50.0)) == pytest.approx(2.0, rel=1e-2)  # nearly ReLU


class Clipped(Activation):
    """Kinks far from 0, where quadrature could miss them."""

    def __init__(self, bound=1.0):
        self.bound = bound

    def function(self, z, *, bound):
        return z.clamp(-bound, bound)


@pytest.mark.parametrize("bound", [1.0, 0.777, 2.5])
def test_custom_functions_with_kinks(bound):
    inside = norm.cdf(bound) - norm.cdf(-bound) - 2 * bound * norm.pdf(bound)
    expected = inside + bound**2 * 2 * norm.sf(bound)
    assert auto_scale(Clipped(bound)) == pytest.approx(1 / expected, rel=1e-4)


class RandomSign(Activation):
    noisy = True

    def __init__(self, sign=1.0):
        self.sign = sign

    def sample_hyperparameters(self, uniform, *, sign):
        return {"sign": torch.where(uniform < 0.25, -sign, sign)}

    def function(self, z, *, sign):
        return 1 + sign * z


def test_the_noise_of_custom_functions_counts():
    assert auto_scale(RandomSign()) == pytest.approx(0.5, rel=1e-6)  # E(1 ± z)² is 2


class Constant(Activation):
    def __init__(self, value=0.0):
        self.value = value

    def function(self, z, *, value):
        return 0 * z + value


@pytest.mark.parametrize(("value", "shown"), [(0.0, "0"), (np.inf, "inf"), (1e200, "inf")])
def test_a_function_without_a_scale_is_refused(value, shown):
    with pytest.raises(ValueError, match=rf"Constant\(.*\).* is {shown}, and must be positive"):
        start_of(Constant(value))


def test_outside_of_an_estimator_the_scale_is_unknown():
    with pytest.raises(ValueError, match=r'scale="auto".* depends on the activation'):
        AUTO.draw(3, 3, np.random.default_rng(0))


@pytest.mark.parametrize("scale", ["automatic", "", b"auto"])
def test_other_words_are_refused(scale):
    with pytest.raises(ValueError, match="The 'scale' parameter of VarianceScaling must be"):
        start_of("relu", VarianceScaling(scale))


@pytest.mark.parametrize("estimator", [DeepMLPClassifier, DeepMLPRegressor])
@pytest.mark.parametrize("mode", ["fan_in", "fan_avg", "fan_out"])
@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_auto_draws_what_the_number_draws_but_for_the_first_layer(estimator, mode, distribution):
    auto = start_of("gelu", VarianceScaling("auto", mode, distribution), estimator)
    number = VarianceScaling(auto.init_.scale, mode, distribution)
    numbered = start_of("gelu", number, estimator)
    assert auto.init_.get_params() == number.get_params()
    np.testing.assert_array_equal(auto.coefs_[1], numbered.coefs_[1])
    np.testing.assert_allclose(auto.coefs_[0] * number.scale**0.5, numbered.coefs_[0], rtol=1e-5)


def test_residual_layers_divide_the_variance_as_with_init_auto():
    residual = {"hidden_layer_sizes": (20,) * 5, "skip_connections": "residual"}
    plain, shared = (start_of("relu", hidden_layer_sizes=(20,) * 5), start_of("relu", **residual))
    np.testing.assert_allclose(shared.coefs_[2], plain.coefs_[2] / 2, rtol=1e-5)  # of 4 layers


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "selu", "relu", "leaky_relu"])
def test_it_preserves_the_variance_through_30_layers(name):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((100, 200))
    net = DeepMLPClassifier((200,) * 30, name, init=AUTO, learning_rate_init=1e-300, max_iter=1)
    net.set_params(random_state=0).fit(X, np.arange(100) % 2)
    activation, h = ACTIVATIONS[name](), torch.from_numpy(X)
    for weight in net.coefs_[:-1]:
        z = h @ torch.from_numpy(weight)
        h = activation.function(z, **activation.hyperparameters())
    assert 0.4 < z.std() < 2.5


def test_selu_takes_auto_for_lecun_normal():
    net = start_of("selu", self_normalization="enforce")
    assert repr(net.init_) == "VarianceScaling()"


class RoundedSELU(Activation):
    """SELU with constants of three digits."""

    self_normalizing = True

    def function(self, z):
        return 1.05 * torch.where(z > 0, z, 1.67 * torch.expm1(z.clamp(max=0)))


def test_custom_self_normalizing_functions_take_auto_for_lecun_normal():
    net = start_of(RoundedSELU(), self_normalization="enforce")
    assert net.init_.scale != 1
    with pytest.raises(ValueError, match="not LeCun normal"):
        start_of(RoundedSELU(), VarianceScaling(1.01), self_normalization="enforce")


@pytest.mark.parametrize(
    "init", [VarianceScaling("auto", "fan_avg"), VarianceScaling("auto", "fan_in", "uniform")]
)
def test_selu_refuses_auto_of_another_kind_than_lecun_normal(init):
    with pytest.raises(ValueError, match="not LeCun normal"):
        start_of("selu", init)


def test_it_is_searched_with_numbers():
    net = DeepMLPClassifier((5, 5), LeakyReLU(0.5), init=AUTO, max_iter=2, random_state=0)
    grid = {"init__scale": ["auto", 1.0, 2.0], "activation__negative_slope": [0.0, 0.5]}
    alone = GridSearchCV(net, grid, cv=2).fit(X, Y)
    with fit_together():
        together = GridSearchCV(net, grid, cv=2).fit(X, Y)
    np.testing.assert_allclose(
        together.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"], atol=0.05
    )
    assert set(alone.cv_results_["param_init__scale"]) == {"auto", 1.0, 2.0}


def test_a_name_becomes_an_initializer_whose_scale_is_set():
    net = DeepMLPClassifier((5, 5), "elu", init="he_uniform", max_iter=1)
    net.set_params(init__scale="auto")
    assert net.init.get_params() == {"scale": "auto", "mode": "fan_in", "distribution": "uniform"}
    assert net.fit(X, Y).init_.scale == pytest.approx(SCALES["elu"], rel=2e-5)


@pytest.mark.parametrize("copy", [clone, lambda net: pickle.loads(pickle.dumps(net))])
def test_copies_keep_auto(copy):
    net = DeepMLPClassifier((5, 5), "elu", init=VarianceScaling("auto"), max_iter=1)
    copied = copy(net)
    assert copied.init.scale == net.init.scale == "auto"
    assert copied.fit(X, Y).init_.scale == net.fit(X, Y).init_.scale
    assert net.init.scale == "auto"
