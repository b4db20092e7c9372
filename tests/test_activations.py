"""Activation functions: formulas, derivatives, how they behave as values and in estimators."""

import inspect
import pickle
import re

import numpy as np
import pytest
import torch
from jobs import make_job
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.special import expit
from scipy.stats import norm
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, activations
from sklearn_deepmlp._stack.stack import Stack
from sklearn_deepmlp.activations import (
    ACTIVATIONS,
    ELU,
    Activation,
    LeakyReLU,
    PReLU,
    ReLU,
    RReLU,
    Swish,
)
from sklearn_deepmlp.activations.closed_form import has_closed_form

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(X)

LAMBDA, ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717


def leaky(z, negative_slope):
    return np.where(z > 0, z, negative_slope * z)


def swish(z, beta):
    return z * expit(beta * z)


def elu(z, alpha):
    return np.where(z < 0, alpha * (np.exp(np.minimum(z, 0)) - 1), z)


REFERENCES = {
    "identity": lambda z: z,
    "logistic": expit,
    "sigmoid": expit,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": leaky,
    "rrelu": lambda z, lower, upper: leaky(z, (lower + upper) / 2),
    "prelu": leaky,
    "elu": elu,
    "selu": lambda z: LAMBDA * elu(z, ALPHA),
    "gelu": lambda z: z * norm.cdf(z),
    "gelu_sigmoid": lambda z: z * expit(1.702 * z),
    "swish": swish,
    "silu": swish,
    "mish": lambda z: z * np.tanh(np.logaddexp(0, z)),
}
GRID = np.linspace(-10, 10, 401)


def numbers_of(name, factor=1.0):
    return {key: factor * start for key, start in ACTIVATIONS[name]().hyperparameters().items()}


def value(activation, z):
    z = torch.as_tensor(z, dtype=torch.float64)
    return activation.function(z, **activation.hyperparameters()).numpy()


def test_every_name_has_a_reference():
    assert list(REFERENCES) == list(ACTIVATIONS)


def test_every_function_of_the_module_has_a_name():
    kinds = {kind for _, kind in inspect.getmembers(activations, inspect.isclass)}
    own = {k for k in kinds if issubclass(k, Activation) and not inspect.isabstract(k)}
    assert own == set(ACTIVATIONS.values())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_homogeneous_functions_say_so(name):
    activation = ACTIVATIONS[name]()
    is_homogeneous = np.allclose(value(activation, 3 * GRID), 3 * value(activation, GRID))
    assert activation.homogeneous == is_homogeneous


