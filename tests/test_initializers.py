"""Initializations: moments of what they draw, and their way into a fitted network."""

import pickle

import numpy as np
import pytest
from scipy.stats import kurtosis
from sklearn.base import clone
from sklearn.datasets import load_iris, make_regression
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler, scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, initializers
from sklearn_deepmlp.activations import ACTIVATIONS
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer, Normal, VarianceScaling

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

FAN_IN, FAN_OUT = 300, 100
N_DRAWS = FAN_IN * FAN_OUT
VARIANCES = {
    "glorot": 1 / ((FAN_IN + FAN_OUT) / 2),
    "he": 2 / FAN_IN,
    "lecun": 1 / FAN_IN,
    "standard": 1.0,
}
NORMAL = [name for name in INITIALIZERS if name.endswith("normal")]
UNIFORM = [name for name in INITIALIZERS if name.endswith("uniform")]
# Of the mean of n draws the standard error is σ/√n, of the variance of normal ones σ²·√(2/n).
FIVE_ERRORS = 5 * np.sqrt(2 / N_DRAWS)

X, Y = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(X)


def draws(initializer, seed=0, fans=(FAN_IN, FAN_OUT)):
    return initializer.draw(*fans, np.random.default_rng(seed))


def variance_of(name):
    return VARIANCES[name.split("_")[0]]


def test_every_name_has_a_variance_and_a_distribution():
    assert {name.split("_")[0] for name in INITIALIZERS} == set(VARIANCES)
    assert sorted([*NORMAL, *UNIFORM]) == sorted(INITIALIZERS)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_layer_has_a_row_for_each_input_and_a_column_for_each_unit(name):
    assert draws(INITIALIZERS[name]()).shape == (FAN_IN, FAN_OUT)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_mean_is_0(name):
    standardized = draws(INITIALIZERS[name]()).mean() / np.sqrt(variance_of(name))
    assert standardized == pytest.approx(0, abs=5 / np.sqrt(N_DRAWS))


@pytest.mark.parametrize("name", INITIALIZERS)
def test_variance_is_that_of_the_chapter(name):
    assert draws(INITIALIZERS[name]()).var() == pytest.approx(variance_of(name), rel=FIVE_ERRORS)


@pytest.mark.parametrize(("scale", "mode", "fan"), [(0.5, "fan_out", FAN_OUT), (3, "fan_avg", 200)])
@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_variance_scaling_divides_its_scale_by_the_fan(scale, mode, fan, distribution):
    variance = draws(VarianceScaling(scale, mode, distribution)).var()
    assert variance == pytest.approx(scale / fan, rel=FIVE_ERRORS)


@pytest.mark.parametrize("name", UNIFORM)
def test_uniform_draws_fill_their_interval(name):
    limit = np.sqrt(3 * variance_of(name))
    weights = draws(INITIALIZERS[name]())
    assert -limit <= weights.min() < -0.999 * limit
    assert 0.999 * limit < weights.max() <= limit


@pytest.mark.parametrize("name", UNIFORM)
def test_uniform_draws_are_flat(name):
    assert kurtosis(draws(INITIALIZERS[name]()).ravel()) == pytest.approx(-1.2, abs=0.05)


@pytest.mark.parametrize("name", NORMAL)
def test_normal_draws_are_not_truncated(name):
    standardized = draws(INITIALIZERS[name]()).ravel() / np.sqrt(variance_of(name))
    beyond = np.mean(np.abs(standardized) > 2)
    assert beyond == pytest.approx(0.0455, abs=5 * np.sqrt(0.0455 / N_DRAWS))
    assert kurtosis(standardized) == pytest.approx(0, abs=5 * np.sqrt(24 / N_DRAWS))


