"""What deep networks do to a signal before training, and the noise that training adds to it."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
import torch
from scipy.stats import chisquare, kstest
from sklearn_deepmlp._stack.activation import StackedActivation
from sklearn_deepmlp._stack.dropout import StackedDropout
from sklearn_deepmlp._stack.forward import Architecture, hidden_states
from sklearn_deepmlp._stack.noise import DRAWS_PER_LAYER, StepNoise, epoch_keys, threshold
from sklearn_deepmlp._stack.training_pass import TrainingPass

from sklearn_deepmlp._randomness import Seeds, seeds_from
from sklearn_deepmlp._stack.layout import Layout
from sklearn_deepmlp.activations import ACTIVATIONS, Activation
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer

N_LAYERS, UNITS, ROWS = 30, 256, 128
LAYOUT = Layout((UNITS,) * (N_LAYERS + 1) + (1,), n_learned=0)
CPU = torch.device("cpu")

# --- Signals of deep networks


@dataclass(frozen=True)
class Start:
    """What the start of a network depends on."""

    activation: Activation
    first_initializer: Initializer
    initializer: Initializer
    output_initializer: Initializer
    seeds: Seeds
    shares_variance: bool = False


@cache
def deep_network(init):
    """Return the parameters of a deep network that learns no activation, of shape (1, P)."""
    initializer = INITIALIZERS[init]()
    start = Start(ACTIVATIONS["relu"](), *[initializer] * 3, seeds_from(0))
    return torch.from_numpy(LAYOUT.initial_row(start))[None].requires_grad_()


def layers_of(theta):
    return LAYOUT.tensors(theta, torch.from_numpy(LAYOUT.initial_moments())[None])


def standard_normal(*shape):
    return torch.from_numpy(np.random.default_rng(0).standard_normal(shape))


def signals(activation, init, dropout=None, noise=None):
    """Return the outputs of all layers, the input first, of shape (1, ROWS, UNITS) each."""
    theta = deep_network(init)
    stacked = StackedActivation([ACTIVATIONS[activation]()], theta)
    architecture = Architecture(stacked, dropout=dropout)
    X = standard_normal(1, ROWS, UNITS)
    training = None if noise is None else training_pass(noise, theta)
    return list(hidden_states(X, layers_of(theta), architecture, training))


def training_pass(noise, theta):
    return TrainingPass(layers_of(torch.zeros_like(theta)), torch.ones(1, ROWS), noise)


@cache
def last_std(activation, init):
    with torch.no_grad():
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
    total = signals(activation, init)[-1].sum()
    (gradient,) = torch.autograd.grad(total, deep_network(init))
    layers = layers_of(gradient)
    return (layers[0].weight.norm() / layers[N_LAYERS - 1].weight.norm()).item()


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


# --- Dropout


def step_noise(seeds=(0,), epoch=1, n_draws=2 * DRAWS_PER_LAYER):
    return StepNoise(epoch_keys(seeds, [epoch] * len(seeds), 1, n_draws, CPU)[0])


def dropped(h, rates, alpha, seeds=None):
    noise = step_noise(range(len(rates)) if seeds is None else seeds)
    return StackedDropout(rates, alpha, h)(h, 0, TrainingPass([], torch.ones(h.shape[:2]), noise))


RATES = [0.05, 0.1, 0.2, 0.3, 0.5]


@pytest.mark.parametrize("rate", RATES)
def test_alpha_dropout_keeps_mean_0_and_variance_1(rate):
    h = torch.selu(standard_normal(1, 4000, 250))
    after = dropped(h, [rate], [True])
    assert after.mean().item() == pytest.approx(0, abs=0.02)
    assert after.var().item() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("rate", RATES)
def test_alpha_dropout_gives_its_share_of_units_one_lowest_value(rate):
    h = standard_normal(1, 1000, 100).abs()
    _, counts = dropped(h, [rate], [True]).unique(return_counts=True)
    error = np.sqrt(rate * (1 - rate) / h.numel())
    assert counts[0].item() / h.numel() == pytest.approx(rate, abs=5 * error)
    assert (counts[1:] == 1).all()


@pytest.mark.parametrize("rate", RATES)
def test_alpha_dropout_treats_a_dropped_unit_as_one_at_the_limit_of_selu(rate):
    h = torch.selu(torch.full((1, 100, 100), -100.0, dtype=torch.float64))
    after = dropped(h, [rate], [True])
    assert (after.max() - after.min()).item() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("rate", RATES)
def test_standard_dropout_drops_its_share_and_keeps_the_mean(rate):
    h = torch.full((1, 2000, 250), 3.0, dtype=torch.float64)
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
        place = slice(member, member + 1)
        alone = dropped(h[place], rates[place], alpha[place], seeds=[member])
        torch.testing.assert_close(together[place], alone, rtol=1e-12, atol=1e-12)


def test_dropout_replaces_what_is_infinite():
    after = dropped(torch.full((1, 100, 100), torch.inf), [0.5], [False])
    assert not after.isnan().any()


@pytest.mark.parametrize("rate", [0.05, 0.1])
def test_selu_with_alpha_dropout_keeps_its_moments_through_30_layers(rate):
    dropout = StackedDropout([rate], [True], deep_network("lecun_normal"))
    noise = step_noise(n_draws=N_LAYERS * DRAWS_PER_LAYER)
    for h in signals("selu", "lecun_normal", dropout, noise):
        assert h.std().item() == pytest.approx(1, abs=0.1)
        assert h.mean().item() == pytest.approx(0, abs=0.1)


def test_layers_drop_different_units():
    dropout = StackedDropout([0.5], [False], deep_network("he_normal"))
    noise = step_noise(n_draws=N_LAYERS * DRAWS_PER_LAYER)
    first, second = signals("sigmoid", "he_normal", dropout, noise)[1:3]
    both = ((first == 0) & (second == 0)).double().mean().item()
    assert both == pytest.approx(0.25, abs=5 * np.sqrt(0.25 * 0.75 / first.numel()))


# --- Noise

N_BITS_ROWS, N_BITS_UNITS = 1000, 200
ALL = slice(None)


def bits(*, seed=0, epoch=1, step=0, draw=0, rows=N_BITS_ROWS, units=N_BITS_UNITS):
    keys = epoch_keys([seed], [epoch], step + 1, draw + 1, CPU)[step]
    return StepNoise(keys).bits(draw, rows, units, ALL)[0]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("seed", range(5))
def test_noise_is_uniform(seed, dtype):
    uniform = step_noise([seed]).uniform(0, N_BITS_ROWS, N_BITS_UNITS, ALL, dtype)
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


def test_neighbouring_rows_and_units_are_independent():
    noise = bits()
    assert_independent(noise[1:], noise[:-1])
    assert_independent(noise[:, 1:], noise[:, :-1])


def test_noise_is_repeatable():
    assert torch.equal(bits(seed=2**32 - 1), bits(seed=2**32 - 1))


@pytest.mark.parametrize("place", [0, 3, 6])
def test_noise_of_a_network_is_the_same_alone_and_anywhere_in_a_stack(place):
    seeds = list(range(100, 106))
    stack = step_noise([*seeds[:place], 7, *seeds[place:]])
    alone = step_noise([7])
    assert torch.equal(stack.bits(1, 50, 20, ALL)[place], alone.bits(1, 50, 20, ALL)[0])
    members = slice(place, place + 1)
    assert torch.equal(stack.bits(1, 50, 20, members), alone.bits(1, 50, 20, ALL))


@pytest.mark.parametrize("padding", [1, 37, 1000])
def test_padded_rows_leave_the_noise_of_others_alone(padding):
    assert torch.equal(bits(rows=50), bits(rows=50 + padding)[:50])


def test_noise_of_a_step_does_not_depend_on_how_many_steps_and_draws_there_are():
    few = epoch_keys([3], [5], 2, 4, CPU)
    many = epoch_keys([3], [5], 9, 11, CPU)
    assert torch.equal(few, many[:2, :4])


def test_noise_leaves_global_generators_alone():
    before = torch.get_rng_state()
    bits()
    assert torch.equal(before, torch.get_rng_state())