@pytest.mark.parametrize("factor", [0.5, 1.0, 2.5])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_formula(name, factor):
    numbers = numbers_of(name, factor)
    computed = value(ACTIVATIONS[name](**numbers), GRID)
    np.testing.assert_allclose(computed, REFERENCES[name](GRID, **numbers), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_numbers_that_differ_by_network_give_each_its_own_function(name):
    members = [numbers_of(name, factor) for factor in (0.5, 1.0, 2.5)]
    tensors = {
        key: torch.tensor([numbers[key] for numbers in members], dtype=torch.float64)[:, None, None]
        for key in members[0]
    }
    z = torch.from_numpy(GRID).expand(3, 1, -1)
    together = ACTIVATIONS[name]().function(z, **tensors).numpy()
    alone = [REFERENCES[name](GRID, **numbers) for numbers in members]
    np.testing.assert_allclose(together[:, 0], alone, rtol=1e-13, atol=1e-15)


def test_selu_keeps_the_moments_of_a_standard_normal_input():
    def moment(power):
        def integrand(z):
            return value(ACTIVATIONS["selu"](), z) ** power * norm.pdf(z)

        return quad(integrand, -40, 0, epsabs=1e-13)[0] + quad(integrand, 0, 40, epsabs=1e-13)[0]

    assert moment(1) == pytest.approx(0, abs=1e-10)
    assert moment(2) == pytest.approx(1, abs=1e-10)


def test_selu_has_the_published_constants():
    selu = ACTIVATIONS["selu"]()
    assert value(selu, 1.0) == pytest.approx(LAMBDA, rel=1e-15)
    assert value(selu, -100.0) == pytest.approx(-LAMBDA * ALPHA, rel=1e-15)


@pytest.mark.parametrize(
    ("name", "place", "minimum"),
    [("gelu", -0.7518, -0.16997), ("swish", -1.2785, -0.27846), ("mish", -1.1924, -0.30884)],
)
def test_smooth_functions_have_their_minimum_where_published(name, place, minimum):
    found = minimize_scalar(
        lambda z: float(value(ACTIVATIONS[name](), z)), bounds=(-3, 0), options={"xatol": 1e-9}
    )
    assert found.x == pytest.approx(place, abs=6e-5)
    assert found.fun == pytest.approx(minimum, abs=6e-6)


def test_gelu_sigmoid_is_within_its_known_distance_of_gelu():
    z = np.linspace(-10, 10, 20001)
    distance = np.abs(value(ACTIVATIONS["gelu"](), z) - value(ACTIVATIONS["gelu_sigmoid"](), z))
    assert distance.max() == pytest.approx(0.0203, abs=5e-5)
    assert abs(z[distance.argmax()]) == pytest.approx(2.27, abs=0.005)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivatives_equal_finite_differences(name):
    # 0 is left out: some functions have a kink there.
    z = torch.tensor([-4, -1.5, -0.7, -0.1, 0.1, 0.8, 2, 5], dtype=torch.float64)
    z = z.expand(2, 3, -1).clone().requires_grad_()
    starts = numbers_of(name)
    units = torch.linspace(0.5, 1.5, 8, dtype=torch.float64).expand(2, 1, -1)
    numbers = [(start * units).clone().requires_grad_() for start in starts.values()]

    def function(z, *values):
        return ACTIVATIONS[name]().function(z, **dict(zip(starts, values, strict=True)))

    assert torch.autograd.gradcheck(function, (z, *numbers))


@pytest.mark.parametrize("as_tensors", [False, True])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_and_derivatives_are_finite_far_out_and_at_0(name, as_tensors):
    z = torch.tensor([[[-1e4, 0.0, 1e4]]], dtype=torch.float64, requires_grad=True)
    numbers = numbers_of(name)
    if as_tensors:
        numbers = {
            key: torch.full((1, 1, 3), start, dtype=torch.float64, requires_grad=True)
            for key, start in numbers.items()
        }
    result = ACTIVATIONS[name]().function(z, **numbers)
    inputs = [z, *(number for number in numbers.values() if as_tensors)]
    gradients = torch.autograd.grad(result.sum(), inputs)
    for tensor in (result, *gradients):
        assert torch.isfinite(tensor).all()


def closed_forms():
    return [name for name in ACTIVATIONS if has_closed_form(ACTIVATIONS[name]())]


@pytest.mark.parametrize("as_tensors", [False, True])
@pytest.mark.parametrize("name", closed_forms())
def test_closed_forms_equal_autograd(name, as_tensors):
    z, grad_output = inputs_and_gradients()
    numbers = numbers_of(name)
    if as_tensors:
        factors = torch.tensor([0.5, 1.5], dtype=torch.float64).view(2, 1, 1)
        numbers = {key: number * factors for key, number in numbers.items()}
    activation = ACTIVATIONS[name]()
    out = activation.function(z, **numbers)
    (expected,) = torch.autograd.grad(out, z, grad_output, retain_graph=True)
    saved = {"input": z, "output": out}[activation.saved_for_backward].detach()
    found = activation.backward(grad_output, saved, **numbers)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def inputs_and_gradients():
    generator = torch.Generator().manual_seed(0)
    z = 3 * torch.randn((2, 50, 8), generator=generator, dtype=torch.float64)
    z[:, 0] = torch.tensor([-1e4, -50, -1e-9, 1e-9, 50, 1e4, -1, 1], dtype=torch.float64)
    grad_output = torch.randn(z.shape, generator=generator, dtype=torch.float64)
    return z.requires_grad_(), grad_output


@pytest.mark.parametrize("activation", [PReLU(), Swish(trainable=True)], ids=repr)
def test_closed_forms_by_what_is_learned_equal_autograd(activation):
    z, grad_output = inputs_and_gradients()
    learned = torch.linspace(0.5, 1.5, z.shape[-1], dtype=torch.float64).expand(z.shape)
    learned = learned.clone().requires_grad_()
    numbers = dict.fromkeys(activation.learned(), learned)
    (expected,) = torch.autograd.grad(activation.function(z, **numbers), learned, grad_output)
    (found,) = activation.backward_learned(grad_output, z.detach(), **numbers)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def test_all_functions_have_a_closed_form():
    assert closed_forms() == list(ACTIVATIONS)


def test_what_is_learned_and_random_is_left_to_autograd():
    assert not has_closed_form(LearnedNoise())
    assert fit(LearnedNoise()).activation_params_[0]["scale"].std() > 0


class LearnedNoise(Activation):
    noisy = True
    saved_for_backward = "input"

    def __init__(self, scale=0.1):
        self.scale = scale

    def function(self, z, *, scale):
        return z * scale

    def sample_hyperparameters(self, uniform, *, scale):
        return {"scale": scale * (0.5 + uniform)}

    def learned(self):
        return ("scale",)

    def backward(self, grad_output, saved, *, scale):
        return grad_output * scale

    def backward_learned(self, grad_output, saved, *, scale):
        return (grad_output * saved,)  # by the random scale, not by the learned one


class LearnedScale(ReLU):
    """Learns a number by which it has no derivatives."""

    def __init__(self, scale=1.0):
        self.scale = scale

    def function(self, z, *, scale):
        return scale * torch.relu(z)

    def learned(self):
        return ("scale",)

    saved_for_backward = "input"

    def backward(self, grad_output, saved, *, scale):
        return scale * grad_output * (saved > 0)


class LearnedSlope(PReLU):
    """Inherits the derivative by what it learns from another function."""

    saved_for_backward = "input"

    def function(self, z, *, negative_slope):
        return torch.where(z > 0, z, negative_slope.square() * z)

    def backward(self, grad_output, saved, *, negative_slope):
        return torch.where(saved > 0, grad_output, negative_slope.square() * grad_output)


class OutputLeaky(ReLU):
    """Says anew what is saved, but inherits `backward` from another function."""

    saved_for_backward = "input"

    def function(self, z):
        return torch.maximum(0.5 * z, z)


class InputLeaky(ReLU):
    """Has a `backward` of the input, but inherits that the output is saved."""

    def function(self, z):
        return torch.where(z > 0, z, -0.5 * z)

    def backward(self, grad_output, saved):
        return torch.where(saved > 0, grad_output, -0.5 * grad_output)


@pytest.mark.parametrize("own", [LearnedSlope(), OutputLeaky(), InputLeaky()], ids=repr)
def test_derivatives_of_another_function_are_not_used(own):
    assert not has_closed_form(own)


class SteepLogistic(ACTIVATIONS["logistic"]):
    """Overrides all that belongs to the function."""

    saved_for_backward = "output"

    def function(self, z):
        return torch.sigmoid(2 * z)

    def backward(self, grad_output, saved):
        return 2 * grad_output * saved * (1 - saved)


def test_a_subclass_may_bring_its_own_derivatives():
    assert has_closed_form(SteepLogistic())
    z, grad_output = inputs_and_gradients()
    out = SteepLogistic().function(z)
    (expected,) = torch.autograd.grad(out, z, grad_output)
    found = SteepLogistic().backward(grad_output, out.detach())
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["backward", "backward_learned"])
def test_what_a_class_does_not_implement_is_said(name):
    with pytest.raises(NotImplementedError, match=f"SteepReLU implements no '{name}'"):
        getattr(SteepReLU(), name)(torch.ones(1), torch.ones(1))


