"""What numpy computes for torch: the same numbers up to rounding, and where it is not used."""

import numpy as np
import pytest
import torch
from jobs import make_job
from torch.nn import functional as F

from sklearn_deepmlp import _by_numpy
from sklearn_deepmlp._by_numpy import MAX_ENTRIES, only_torch
from sklearn_deepmlp._layers.base import Context
from sklearn_deepmlp._layers.linear import Linear
from sklearn_deepmlp._training.train import train_stack
from sklearn_deepmlp.activations import ELU, Activation, Mish, ReLU, Tanh

DTYPES = (torch.float32, torch.float64)
SHAPES = {"stack": (3,), "single": ()}
FUNCTIONS = {
    "tanh": (_by_numpy.tanh, torch.tanh),
    "elu": (lambda z, out=None: _by_numpy.elu(z, 0.7, out), lambda z: F.elu(z, 0.7)),
    "mish": (_by_numpy.mish, F.mish),
    "mish_backward": (
        lambda z, out=None: _by_numpy.mish_backward(torch.ones_like(z), z, out),
        lambda z: torch.autograd.functional.jvp(F.mish, z, torch.ones_like(z))[1],
    ),
}
ENDS = [-1e30, -700.0, -100.0, -30.0, -1e-30, 0.0, 1e-30, 19.9, 20.1, 30.0, 100.0, 1e30]


def grid(dtype):
    random = np.random.default_rng(0).normal(0, 4, 188)
    return torch.tensor([*random, *ENDS], dtype=dtype).view(2, -1)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_equal_those_of_torch(name, dtype):
    function, reference = FUNCTIONS[name]
    z = grid(dtype)
    expected = reference(z.double()).to(dtype)
    bound = 8 * torch.finfo(dtype).eps
    torch.testing.assert_close(function(z), expected, rtol=bound, atol=bound)
    out = torch.empty_like(z)
    assert function(z, out=out) is out
    assert torch.equal(out, function(z))
    assert torch.equal(function(z.mT), out.mT)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_nan_stays_nan(name):
    function, _ = FUNCTIONS[name]
    assert function(torch.full((2, 3), torch.nan)).isnan().all()


@pytest.mark.parametrize("name", ["tanh", "mish"])
def test_torch_computes_what_is_large_or_recorded(name):
    function, reference = FUNCTIONS[name]
    large = torch.linspace(-3, 3, MAX_ENTRIES + 1).unsqueeze(0)
    assert torch.equal(function(large), reference(large))
    small = large[:, :500]
    with only_torch():
        assert torch.equal(function(small), reference(small))


def linear_step(shape, dtype, n_rows=6, fan_in=5, fan_out=3):
    """Return the output and all gradients of a linear layer."""
    generator = torch.Generator().manual_seed(0)

    def normal(*sizes):
        return torch.randn(*shape, *sizes, dtype=dtype, generator=generator)

    layer = Linear(fan_in, fan_out, index=1)
    gradients = [normal(fan_in, fan_out), normal(1, fan_out)]
    layer.bind([normal(fan_in, fan_out), normal(1, fan_out)], gradients, [])
    out, pullback = layer.train(normal(n_rows, fan_in), Context(normal(n_rows)))
    return [out, pullback(normal(n_rows, fan_out)), *gradients]


@pytest.mark.parametrize("fan_out", [1, 3])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_small_products_equal_those_of_torch(shape, dtype, fan_out):
    found = linear_step(shape, dtype, fan_out=fan_out)
    with only_torch():
        expected = linear_step(shape, dtype, fan_out=fan_out)
    bound = 20 * torch.finfo(dtype).eps
    torch.testing.assert_close(found, expected, rtol=bound, atol=bound)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_products_that_would_use_threads_are_torchs(shape):
    sizes = {"n_rows": 65, "fan_in": 64, "fan_out": 64}
    found = linear_step(shape, torch.float64, **sizes)
    with only_torch():
        expected = linear_step(shape, torch.float64, **sizes)
    assert all(map(torch.equal, found, expected))


class Written(Activation):
    """Writes where it is told to."""

    saved_for_backward = "input"

    def function(self, z, *, out=None):
        return torch.mul(z, 0.5, out=out)

    def backward(self, grad_output, saved, *, out=None):
        return torch.mul(grad_output, 0.5, out=out)


class Returned(Activation):
    """Does the same, and returns a new tensor."""

    saved_for_backward = "input"

    def function(self, z):
        return z * 0.5

    def backward(self, grad_output, saved):
        return grad_output * 0.5


class Differentiated(Activation):
    """Does the same, and leaves the derivative to autograd."""

    def function(self, z, *, out=None):
        return z * 0.5


class Named(Activation):
    """Does the same with a hyperparameter called as what others write to."""

    saved_for_backward = "output"

    def __init__(self, out=0.5):
        self.out = out

    def function(self, z, *, out):
        return z * out

    def backward(self, grad_output, saved, *, out):
        return grad_output * out


@pytest.mark.parametrize("own", [Written(), Returned(), Differentiated(), Named()], ids=repr)
def test_custom_functions_may_write_to_a_given_tensor(own):
    """A network trains the same among others whichever way its function takes."""
    others = [make_job(i, activation=a) for i, a in enumerate([ELU(), Mish(), ReLU(), Tanh()])]
    jobs = [job.changed(max_iter=2) for job in [make_job(9, activation=own), *others]]
    separate = [train_stack([job])[0] for job in jobs]
    for together, one in zip(train_stack(jobs), separate, strict=True):
        for a, b in zip(together.state.coefs, one.state.coefs, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-12)
