"""Dropout of both kinds: what it drops, and which moments it keeps."""

import numpy as np
import pytest
import torch
from noise import CPU, step_noise

from sklearn_deepmlp._layers.base import Context
from sklearn_deepmlp._layers.dropout import Dropout
from sklearn_deepmlp._layers.per_network import Like


def standard_normal(*shape):
    return torch.from_numpy(np.random.default_rng(0).standard_normal(shape))


def dropped(h, rates, alpha, seeds=None):
    noise = step_noise(range(len(rates)) if seeds is None else seeds)
    layer = Dropout(rates, alpha, index=0, like=Like(h.dtype, CPU))
    return layer.train(h, Context(torch.ones(h.shape[:-1]), noise))[0]


RATES = [0.05, 0.1, 0.2, 0.3, 0.5]


@pytest.mark.parametrize("rate", RATES)
def test_alpha_dropout_keeps_mean_0_and_variance_1(rate):
    h = torch.selu(standard_normal(4000, 250))
    after = dropped(h, [rate], [True])
    assert after.mean().item() == pytest.approx(0, abs=0.02)
    assert after.var().item() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("rate", RATES)
def test_alpha_dropout_sets_its_share_of_units_to_one_lowest_value(rate):
    h = standard_normal(1000, 100).abs()
    _, counts = dropped(h, [rate], [True]).unique(return_counts=True)
    error = np.sqrt(rate * (1 - rate) / h.numel())
    assert counts[0].item() / h.numel() == pytest.approx(rate, abs=5 * error)
    assert (counts[1:] == 1).all()


@pytest.mark.parametrize("rate", RATES)
def test_alpha_dropout_treats_a_dropped_unit_as_one_at_the_limit_of_selu(rate):
    h = torch.selu(torch.full((100, 100), -100.0, dtype=torch.float64))
    after = dropped(h, [rate], [True])
    assert (after.max() - after.min()).item() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("rate", RATES)
def test_standard_dropout_drops_its_share_and_keeps_the_mean(rate):
    h = torch.full((2000, 250), 3.0, dtype=torch.float64)
    after = dropped(h, [rate], [False])
    share, error = (after == 0).double().mean().item(), np.sqrt(rate * (1 - rate) / h.numel())
    assert share == pytest.approx(rate, abs=5 * error)
    assert after[after != 0].unique().item() == pytest.approx(3 / (1 - rate))
    assert after.mean().item() == pytest.approx(3, abs=5 * 3 * error / (1 - rate))


def test_networks_of_one_stack_drop_at_their_own_rates_and_kinds():
    h = torch.selu(standard_normal(4, 200, 100))
    rates, alpha = [0.3, 0.0, 0.3, 0.1], [True, False, False, True]
    together = dropped(h, rates, alpha)
    assert torch.equal(together[1], h[1])
    for member in range(4):
        rate, is_alpha = rates[member], alpha[member]
        separate = dropped(h[member], [rate], [is_alpha], seeds=[member])
        torch.testing.assert_close(together[member], separate, rtol=1e-12, atol=1e-12)


def test_dropout_replaces_what_is_infinite():
    after = dropped(torch.full((100, 100), torch.inf), [0.5], [False])
    assert not after.isnan().any()
