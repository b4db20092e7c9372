"""The way back through a function whose derivatives nobody has written down."""

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
    """Apply a function; return its output and the way back, by autograd.

    Parameters
    ----------
    function : callable
        Takes `x` and the parameters.
    x : Tensor
        The input.
    parameters : sequence of Tensor
        What is learned.
    gradients : sequence of Tensor
        Where the derivatives by the parameters go.

    Returns
    -------
    out : Tensor
        What `function` returns, without a graph.
    pullback : callable
        Goes back through it.
    """
    leaves = [tensor.detach().requires_grad_() for tensor in (x, *parameters)]
    with torch.enable_grad():
        out = function(leaves[0].clone(), *leaves[1:])  # a copy, to change in place

    def pullback(grad_output: Tensor) -> Tensor:
        of_x, *of_parameters = _derivatives(out, grad_output, leaves)
        for gradient, found in zip(gradients, of_parameters, strict=True):
            gradient.copy_(found)
        return of_x

    return out.detach(), pullback


def _derivatives(out: Tensor, grad_output: Tensor, leaves: Sequence[Tensor]) -> Sequence[Tensor]:
    """Return derivatives by leaves, zeros by those that the output does not need."""
    if not out.requires_grad:
        return [torch.zeros_like(leaf) for leaf in leaves]
    return torch.autograd.grad(out, leaves, grad_output, materialize_grads=True)