def test_learned_numbers_without_derivatives_of_their_own_are_left_to_autograd():
    net = DeepMLPClassifier((5,), LearnedScale(), random_state=0, max_iter=5).fit(X, Y)
    assert (net.activation_params_[0]["scale"] != 1).all()


class SteeperReLU(ReLU):
    """Inherits derivatives that are not those of its function."""

    def function(self, z):
        return 3 * torch.relu(z)


class SteepReLU(Activation):
    """The same function with nothing to inherit."""

    default_init = "he_normal"

    def function(self, z):
        return 3 * torch.relu(z)


def test_a_function_of_ones_own_does_not_inherit_the_derivatives_of_another():
    found, expected = (
        DeepMLPClassifier((5,), activation, init="he_normal", random_state=0, max_iter=5).fit(X, Y)
        for activation in (SteeperReLU(), SteepReLU())
    )
    np.testing.assert_allclose(found.predict_proba(X), expected.predict_proba(X), rtol=1e-12)


@pytest.mark.parametrize("alpha", [0.5, 3.0])
def test_elu_approaches_minus_alpha(alpha):
    assert value(ELU(alpha), -100.0) == pytest.approx(-alpha)


def random_slopes(lower, upper):
    z = torch.full((2, 200, 100), -1.0, dtype=torch.float64)
    uniform = torch.rand(z.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    return -training_value(z, uniform, lower=lower, upper=upper)


def training_value(z, uniform, **bounds):
    return RReLU().function(z, **RReLU().sample_hyperparameters(uniform, **bounds))


@pytest.mark.parametrize(("lower", "upper"), [(1 / 8, 1 / 3), (0.0, 1.0), (0.2, 0.2)])
def test_rrelu_draws_slopes_from_the_whole_interval(lower, upper):
    slopes = random_slopes(lower, upper)
    assert lower <= slopes.min() <= lower + 0.001
    assert upper - 0.001 <= slopes.max() <= upper
    standard_error = (upper - lower) / np.sqrt(12 * slopes.numel())
    assert slopes.mean().item() == pytest.approx((lower + upper) / 2, abs=4 * standard_error + 1e-9)


def test_rrelu_draws_for_each_network_row_and_unit():
    assert random_slopes(0.1, 0.9).unique().numel() == 2 * 200 * 100


def test_rrelu_leaves_positive_inputs_alone():
    z = torch.rand(1, 50, 50, generator=torch.Generator().manual_seed(0)) + 0.01
    assert torch.equal(training_value(z, z / 2, lower=0.1, upper=0.3), z)


def fit(activation="relu", **params):
    params = {"hidden_layer_sizes": (8, 6), "max_iter": 5, "random_state": 0, **params}
    return DeepMLPClassifier(activation=activation, **params).fit(X, Y)


def test_rrelu_trains_with_random_slopes():
    certain, random = fit(RReLU(0.2, 0.2)), fit(RReLU(0.1, 0.3))
    np.testing.assert_allclose(certain.coefs_[0], fit(LeakyReLU(0.2)).coefs_[0], atol=1e-12)
    assert np.abs(random.coefs_[0] - certain.coefs_[0]).max() > 1e-5


def test_rrelu_predicts_with_the_mean_slope():
    net = fit(RReLU(0.1, 0.5))
    h = X
    for coef, intercept in zip(net.coefs_[:-1], net.intercepts_[:-1], strict=True):
        h = leaky(h @ coef + intercept, 0.3)
    expected = h @ net.coefs_[-1] + net.intercepts_[-1]
    np.testing.assert_allclose(net.decision_function(X), expected, atol=1e-12)


def test_rrelu_with_bounds_in_the_wrong_order_is_refused():
    with pytest.raises(ValueError, match="lower"):
        fit(RReLU(lower=0.5, upper=0.1))


# --- Values


def changed(name):
    """Return an activation whose parameters all differ from the defaults."""
    params = {
        key: (not start) if isinstance(start, bool) else start / 2
        for key, start in ACTIVATIONS[name]().get_params().items()
    }
    return ACTIVATIONS[name](**params)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_clone_keeps_parameters(name):
    original = changed(name)
    copied = clone(original)
    assert copied is not original
    assert type(copied) is type(original)
    assert copied.get_params() == original.get_params()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_repr_is_the_code_that_makes_it(name):
    for original in (ACTIVATIONS[name](), changed(name)):
        made = eval(repr(original), dict(vars(activations)))  # noqa: S307, the repr is our own
        assert type(made) is type(original)
        assert made.get_params() == original.get_params()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_set_params_takes_what_get_params_gives(name):
    params = changed(name).get_params()
    assert ACTIVATIONS[name]().set_params(**params).get_params() == params


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_pickles_keep_parameters(name):
    loaded = pickle.loads(pickle.dumps(changed(name)))
    assert type(loaded) is ACTIVATIONS[name]
    assert loaded.get_params() == changed(name).get_params()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_hyperparameters_are_all_parameters_but_switches(name):
    numbers = changed(name).hyperparameters()
    switches = {k for k, v in changed(name).get_params().items() if isinstance(v, bool)}
    assert numbers.keys() == changed(name).get_params().keys() - switches
    assert all(type(number) is float for number in numbers.values())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_default_init_is_that_of_the_chapter(name):
    saturating = dict.fromkeys(["identity", "logistic", "sigmoid", "tanh"], "glorot_normal")
    assert ACTIVATIONS[name].default_init == {**saturating, "selu": "lecun_normal"}.get(
        name, "he_normal"
    )


def test_only_selu_is_self_normalizing():
    assert [name for name, kind in ACTIVATIONS.items() if kind.self_normalizing] == ["selu"]


def test_only_rrelu_is_random():
    assert [name for name, kind in ACTIVATIONS.items() if kind.noisy] == ["rrelu"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_what_is_learned_starts_from_a_hyperparameter(name):
    for activation in (ACTIVATIONS[name](), changed(name)):
        assert set(activation.learned()) <= set(activation.hyperparameters())


def test_swish_learns_only_where_told():
    assert Swish().learned() == ()
    assert Swish(trainable=True).learned() == ("beta",)


# --- Learned parameters in fitted networks

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
def test_learned_values_leave_their_start_each_in_its_way(activation):
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
def test_alpha_leaves_learned_values_alone(activation):
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


# --- A user's own activation


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


@pytest.mark.parametrize("own", [Softsign(2.0), LearnedSoftsign(2.0), NoisyIdentity()], ids=repr)
def test_an_own_activation_trains(own):
    net = fit(own, max_iter=200, learning_rate_init=0.02)
    assert net.score(X, Y) > 0.9


def test_an_own_function_is_what_prediction_computes():
    net = fit(Softsign(2.0), hidden_layer_sizes=(8,))
    z = X @ net.coefs_[0] + net.intercepts_[0]
    h = 2 * z / (1 + np.abs(2 * z))
    expected = h @ net.coefs_[1] + net.intercepts_[1]
    np.testing.assert_allclose(net.decision_function(X), expected, atol=1e-12)


def test_an_own_activation_brings_its_init():
    init = fit(Softsign()).init_
    assert (init.scale, init.mode, init.distribution) == (1.0, "fan_in", "uniform")


def test_an_own_activation_can_learn():
    for layer in fit(LearnedSoftsign(2.0)).activation_params_:
        assert len(np.unique(layer["steepness"])) > 1


def test_an_own_activation_can_be_random():
    assert np.abs(fit(NoisyIdentity()).coefs_[0] - fit("identity").coefs_[0]).max() > 1e-6


def test_an_own_activation_is_cloned_with_its_estimator():
    net = DeepMLPClassifier(activation=Softsign(3.0))
    copied = clone(net)
    assert copied.activation is not net.activation
    assert copied.get_params()["activation__steepness"] == 3.0


def test_an_own_activation_is_searched_by_nested_name_in_a_pipeline():
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


# --- Wrong values

PARAMETERS = [(name, key) for name in ACTIVATIONS for key in ACTIVATIONS[name]().get_params()]


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_fit_refuses_what_is_no_number(name, parameter):
    kind = ACTIVATIONS[name]
    message = f"The '{parameter}' parameter of {kind.__name__} must be"
    for wrong in ("much", None, np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError, match=message):
            fit(kind(**{parameter: wrong}))


def test_fit_refuses_a_switch_in_place_of_a_number():
    with pytest.raises(ValueError, match="The 'negative_slope' parameter of LeakyReLU must be"):
        fit(LeakyReLU(True))


@pytest.mark.parametrize(
    ("activation", "parameter"),
    [
        (LeakyReLU(-3), "negative_slope"),
        (LeakyReLU(1.01), "negative_slope"),
        (RReLU(lower=-0.1), "lower"),
        (RReLU(upper=1.5), "upper"),
        (ELU(0), "alpha"),
        (ELU(-1), "alpha"),
        (Swish(trainable=2), "trainable"),
    ],
    ids=repr,
)
def test_fit_refuses_numbers_out_of_range(activation, parameter):
    message = f"The '{parameter}' parameter of {type(activation).__name__} must be"
    with pytest.raises(ValueError, match=message):
        fit(activation)


@pytest.mark.parametrize("wrong", ["linear", "ReLU", LeakyReLU, torch.relu, None, 1])
def test_fit_refuses_what_is_no_activation(wrong):
    with pytest.raises(ValueError, match="The 'activation' parameter of DeepMLPClassifier must be"):
        fit(wrong)


def test_fit_names_all_activations_in_the_order_of_the_table():
    listed = ", ".join(repr(name) for name in ACTIVATIONS)
    with pytest.raises(ValueError, match=re.escape(f"a str among {{{listed}}} or an instance")):
        fit("linear")


def test_numbers_may_be_those_of_numpy():
    expected = fit(LeakyReLU(0.25)).coefs_[0]
    for number in (np.float32(0.25), np.float64(0.25)):
        np.testing.assert_array_equal(fit(LeakyReLU(number)).coefs_[0], expected)


def test_fit_leaves_the_given_activation_alone():
    given = PReLU(0.4)
    net = fit(given)
    assert net.activation is given
    assert vars(given) == {"negative_slope": 0.4}


# --- Search


def test_search_over_all_names():
    net = make_pipeline(StandardScaler(), DeepMLPClassifier((4,), max_iter=1, random_state=0))
    grid = {"deepmlpclassifier__activation": list(ACTIVATIONS)}
    search = GridSearchCV(net, grid, cv=2, error_score="raise", refit=False).fit(X, Y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_a_name_and_a_number_of_it_are_searched_together():
    grid = {"activation": ["leaky_relu"], "activation__negative_slope": [0.01, 0.3]}
    net = DeepMLPClassifier((8,), max_iter=3, random_state=0)
    search = GridSearchCV(net, grid, cv=2).fit(X, Y)
    best = search.best_estimator_.activation
    assert isinstance(best, LeakyReLU)
    assert best.negative_slope == search.best_params_["activation__negative_slope"]
    assert net.activation == "relu"


def test_candidates_that_differ_in_a_number_train_differently():
    grid = {"activation__negative_slope": [0.01, 0.9]}
    net = DeepMLPClassifier((8,), "leaky_relu", max_iter=30, random_state=0)
    scores = GridSearchCV(net, grid, cv=2, scoring="neg_log_loss", refit=False).fit(X, Y)
    low, high = scores.cv_results_["mean_test_score"]
    assert low != high


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_nested_number_makes_an_object_of_a_name(name):
    for key, start in numbers_of(name, 0.5).items():
        net = DeepMLPClassifier(activation=name).set_params(**{f"activation__{key}": start})
        assert type(net.activation) is ACTIVATIONS[name]
        assert getattr(net.activation, key) == start


def test_a_nested_parameter_that_the_activation_lacks_is_invalid():
    with pytest.raises(ValueError, match="Invalid parameter 'foo' for estimator ReLU"):
        DeepMLPClassifier().set_params(activation__foo=1)


def test_a_nested_parameter_of_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="Got activation='linear'"):
        DeepMLPClassifier(activation="linear").set_params(activation__negative_slope=1)


def test_nested_numbers_of_initializations_are_searched():
    grid = {"init": ["he_normal"], "init__scale": [1.0, 2.0]}
    net = DeepMLPClassifier((8,), max_iter=3, random_state=0)
    search = GridSearchCV(net, grid, cv=2).fit(X, Y)
    assert search.best_estimator_.init.scale == search.best_params_["init__scale"]
    assert search.best_estimator_.init_.scale == search.best_params_["init__scale"]


def test_a_nested_number_of_init_auto_is_refused():
    with pytest.raises(ValueError, match="Got init='auto'"):
        DeepMLPClassifier().set_params(init__scale=2.0)
