"""Derivatives that activations write down equal those of autograd, or are not used."""

import numpy as np
import pytest
import torch
from activation_cases import X, Y, fit, numbers_of

from sklearn_deepmlp import DeepMLPClassifier
from sklearn_deepmlp.activations import (
    ACTIVATIONS,
    Activation,
    PReLU,
    ReLU,
    Swish,
)
from sklearn_deepmlp.activations.closed_form import has_closed_form


def closed_forms():
    return [name for name in ACTIVATIONS if has_closed_form(ACTIVATIONS[name]())]


@pytest.mark.parametrize("as_tensors", [False, True])
@pytest.mark.parametrize("name", closed_forms())
def test_closed_forms_equal_autograd(name, as_tensors):
    z, grad_output = inputs_and_gradients()
    numbers = numbers_of(name)
    if as_tensors:
        factors = torch.tensor([0.5, 1.5], dtype=torch.float64).view(2, 1, 1)
        numbers = {key: number * factors for key, number in numbers.items()}
    activation = ACTIVATIONS[name]()
    out = activation.function(z, **numbers)
    (expected,) = torch.autograd.grad(out, z, grad_output, retain_graph=True)
    saved = {"input": z, "output": out}[activation.saved_for_backward].detach()
    found = activation.backward(grad_output, saved, **numbers)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def inputs_and_gradients():
    generator = torch.Generator().manual_seed(0)
    z = 3 * torch.randn((2, 50, 8), generator=generator, dtype=torch.float64)
    z[:, 0] = torch.tensor([-1e4, -50, -1e-9, 1e-9, 50, 1e4, -1, 1], dtype=torch.float64)
    grad_output = torch.randn(z.shape, generator=generator, dtype=torch.float64)
    return z.requires_grad_(), grad_output


@pytest.mark.parametrize("activation", [PReLU(), Swish(trainable=True)], ids=repr)
def test_closed_forms_by_what_is_learned_equal_autograd(activation):
    z, grad_output = inputs_and_gradients()
    learned = torch.linspace(0.5, 1.5, z.shape[-1], dtype=torch.float64).expand(z.shape)
    learned = learned.clone().requires_grad_()
    numbers = dict.fromkeys(activation.learned(), learned)
    (expected,) = torch.autograd.grad(activation.function(z, **numbers), learned, grad_output)
    (found,) = activation.backward_learned(grad_output, z.detach(), **numbers)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def test_all_functions_have_a_closed_form():
    assert closed_forms() == list(ACTIVATIONS)


def test_what_is_learned_and_random_is_left_to_autograd():
    assert not has_closed_form(LearnedNoise())
    assert fit(LearnedNoise()).activation_params_[0]["scale"].std() > 0


class LearnedNoise(Activation):
    noisy = True
    saved_for_backward = "input"

    def __init__(self, scale=0.1):
        self.scale = scale

    def function(self, z, *, scale):
        return z * scale

    def sample_hyperparameters(self, uniform, *, scale):
        return {"scale": scale * (0.5 + uniform)}

    def learned(self):
        return ("scale",)

    def backward(self, grad_output, saved, *, scale):
        return grad_output * scale

    def backward_learned(self, grad_output, saved, *, scale):
        return (grad_output * saved,)  # by the random scale, not by the learned one


class LearnedScale(ReLU):
    """Learns a number by which it has no derivatives."""

    def __init__(self, scale=1.0):
        self.scale = scale

    def function(self, z, *, scale):
        return scale * torch.relu(z)

    def learned(self):
        return ("scale",)

    saved_for_backward = "input"

    def backward(self, grad_output, saved, *, scale):
        return scale * grad_output * (saved > 0)


class LearnedSlope(PReLU):
    """Inherits the derivative by what it learns from another function."""

    saved_for_backward = "input"

    def function(self, z, *, negative_slope):
        return torch.where(z > 0, z, negative_slope.square() * z)

    def backward(self, grad_output, saved, *, negative_slope):
        return torch.where(saved > 0, grad_output, negative_slope.square() * grad_output)


class OutputLeaky(ReLU):
    """Says anew what is saved, but inherits `backward` from another function."""

    saved_for_backward = "input"

    def function(self, z):
        return torch.maximum(0.5 * z, z)


class InputLeaky(ReLU):
    """Has a `backward` of the input, but inherits that the output is saved."""

    def function(self, z):
        return torch.where(z > 0, z, -0.5 * z)

    def backward(self, grad_output, saved):
        return torch.where(saved > 0, grad_output, -0.5 * grad_output)


@pytest.mark.parametrize("own", [LearnedSlope(), OutputLeaky(), InputLeaky()], ids=repr)
def test_derivatives_of_another_function_are_not_used(own):
    assert not has_closed_form(own)


class SteepLogistic(ACTIVATIONS["logistic"]):
    """Overrides all that belongs to the function."""

    saved_for_backward = "output"

    def function(self, z):
        return torch.sigmoid(2 * z)

    def backward(self, grad_output, saved):
        return 2 * grad_output * saved * (1 - saved)


def test_a_subclass_may_define_its_own_derivatives():
    assert has_closed_form(SteepLogistic())
    z, grad_output = inputs_and_gradients()
    out = SteepLogistic().function(z)
    (expected,) = torch.autograd.grad(out, z, grad_output)
    found = SteepLogistic().backward(grad_output, out.detach())
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["backward", "backward_learned"])
def test_what_a_class_does_not_implement_is_said(name):
    with pytest.raises(NotImplementedError, match=f"SteepReLU implements no '{name}'"):
        getattr(SteepReLU(), name)(torch.ones(1), torch.ones(1))


def test_learned_numbers_without_derivatives_of_their_own_are_left_to_autograd():
    net = DeepMLPClassifier((5,), LearnedScale(), random_state=0, max_iter=5).fit(X, Y)
    assert (net.activation_params_[0]["scale"] != 1).all()


class SteeperReLU(ReLU):
    """Inherits derivatives that are not those of its function."""

    def function(self, z):
        return 3 * torch.relu(z)


class SteepReLU(Activation):
    """The same function with nothing to inherit."""

    default_init = "he_normal"

    def function(self, z):
        return 3 * torch.relu(z)


def test_a_custom_function_does_not_inherit_the_derivatives_of_another():
    found, expected = (
        DeepMLPClassifier((5,), activation, init="he_normal", random_state=0, max_iter=5).fit(X, Y)
        for activation in (SteeperReLU(), SteepReLU())
    )
    np.testing.assert_allclose(found.predict_proba(X), expected.predict_proba(X), rtol=1e-12)
