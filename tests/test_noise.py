"""The random bits of training: uniform, independent, and a function of where they are used."""

import numpy as np
import pytest
import torch
from noise import CPU, step_noise
from scipy.stats import chisquare, kstest

from sklearn_deepmlp._layers.noise import StepNoise, epoch_keys, threshold

N_BITS_ROWS, N_BITS_UNITS = 1000, 200


def bits(*, seed=0, epoch=1, step=0, draw=0, rows=N_BITS_ROWS, units=N_BITS_UNITS):
    keys = epoch_keys([seed], [epoch], step + 1, draw + 1, CPU)[step]
    return StepNoise(keys).bits(draw, (rows, units))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("seed", range(5))
def test_noise_is_uniform(seed, dtype):
    uniform = step_noise([seed]).uniform(0, (N_BITS_ROWS, N_BITS_UNITS), dtype)
    assert uniform.dtype == dtype
    assert 0 <= uniform.min() < uniform.max() < 1
    assert kstest(uniform.ravel().double().numpy(), "uniform").pvalue > 1e-3


@pytest.mark.parametrize("byte", range(4))
def test_each_byte_of_the_bits_is_uniform(byte):
    values = bits().ravel().numpy().view(np.uint8)[byte::4]
    assert chisquare(np.bincount(values, minlength=256)).pvalue > 1e-3


@pytest.mark.parametrize("rate", [0.0, 1e-3, 0.25, 0.5, 0.9, 1 - 1e-6])
def test_bits_fall_below_the_threshold_at_the_rate(rate):
    share = (bits() < threshold(rate)).double().mean().item()
    error = np.sqrt(rate * (1 - rate) / (N_BITS_ROWS * N_BITS_UNITS))
    assert share == pytest.approx(rate, abs=5 * error)


def assert_independent(a, b):
    correlation = np.corrcoef(a.ravel().double().numpy(), b.ravel().double().numpy())[0, 1]
    assert abs(correlation) < 5 / np.sqrt(a.numel())
    assert (a == b).sum().item() <= 1  # of 200 000 pairs of 32 bits


@pytest.mark.parametrize("key", ["seed", "epoch", "step", "draw"])
@pytest.mark.parametrize("number", [1, 2, 3, 1000])
def test_each_seed_epoch_step_and_draw_has_its_own_noise(key, number):
    assert_independent(bits(**{key: 4}), bits(**{key: 4 + number}))


def test_seed_epoch_step_and_draw_are_not_exchangeable():
    keys = ["seed", "epoch", "step", "draw"]
    patterns = [bits(**{**dict.fromkeys(keys, 0), key: 1}, rows=10, units=10) for key in keys]
    assert len({tuple(pattern.ravel().tolist()) for pattern in patterns}) == 4


def test_neighboring_rows_and_units_are_independent():
    noise = bits()
    assert_independent(noise[1:], noise[:-1])
    assert_independent(noise[:, 1:], noise[:, :-1])


def test_noise_is_repeatable():
    assert torch.equal(bits(seed=2**32 - 1), bits(seed=2**32 - 1))


@pytest.mark.parametrize("place", [0, 3, 6])
def test_noise_of_a_network_is_the_same_separately_and_anywhere_in_a_stack(place):
    seeds = list(range(100, 106))
    stack = step_noise([*seeds[:place], 7, *seeds[place:]])
    separate = step_noise([7]).bits(1, (50, 20))
    assert torch.equal(stack.bits(1, (7, 50, 20))[place], separate)
    members = slice(place, place + 1)
    assert torch.equal(stack.bits(1, (1, 50, 20), members)[0], separate)


@pytest.mark.parametrize("padding", [1, 37, 1000])
def test_padded_rows_do_not_change_the_noise_of_others(padding):
    assert torch.equal(bits(rows=50), bits(rows=50 + padding)[:50])


def test_noise_of_a_step_does_not_depend_on_how_many_steps_and_draws_there_are():
    few = epoch_keys([3], [5], 2, 4, CPU)
    many = epoch_keys([3], [5], 9, 11, CPU)
    assert torch.equal(few, many[:2, :4])


def test_noise_does_not_touch_global_generators():
    before = torch.get_rng_state()
    bits()
    assert torch.equal(before, torch.get_rng_state())
