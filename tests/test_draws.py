"""How initial weights come into the array of a stack: rounded into place, in pieces, by threads."""

import threading
import tracemalloc

import numpy as np
import pytest
import torch
from jobs import make_job

from sklearn_deepmlp import _draws
from sklearn_deepmlp._stack.layout import layout_of
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._threads import limited_to
from sklearn_deepmlp.activations import PReLU
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer, Normal, VarianceScaling

SMALL, LARGE = (30, 500), (1030, 1100)  # the second has its own stream for each part
KINDS = [*(INITIALIZERS[name] for name in INITIALIZERS), lambda: Normal(1.0, 0.1)]
kinds = pytest.mark.parametrize("kind", KINDS)
shapes = pytest.mark.parametrize("shape", [SMALL, LARGE], ids=["small", "large"])


def filled(initializer, shape, dtype=np.float64, seed=0, **params):
    weights = np.zeros(shape, dtype)
    initializer.fill(weights, np.random.default_rng(seed), **params)
    return weights


def standard(generator, n):
    return generator.standard_normal(n)


@shapes
@kinds
def test_an_array_is_filled_with_what_is_drawn(kind, shape):
    drawn = kind().draw(*shape, np.random.default_rng(0))
    np.testing.assert_array_equal(filled(kind(), shape), drawn)


@shapes
@kinds
def test_float32_weights_are_the_rounded_weights_of_the_same_seed(kind, shape):
    rounded = filled(kind(), shape).astype(np.float32)
    np.testing.assert_array_equal(filled(kind(), shape, np.float32), rounded)


@shapes
def test_weights_are_divided_before_they_are_rounded(shape):
    expected = filled(VarianceScaling(), shape) / np.sqrt(3)
    found = filled(VarianceScaling(), shape, np.float32, divisor=np.sqrt(3))
    np.testing.assert_array_equal(found, expected.astype(np.float32))


def test_a_small_layer_is_one_stream_however_many_pieces_it_has():
    n = 2 * _draws.PIECE + 5
    out = np.empty(n)
    _draws.fill(out, standard, np.random.default_rng(7))
    np.testing.assert_array_equal(out, np.random.default_rng(7).standard_normal(n))


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_number_of_threads_changes_no_weight(n):
    expected = filled(VarianceScaling(), LARGE)
    with limited_to(n):
        np.testing.assert_array_equal(filled(VarianceScaling(), LARGE), expected)


def test_several_threads_draw_a_large_layer():
    both_draw, drawing = threading.Barrier(2), set()

    def draw(generator, n):
        if threading.get_ident() not in drawing:
            drawing.add(threading.get_ident())
            both_draw.wait(timeout=60)
        return generator.standard_normal(n)

    with limited_to(2):
        _draws.fill(np.empty(_draws.MIN_FOR_PARTS), draw, np.random.default_rng(0))
    assert len(drawing) == 2


def test_parts_of_a_large_layer_are_different_and_so_are_layers_of_one_size():
    generator = np.random.default_rng(0)
    layers = [np.empty(_draws.MIN_FOR_PARTS) for _ in range(2)]
    for layer in layers:
        _draws.fill(layer, standard, generator)
    parts = np.concatenate(layers).reshape(-1, _draws.PART)
    correlations = np.corrcoef(parts) - np.eye(len(parts))
    assert np.abs(correlations).max() < 6 / np.sqrt(_draws.PART)


def test_a_large_layer_has_the_moments_of_its_distribution():
    weights = filled(VarianceScaling(2.0), LARGE, np.float32)
    five_errors = 5 * np.sqrt(2 / weights.size)
    assert weights.var() == pytest.approx(2 / LARGE[0], rel=five_errors)
    assert abs(weights.mean()) < 5 * np.sqrt(2 / LARGE[0] / weights.size)


def test_an_error_in_a_thread_is_raised():
    with pytest.raises(ValueError, match=r"Normal\.draw must return finite numbers"):
        filled(Normal(std=1e308), LARGE)