def test_normal_has_the_mean_and_deviation_it_is_given():
    weights = draws(Normal(mean=3.0, std=0.5))
    assert weights.mean() == pytest.approx(3.0, abs=5 * 0.5 / np.sqrt(N_DRAWS))
    assert weights.std() == pytest.approx(0.5, rel=FIVE_ERRORS)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_generator_is_the_only_source_of_randomness(name):
    initializer = INITIALIZERS[name]()
    before = np.random.get_state()[1]  # noqa: NPY002, the state that must not move
    np.testing.assert_array_equal(draws(initializer, 1), draws(initializer, 1))
    assert not np.isclose(draws(initializer, 1), draws(initializer, 2)).all()
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize("mode", ["fan_in", "fan_avg", "fan_out"])
@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_another_scale_gives_proportional_draws(mode, distribution):
    small, large = (VarianceScaling(scale, mode, distribution) for scale in (0.5, 2.0))
    np.testing.assert_allclose(draws(large), 2 * draws(small), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_initializers_are_values(name):
    original = INITIALIZERS[name]()
    made = eval(repr(original), dict(vars(initializers)))  # noqa: S307, the repr is our own
    for copied in (clone(original), pickle.loads(pickle.dumps(original)), made):
        assert type(copied) is type(original)
        assert copied.get_params() == original.get_params()


# --- In a network


def start_of(X=X, y=Y, estimator=DeepMLPClassifier, **params):
    """Fit so little that the fitted network is still the one it began with."""
    params = {"learning_rate_init": 1e-12, "max_iter": 1, "random_state": 0, **params}
    return estimator(**params).fit(X, y)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_hidden_layers_start_with_the_variance_of_their_name(name):
    net = start_of(hidden_layer_sizes=(FAN_IN, FAN_OUT), init=name)
    assert net.coefs_[1].var() == pytest.approx(variance_of(name), rel=FIVE_ERRORS)


@pytest.mark.parametrize("init", ["auto", *INITIALIZERS])
def test_the_output_layer_is_always_glorot_normal(init):
    X, y = make_regression(30, 5, n_targets=FAN_OUT, random_state=0)
    net = start_of(X, scale(y), DeepMLPRegressor, hidden_layer_sizes=(FAN_IN,), init=init)
    assert net.coefs_[-1].var() == pytest.approx(VARIANCES["glorot"], rel=FIVE_ERRORS)
    assert kurtosis(net.coefs_[-1].ravel()) == pytest.approx(0, abs=0.15)


@pytest.mark.parametrize("init", ["auto", *INITIALIZERS])
def test_intercepts_start_at_0(init):
    for intercept in start_of(hidden_layer_sizes=(9, 5), init=init).intercepts_:
        np.testing.assert_allclose(intercept, 0, atol=1e-11)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_auto_is_what_the_activation_names(name):
    init = start_of(hidden_layer_sizes=(5,), activation=name).init_
    expected = INITIALIZERS[ACTIVATIONS[name].default_init]()
    assert type(init) is type(expected)
    assert init.get_params() == expected.get_params()


@pytest.mark.parametrize("name", ["elu", "tanh", "selu"])
def test_auto_draws_what_its_name_draws(name):
    auto = start_of(activation=name)
    named = start_of(activation=name, init=ACTIVATIONS[name].default_init)
    np.testing.assert_array_equal(auto.coefs_[0], named.coefs_[0])


@pytest.mark.parametrize("name", INITIALIZERS)
def test_init_is_the_initializer_in_use(name):
    given = INITIALIZERS[name]()
    for init in (name, given):
        used = start_of(init=init).init_
        assert type(used) is type(given)
        assert used.get_params() == given.get_params()


def test_a_fitted_init_stays_when_parameters_are_set():
    net = start_of(init=VarianceScaling(2.0))
    net.set_params(init__scale=5.0)
    assert (net.init.scale, net.init_.scale) == (5.0, 2.0)


def test_networks_of_one_seed_differ_only_in_scale():
    he, lecun = (start_of(hidden_layer_sizes=(9, 5), init=f"{n}_normal") for n in ("he", "lecun"))
    for a, b in zip(he.coefs_[:-1], lecun.coefs_[:-1], strict=True):
        np.testing.assert_allclose(a, np.sqrt(2) * b, atol=1e-10)
    np.testing.assert_allclose(he.coefs_[-1], lecun.coefs_[-1], atol=1e-10)


def test_layers_of_one_size_start_differently():
    net = start_of(hidden_layer_sizes=(9, 9, 9))
    assert not np.isclose(net.coefs_[1], net.coefs_[2]).any()


def test_another_seed_starts_elsewhere():
    assert not np.isclose(start_of().coefs_[0], start_of(random_state=1).coefs_[0]).all()


# --- A user's own initializer


class Fans(Initializer):
    """Each weight says what the layer was asked for."""

    def __init__(self, base=1000.0):
        self.base = base

    def draw(self, fan_in, fan_out, generator):
        return np.full((fan_in, fan_out), fan_in + fan_out / self.base)


class Numbered(Initializer):
    def draw(self, fan_in, fan_out, generator):
        return np.arange(fan_in * fan_out).reshape(fan_in, fan_out)


class Misshapen(Initializer):
    def __init__(self, shape=None):
        self.shape = shape

    def draw(self, fan_in, fan_out, generator):
        return np.ones((fan_out, fan_in) if self.shape is None else self.shape)


def test_a_custom_initializer_starts_the_hidden_layers():
    net = start_of(hidden_layer_sizes=(9, 5), init=Fans())
    np.testing.assert_allclose(net.coefs_[0], 4.009, atol=1e-11)
    np.testing.assert_allclose(net.coefs_[1], 9.005, atol=1e-11)
    assert np.abs(net.coefs_[2]).max() < 3
    assert isinstance(net.init_, Fans)


def test_weights_lie_where_an_own_initializer_put_them():
    net = start_of(hidden_layer_sizes=(9,), init=Numbered())
    np.testing.assert_allclose(net.coefs_[0], np.arange(36).reshape(4, 9), atol=1e-11)


def test_a_custom_initializer_is_searched_by_nested_name():
    net = DeepMLPClassifier((4,), init=Fans(), max_iter=2, random_state=0)
    search = GridSearchCV(net, {"init__base": [100.0, 1e4]}, cv=2).fit(X, Y)
    assert search.best_estimator_.init_.base == search.best_params_["init__base"]


@pytest.mark.parametrize("shape", [None, (1,), (9,)], ids=["transposed", "number", "row"])
def test_a_custom_initializer_that_draws_the_wrong_shape_is_refused(shape):
    with pytest.raises(ValueError, match="Misshapen"):
        start_of(hidden_layer_sizes=(9,), init=Misshapen(shape))


# --- Wrong values


@pytest.mark.parametrize(
    ("init", "parameter"),
    [
        (VarianceScaling(scale=0.0), "scale"),
        (VarianceScaling(scale=-1.0), "scale"),
        (VarianceScaling(scale=np.inf), "scale"),
        (VarianceScaling(mode="fan"), "mode"),
        (VarianceScaling(distribution="truncated"), "distribution"),
        (Normal(mean=np.nan), "mean"),
        (Normal(std=0.0), "std"),
    ],
    ids=repr,
)
def test_fit_refuses_parameters_out_of_range(init, parameter):
    message = f"The '{parameter}' parameter of {type(init).__name__} must be"
    with pytest.raises(ValueError, match=message):
        start_of(init=init)


@pytest.mark.parametrize("wrong", ["he", "normal", VarianceScaling, None, 2.0])
def test_fit_refuses_what_is_no_initializer(wrong):
    with pytest.raises(ValueError, match="The 'init' parameter of DeepMLPClassifier must be"):
        start_of(init=wrong)


def test_draw_must_be_written():
    with pytest.raises(TypeError, match="abstract"):
        Initializer()


def initial_coefs(estimator=DeepMLPRegressor, **params):
    net = estimator((400, 400), learning_rate_init=1e-300, max_iter=1, random_state=0)
    wide = np.random.default_rng(0).standard_normal((30, 200))
    return net.set_params(self_normalization="ignore", **params).fit(wide, np.arange(30) % 2).coefs_


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_auto_starts_the_regressors_first_layer_small_where_only_the_scale_depends_on_it(name):
    activation = ACTIVATIONS[name]()
    first, second, _ = initial_coefs(activation=activation)
    table_first, table_second, _ = initial_coefs(
        activation=activation, init=activation.default_init
    )
    np.testing.assert_array_equal(second, table_second)
    if activation.homogeneous:
        assert first.std() == pytest.approx((0.25 / 300) ** 0.5, rel=0.01)  # fan_avg is 300
    else:
        np.testing.assert_array_equal(first, table_first)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_auto_draws_all_hidden_layers_of_a_classifier_by_the_table(name):
    params = {"estimator": DeepMLPClassifier, "activation": name}
    auto = initial_coefs(**params)
    for one, other in zip(
        auto, initial_coefs(init=ACTIVATIONS[name].default_init, **params), strict=True
    ):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("init", INITIALIZERS)
def test_a_named_initialization_is_that_of_all_hidden_layers(init):
    first, second, _ = initial_coefs(init=init)
    by_object = initial_coefs(init=INITIALIZERS[init]())
    np.testing.assert_array_equal(first, by_object[0])
    np.testing.assert_array_equal(second, by_object[1])
