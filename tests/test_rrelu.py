"""RReLU draws slopes in training and predicts by their mean."""

import numpy as np
import pytest
import torch
from activation_cases import X, fit, leaky

from sklearn_deepmlp.activations import (
    LeakyReLU,
    RReLU,
)


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


def test_rrelu_leaves_positive_inputs_unchanged():
    z = torch.rand(1, 50, 50, generator=torch.Generator().manual_seed(0)) + 0.01
    assert torch.equal(training_value(z, z / 2, lower=0.1, upper=0.3), z)


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
