"""Activations and initializers at any point and with any parameters that `fit` accepts."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from strategies import SEEDS, activations, initializers

POINTS = st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=20)


def at(points):
    return torch.tensor(points, dtype=torch.float64).view(1, 1, -1).requires_grad_()


def closed_and_autograd(activation, z, numbers):
    """Return the derivatives of an activation in closed form and by autograd."""
    out = activation.function(z, **numbers)
    (expected,) = torch.autograd.grad(out.sum(), z)
    saved = {"input": z, "output": out}[activation.saved_for_backward].detach()
    return activation.backward(torch.ones_like(z), saved, **numbers), expected


@given(activation=activations(extreme=False), points=POINTS)
def test_closed_forms_equal_autograd(activation, points):
    numbers = activation.hyperparameters()
    found, expected = closed_and_autograd(activation, at(points), numbers)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)


@given(activation=activations(extreme=False), points=POINTS)
def test_networks_that_differ_in_numbers_have_the_same_functions(activation, points):
    numbers = activation.hyperparameters()
    tensors = {k: torch.full((1, 1, 1), v, dtype=torch.float64) for k, v in numbers.items()}
    z = at(points)
    plain = activation.function(z, **numbers), *closed_and_autograd(activation, z, numbers)
    other = activation.function(z, **tensors), *closed_and_autograd(activation, z, tensors)
    for found, expected in zip(other, plain, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)


@given(activation=activations(extreme=False), points=POINTS, dtype=st.sampled_from("fd"))
def test_values_and_derivatives_are_finite(activation, points, dtype):
    z = at(points).detach().to({"f": torch.float32, "d": torch.float64}[dtype]).requires_grad_()
    numbers = activation.hyperparameters()
    assert activation.function(z, **numbers).isfinite().all()
    found, expected = closed_and_autograd(activation, z, numbers)
    assert found.isfinite().all()
    assert expected.isfinite().all()


SIZES = st.integers(1, 300)


def standard_deviation(initializer, fan_in, fan_out):
    """Return the standard deviation that an initializer promises."""
    if hasattr(initializer, "std"):
        return initializer.std
    fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
    return np.sqrt(initializer.scale / fans[initializer.mode])


@given(initializer=initializers(extreme=False), fan_in=SIZES, fan_out=SIZES, seed=SEEDS)
def test_draws_have_the_promised_scale(initializer, fan_in, fan_out, seed):
    if getattr(initializer, "scale", None) == "auto":
        initializer.set_params(scale=1.0)
    weights = initializer.draw(fan_in, fan_out, np.random.default_rng(seed))
    assert weights.shape == (fan_in, fan_out)
    deviation = standard_deviation(initializer, fan_in, fan_out)
    standardized = (weights - getattr(initializer, "mean", 0)) / deviation
    assert np.isfinite(standardized).all()
    n = weights.size  # six standard errors, of the mean and of the mean square
    assert abs(standardized.mean()) <= 6 / np.sqrt(n)
    assert abs((standardized**2).mean() - 1) <= 6 * np.sqrt(2 / n) + 30 / n
