"""Activation functions: formulas, derivatives by autograd, published constants."""

import inspect

import numpy as np
import pytest
import torch
from activation_cases import ALPHA, GRID, LAMBDA, REFERENCES, numbers_of, value
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from sklearn_deepmlp import activations
from sklearn_deepmlp.activations import (
    ACTIVATIONS,
    ELU,
    Activation,
)


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
    separate = [REFERENCES[name](GRID, **numbers) for numbers in members]
    np.testing.assert_allclose(together[:, 0], separate, rtol=1e-13, atol=1e-15)


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


@pytest.mark.parametrize("alpha", [0.5, 3.0])
def test_elu_approaches_minus_alpha(alpha):
    assert value(ELU(alpha), -100.0) == pytest.approx(-alpha)
