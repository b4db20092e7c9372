"""Activations that take and return bfloat16 tensors."""

import numpy as np
import pytest
import torch

from sklearn_deepmlp._layers.activation import ActivationLayer
from sklearn_deepmlp._layers.base import Context
from sklearn_deepmlp._layers.per_network import Like
from sklearn_deepmlp._layers.rounded_activation import RoundedActivation
from sklearn_deepmlp.activations import (
    ACTIVATIONS,
    ELU,
    LeakyReLU,
    PReLU,
    ReLU,
    RReLU,
    Swish,
    Tanh,
)

LIKE = Like(torch.float32, torch.device("cpu"))
UNITS = 40
SINGLE = {
    **{name: [kind()] for name, kind in ACTIVATIONS.items()},
    "other numbers": [LeakyReLU(0.7)],
    "swish 1.5": [Swish(1.5)],
    "trainable swish": [Swish(trainable=True)],
}
STACKED = {
    "equal": [ELU(0.5)] * 3,
    "unequal numbers": [LeakyReLU(0.1), LeakyReLU(0.3), LeakyReLU(0.4)],
    "mixed": [ReLU(), Tanh(), RReLU()],
    "learned": [PReLU(0.1), PReLU(0.2), ReLU()],
}


def drawn(*shape, seed):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)).bfloat16()


def bound(kind, activations):
    """Return a layer and the gradients of what it learns."""
    layer = kind(activations, UNITS, 0, LIKE)
    leading = (len(activations),) if len(activations) > 1 else ()
    learned = [torch.full((*leading, *spec.shape), 0.3) for spec in layer.parameters()]
    gradients = [torch.zeros_like(values) for values in learned]
    layer.bind(learned, gradients, [])
    return layer, gradients


CASES = SINGLE | STACKED


@pytest.mark.parametrize("activations", CASES.values(), ids=CASES)
def test_only_what_it_returns_is_rounded(activations):
    leading = (len(activations),) if len(activations) > 1 else ()
    z, grad_output = drawn(*leading, 30, UNITS, seed=0), drawn(*leading, 30, UNITS, seed=1)
    context = Context(torch.ones(30))
    (plain, of_plain), (rounded, of_rounded) = (
        bound(kind, activations) for kind in (ActivationLayer, RoundedActivation)
    )
    out, pullback = rounded.train(z, context)
    exact, exact_pullback = plain.train(z.float(), context)
    assert out.dtype == torch.bfloat16
    assert_rounded(out, exact)
    assert_rounded(rounded.predict(z), plain.predict(z.float()))
    grad_z = pullback(grad_output)
    assert grad_z.dtype == torch.bfloat16
    # The derivatives of some functions are computed from the rounded output.
    np.testing.assert_allclose(
        grad_z.float(), exact_pullback(grad_output.float()), rtol=0.02, atol=0.02
    )
    for a, b in zip(of_rounded, of_plain, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def assert_rounded(found, exact):
    """Compare with rounded numbers, but for those that lie between two of bfloat16."""
    assert (found == exact.bfloat16()).double().mean() > 0.995
    np.testing.assert_allclose(found.float(), exact, rtol=2**-7, atol=1e-6)


def test_recorded_signals_are_float32():
    layer, _ = bound(RoundedActivation, [ReLU()])
    hidden = []
    layer.train(drawn(30, UNITS, seed=0), Context(torch.ones(30), hidden=hidden))
    assert {part.dtype for part in hidden[0]} == {torch.float32}
