"""Pullbacks by autograd, for functions whose derivatives are not given in closed form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from sklearn_deepmlp._layers.base import Pullback


def with_pullback(
    function: Callable[..., Tensor],
    x: Tensor,
    parameters: Sequence[Tensor],
    gradients: Sequence[Tensor],
) -> tuple[Tensor, Pullback]:
    """Apply a function; return its output and its pullback, which uses autograd.

    Parameters
    ----------
    function : callable
        Takes `x` and the parameters.
    x : Tensor
        The input.
    parameters : sequence of Tensor
        The learned parameters.
    gradients : sequence of Tensor
        Where the pullback stores the gradients of the parameters.

    Returns
    -------
    out : Tensor
        What `function` returns, without a graph.
    pullback : callable
        Takes the gradient with respect to `out`; returns the gradient with respect to `x`.
    """
    leaves = [tensor.detach().requires_grad_() for tensor in (x, *parameters)]
    with torch.enable_grad():
        out = function(leaves[0].clone(), *leaves[1:])  # a copy, which it may change in place

    def pullback(grad_output: Tensor) -> Tensor:
        grad_x, *grad_parameters = _gradients(out, grad_output, leaves)
        for gradient, grad_parameter in zip(gradients, grad_parameters, strict=True):
            gradient.copy_(grad_parameter)
        return grad_x

    return out.detach(), pullback


def _gradients(out: Tensor, grad_output: Tensor, leaves: Sequence[Tensor]) -> Sequence[Tensor]:
    """Return the gradients of the leaves; zeros where the output does not depend on them."""
    if not out.requires_grad:
        return [torch.zeros_like(leaf) for leaf in leaves]
    return torch.autograd.grad(out, leaves, grad_output, materialize_grads=True)