def test_what_float32_cannot_hold_becomes_infinite_without_a_warning():
    assert np.isinf(filled(Normal(std=1e100), SMALL, np.float32)).any()


class Positive(VarianceScaling):
    """Changes what a built-in initializer draws."""

    def draw(self, fan_in, fan_out, generator):
        return np.abs(super().draw(fan_in, fan_out, generator))


@shapes
def test_a_subclass_that_overrides_draw_is_asked_to_draw(shape):
    expected = np.abs(filled(VarianceScaling(), shape))
    np.testing.assert_array_equal(filled(Positive(), shape), expected)


class Ones(Initializer):
    def draw(self, fan_in, fan_out, generator):
        return np.ones((fan_in, fan_out), dtype=int)


def test_what_a_custom_initializer_draws_is_divided_and_rounded_too():
    expected = np.full(SMALL, np.float32(1 / 3))
    np.testing.assert_array_equal(filled(Ones(), SMALL, np.float32, divisor=3.0), expected)


# --- In a network


def single(dtype="float32", **changes):
    X = make_job().data.X[:200].astype(dtype)
    return make_job(0, 100, X=X, **changes)


@pytest.mark.parametrize("skip_connections", [None, "residual", "wide"])
def test_a_float32_network_starts_at_the_rounded_float64_network(skip_connections):
    changes = {"skip_connections": skip_connections, "activation": PReLU(0.3)}
    changes["layer_sizes"] = (64, 20, 20, 20, 10)
    theta, rounded = (Network([single(dtype, **changes)]).theta for dtype in ("float32", "float64"))
    assert torch.equal(theta, rounded.float())


def peak_of(function):
    """Return the most bytes that numpy held at a time during a call; torch's are not counted."""
    tracemalloc.start()
    try:
        result = function()
        return tracemalloc.get_traced_memory()[1], result
    finally:
        tracemalloc.stop()


BIG = (64, 700, 700, 10)


@pytest.mark.parametrize("n_members", [1, 2])
def test_drawing_takes_no_second_copy_of_a_layer(n_members):
    jobs = [single(layer_sizes=BIG)] * n_members
    peak, network = peak_of(lambda: Network(jobs))
    assert peak < 700 * 700  # bytes; a layer of float32 takes four times as many
    assert network.theta.shape == (n_members, network.layout.n_parameters)


def test_resuming_takes_no_copy_of_the_state():
    job = single(layer_sizes=BIG)
    state = Network([job]).state(0)
    peak, network = peak_of(lambda: Network([job.changed(state=state)]))
    assert peak < 700 * 700
    np.testing.assert_array_equal(network.state(0).coefs[1], state.coefs[1])


def test_a_state_may_consist_of_views_of_a_row_that_holds_nothing_else():
    layout = layout_of(single(skip_connections="wide").architecture)
    row = np.arange(layout.n_parameters, dtype=float)
    views, copies = (layout.state(0, row, copies=copies) for copies in (False, True))
    np.testing.assert_equal(vars(views), vars(copies))
    assert all(np.shares_memory(array, row) for array in (*views.coefs, *views.intercepts))


@pytest.mark.parametrize("n_members", [1, 3])
def test_a_state_keeps_no_other_array_in_memory(n_members):
    network = Network([make_job(i, activation=PReLU()) for i in range(n_members)])
    for state in network.states(range(n_members)):
        units = [array for layer in state.activation_params for array in layer.values()]
        for array in (*state.coefs, *state.intercepts, *units):
            assert array.base is None


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@pytest.mark.parametrize("members", [[0], [2], [1, 2], [0, 1, 2], [2, 0, 1]], ids=str)
def test_a_gpu_starts_with_the_same_weights_and_gives_them_back(members):
    jobs = [make_job(i, activation=PReLU()) for i in range(3)]
    states = Network([job.changed(device="cuda") for job in jobs]).states(members)
    for state, member in zip(states, members, strict=True):
        np.testing.assert_equal(vars(state), vars(Network(jobs).state(member)))
