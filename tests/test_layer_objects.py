"""Each kind of layer by itself: its derivatives, and a stack of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from bound_layers import DTYPE, BoundLayer, randomly_bound, standard_normal
from noise import CPU, step_noise

from sklearn_deepmlp._layers.activation import ActivationLayer
from sklearn_deepmlp._layers.base import Context
from sklearn_deepmlp._layers.batch_norm import MOMENTUM, BatchNorm
from sklearn_deepmlp._layers.dropout import Dropout
from sklearn_deepmlp._layers.layer_norm import LayerNorm
from sklearn_deepmlp._layers.linear import Linear
from sklearn_deepmlp._layers.per_network import Like
from sklearn_deepmlp._layers.residual import Residual
from sklearn_deepmlp._layers.wide import Wide, WideLinear
from sklearn_deepmlp.activations import ELU, LeakyReLU, PReLU, RReLU, Swish, Tanh

N_ROWS, UNITS = 6, 4
LIKE = Like(DTYPE, CPU)
# Equal functions are neighbors; one of them learns, one is random, one is left to autograd.
ACTIVATIONS = [LeakyReLU(0.1), LeakyReLU(0.4), PReLU(), RReLU(), Swish(trainable=True), ELU(0.5)]
MEMBERS = range(len(ACTIVATIONS))
RATES, ARE_ALPHA = [0.5, 0.0, 0.3, 0.3, 0.6, 0.2], [False, False, True, False, True, True]


def tanh_layer(members, units):
    return ActivationLayer([Tanh()] * len(members), units, index=0, like=LIKE)


def dropout_layer(members, index=0):
    return Dropout([RATES[i] for i in members], [ARE_ALPHA[i] for i in members], index, LIKE)


def wide_network(members):
    hidden = [Linear(UNITS, 5, index=0), tanh_layer(members, 5)]
    return Wide(hidden, WideLinear(5, UNITS, 3, index=1))


@dataclass(frozen=True)
class Case:
    """A kind of layer.

    Attributes
    ----------
    make : callable
        Returns the layer of some members.
    gives_input : bool
        Whether its pullback returns derivatives by the input.
    uses_running : bool
        Whether every other network is normalized by running statistics.
    """

    make: Callable
    gives_input: bool = True
    uses_running: bool = False


CASES = {
    "linear": Case(lambda members: Linear(UNITS, 3, index=1)),
    "first linear": Case(lambda members: Linear(UNITS, 3, index=0), gives_input=False),
    "activations": Case(
        lambda members: ActivationLayer([ACTIVATIONS[i] for i in members], UNITS, 0, LIKE)
    ),
    "batch normalization": Case(lambda members: BatchNorm(UNITS, index=0)),
    "batch normalization, some by running statistics": Case(
        lambda members: BatchNorm(UNITS, index=0), uses_running=True
    ),
    "layer normalization": Case(lambda members: LayerNorm(UNITS, index=0)),
    "dropout": Case(dropout_layer),
    "residual": Case(
        lambda members: Residual(
            [
                Linear(UNITS, UNITS, index=1),
                BatchNorm(UNITS, index=1),
                tanh_layer(members, UNITS),
                dropout_layer(members, index=1),
            ]
        )
    ),
    "wide": Case(wide_network, gives_input=False),
}
all_cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def context_of(case, members):
    """Return what a step of training knows, for a stack of these members."""
    weight = standard_normal(len(MEMBERS), N_ROWS, seed=1).exp()
    running = torch.arange(len(MEMBERS)).remainder(2).bool()[:, None, None]
    return Context(
        (weight / weight.sum(1, keepdim=True))[members],
        step_noise(members, n_draws=4),
        running[members] if case.uses_running else None,
    )


def context_of_one(case, member):
    """Return the same for a single network."""
    context = context_of(case, [member])
    return Context(
        context.row_weight[0],
        step_noise([member], n_draws=4),
        None if context.uses_running is None else context.uses_running[0],
    )


def bound_and_given(case, is_single):
    """Return a layer that is bound, its input and the context: of the third network, or of all."""
    if is_single:
        return randomly_bound(case.make([2])), inputs()[2], context_of_one(case, 2)
    members = list(MEMBERS)
    return randomly_bound(case.make(members), len(members)), inputs(), context_of(case, members)


def inputs():
    return standard_normal(len(MEMBERS), N_ROWS, UNITS, seed=2)


def numeric_gradient(function, tensor):
    """Return derivatives of a number by the entries of a tensor, by central differences."""
    found, step = torch.zeros_like(tensor), 1e-6
    for place in np.ndindex(*tensor.shape):
        start = tensor[place].item()
        tensor[place] = start + step
        above = function()
        tensor[place] = start - step
        found[place] = (above - function()) / (2 * step)
        tensor[place] = start
    return found


def assert_same(found, expected):
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-8)


@all_cases
@pytest.mark.parametrize("is_single", [True, False], ids=["one network", "a stack"])
def test_pullbacks_equal_finite_differences(case, is_single):
    bound, x, context = bound_and_given(case, is_single)
    out, pullback = bound.train(x, context)
    grad_output = standard_normal(*out.shape, seed=3)

    def value():
        return (bound.train(x, context)[0] * grad_output).sum().item()

    by_input = pullback(grad_output.clone())
    gradients = [gradient.clone() for gradient in bound.gradients]
    if case.gives_input:
        assert_same(by_input, numeric_gradient(value, x))
    for spec, parameter, gradient in zip(bound.specs, bound.parameters, gradients, strict=True):
        expected = numeric_gradient(value, parameter)
        if is_single:
            assert_same(gradient, expected)
            continue
        has_it = [not spec.names or spec.name(member) is not None for member in MEMBERS]
        assert_same(gradient[has_it], expected[has_it])


@all_cases
def test_a_stack_equals_single_networks(case):
    together, x, context = bound_and_given(case, is_single=False)
    out, pullback = together.layer.train(x, context)
    grad_output = standard_normal(*out.shape, seed=3)
    by_input = pullback(grad_output.clone())
    start, _, _ = bound_and_given(case, is_single=False)
    for member in MEMBERS:
        own = [i for i, spec in enumerate(start.specs) if not spec.names or spec.name(member)]
        separate = BoundLayer(
            case.make([member]),
            [start.parameters[i][member].clone() for i in own],
            [statistic[member].clone() for statistic in start.running],
        )
        own_out, own_pullback = separate.layer.train(x[member], context_of_one(case, member))
        assert_same(out[member], own_out)
        own_by_input = own_pullback(grad_output[member].clone())
        if case.gives_input:
            assert_same(by_input[member], own_by_input)
        for i, gradient in zip(own, separate.gradients, strict=True):
            assert_same(together.gradients[i][member], gradient)
        for of_all, of_one in zip(together.running, separate.running, strict=True):
            assert_same(of_all[member], of_one)
        assert_same(together.layer.predict(x)[member], separate.layer.predict(x[member]))


@pytest.mark.parametrize("normalization", [BatchNorm, LayerNorm])
def test_networks_by_running_statistics_train_as_they_predict(normalization):
    bound = randomly_bound(normalization(UNITS, index=0), len(MEMBERS))
    all_use = torch.ones(len(MEMBERS), 1, 1, dtype=torch.bool)
    row_weight = torch.full((len(MEMBERS), N_ROWS), 1 / N_ROWS, dtype=DTYPE)
    trained, _ = bound.layer.train(inputs(), Context(row_weight, uses_running=all_use))
    assert_same(trained, bound.layer.predict(inputs()))


def test_running_statistics_move_by_the_momentum_towards_those_of_the_batch():
    bound = randomly_bound(BatchNorm(UNITS, index=0))
    x, row_weight = inputs()[0], torch.full((N_ROWS,), 1 / N_ROWS, dtype=DTYPE)
    before = [statistic.clone() for statistic in bound.running]
    bound.layer.train(x, Context(row_weight))
    batch = x.mean(0, keepdim=True), x.var(0, correction=0, keepdim=True)
    for old, new, now in zip(before, batch, bound.running, strict=True):
        assert_same(now, (1 - MOMENTUM) * old + MOMENTUM * new)
